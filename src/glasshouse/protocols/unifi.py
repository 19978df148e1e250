"""Ubiquiti finder: the reply to a datagram on UDP 10001, a list of tagged values."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Kind, add_at, type_length_values
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="unifi",
    title="Ubiquiti finder",
    probe="other",
    ports=(10001,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Ubiquiti.cs"),
        Reference("nmap scripts", "https://github.com/nmap/nmap", "scripts/ubiquiti-discovery.nse"),
    ),
    reply_ports=(),
    multicast=(("233.89.188.1", 10001),),
)

_SEARCH = b"\x01\x00\x00\x00"
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search: version 1, no values."""
    del token
    _http.authority(host, port, port)
    return (Request("Ubiquiti search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_TAGS: dict[int, tuple[str, Kind]] = {
    0x03: ("unifi.firmware", "text"),
    0x0B: ("unifi.hostname", "text"),
    0x0C: ("unifi.platform", "text"),
    0x15: ("unifi.model", "text"),
    0x16: ("unifi.version", "text"),
}


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC, address, platform, model and firmware; versions 1 and 2 of the form."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:2] not in {b"\x01\x00", b"\x02\x06"}:
        return ()
    for tag, start, end in type_length_values(fields.raw, 4, 1, 2):
        if tag in {1, 2} and end - start >= 6:
            add_at(fields, "unifi.mac", start, start + 6, "mac", own=True)
        if tag == 2 and end - start == 10:
            add_at(fields, "unifi.address", start + 6, end, "ip", own=True)
        elif tag in _TAGS:
            name, kind = _TAGS[tag]
            add_at(fields, name, start, end, kind)
    return fields.done()
