"""ONVIF device service: the calls that need no login, and the reading of any SOAP reply of a device."""

from __future__ import annotations

import re
from collections.abc import Callable

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document, Node, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, add_serial, add_uuid

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="onvif",
    title="ONVIF device service",
    probe="onvif-device-info",
    ports=(80, 8000, 8080, 8899, 2020, 5000),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference("ONVIF Core Specification", "https://github.com/onvif/specs", "doc/Core.xml, access classes"),
        Reference("ONVIF device service", "https://www.onvif.org/ver10/device/wsdl/devicemgmt.wsdl"),
    ),
    limitations=(
        "Only calls of the access class PRE_AUTH are sent; the maker's own words usually need a login.",
        "Scopes are editable by the owner: they tell a brand, never a maker alone.",
    ),
)

_PATH = "/onvif/device_service"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{call}</s:Body></s:Envelope>'
)
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_CALLS = (
    ("GetSystemDateAndTime", f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>'),
    (
        "GetServices",
        f'<GetServices xmlns="{_DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>',
    ),
)
_INFORMATION = {
    name.lower(): name
    for name in ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber", "HardwareId", "Hostname")
}
_PRINTED = _INFORMATION | {
    "fwversion": "FirmwareVersion",
    "firmware": "FirmwareVersion",
    "serial": "SerialNumber",
    "hardware": "HardwareId",
    "devicemodel": "Model",
}
_SCOPE = re.compile(r"onvif://[^/\s]{1,64}/([A-Za-z_]{1,40})/([^\r\n]{0,300})", re.IGNORECASE)
_SCOPE_LINE = re.compile(rb"onvif://(?:(?!\s{1,4}\w{2,10}://)[^\r\n\"'<>,]){1,400}", re.IGNORECASE)
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_WORD = re.compile(r"\S+")
_SCOPE_KEYS = {"mac_address": "mac", "macaddress": "mac", "serialnumber": "serial", "d_model": "model"}


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """Clock and service list: both PRE_AUTH by the specification."""
    del token
    return tuple(
        _http.post(
            host,
            port,
            _PATH,
            f"ONVIF {name}",
            f'application/soap+xml; charset=utf-8; action="{_DEVICE}/{name}"',
            _ENVELOPE.format(call=call),
            SafetyClass.READ,
        )
        for name, call in _CALLS
    )


frame = _http.frame


def hints(raw: bytes) -> frozenset[str]:
    """A service list with the name space of a family points to that family's own read."""
    text = raw[:MAX_BYTES].lower()
    found = {"isapi"} if b"hikvision.com/" in text else set[str]()
    return frozenset(found | ({"axis"} if b"axis.com/" in text else set()))


def read(fields: Fields, document: Document) -> None:
    """Read any SOAP reply, or a client's JSON dump of one, into `onvif.*`."""
    describe(fields, document)
    if document.kind == "json":
        _read_dump(fields, document)
        return
    clock: dict[str, str] = {}
    for node in document.nodes:
        if "UTCDateTime" in node.path:
            clock[node.name] = node.text
        elif "Fault" in node.path:
            _add_fault(fields, node)
        else:
            _add_node(fields, node)
    if {"Year", "Month", "Day"} <= clock.keys():
        date = "-".join(clock[part].zfill(2)[:4] for part in ("Year", "Month", "Day"))
        time = ":".join(clock.get(part, "0").zfill(2)[:2] for part in ("Hour", "Minute", "Second"))
        fields.add("onvif.utc", f"{date}T{time}Z")


def _add_fault(fields: Fields, node: Node) -> None:
    if node.name in {"Text", "faultstring"}:
        fields.add("onvif.fault", node.text, node.start, node.end)
    elif node.name in {"Value", "faultcode"}:
        fields.add("onvif.fault-code", node.text, node.start, node.end)


def _add_node(fields: Fields, node: Node) -> None:
    if node.parent == "GetDeviceInformationResponse" or "GetDeviceInformationResponse" in node.path:
        _add_information(fields, node.name, node)
    elif node.parent == "HostnameInformation" and node.name == "Name":
        fields.add("onvif.Hostname", node.text, node.start, node.end)
    else:
        rule = _BY_NAME.get(node.name)
        if rule is not None:
            rule(fields, node)


def _add_information(fields: Fields, name: str, node: Node) -> None:
    canonical = _INFORMATION.get(name.lower().replace("_", ""), name)
    fields.add(f"onvif.{canonical}", node.text, node.start, node.end)
    if canonical == "SerialNumber":
        add_serial(fields, node.text, node.start, node.end)


def _add_namespace(fields: Fields, node: Node) -> None:
    if node.parent == "Service":
        fields.add("onvif.namespace", node.text, node.start, node.end)


def _words(node: Node) -> list[Node]:
    base = node.start
    return [Node(node.path, word[0], base, node.end) for word in _WORD.finditer(node.text[:8_192])][:100]


def _add_xaddrs(fields: Fields, node: Node) -> None:
    for word in _words(node):
        fields.add("onvif.xaddr", word.text, word.start, word.end)


def _add_types(fields: Fields, node: Node) -> None:
    for word in _words(node):
        fields.add("onvif.types", word.text, word.start, word.end)


def _add_endpoint(fields: Fields, node: Node) -> None:
    if node.parent == "EndpointReference" or node.name == "GUID":
        fields.add("onvif.endpoint", node.text, node.start, node.end)
        add_uuid(fields, node.text, node.start, node.end)
    elif "IPv4" in node.path:
        add_address(fields, node.text, node.start, node.end)


def _add_hardware_address(fields: Fields, node: Node) -> None:
    fields.add("onvif.HwAddress", node.text, node.start, node.end)
    add_mac(fields, node.text, node.start, node.end)


def _add_scopes(fields: Fields, node: Node) -> None:
    for word in _words(node):
        _add_scope(fields, word.text, word.start, word.end)


def _add_scope_item(fields: Fields, node: Node) -> None:
    _add_scope(fields, node.text, node.start, node.end)


def _add_scope(fields: Fields, text: str, start: int | None, end: int | None) -> None:
    fields.add("onvif.scope", text, start, end, limit=400)
    found = _SCOPE.match(text)
    if found is None:
        return
    key = found[1].lower()
    key = _SCOPE_KEYS.get(key, key)
    value = _unescaped(found[2])
    fields.add(f"onvif.scope.{key}", value, start, end, limit=300)
    if key == "mac":
        add_mac(fields, value, start, end)
    elif key == "serial":
        add_serial(fields, value, start, end)


def _unescaped(text: str) -> str:
    return text_of(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text.encode()))


_BY_NAME: dict[str, Callable[[Fields, Node], None]] = {
    "Namespace": _add_namespace,
    "XAddr": _add_xaddrs,
    "XAddrs": _add_xaddrs,
    "Types": _add_types,
    "Scopes": _add_scopes,
    "ScopeItem": _add_scope_item,
    "Address": _add_endpoint,
    "GUID": _add_endpoint,
    "HwAddress": _add_hardware_address,
}


def _read_dump(fields: Fields, document: Document) -> None:
    for node in document.nodes:
        key = node.name.lower().replace("_", "")
        if key in _INFORMATION:
            _add_information(fields, key, node)
        elif key in {"scopes", "scope"}:
            _add_scope(fields, node.text, node.start, node.end)
        elif key in {"xaddrs", "xaddr"}:
            _add_xaddrs(fields, node)
        elif key == "types":
            _add_types(fields, node)
        elif key in {"urn", "endpointreference", "endpoint"}:
            fields.add("onvif.endpoint", node.text, node.start, node.end)
            add_uuid(fields, node.text, node.start, node.end)


def _read_lines(fields: Fields) -> None:
    """`Manufacturer: x` and the like, as clients print a reply; scopes are read by their own form."""
    for node in _document.labelled(fields.raw[:65_536]):
        key = re.sub(r"[^a-z]", "", node.name.lower())
        name = _PRINTED.get(key)
        if name is not None:
            _add_information(fields, name, node)
        elif key in {"types", "type"} and ":" in node.text:
            _add_types(fields, node)
        elif key in {"xaddrs", "xaddr"}:
            _add_xaddrs(fields, node)
        elif key in {"epr", "endpointreference", "urn", "uuid"}:
            fields.add("onvif.endpoint", node.text, node.start, node.end)
            add_uuid(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply, a SOAP envelope, a client's dump, or a list of scopes."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields)
    if document is not None and document.kind != "pairs":
        read(fields, document)
    else:
        _read_lines(fields)
        for found in _SCOPE_LINE.finditer(fields.raw):
            _add_scope(fields, text_of(found[0]).strip(), *found.span())
        address = re.search(rb"\baddress:\s{0,4}([0-9.]{7,15})\b", fields.raw[:4_096])
        if address is not None:
            add_address(fields, text_of(address[1]), *address.span(1))
    return fields.done()
