"""Packets as they lie in a buffer: where each begins, how long it is, on which interface it was captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Batch", "Interface", "Packet"]


@dataclass(frozen=True, slots=True)
class Interface:
    """Link type of an interface, ticks of its clock per second (0 = its packets have no time), seconds to add."""

    link: int
    per_second: int = 1_000_000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured frame: its number in the capture (from 1), link type, bytes, and time (UTC; None = not recorded)."""

    number: int
    link: int
    data: bytes
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive packets of a capture. `first` is the number of the first one.

    `starts` and `sizes` are places and bytes in `data`; `kinds` says which of `interfaces` each came from (None: the
    only one); `time` reads the time that stands before a packet.
    """

    data: bytes
    first: int
    starts: Sequence[int]
    sizes: Sequence[int]
    interfaces: tuple[Interface, ...]
    kinds: Sequence[int] | None
    time: Callable[[bytes, int, Interface], datetime | None]

    def packet(self, index: int) -> Packet:
        """One packet, copied out of the buffer."""
        interface = self.interfaces[self.kinds[index] if self.kinds is not None else 0]
        start = self.starts[index]
        data = self.data[start : start + self.sizes[index]]
        return Packet(self.first + index, interface.link, data, self.time(self.data, start, interface))
