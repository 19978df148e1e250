"""Bosch finder: the binary or XML reply to a datagram on UDP 1757."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="bosch",
    title="Bosch finder",
    probe="other",
    ports=(1757,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Bosch.cs"),
    ),
    limitations=("One implementation is the source of the layout.",),
    reply_ports=(1758,),
    broadcast=(1757,),
)

_SEARCH = b"\x99\x39\xa4\x27" + b"GLAS" + b"\xff\x00\x06\xde"  # magic, a number of our own, what is asked
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search; devices repeat the four bytes of our own."""
    del token
    _http.authority(host, port, port)
    return (Request("Bosch search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_MAGIC = b"\x99\x39\xa4\x27"
_PLACES = (
    Place("bosch.mac", 8, 6, "mac", own=True),
    Place("bosch.address", 16, 4, "ip", own=True),
)
_OWN = {"serialNumber": add_serial, "physAddress": add_mac, "unitIPAddress": add_address}


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC and address, or the elements of the XML form as `bosch.<Element>`."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:4] == _MAGIC:
        add_layout(fields, _PLACES)
        return fields.done()
    document = _document.parse(fields.raw)
    if document is not None and document.kind == "xml":
        for node in document.nodes:
            fields.add(f"bosch.{node.name}", node.text, node.start, node.end)
            add = _OWN.get(node.name)
            if add is not None:
                add(fields, node.text, node.start, node.end)
    return fields.done()
