"""DHIP: the finder of the Dahua family. A 32-byte header, then JSON; only the search is known here."""

from __future__ import annotations

import struct

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_realm, add_serial

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="dhip",
    title="DHIP (finder of the Dahua family)",
    probe="dhip",
    ports=(37810,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Dahua2.cs"),
        Reference("mcw0/DahuaConsole", "https://github.com/mcw0/DahuaConsole", "net.py"),
    ),
    limitations=("Vendor and Manufacturer name the seller; the frame itself is what tells the maker of the firmware.",),
    multicast=(("239.255.255.251", 37810),),
    reply_ports=(37810,),
)

# 20 00 00 00 | DHIP | session | id | length | 0 | length | 0, numbers little-endian
_HEADER = struct.Struct("<I4sIIIIII")
_SEARCH = b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n'
_PRINTED = {
    name.lower(): name
    for name in (
        "DeviceClass", "DeviceType", "DeviceID", "SerialNo", "Version", "Vendor", "Manufacturer", "MachineName", "Init",
        "HttpPort", "Port", "IPAddress", "VideoInputChannels", "RemoteVideoInputChannels", "mac",
    )
} | {"serialnumber": "SerialNo", "macaddress": "mac"}  # fmt: skip
_OWN_KEYS = {"ipaddress": add_address, "serialno": add_serial, "serialnumber": add_serial, "mac": add_mac}


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search; the same datagram goes to the group or to one host."""
    del token
    _http.authority(host, port, port)
    size = len(_SEARCH)
    data = _HEADER.pack(_HEADER.size, b"DHIP", 0, 0, size, 0, size, 0) + _SEARCH
    return (Request("DHIP DHDiscover.search", data, SafetyClass.DISCOVERY, "datagrams"),)


def frame(data: bytes) -> bool:
    """Whether the header and the body it announces are there."""
    if len(data) < _HEADER.size or data[4:8] != b"DHIP":
        return False
    return len(data) >= _HEADER.size + min(int.from_bytes(data[16:20], "little"), MAX_BYTES)


def hints(raw: bytes) -> frozenset[str]:
    """Who answers DHIP answers the CGI of the family."""
    return frozenset({"dahua-cgi"}) if raw[4:8] == b"DHIP" or b"client.notifyDevInfo" in raw[:4_096] else frozenset()


def read(fields: Fields, document: Document) -> None:
    """Read the JSON of a reply into `dhip.*`, by the last key."""
    for node in document.nodes:
        if node.parent == "IPv6Address":
            fields.add(f"dhip.IPv6Address.{node.name}", node.text, node.start, node.end)
            continue
        fields.add(f"dhip.{node.name}", node.text, node.start, node.end)
        own = _OWN_KEYS.get(node.name.lower())
        if own is not None:
            own(fields, node.text, node.start, node.end)
        elif node.name == "realm":
            add_realm(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A framed reply, its JSON alone, or a header printed in hexadecimal; JSON frames of TCP 37777 too."""
    fields = Fields(raw[:MAX_BYTES])
    framed = fields.raw[4:8] == b"DHIP"
    if framed:
        fields.add("dhip.frame", "DHIP", 4, 8)
    elif fields.raw[:9].lower() in {b"20000000|", b"20000000 "} and b"44484950" in fields.raw[:20]:
        fields.add("dhip.frame", "DHIP")
    older = fields.raw[:2] == b"\xf6\x00" and fields.raw[_HEADER.size : _HEADER.size + 1] == b"{"  # its TCP kin
    if older:
        fields.add("dhip.frame", "f600")
    at = _HEADER.size if framed or older else 0
    document = _document.parse(fields.raw[at:].rstrip(b"\n\0"), at)
    if document is not None and document.kind == "json":
        read(fields, document)
    elif not framed and (shown := _document.printed(fields.raw, _PRINTED)) is not None:
        read(fields, shown)
    return fields.done()
