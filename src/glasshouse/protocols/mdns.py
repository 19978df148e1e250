"""mDNS and DNS-SD: the services a device announces. Query bytes are built here; replies are read by zeroconf's codec."""

from __future__ import annotations

import ipaddress
import re
import struct
from typing import TYPE_CHECKING

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Node
from glasshouse.protocols._fields import Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes

if TYPE_CHECKING:
    from zeroconf import DNSRecord  # type: ignore[attr-defined]

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="mdns",
    title="mDNS service discovery",
    probe="mdns",
    ports=(5353,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("RFC 6762, Multicast DNS", "https://www.rfc-editor.org/rfc/rfc6762", "5.4 unicast replies"),
        Reference("RFC 6763, DNS-Based Service Discovery", "https://www.rfc-editor.org/rfc/rfc6763", "section 9"),
    ),
    limitations=("Few makers beside Axis announce services of their own.",),
    multicast=(("224.0.0.251", 5353), ("ff02::fb", 5353)),
)

_ENDS_WITH_MAC = re.compile(r" - ([0-9A-Fa-f]{12})$")  # Axis puts the unit's address after its model
_PACKET = 9_000  # RFC 6762, section 17
_TYPES = ("_axis-video", "_axis-nvr", "_rtsp", "_onvif", "_psia", "_CGI", "_http", "_arec", "_nvr", "_hap")
_POINTS_TO = {
    b"_axis-": "axis", b"_onvif": "onvif", b"_psia": "isapi", b"_CGI": "isapi", b"_rtsp": "rtsp", b"_http": "http",
}  # fmt: skip
_SERVICE = re.compile(rb"(?<![\w-])_[A-Za-z0-9-]{1,30}\._(?:tcp|udp)")
_SERVICES = {"service", "type", "servicetype", "services"}
_INSTANCES = {"instance", "name", "servicename", "fullname"}
_HOSTS = {"host", "hostname", "server", "target"}
_ADDRESSES = {"address", "addresses", "ip", "ipaddress", "ipv4"}
_MAC_KEYS = {"mac", "macaddress", "macaddr"}
_SERIAL_KEYS = {"serial", "serialnumber", "sn"}


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """PTR questions with the unicast-reply bit: which services there are, and the types that cameras use."""
    del token
    _http.authority(host, port, port)
    return (
        Request("mDNS services", _query(("_services._dns-sd._udp",)), SafetyClass.DISCOVERY, "datagrams"),
        Request(
            "mDNS camera types", _query(tuple(f"{kind}._tcp" for kind in _TYPES)), SafetyClass.DISCOVERY, "datagrams"
        ),
    )


def _query(names: tuple[str, ...]) -> bytes:
    questions = b"".join(_name(f"{name}.local") + struct.pack(">HH", 12, 0x8001) for name in names)
    return struct.pack(">HHHHHH", 0, 0, len(names), 0, 0, 0) + questions


def _name(dotted: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode("ascii") for label in dotted.split(".")) + b"\0"


frame = any_bytes


def hints(raw: bytes) -> frozenset[str]:
    """The protocol behind each announced service."""
    return frozenset(name for mark, name in _POINTS_TO.items() if mark in raw[:_PACKET])


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A DNS message in bytes, or a browser program's rendering as JSON, key=value or lines."""
    fields = Fields(raw[:_PACKET])
    records = _records(fields.raw)
    if records:
        for record in records[:300]:
            _add_record(fields, record)
    elif b"\0" not in fields.raw:
        _add_text(fields)
    return fields.done()


def _records(data: bytes) -> list[DNSRecord]:
    from zeroconf import DNSIncoming  # type: ignore[attr-defined]  # noqa: PLC0415 - the collector runs without it

    try:
        message = DNSIncoming(data)
        return message.answers() if message.valid else []
    except Exception:  # noqa: BLE001 - hostile bytes: the codec documents no errors
        return []


def _add_record(fields: Fields, record: DNSRecord) -> None:
    from zeroconf import (  # type: ignore[attr-defined]  # noqa: PLC0415
        DNSAddress,
        DNSPointer,
        DNSService,
        DNSText,
    )

    if isinstance(record, DNSPointer):
        browse = record.name.startswith("_services._dns-sd.")
        fields.add("mdns.service", record.alias if browse else record.name)
        if not browse and record.alias.endswith(record.name):
            _add_instance(fields, record.alias.removesuffix("." + record.name), 0, len(fields.raw))
    elif isinstance(record, DNSService):
        fields.add("mdns.host", record.server)
        instance, _, service = record.name.partition("._")
        _add_instance(fields, instance, None, None)
        fields.add("mdns.service", "_" + service)
    elif isinstance(record, DNSText):
        for item in _strings(record.text):
            at = fields.raw.find(item)
            _add_pair(fields, item, at, at + len(item))
    elif isinstance(record, DNSAddress):
        add_address(fields, str(ipaddress.ip_address(record.address)))


def _strings(text: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while at < len(text) and len(found) < 100:
        found.append(text[at + 1 : at + 1 + text[at]])
        at += 1 + text[at]
    return found


def _add_instance(fields: Fields, text: str, start: int | None, end: int | None) -> None:
    fields.add("mdns.instance", text, start, end)
    named = _ENDS_WITH_MAC.search(text)
    if named is not None:
        add_mac(fields, named[1], start, end)


def _add_pair(fields: Fields, item: bytes, start: int, end: int) -> None:
    key, _, value = item.partition(b"=")
    _add_txt(fields, Node((text_of(key),), text_of(value), start + len(key) + 1, end))


def _add_txt(fields: Fields, node: Node) -> None:
    key = node.name.lower().removeprefix("txt.")
    fields.add(f"mdns.txt.{key}", node.text, node.start, node.end)
    if key in _MAC_KEYS:
        add_mac(fields, node.text, node.start, node.end)
    elif key in _SERIAL_KEYS:
        add_serial(fields, node.text, node.start, node.end)


# Browser programs: `=;if;IPv4;name;type;domain;host;address;port;txt`, zone lines, an object's own print.
_PARSABLE = re.compile(
    rb"^=;[^;\r\n]{0,40};IPv[46];([^;\r\n]{1,200});([^;\r\n]{1,80});[^;\r\n]{1,40};([^;\r\n]{1,255});([^;\r\n]{1,45});\d{1,5};([^\r\n]{0,4000})",
    re.MULTILINE,
)
_ZONE = re.compile(
    rb"^([^\s;\"]{3,255})\.?[ \t]{1,40}(?:\d{1,10}[ \t]{1,40})?(?:IN|CLASS1)?[ \t]{0,40}\b(PTR|SRV|TXT|A)[ \t]{1,40}([^\r\n]{1,4000})",
    re.MULTILINE,
)
_REACHED = re.compile(
    rb"^(?:[\d:. ]{0,16})?(\S[^\r\n]{0,120}?)\._[A-Za-z0-9-]{1,30}\._(?:tcp|udp)\.\S{0,20} can be reached at (\S{1,255}?):\d",
    re.MULTILINE,
)
_PROPERTY = re.compile(rb"""b?["']([A-Za-z][\w.-]{0,40})["']\s{0,2}:\s{0,2}b?["']([^"'\r\n]{1,200})["']""")
_OBJECT = re.compile(rb"""\b(name|server)=["']([^"'\r\n]{1,255})["']""")
_DECIMAL = re.compile(r"\\(\d{3})")


def _unescaped(text: str) -> str:
    r"""`\032` is a blank in the names of browser programs and zone files."""
    return _DECIMAL.sub(lambda found: chr(min(int(found[1]), 255)), text).replace("\\", "")


def _add_rendered(fields: Fields) -> None:
    """The forms of browser programs that are neither JSON nor labelled lines."""
    for found, _ in zip(_PARSABLE.finditer(fields.raw), range(50), strict=False):
        _add_instance(fields, _unescaped(text_of(found[1])), *found.span(1))
        fields.add("mdns.host", text_of(found[3]), *found.span(3))
        add_address(fields, text_of(found[4]), *found.span(4))
        _add_txt_list(fields, Node(("txt",), text_of(found[5]), *found.span(5)))
    for found, _ in zip(_ZONE.finditer(fields.raw), range(100), strict=False):
        _add_zone_line(fields, found)
    reached = _REACHED.search(fields.raw[:16_384])
    if reached is not None:
        _add_instance(fields, _unescaped(text_of(reached[1])), *reached.span(1))
        fields.add("mdns.host", text_of(reached[2]), *reached.span(2))
    if b"ServiceInfo(" in fields.raw[:200]:
        for found, _ in zip(_OBJECT.finditer(fields.raw), range(20), strict=False):
            name = "mdns.host" if found[1] == b"server" else "mdns.instance"
            fields.add(
                name, text_of(found[2]).partition("._")[0] if found[1] == b"name" else text_of(found[2]), *found.span(2)
            )
        for found, _ in zip(_PROPERTY.finditer(fields.raw), range(50), strict=False):
            _add_txt(fields, Node((text_of(found[1]),), text_of(found[2]), *found.span(2)))


def _add_zone_line(fields: Fields, found: re.Match[bytes]) -> None:
    kind, value = found[2], text_of(found[3]).strip()
    if kind == b"TXT":
        _add_txt_list(fields, Node(("txt",), value, *found.span(3)))
    elif kind == b"PTR" and "._" in value:
        _add_instance(fields, _unescaped(value.partition("._")[0]), *found.span(3))
    elif kind == b"SRV":
        fields.add("mdns.host", value.split(" ")[-1], *found.span(3))
    elif kind == b"A":
        add_address(fields, value, *found.span(3))


def _add_text(fields: Fields) -> None:
    _add_rendered(fields)
    if b"ServiceInfo(" in fields.raw[:200]:
        for service, _ in zip(_SERVICE.finditer(fields.raw), range(50), strict=False):
            fields.add("mdns.service", text_of(service[0]), *service.span())
        return
    for service, _ in zip(_SERVICE.finditer(fields.raw), range(50), strict=False):
        fields.add("mdns.service", text_of(service[0]), *service.span())
    document = _document.parse(fields.raw)
    nodes = document.nodes if document is not None and document.kind != "xml" else _document.labelled(fields.raw)
    for node in nodes:
        if node.name.lower() == "txt":
            _add_txt_list(fields, node)
        else:
            _add_labelled(fields, node)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[] "))
    except ValueError:
        return False
    return True


def _add_labelled(fields: Fields, node: Node) -> None:
    key = node.name.lower().replace("_", "")
    if key in _HOSTS and _is_address(node.text):
        add_address(fields, node.text, node.start, node.end)
    elif key in _HOSTS:
        fields.add("mdns.host", node.text.strip("[]"), node.start, node.end)
    elif key in _ADDRESSES:
        add_address(fields, node.text.strip("[]"), node.start, node.end)
    elif key in _INSTANCES and node.parent != "txt":
        _add_instance(fields, node.text.partition("._")[0], node.start, node.end)
    elif key not in _SERVICES and key != "port":
        _add_txt(fields, node)


def _add_txt_list(fields: Fields, node: Node) -> None:
    for item in re.findall(r'[^"\[\]\s,]{1,60}=[^"\[\]]{1,200}', node.text)[:50]:
        data = item.encode()
        at = fields.raw.find(data, node.start or 0)
        _add_pair(fields, data, at, at + len(data))
