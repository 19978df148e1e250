"""SADP: the finder of the Hikvision family. Only the inquiry is known here; its port carries writing verbs too."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document, Node
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, uuid_from

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="sadp",
    title="SADP (finder of the Hikvision family)",
    probe="sadp",
    ports=(37020,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Hikvision.cs"),
        Reference(
            "cameronnewman/hikvision-tooling", "https://github.com/cameronnewman/hikvision-tooling", "internal/sadp"
        ),
        Reference("A captured inquiry and its reply", "https://www.mhzhuji.com/zhuji_info_958/"),
    ),
    limitations=(
        "Many devices answer to the group 239.255.255.250:37020 only: silence off the subnet proves nothing.",
        "Replies that are not XML are kept as their length and first bytes.",
    ),
    multicast=(("239.255.255.250", 37020),),
    reply_ports=(37020,),
)

_INQUIRY = '<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid}</Uuid><Types>inquiry</Types></Probe>'
_NAMES = {
    name.lower(): name
    for name in [
        "DeviceType",
        "DeviceDescription",
        "DeviceSN",
        "CommandPort",
        "HttpPort",
        "MAC",
        "IPv4Address",
        "IPv4SubnetMask",
        "IPv4Gateway",
        "IPv6Address",
        "IPv6Gateway",
        "IPv6MaskLen",
        "DHCP",
        "AnalogChannelNum",
        "DigitalChannelNum",
        "SoftwareVersion",
        "DSPVersion",
        "BootTime",
        "Activated",
        "Encrypt",
        "ResetAbility",
        "DiskNumber",
        "OEMInfo",
        "OEMCode",
        "DetailOEMCode",
        "PasswordResetAbility",
        "SupportHCPlatform",
        "HCPlatformEnable",
        "IsModifyVerificationCode",
        "SDKServerStatus",
        "SDKOverTLSServerStatus",
        "SDKOverTLSPort",
    ]
}
_PRINTED = _NAMES | {
    "serialno": "DeviceSN",
    "serialnumber": "DeviceSN",
    "deviceserialno": "DeviceSN",
    "macaddress": "MAC",
    "ipaddress": "IPv4Address",
    "port": "CommandPort",
    "status": "Status",
}
_ECHO = frozenset({"Uuid", "Types"})  # what was asked, not what the device says


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The inquiry; the same datagram goes to the group or to one host."""
    _http.authority(host, port, port)
    return (
        Request(
            "SADP inquiry", _INQUIRY.format(uuid=uuid_from(token).upper()).encode(), SafetyClass.DISCOVERY, "datagrams"
        ),
    )


frame = any_bytes


def hints(raw: bytes) -> frozenset[str]:
    """Who answers SADP answers ISAPI."""
    return frozenset({"isapi", "port-8000"}) if b"<ProbeMatch" in raw[:MAX_BYTES] else frozenset()


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The elements of a ProbeMatch."""
    fields = Fields(raw[:MAX_BYTES])
    document = _document.parse(fields.raw)
    if document is None or document.kind != "xml":
        if _read_printed(fields, document):
            return fields.done()
        if raw:
            fields.add("sadp.unread", f"{len(raw)} bytes: {raw[:16].hex()}")
        return fields.done()
    _document.describe(fields, document)
    for node in document.nodes:
        _add(fields, _NAMES.get(node.name.lower(), node.name), node)
    return fields.done()


def _add(fields: Fields, name: str, node: Node) -> None:
    if name not in _ECHO:
        fields.add(f"sadp.{name}", node.text, node.start, node.end)
    if name == "MAC":
        add_mac(fields, node.text, node.start, node.end)
    elif name == "DeviceSN":
        add_serial(fields, node.text, node.start, node.end)
    elif name == "IPv4Address":
        add_address(fields, node.text, node.start, node.end)


def _read_printed(fields: Fields, document: Document | None) -> bool:
    """The elements as a finder program prints them, as JSON or a line each; False where fewer than three are known."""
    if document is not None and document.kind == "json":
        known = [(name, node) for node in document.nodes if (name := _NAMES.get(node.name.lower()))]
    else:
        shown = _document.printed(fields.raw, _PRINTED)
        known = [(node.name, node) for node in shown.nodes] if shown is not None else []
    if len({name for name, _ in known}) < 3:
        return False
    for name, node in known:
        _add(fields, name, node)
    return True
