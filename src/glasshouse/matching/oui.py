"""Registered MAC prefixes: longest first (36, 28, 24 bits). A prefix is a lead to the interface's maker, no proof.

Table format, little-endian, zlib-compressed after the magic: counts (5 x u32: names, 24-, 28-, 36-bit prefixes,
length of the names), names as UTF-8 lines `name<TAB>maker<TAB>brand<TAB>strength`, then per width the sorted prefixes
(u32 for 24 and 28 bits, u64 for 36) and, aligned with them, indexes into the names (u16).
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from glasshouse.model.strength import Strength

__all__ = ["Registrant", "Table", "is_local", "is_multicast", "normalise", "pack"]

MAGIC = b"GHOUI1\n"
_HEADER = struct.Struct("<5I")
_WIDTHS = ((24, "I"), (28, "I"), (36, "Q"))
_LIMIT = 64 << 20  # bytes after decompression; the real table is about one megabyte
_HEX = frozenset("0123456789abcdef")


class Registrant(NamedTuple):
    """Who registered the prefix: name in the registry, maker and brand slugs if known, width, what it supports alone."""

    name: str
    maker: str | None
    bits: int
    brand: str | None = None
    strength: Strength = Strength.NONE


def normalise(text: str) -> str | None:
    """A MAC address in any usual spelling as lower-case `aa:bb:cc:dd:ee:ff`; None when it is none."""
    digits = "".join(char for char in text.lower() if char not in ":-. \t")
    if len(digits) != 12 or not _HEX.issuperset(digits):
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def is_local(mac: str) -> bool:
    """Whether the address is locally administered (IEEE 802, bit 1 of the first octet): no registrant says anything."""
    return bool(int(mac[:2], 16) & 2)


def is_multicast(mac: str) -> bool:
    """Whether the address names a group (bit 0 of the first octet), so no device."""
    return bool(int(mac[:2], 16) & 1)


def _native(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _line(registrant: Registrant) -> str:
    name = registrant.name.replace("\t", " ").replace("\n", " ")
    strength = registrant.strength.word if registrant.strength else ""
    return f"{name}\t{registrant.maker or ''}\t{registrant.brand or ''}\t{strength}"


def pack(prefixes: Iterable[tuple[int, Registrant]]) -> bytes:
    """The table of `(prefix, registrant)` pairs; `registrant.bits` is the width of the prefix."""
    pairs = list(prefixes)
    lines = sorted({_line(registrant) for _, registrant in pairs})
    at = {line: index for index, line in enumerate(lines)}
    names = "\n".join(lines).encode("utf-8")
    body = [names]
    counts = []
    for bits, code in _WIDTHS:
        rows = sorted((prefix, _line(registrant)) for prefix, registrant in pairs if registrant.bits == bits)
        counts.append(len(rows))
        body.append(_native(array(code, (prefix for prefix, _ in rows))).tobytes())
        body.append(_native(array("H", (at[line] for _, line in rows))).tobytes())
    head = _HEADER.pack(len(lines), *counts, len(names))
    return MAGIC + zlib.compress(head + b"".join(body), 9)


class Table:
    """The registry, from the bytes that `pack` made; raises ValueError on anything else."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC):
            raise ValueError("no MAC prefix table: it must begin with GHOUI1; rebuild it with scripts/build_oui.py")
        inflater = zlib.decompressobj()
        try:
            plain = inflater.decompress(data[len(MAGIC) :], _LIMIT)
            self._read(plain)
        except (zlib.error, struct.error, ValueError, UnicodeDecodeError) as error:
            raise ValueError(
                f"the MAC prefix table is damaged ({error}); rebuild it with scripts/build_oui.py"
            ) from error

    def _read(self, plain: bytes) -> None:
        count, *sizes, length = _HEADER.unpack_from(plain)
        place = _HEADER.size
        self._names = plain[place : place + length].decode("utf-8").split("\n")
        if len(self._names) != count:
            raise ValueError(f"{len(self._names)} names where {count} are announced")
        place += length
        self._parts: list[tuple[int, array[int], array[int]]] = []
        for (bits, code), size in zip(_WIDTHS, sizes, strict=True):
            prefixes, owners = array(code), array("H")
            prefixes.frombytes(plain[place : place + size * prefixes.itemsize])
            place += size * prefixes.itemsize
            owners.frombytes(plain[place : place + size * 2])
            place += size * 2
            if len(prefixes) != size or len(owners) != size:
                raise ValueError("the table is cut short")
            self._parts.insert(0, (bits, _native(prefixes), _native(owners)))

    def __len__(self) -> int:
        return sum(len(prefixes) for _, prefixes, _ in self._parts)

    def registrant(self, mac: str) -> Registrant | None:
        """Who registered the longest prefix of `mac` (lower-case, colons); None: nobody, local, or a group."""
        if is_local(mac) or is_multicast(mac):
            return None
        number = int(mac.replace(":", ""), 16)
        for bits, prefixes, owners in self._parts:
            prefix = number >> (48 - bits)
            at = bisect_left(prefixes, prefix)
            if at < len(prefixes) and prefixes[at] == prefix:
                name, maker, brand, strength = self._names[owners[at]].split("\t")
                return Registrant(name, maker or None, bits, brand or None, Strength.parse(strength or "none"))
        return None
