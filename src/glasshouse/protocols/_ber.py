"""The subset of BER that SNMP messages use: tags of one byte, definite lengths (ITU-T X.690, RFC 3417)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from glasshouse.protocols._fields import text_of

__all__ = ["Value", "children", "oid_of", "shown"]

MAX_CHILDREN = 500
_INTEGERS = frozenset({0x02, 0x41, 0x42, 0x43, 0x46})  # INTEGER, Counter32, Gauge32, TimeTicks, Counter64

Value = tuple[int, int, int]  # tag, start and end of the contents


def children(data: bytes, at: int, end: int) -> Iterator[Value]:
    """The values that stand one after another in `data[at:end]`; ends at the first that is cut."""
    end = min(end, len(data))
    for _ in range(MAX_CHILDREN):
        if at + 2 > end:
            return
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 0 < size <= 4 or start + size > end:
                return
            length = int.from_bytes(data[start : start + size], "big")
            start += size
        if start + length > end:
            return
        yield tag, start, start + length
        at = start + length


def oid_of(data: bytes) -> str:
    """An object identifier in dotted numbers; empty where the bytes are none."""
    if not data or len(data) > 200:
        return ""
    arcs = [min(data[0] // 40, 2), data[0] - 40 * min(data[0] // 40, 2)]
    arc = 0
    for byte in data[1:]:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    return ".".join(str(item) for item in arcs)


def shown(tag: int, data: bytes) -> str:
    """A value as management programs print it: text, number, dotted identifier, or pairs of hexadecimal digits."""
    if tag == 0x06:
        return oid_of(data)
    if tag in _INTEGERS and len(data) <= 16:
        return str(int.from_bytes(data, "big", signed=tag == 0x02))
    if tag == 0x40 and len(data) == 4:
        return str(ipaddress.IPv4Address(data))
    if tag not in {0x04, 0x44}:
        return ""
    text = text_of(data.rstrip(b"\0"))
    return (
        text if "\ufffd" not in text and all(char.isprintable() or char in "\r\n\t" for char in text) else data.hex(" ")
    )
