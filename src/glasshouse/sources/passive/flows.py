"""TCP directions put together, within bounds: the first 16 KiB of each, oldest flow dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from glasshouse.sources.passive.frames import Segment
from glasshouse.sources.passive.heard import Where

__all__ = ["MAX_BYTES", "MAX_FLOWS", "Direction", "Flow", "Flows"]

MAX_BYTES = 16_384  # of one direction
MAX_FLOWS = 1_024
MAX_WAITING = 16  # segments of a direction that came before their turn
MAX_WAITING_BYTES = 2_048  # of each of them: more than a frame of usual networks
_WRAP = 1 << 32
_NOWHERE = Where(0, None)


@dataclass(slots=True)
class Direction:
    """One direction of a flow: who sends, and what has been put together so far."""

    address: str
    port: int
    data: bytearray = field(default_factory=bytearray)
    where: Where = _NOWHERE  # the first segment with data
    _next: int | None = None
    _waiting: dict[int, bytes] = field(default_factory=dict)

    def add(self, segment: Segment, where: Callable[[], Where]) -> None:
        """Take a segment; repeats are dropped, early ones wait."""
        if segment.syn:
            self._next = (segment.number + 1) % _WRAP
        if not segment.data or len(self.data) >= MAX_BYTES:
            return
        number = segment.number + 1 if segment.syn else segment.number
        if self._next is None:  # the capture began in the middle
            self._next = number
        if self.where is _NOWHERE:
            self.where = where()
        self._place(number % _WRAP, segment.data)
        while self._waiting and (data := self._waiting.pop(self._next, None)) is not None:
            self._place(self._next, data)

    def _place(self, number: int, data: bytes) -> None:
        if self._next is None:
            return
        ahead = (number - self._next) % _WRAP
        if ahead == 0:
            self._append(data)
        elif ahead > _WRAP // 2:  # starts before what we have
            overlap = _WRAP - ahead
            if overlap < len(data):
                self._append(data[overlap:])
        elif ahead < MAX_BYTES and len(self._waiting) < MAX_WAITING:
            self._waiting.setdefault(number, data[:MAX_WAITING_BYTES])

    def _append(self, data: bytes) -> None:
        self._next = ((self._next or 0) + len(data)) % _WRAP
        self.data += data[: MAX_BYTES - len(self.data)]


@dataclass(slots=True)
class Flow:
    """Both directions; `first` belongs to the end point that was heard first."""

    first: Direction
    second: Direction

    def pairs(self) -> Iterator[tuple[Direction, Direction]]:
        """Each direction with the opposite one."""
        yield self.first, self.second
        yield self.second, self.first


class Flows:
    """The flows of a capture."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[tuple[str, int], tuple[str, int]], Flow] = OrderedDict()
        self.dropped = 0

    def add(self, segment: Segment, where: Callable[[], Where]) -> list[Flow]:
        """Take a segment, whose place is asked for when it is the first; returns flows that are over: their ports are used again, or newer flows pushed them out."""
        source, target = (segment.source, segment.source_port), (segment.target, segment.target_port)
        key = (source, target) if source <= target else (target, source)
        over: list[Flow] = []
        flow = self._open.get(key)
        if flow is not None and segment.syn and (flow.first.data or flow.second.data):  # the ports are used again
            over.append(self._open.pop(key))
            flow = None
        if flow is None:
            flow = self._open[key] = Flow(Direction(*source), Direction(*target))
        self._open.move_to_end(key)
        side = flow.first if (flow.first.address, flow.first.port) == source else flow.second
        side.add(segment, where)
        if len(self._open) > MAX_FLOWS:
            _, oldest = self._open.popitem(last=False)
            self.dropped += 1
            over.append(oldest)
        return over

    def rest(self) -> Iterator[Flow]:
        """The flows that are still open at the end of the capture."""
        while self._open:
            yield self._open.popitem(last=False)[1]
