"""Panasonic (i-PRO) finder: the reply to a datagram on UDP 10670, a head and a list of tagged values."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._binary import Kind, Place, add_at, add_layout, type_length_values
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "is_reply", "requests"]

DOC = ProtocolDoc(
    name="panasonic",
    title="Panasonic (i-PRO) finder",
    probe="other",
    ports=(10670,),
    transport="udp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Panasonic.cs"),
    ),
    limitations=(
        "Nothing is sent: replies come from captures and imports.",
        "One implementation is the source; it contradicts itself about which port asks and which answers.",
    ),
    reply_ports=(10669,),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_VALUES = 53  # offset of the first tagged value: type and length of two bytes each, big-endian
_HEAD = (Place("panasonic.mac", 6, 6, "mac", own=True),)
_TAGS: dict[int, tuple[str, Kind, bool]] = {
    0x20: ("panasonic.address", "ip", True),
    0xA7: ("panasonic.model", "text", False),
    0xA8: ("panasonic.short-model", "text", False),
    0xA9: ("panasonic.version", "text", False),
}
_IPV4 = 0x20


def is_reply(raw: bytes) -> bool:
    """Whether the first tagged values stand where this finder puts them, with the lengths they must have."""
    if not raw.startswith(b"\0\1") or len(raw) < _VALUES + 8:
        return False
    tags = [(tag, end - start) for tag, start, end in type_length_values(raw[:1_500], _VALUES, 2, 2)]
    return (_IPV4, 4) in tags and len(tags) > 1


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC, address, model and version."""
    fields = Fields(raw[:MAX_BYTES])
    if not is_reply(fields.raw):
        return ()
    add_layout(fields, _HEAD)
    for tag, start, end in type_length_values(fields.raw, _VALUES, 2, 2):
        if tag in _TAGS:
            name, kind, own = _TAGS[tag]
            add_at(fields, name, start, end, kind, own=own)
    return fields.done()
