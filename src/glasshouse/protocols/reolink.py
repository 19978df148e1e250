"""Reolink finder: the reply to a broadcast on UDP 2000."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="reolink",
    title="Reolink finder",
    probe="other",
    ports=(2000,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("thirtythreeforty/neolink", "https://github.com/thirtythreeforty/neolink", "dissector/messages.md"),
    ),
    limitations=("The layout is known from one source.",),
    reply_ports=(3000,),
    broadcast=(2000,),
)

_SEARCH = b"\xaa\xaa\x00\x00"
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search."""
    del token
    _http.authority(host, port, port)
    return (Request("Reolink search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_PLACES = (
    Place("reolink.ident", 58, 18),
    Place("reolink.mac", 80, 6, "mac", own=True),
    Place("reolink.address", 108, 16, "ip-text", own=True),
    Place("reolink.name", 132, 32),
    Place("reolink.uid", 228, 32),
)
_SIZE = 388


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Kind, MAC, address, name and UID."""
    fields = Fields(raw[:MAX_BYTES])
    if len(fields.raw) == _SIZE:
        add_layout(fields, _PLACES)
    return fields.done()
