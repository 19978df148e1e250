"""Packets as they lie in a buffer: where each begins, how long it is, on which interface it was captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Batch", "Interface"]


@dataclass(frozen=True, slots=True)
class Interface:
    """Link type of an interface, ticks of its clock per second (0 = its packets have no time), seconds to add."""

    link: int
    per_second: int = 1_000_000
    offset: int = 0


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

    def frame(self, index: int) -> tuple[int, bytes]:
        """Link type and bytes of one packet, copied out of the buffer."""
        start = self.starts[index]
        return self._interface(index).link, self.data[start : start + self.sizes[index]]

    def at(self, index: int) -> datetime | None:
        """When a packet was captured (UTC; None = not recorded)."""
        return self.time(self.data, self.starts[index], self._interface(index))

    def _interface(self, index: int) -> Interface:
        return self.interfaces[self.kinds[index] if self.kinds is not None else 0]
