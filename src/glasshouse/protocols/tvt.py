"""TVT finder (MHED): the reply of recorders and cameras that TVT builds for many brands."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="tvt",
    title="TVT finder (MHED)",
    probe="other",
    ports=(23456,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("nmap prefixes of the maker", "https://github.com/nmap/nmap", "nmap-mac-prefixes"),
        Reference(
            "julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "doc/protocols.html"
        ),
    ),
    limitations=("Layout from the fact sheet; three implementations agree on it.",),
    reply_ports=(23456,),
    multicast=(("234.55.55.55", 23456),),
    reply_groups=("234.55.55.56",),
)

_SEARCH = b"MHED" + b"\x09\x00\x01\x00" + b"\x01\x00" + bytes(130)  # command 1; 3 would set the network
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search as the maker's address tool sends it."""
    del token
    _http.authority(host, port, port)
    return (Request("MHED search 1", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_PLACES = (
    Place("tvt.class", 0x0C, 20),
    Place("tvt.mac", 0x20, 6, "mac", own=True),
    Place("tvt.address", 0x28, 4, "ip", own=True),
    Place("tvt.serial", 0x8C, 12, "serial", own=True),
    Place("tvt.firmware", 0x9C, 40),
    Place("tvt.type", 0xC4, 16),
    Place("tvt.vendor", 0xD4, 28),
)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Class, MAC, serial, firmware and vendor label of a reply (command 2)."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:4] == b"MHED" and fields.raw[8:10] == b"\x02\x00":
        fields.add("tvt.frame", "MHED", 0, 4)
        add_layout(fields, _PLACES)
    return fields.done()
