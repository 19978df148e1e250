"""Foscam finder: the reply to a broadcast on UDP 10000."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="foscam",
    title="Foscam finder",
    probe="other",
    ports=(10000,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Foscam.cs"),
    ),
    reply_ports=(),
    broadcast=(10000,),
)

_SEARCH = b"MO_I" + bytes(11) + b"\x04" + bytes(7) + b"\x00\x00\x00\x01"
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search."""
    del token
    _http.authority(host, port, port)
    return (Request("Foscam search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_PLACES = (
    Place("foscam.mac", 0x17, 13, "mac-text", own=True),
    Place("foscam.name", 0x24, 21),
    Place("foscam.address", 0x39, 4, "ip", own=True),
    Place("foscam.type", 0x49, 4, "number"),
    Place("foscam.firmware", 0x4D, 4, "dotted"),
    Place("foscam.web", 0x51, 4, "dotted"),
)
_PAYLOAD = 0x17


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC, name, address and versions; a payload under the key that the reply itself carries is uncovered first."""
    data = raw[:MAX_BYTES]
    if data[:4] != b"MO_I" or len(data) < 0x57:
        return ()
    if data[6]:
        key = data[7:15]
        data = data[:_PAYLOAD] + bytes(byte ^ key[at % 8] for at, byte in enumerate(data[_PAYLOAD:]))
    fields = Fields(data)
    add_layout(fields, _PLACES)
    found = fields.done()
    return found if data == raw[:MAX_BYTES] else tuple(Decoded(item.name, item.value) for item in found)
