"""Active collection: hosts in, results out, while they come; every finished host stands in the journal first."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from glasshouse.model.protocol import SafetyClass
from glasshouse.protocols import BUILTIN
from glasshouse.protocols.allowed import allowed
from glasshouse.sources.active.asking import Run, ask_host, heard_only, no_arp
from glasshouse.sources.active.governor import Budget, Clock, Governor, pace_of
from glasshouse.sources.active.journal import Journal
from glasshouse.sources.active.multicast import Heard, Round, multicast_round
from glasshouse.sources.active.neighbours import Neighbours, proc_net_arp
from glasshouse.sources.active.packets import Note, unnoted
from glasshouse.sources.active.plan import Menu, Speaker
from glasshouse.sources.active.priming import CHUNK, Primer
from glasshouse.sources.active.result import HostResult, HostState
from glasshouse.sources.active.scope import Scope, ScopeError
from glasshouse.sources.active.summary import MULTICAST
from glasshouse.sources.active.targets import Host
from glasshouse.sources.active.wire import Allow, Wire

__all__ = ["Progress", "Vantage", "builtin_speakers", "menu_of", "scan"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `host` is the one just finished."""

    done: int
    total: int
    host: str
    state: str


@dataclass(frozen=True, slots=True)
class Vantage:
    """What a run has at hand besides scope and clock; the defaults are the program's own.

    `allow` is the allow-list of exact bytes; tests that bring speakers of their own bring their own list. `note` is told
    each packet before it leaves.
    """

    speakers: tuple[Speaker, ...] | None = None
    allow: Allow = allowed
    budget: Budget = field(default_factory=Budget)
    neighbours: Neighbours = proc_net_arp
    note: Note = unnoted
    primer: Primer = field(default_factory=Primer)


def builtin_speakers() -> tuple[Speaker, ...]:
    """The registry of protocols as the engine sees it."""
    return tuple(cast("Speaker", module) for module in BUILTIN)


def menu_of(
    scope: Scope, collection: str, protocols: Iterable[str] | None = None, vantage: Vantage | None = None
) -> Menu:
    """What a run may ask. Raises ScopeError for a protocol nobody speaks."""
    given = vantage.speakers if vantage is not None else None
    speakers = builtin_speakers() if given is None else given
    selected = None if protocols is None else frozenset(protocols)
    known = {speaker.DOC.name for speaker in speakers}
    for name in sorted(selected or ()):
        if name not in known:
            raise ScopeError(f"protocol {name!r} is unknown; accepted: {', '.join(sorted(known))}; correct --protocol")
    return Menu(speakers, scope.max_class, collection, selected)


async def scan(
    targets: Sequence[Host],
    scope: Scope,
    *,
    collection: str,
    journal: Journal,
    clock: Clock,
    protocols: Iterable[str] | None = None,
    site: str | None = None,
    vantage: Vantage | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> AsyncIterator[HostResult]:
    """Ask the targets and yield each host's result once it is in the journal.

    Hosts that the journal holds already are neither asked nor yielded: read them from the journal. Cancelling the
    task, or closing the iterator, closes every socket at once. Raises ScopeError before anything is sent.
    """
    vantage = vantage or Vantage()
    menu = menu_of(scope, collection, protocols, vantage)
    _check_pace(targets, scope)
    done = journal.done_hosts()
    todo = [host for host in targets if host.key not in done]
    pace = pace_of(scope)
    governor = Governor(pace, clock, vantage.budget)
    wire = Wire(scope, pace, clock, vantage.allow, vantage.note)
    run = Run(scope, menu, governor, wire, clock, collection, site, vantage.neighbours)
    heard_round = await multicast_round(scope, menu, governor, clock, vantage.allow, vantage.note) if todo else Round()
    heard = _by_host(heard_round.heard)
    crowd = _Crowd(run, journal, heard, progress, len(targets), len(targets) - len(todo))
    asked = {host.key for host in targets}
    extra = [heard_only(run, items[0].host, items) for key, items in heard.items() if key not in asked | done]
    for result in (*_round_result(scope, heard_round, done), *extra):
        journal.host_done(result.address, result.domain, result)
        yield result
    near, rest = vantage.primer.split(todo) if menu.max_class >= SafetyClass.DISCOVERY else ((), tuple(todo))
    async for result in crowd.results(rest, pace.hosts):
        yield result
    for start in range(0, len(near), CHUNK):
        part = near[start : start + CHUNK]
        unheard = [host for host in part if host.key not in heard]
        dark = await vantage.primer.dark(unheard, scope, governor, clock, vantage.note)
        async for result in crowd.results(part, pace.hosts, dark):
            yield result


def _check_pace(targets: Sequence[Host], scope: Scope) -> None:
    if scope.pace != "lab":
        return
    for host in targets:
        if not ipaddress.ip_address(host.address).is_loopback:
            raise ScopeError(
                f"pace 'lab' does not hold for {host.address}; accepted: lab only where every target is loopback; use "
                "gentle, or approved with a scope that says so"
            )


def _by_host(heard: Iterable[Heard]) -> dict[tuple[str, str], list[Heard]]:
    found: dict[tuple[str, str], list[Heard]] = {}
    for item in heard:
        found.setdefault(item.host.key, []).append(item)
    return found


def _round_result(scope: Scope, heard: Round, done: frozenset[tuple[str, str]]) -> tuple[HostResult, ...]:
    """The round itself as a result: what it cost and what it left out; its replies stand with their hosts."""
    if scope.multicast is None or (scope.multicast.interface, MULTICAST) in done:
        return ()
    if not heard.packets_sent and not heard.gaps:
        return ()
    state: HostState = "answered" if heard.heard else "silent"
    interface = scope.multicast.interface
    packets, size = heard.packets_sent, heard.bytes_sent
    return (HostResult(interface, MULTICAST, state, gaps=heard.gaps, packets_sent=packets, bytes_sent=size),)


class _Crowd:
    """As many hosts at the same time as the pace allows."""

    def __init__(
        self,
        run: Run,
        journal: Journal,
        heard: dict[tuple[str, str], list[Heard]],
        progress: Callable[[Progress], None] | None,
        total: int,
        done: int,
    ) -> None:
        self._run = run
        self._journal = journal
        self._heard = heard
        self._progress = progress
        self._total = total
        self._done = done

    async def results(
        self, hosts: Sequence[Host], width: int, dark: frozenset[str] = frozenset()
    ) -> AsyncIterator[HostResult]:
        """Ask the hosts; of `dark` addresses it is known that nobody is there."""
        queue: asyncio.Queue[HostResult | Exception] = asyncio.Queue(maxsize=width)
        waiting = iter(hosts)
        workers = [asyncio.create_task(self._work(waiting, queue, dark)) for _ in range(min(width, len(hosts)))]
        try:
            for _ in hosts:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(
        self, waiting: Iterable[Host], queue: asyncio.Queue[HostResult | Exception], dark: frozenset[str]
    ) -> None:
        for host in waiting:
            try:
                heard = self._heard.get(host.key, ())
                gone = host.address in dark and not heard
                result = no_arp(host) if gone else await ask_host(self._run, host, heard)
                self._journal.host_done(host.address, host.domain, result)
            except Exception as error:  # noqa: BLE001  # a journal that cannot be written ends the run, for the caller to see
                await queue.put(error)
                return
            self._done += 1
            if self._progress is not None:
                self._progress(Progress(self._done, self._total, host.label, result.state))
            await queue.put(result)
