"""Sony finder: the reply to a broadcast on UDP 2380."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="sony",
    title="Sony finder",
    probe="other",
    ports=(2380,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Sony.cs"),
    ),
    limitations=("One implementation is the source of the form.",),
    reply_ports=(),
    broadcast=(2380,),
)

_SEARCH = b"\x02ENQ:allinfo\xff\x03"
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search."""
    del token
    _http.authority(host, port, port)
    return (Request("Sony ENQ:allinfo", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_ITEM = re.compile(rb"([A-Z]{2,20}):([^\xff\x03]{0,200})")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`sony.<key>` of each item between the marks 02 and 03."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] != b"\x02":
        return ()
    for item, _ in zip(_ITEM.finditer(fields.raw), range(60), strict=False):
        value = text_of(item[2])
        fields.add(f"sony.{text_of(item[1]).lower()}", value, *item.span(2))
        add = _OWN.get(item[1])
        if add is not None:
            add(fields, value, *item.span(2))
    return fields.done()


_OWN = {b"MAC": add_mac, b"SERIAL": add_serial, b"IPADR": add_address}
