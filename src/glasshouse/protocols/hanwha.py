"""Hanwha (Samsung, Wisenet): the reply of its finder on UDP 7701, and the device information of SUNAPI."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._document import Document
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="hanwha",
    title="Hanwha finder and SUNAPI",
    probe="other",
    ports=(7701,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Hanwha.cs"),
        Reference("Hanwha: SNMP MIB guide", "https://docsplayer.org/107935799", "names of the maker"),
    ),
    limitations=(
        "Devices answer to a fixed port: the search is broadcast.",
        "One implementation is the source of the layout.",
    ),
    reply_ports=(7711,),
    broadcast=(7701,),
)

_SEARCH = b"\x01" + bytes(261)
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search; all but its first byte is zero."""
    del token
    _http.authority(host, port, port)
    return (Request("Hanwha search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_PLACES = (
    Place("hanwha.mac", 0x13, 18, "mac-text", own=True),
    Place("hanwha.address", 0x25, 16, "ip-text", own=True),
    Place("hanwha.model", 0x6D, 10),
    Place("hanwha.url", 0x85, 39),
)


_OWN = {"serialnumber": add_serial, "connectedmacaddress": add_mac}


def read(fields: Fields, document: Document) -> None:
    """Read SUNAPI's `deviceinfo`, key=value lines or JSON, into `hanwha.*` by the last key."""
    for node in document.nodes:
        fields.add(f"hanwha.{node.name}", node.text, node.start, node.end)
        own = _OWN.get(node.name.lower())
        if own is not None:
            own(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """MAC, address, model and URL of the finder; the keys of SUNAPI, alone or in a whole HTTP reply."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] == b"\x0b" and len(fields.raw) > 0x85:
        add_layout(fields, _PLACES)
        return fields.done()
    document = _http.unwrap(fields)
    if document is not None and document.kind != "xml":
        read(fields, document)
    return fields.done()
