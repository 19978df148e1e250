"""Which family a document belongs to, and the reading of one that belongs to none."""

from __future__ import annotations

import re
from collections.abc import Callable

from glasshouse.protocols._document import Document, describe
from glasshouse.protocols._fields import Fields
from glasshouse.protocols._identity import add_mac, add_serial, is_foreign

__all__ = ["family", "read_generic"]

_ISAPI_SPACE = re.compile(
    r"hikvision\.com/|isapi\.org/|std-cgi\.com/|psialliance-org|selfextension:psiaext", re.IGNORECASE
)
_ISAPI_ROOT = frozenset(
    [
        "DeviceInfo",
        "ResponseStatus",
        "ActivateStatus",
        "EventNotificationAlert",
        "InputProxyChannelList",
        "InputProxyChannelStatusList",
        "StreamingChannelList",
        "VideoInputChannelList",
        "AdminAccessProtocolList",
        "HttpHostNotificationList",
        "userCheck",
    ]
)
_DAHUA_KEYS = frozenset(["appautostart", "processor", "updateserial", "devicetype", "serialnumber", "sn"])
_DAHUA_ALONE = frozenset(["type", "version", "vendor", "class", "sn", "name", "hardwareversion", "builddate"])
_MAC_KEYS = frozenset(["mac", "macaddress", "macaddr", "hwaddress", "physaddress", "ethernetmac"])
_SERIAL_KEYS = frozenset(["serial", "serialnumber", "serialno", "sn", "devicesn"])
# What a device says of itself in a document of no known family, by the letters of the key.
_OWN_WORDS = {
    "document.manufacturer": frozenset(
        ["manufacturer", "manufacturername", "vendor", "vendorname", "brand", "brandname"]
    ),
    "document.model": frozenset(
        ["model", "devicemodel", "modelname", "modelnumber", "modelid", "productmodel", "productname"]
    ),
    "document.firmware": frozenset(
        [
            "firmware",
            "firmwareversion",
            "firmwarever",
            "fwversion",
            "fwver",
            "softwareversion",
            "swversion",
            "softversion",
        ]
    ),
}
# Only under these names: a list of cameras or of supported makers describes other things than the one that answers.
_OWN_PLACES = frozenset(
    [
        "data", "result", "response", "value", "body", "device", "deviceinfo", "devinfo", "info", "basic", "basicinfo",
        "system", "systeminfo", "sysinfo", "params", "about", "product", "hardware", "firmware", "version", "identity",
        "general", "cgiresult", "root", "deviceinformation",
    ]
)  # fmt: skip
_ICON = {"hash": "mmh3", "mmh": "mmh3", "murmur": "mmh3", "md": "md5", "sha": "sha256"}  # keys without their digits
_SUNAPI = frozenset(["model", "serialnumber", "firmwareversion"])


def family(document: Document) -> str:
    """Name of the protocol whose document this is; empty where it is none that we know."""
    if document.kind == "xml":
        return _xml_family(document)
    names = {node.name.lower() for node in document.nodes}
    return _json_family(document, names) if document.kind == "json" else _pairs_family(document, names)


def _xml_family(document: Document) -> str:
    if document.root == "Envelope":
        return "onvif"
    if document.root == "ProbeMatch":
        return "sadp"
    if document.first("unitIPAddress", "RCPPort") is not None:
        return "bosch"
    if any(_ISAPI_SPACE.search(space.text) for space in document.namespaces) or document.root in _ISAPI_ROOT:
        return "isapi"
    upnp = document.root in {"root", "scpd"} and any(
        "device-1-0" in s.text or "service-1-0" in s.text for s in document.namespaces
    )
    if upnp or (document.root == "root" and document.first("UDN", "friendlyName") is not None):
        return "upnp-description"
    return ""


def _json_family(document: Document, names: set[str]) -> str:
    paths = {node.path[0] for node in document.nodes} | {node.parent for node in document.nodes}
    if any(_ISAPI_SPACE.search(space.text) for space in document.namespaces):
        return "isapi"
    return next((name for name, holds in _JSON_FAMILIES if holds(paths, names)), "")


_JSON_FAMILIES: tuple[tuple[str, Callable[[set[str], set[str]], bool]], ...] = (
    ("isapi", lambda paths, names: "DeviceInfo" in paths and {"model", "serialnumber", "firmwareversion"} <= names),
    (
        "lapi",
        lambda paths, names: (
            "Response" in paths and bool({"responseurl", "responsecode", "statuscode", "devicemodel"} & names)
        ),
    ),
    ("hanwha", lambda _, names: names >= _SUNAPI and "connectedmacaddress" in names),
    (
        "dhip",
        lambda paths, names: (
            "deviceInfo" in paths or {"realm", "random", "encryption"} <= names or {"action", "code"} <= names
        ),
    ),
    ("axis", lambda paths, names: "prodnbr" in names or "propertyList" in paths),
    (
        "onvif",
        lambda _, names: (
            {"manufacturer", "model"} <= names
            and bool({"hardwareid", "hardware_id", "firmwareversion", "firmware_version"} & names)
        ),
    ),
    ("onvif", lambda _, names: "scopes" in names or "xaddrs" in names),
    ("tapo", lambda _, names: {"device_model", "device_type", "mac"} <= names),
    ("xm", lambda paths, _: "NetWork.NetCommon" in paths),
)


def _pairs_family(document: Document, names: set[str]) -> str:
    if any(name.startswith("root.") for name in names):
        return "axis"
    if names >= _SUNAPI and names & {"devicetype", "connectedmacaddress", "buildversion"}:
        return "hanwha"
    if len(names & _DAHUA_KEYS) >= 2 or any(name.startswith("table.") for name in names):
        return "dahua-cgi"
    return "dahua-cgi" if len(document.nodes) == 1 and names <= _DAHUA_ALONE else ""


def _different(document: Document, keys: frozenset[str]) -> int:
    """How many different values these keys have: more than one, and which is the device's own is not known."""
    return len(
        {
            node.text.lower()
            for node in document.nodes
            if re.sub(r"[^a-z]", "", node.name.lower()) in keys and not is_foreign(node.path)
        }
    )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _add_own_words(fields: Fields, document: Document) -> None:
    """Manufacturer, model and firmware that the document gives for itself, each only where there is one such value."""
    own = [node for node in document.nodes if all(_letters(name) in _OWN_PLACES for name in node.path[:-1])]
    for field, keys in _OWN_WORDS.items():
        said = [node for node in own if _letters(node.name) in keys]
        if len({node.text.casefold() for node in said}) == 1:
            fields.add(field, said[0].text, said[0].start, said[0].end, limit=128)


def read_generic(fields: Fields, document: Document) -> None:
    """Read a document of no known family: `json.<key>` and `kv.<key>`, and for XML its root and name spaces."""
    describe(fields, document)
    prefix = {"json": "json", "pairs": "kv", "xml": "xml.element"}[document.kind]
    _add_own_words(fields, document)
    macs, serials = _different(document, _MAC_KEYS), _different(document, _SERIAL_KEYS)
    for node in document.nodes:
        fields.add(f"{prefix}.{node.name}", node.text, node.start, node.end)
        key = re.sub(r"[^a-z]", "", node.name.lower())
        if "favicon" in (part.lower() for part in node.path) and key in _ICON:
            fields.add(f"http.favicon.{_ICON[key]}", node.text, node.start, node.end)
        if is_foreign(node.path):
            continue
        if key in _MAC_KEYS and macs == 1:
            add_mac(fields, node.text, node.start, node.end)
        elif key in _SERIAL_KEYS and serials == 1:
            add_serial(fields, node.text, node.start, node.end)
