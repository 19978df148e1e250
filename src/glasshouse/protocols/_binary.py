"""Fixed layouts of finder replies: texts, addresses and numbers at known offsets."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from glasshouse.protocols._fields import Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, add_serial, normal_mac

__all__ = ["Kind", "Place", "add_at", "add_layout", "type_length_values"]

Kind = Literal["text", "mac", "mac-text", "ip", "ip-text", "serial", "number", "dotted"]


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a layout: its field name, where it stands, and how it is written."""

    name: str
    start: int
    size: int
    kind: Kind = "text"
    own: bool = False  # the device's own MAC, address or serial, as opposed to its gateway's


def add_layout(fields: Fields, places: tuple[Place, ...]) -> None:
    """Add every value of a layout whose bytes are there."""
    for place in places:
        if place.start + (place.size if place.kind in {"mac", "ip"} else 1) <= len(fields.raw):
            add_at(fields, place.name, place.start, place.start + place.size, place.kind, own=place.own)


def add_at(fields: Fields, name: str, start: int, end: int, kind: Kind = "text", *, own: bool = False) -> None:
    """Add the value at `raw[start:end]`; a text ends at its first NUL."""
    data = fields.raw[start:end]
    if kind == "mac":
        text = data.hex(":")
    elif kind == "ip":
        text = str(ipaddress.IPv4Address(data)) if len(data) == 4 else ""
    elif kind == "number":
        text = str(int.from_bytes(data, "little"))
    elif kind == "dotted":
        text = ".".join(str(byte) for byte in data)
    else:
        data = data.split(b"\0", 1)[0]
        text = text_of(data)
        end = start + len(data)
    fields.add(name, (normal_mac(text) or text) if kind == "mac-text" else text, start, end)
    if own:
        _add_own(fields, kind, text, start, end)


def _add_own(fields: Fields, kind: Kind, text: str, start: int, end: int) -> None:
    if kind in {"mac", "mac-text"}:
        add_mac(fields, text, start, end)
    elif kind in {"ip", "ip-text"}:
        add_address(fields, text, start, end)
    elif kind == "serial":
        add_serial(fields, text, start, end)


def type_length_values(data: bytes, at: int, type_size: int, length_size: int) -> Iterator[tuple[int, int, int]]:
    """Type, start and end of each value; big-endian lengths. Ends at the first value that is cut."""
    for _ in range(200):
        start = at + type_size + length_size
        if start > len(data):
            return
        end = start + int.from_bytes(data[at + type_size : start], "big")
        if end > len(data):
            return
        yield int.from_bytes(data[at : at + type_size], "big"), start, end
        at = end
