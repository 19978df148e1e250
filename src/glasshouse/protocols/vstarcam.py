"""VStarcam finder: the reply to a datagram on UDP 8600. The credentials that it may end with are not read."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="vstarcam",
    title="VStarcam finder",
    probe="other",
    ports=(8600,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Vstarcam.cs"),
    ),
    reply_ports=(),
    broadcast=(8600,),
)

_SEARCH = b"\x44\x48\x01\x01"
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search."""
    del token
    _http.authority(host, port, port)
    return (Request("VStarcam search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_PLACES = (
    Place("vstarcam.address", 4, 16, "ip-text", own=True),
    Place("vstarcam.mac", 0x54, 6, "mac", own=True),
    Place("vstarcam.serial", 0x5C, 32, "serial", own=True),
    Place("vstarcam.name", 0x7C, 80),
    Place("vstarcam.firmware", 0xCC, 32),
)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Address, MAC, serial, name and firmware."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:4] == b"\x44\x48\x01\x08":
        add_layout(fields, _PLACES)
    return fields.done()
