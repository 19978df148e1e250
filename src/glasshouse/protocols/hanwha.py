"""Hanwha (Samsung, Wisenet) finder: the reply to a broadcast on UDP 7701."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="hanwha",
    title="Hanwha finder",
    probe="other",
    ports=(7701,),
    transport="udp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Hanwha.cs"),
    ),
    limitations=(
        "Nothing is sent: replies come from captures and imports.",
        "One implementation is the source of the layout.",
    ),
    reply_ports=(7711,),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_PLACES = (
    Place("hanwha.mac", 0x13, 18, "mac-text", own=True),
    Place("hanwha.address", 0x25, 16, "ip-text", own=True),
    Place("hanwha.model", 0x6D, 10),
    Place("hanwha.url", 0x85, 39),
)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC, address, model and URL."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] == b"\x0b" and len(fields.raw) > 0x85:
        add_layout(fields, _PLACES)
    return fields.done()
