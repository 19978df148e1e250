"""The headers of many packets at once, as NumPy columns: link layer, VLAN tags, IPv4, IPv6, ports, TCP.

Same formats as `frames`, which reads the few packets that are looked into. A header that is cut short reads as zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glasshouse.sources.passive.batch import Batch

__all__ = ["Columns", "Numbers", "columns_of"]

Numbers: TypeAlias = NDArray[Any]
_PAD = 256  # zeros behind the buffer, so that no header of the last packet reaches past its end
_VLAN = (0x8100, 0x88A8, 0x9100)
# Link type: where the type of what follows stands, and where that begins.
_LAYOUTS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}
_BARE = {101: 0, 12: 0, 14: 0, 228: 0, 229: 0, 0: 4, 108: 4}  # link types without a type word: the IP version tells
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, of high entropy (2^64 / golden ratio)


@dataclass(slots=True)
class Columns:
    """One row a packet. `kind` is the type word (0 = a link type that is not read), `at` where its content begins.

    `proto` is the IP protocol (0 = no IP), `l4` where its header begins, `end` where the IP packet ends; `source` is
    the sender's address folded into 64 bits and `pair` both addresses; `part` says that it is a fragment or has
    extension headers; `vlan` is the outer tag (-1 = none).
    """

    bytes: Numbers
    kind: Numbers
    at: Numbers
    vlan: Numbers
    proto: Numbers
    l4: Numbers
    end: Numbers
    source: Numbers
    pair: Numbers
    part: Numbers

    def u16(self, at: Numbers) -> Numbers:
        """Two bytes, big-endian."""
        return _u16(self.bytes, at)

    def u32(self, at: Numbers) -> Numbers:
        """Four bytes, big-endian."""
        return _u32(self.bytes, at)


def _u16(data: Numbers, at: Numbers) -> Numbers:
    found: Numbers = (data[at].astype(np.uint16) << np.uint16(8)) | data[at + 1]
    return found


def _u32(data: Numbers, at: Numbers) -> Numbers:
    found: Numbers = (_u16(data, at).astype(np.uint32) << np.uint32(16)) | _u16(data, at + 2)
    return found


def columns_of(batch: Batch) -> Columns:
    """The columns of a batch."""
    data = np.frombuffer(batch.data + bytes(_PAD), np.uint8)
    starts = np.asarray(batch.starts, np.int64)
    ends = starts + np.asarray(batch.sizes, np.int64)
    kind, at = _link(batch, data, starts)
    vlan = _tags(data, kind, at, ends)
    count = len(starts)
    found = Columns(
        data, kind, at, vlan, np.zeros(count, np.uint8), at.copy(), ends.copy(),
        np.zeros(count, np.uint64), np.zeros(count, np.uint64), np.zeros(count, bool),
    )  # fmt: skip
    _ipv4(found, np.flatnonzero((kind == 0x0800) & (at + 20 <= ends)), ends)
    _ipv6(found, np.flatnonzero((kind == 0x86DD) & (at + 40 <= ends)), ends)
    return found


def _link(batch: Batch, data: Numbers, starts: Numbers) -> tuple[Numbers, Numbers]:
    kind, at = np.zeros(len(starts), np.uint16), starts.copy()
    for number, interface in enumerate(batch.interfaces):
        rows: Any = slice(None) if batch.kinds is None else np.flatnonzero(np.asarray(batch.kinds) == number)
        here = starts[rows]
        if interface.link in _LAYOUTS:
            word, content = _LAYOUTS[interface.link]
            kind[rows], at[rows] = _u16(data, here + word), here + content
        elif interface.link in _BARE:
            here = here + _BARE[interface.link]
            version = data[here] >> 4
            kind[rows], at[rows] = np.where(version == 4, 0x0800, np.where(version == 6, 0x86DD, 0)), here
    return kind, at


def _tags(data: Numbers, kind: Numbers, at: Numbers, ends: Numbers) -> Numbers:
    """Step over 802.1Q tags, also stacked ones; returns the outer VLAN numbers."""
    vlan = np.full(len(kind), -1, np.int16)
    for _ in range(4):
        rows = np.flatnonzero(np.isin(kind, _VLAN) & (at + 4 <= ends))
        if not len(rows):
            break
        here = at[rows]
        tag = (_u16(data, here) & 0x0FFF).astype(np.int16)
        vlan[rows] = np.where(vlan[rows] < 0, tag, vlan[rows])
        kind[rows], at[rows] = _u16(data, here + 2), here + 4
    return vlan


def _ipv4(found: Columns, rows: Numbers, ends: Numbers) -> None:
    data, at = found.bytes, found.at[rows]
    total = found.u16(at + 2).astype(np.int64)  # 0 where the card segments
    found.proto[rows] = data[at + 9]
    found.l4[rows] = at + (data[at] & 15).astype(np.int64) * 4
    found.end[rows] = np.where(total > 0, np.minimum(at + total, ends[rows]), ends[rows])
    source = found.u32(at + 12).astype(np.uint64)
    found.source[rows] = source
    found.pair[rows] = (source << np.uint64(32)) | found.u32(at + 16)
    found.part[rows] = (found.u16(at + 6) & 0x3FFF) != 0


def _ipv6(found: Columns, rows: Numbers, ends: Numbers) -> None:
    data, at = found.bytes, found.at[rows]
    size = found.u16(at + 4).astype(np.int64)
    found.proto[rows] = data[at + 6]
    found.l4[rows] = at + 40
    found.end[rows] = np.where(size > 0, np.minimum(at + 40 + size, ends[rows]), ends[rows])
    words = [found.u32(at + place).astype(np.uint64) for place in range(8, 40, 4)]
    found.source[rows] = _fold(words[:4])
    found.pair[rows] = _fold(words)
    found.part[rows] = np.isin(data[at + 6], (0, 43, 44, 60))


def _fold(words: list[Numbers]) -> Numbers:
    mixed = words[0]
    for word in words[1:]:
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX + word
    return mixed
