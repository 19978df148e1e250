"""TVT finder (MHED): the reply of recorders and cameras that TVT builds for many brands."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="tvt",
    title="TVT finder (MHED)",
    probe="other",
    ports=(23456,),
    transport="udp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("nmap prefixes of the maker", "https://github.com/nmap/nmap", "nmap-mac-prefixes"),
        Reference(
            "julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "doc/protocols.html"
        ),
    ),
    limitations=(
        "Nothing is sent: replies come from captures and imports.",
        "Layout from the fact sheet; three implementations agree on it.",
    ),
    reply_ports=(23456,),
)

requests = no_requests
frame = any_bytes
hints = no_hints

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
