"""How fast and how much: paces, budgets, and the turn a request waits for. Clock and sleep are given.

Counting: a *request* is one exchange (bytes sent, or a connection opened to listen); a *connect* is a connection
attempt that only asks whether a port is open. Both wait for the pace of the site and the spacing of the host; at
every pace a host has one connection at a time, at most 25 requests and 20 connects.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from glasshouse.sources.active.scope import PaceName, Scope

__all__ = ["Budget", "Clock", "Governor", "Ledger", "LoopClock", "Pace", "Spent", "pace_of"]

Spent = Literal["requests", "connects", "bytes", "seconds", "silence", "run bytes", "run seconds"]


class Clock(Protocol):
    """The clock a run is given."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from some fixed point."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class LoopClock:
    """The event loop's time; the wall clock is the caller's."""

    wall: Callable[[], datetime]

    def now(self) -> datetime:
        """What the caller's wall clock says."""
        return self.wall()

    def monotonic(self) -> float:
        """Monotonic seconds of the system."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep in the event loop."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """Rates and waits. `rate` requests and connects a second over the whole site, None = no limit.

    `arp`: ARP packets a second that priming may cause, None = no limit. `spacing`: seconds between the end of one exchange with a host and the start of the next. The waits are the time a connection attempt, its one retry and a datagram are given; a reply over a
    connection has `reply_seconds`, or what its protocol grants if that is less.
    """

    name: PaceName
    rate: float | None
    arp: float | None
    spacing: float
    hosts: int  # asked at the same time
    connect_seconds: float
    retry_seconds: float
    datagram_seconds: float
    multicast_seconds: float
    reply_seconds: float


def pace_of(scope: Scope) -> Pace:
    """The pace a scope grants."""
    match scope.pace:
        case "gentle":
            return Pace("gentle", 20.0, 10.0, 0.3, 32, 1.0, 2.5, 1.0, 4.0, 10.0)
        case "approved":
            return Pace("approved", min(scope.rate, 300.0), min(scope.rate, 300.0), 0.3, 256, 1.0, 2.5, 1.0, 4.0, 10.0)
        case "lab":
            return Pace("lab", None, None, 0.0, 64, 1.0, 2.5, 0.6, 1.5, 5.0)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a host and a run may cost at most. Seconds are seconds on the wire, waiting for a turn not counted."""

    host_requests: int = 25
    host_connects: int = 20
    host_bytes: int = 1 << 20  # sent and received
    host_seconds: float = 60.0
    host_silences: int = 3  # exchanges in a row that got no answer from an open port
    run_bytes: int = 1 << 31
    run_seconds: float = 7 * 86_400.0  # from the start of the run


@dataclass(slots=True)
class Ledger:
    """What one host has cost so far; changed by the governor alone."""

    spacing: float
    requests: int = 0
    connects: int = 0
    bytes: int = 0
    seconds: float = 0.0
    silences: int = 0
    free_at: float = 0.0  # monotonic
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def settle(self, *, sent: int, received: int, answered: bool | None) -> None:
        """Enter what an exchange cost; `answered` None = silence that proves nothing (a datagram, a closed port)."""
        self.bytes += sent + received
        if answered is not None:
            self.silences = 0 if answered else self.silences + 1


class Governor:
    """Gives turns. One for a run."""

    _SLOW = 1.5  # seconds; an exchange that takes longer doubles the host's spacing
    _MAX_SPACING = 5.0

    def __init__(self, pace: Pace, clock: Clock, budget: Budget | None = None) -> None:
        self.pace = pace
        self.budget = budget or Budget()
        self._clock = clock
        self._started = clock.monotonic()
        self._next = self._started
        self._next_arp = self._started
        self._bytes = 0

    def open(self) -> Ledger:
        """The ledger of a host that has not been asked yet."""
        return Ledger(self.pace.spacing)

    def spent(self, ledger: Ledger, *, connect: bool) -> Spent | None:
        """Which budget forbids another connect (or request) to the host; None = none does."""
        budget = self.budget
        limits: tuple[tuple[Spent, float, float], ...] = (
            ("run seconds", self._clock.monotonic() - self._started, budget.run_seconds),
            ("run bytes", self._bytes, budget.run_bytes),
            ("seconds", ledger.seconds, budget.host_seconds),
            ("bytes", ledger.bytes, budget.host_bytes),
            ("silence", ledger.silences, budget.host_silences),
            ("connects", ledger.connects if connect else 0, budget.host_connects),
            ("requests", 0 if connect else ledger.requests, budget.host_requests),
        )
        return next((name for name, used, limit in limits if used >= limit), None)

    @asynccontextmanager
    async def turn(self, ledger: Ledger, *, connect: bool = False, listen: bool = False) -> AsyncIterator[Spent | None]:
        """Wait for a turn with the host; inside it nothing else is under way with that host.

        How long a connect or listening takes says nothing about how slow the host is. Yields which budget is spent, and then the caller must not touch the host; else None.
        """
        async with ledger.lock:
            spent = self.spent(ledger, connect=connect)
            if spent is not None:
                yield spent
                return
            await self._wait(ledger)
            ledger.connects += connect
            ledger.requests += not connect
            begun, bytes_before = self._clock.monotonic(), ledger.bytes
            try:
                yield None
            finally:
                self._close(ledger, begun, bytes_before, telling=not (connect or listen))

    async def site_turn(self) -> None:
        """Wait for the pace of the site alone: a datagram to a multicast group."""
        await self._wait_until(self._slot())

    async def arp_turn(self, packets: int) -> None:
        """Wait until an address may be primed that costs up to `packets` ARP packets."""
        if self.pace.arp is not None:
            mine = max(self._clock.monotonic(), self._next_arp)
            self._next_arp = mine + packets / self.pace.arp
            await self._wait_until(mine)
        await self._wait_until(self._slot())

    async def _wait(self, ledger: Ledger) -> None:
        await self._wait_until(ledger.free_at)  # first the host, so that no slot of the site is held idle
        await self._wait_until(self._slot())

    def _slot(self) -> float:
        now = self._clock.monotonic()
        if self.pace.rate is None:
            return now
        mine = max(now, self._next)
        self._next = mine + 1.0 / self.pace.rate
        return mine

    async def _wait_until(self, moment: float) -> None:
        remaining = moment - self._clock.monotonic()
        if remaining > 0:
            await self._clock.sleep(remaining)

    def _close(self, ledger: Ledger, begun: float, bytes_before: int, *, telling: bool) -> None:
        now = self._clock.monotonic()
        ledger.seconds += now - begun
        self._bytes += ledger.bytes - bytes_before
        if telling and now - begun > self._SLOW and ledger.spacing > 0:
            ledger.spacing = min(ledger.spacing * 2, self._MAX_SPACING)
        ledger.free_at = now + ledger.spacing
