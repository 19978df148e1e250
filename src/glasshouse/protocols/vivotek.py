"""Vivotek finder: the reply to a datagram on UDP 10000, a list of tagged values."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Kind, add_at
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="vivotek",
    title="Vivotek finder",
    probe="other",
    ports=(10000,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Vivotek.cs"),
    ),
    reply_ports=(),
    broadcast=(10000,),
)

_SEARCH = b"\x01" + b"GLAS"  # devices repeat the four bytes
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search; devices repeat its last four bytes."""
    del token
    _http.authority(host, port, port)
    return (Request("Vivotek search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_TAGS: dict[int, tuple[str, Kind, bool]] = {
    1: ("vivotek.name", "text", False),
    2: ("vivotek.mac", "mac", True),
    3: ("vivotek.address", "ip", True),
    6: ("vivotek.http-port", "number", False),
    9: ("vivotek.model", "text", False),
}
_BYTE_ALONE = 4  # this tag is followed by one byte, without a length


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Name, MAC, address and model."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] != b"\x02":
        return ()
    at = 5
    while at + 2 <= len(fields.raw):
        tag = fields.raw[at]
        if tag == _BYTE_ALONE:
            at += 2
            continue
        end = at + 2 + fields.raw[at + 1]
        if end > len(fields.raw):
            break
        name, kind, own = _TAGS.get(tag, ("", "text", False))
        if name:
            add_at(fields, name, at + 2, end, kind, own=own)
        at = end
    return fields.done()
