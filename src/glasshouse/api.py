"""The Python API: the verbs of the commands, typed. Everything else is a value of `glasshouse.model`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from glasshouse.app.clock import now, today
from glasshouse.app.collect import plan_active
from glasshouse.app.devices import merit_device
from glasshouse.app.judging import most_severe
from glasshouse.app.knowledge import KnowledgeBase, open_knowledge
from glasshouse.app.query import Frame, query_from
from glasshouse.judgement import judge as judge_query
from glasshouse.merits import assess as assess_device
from glasshouse.model.identity import Decision, Identity
from glasshouse.model.merit import Merit, Posture
from glasshouse.model.observation import Observation
from glasshouse.model.place import PropertyFacts
from glasshouse.model.time import AsOf
from glasshouse.model.verdict import Judgement, Query
from glasshouse.sources.active.engine import scan as scan_hosts
from glasshouse.sources.active.governor import LoopClock
from glasshouse.sources.active.journal import MemoryJournal
from glasshouse.store.store import open_store

__all__ = ["assess", "identify", "judge", "open_store", "scan"]


@cache
def _knowledge() -> KnowledgeBase:
    return open_knowledge(bulk=False)


def identify(observations: Iterable[Observation], decisions: Sequence[Decision] = ()) -> Iterator[Identity]:
    """The devices that the observations show, one identity each, by asset id.

    Observations join by MAC address, serial number, device UUID and address; `decisions` merge, split and withdraw.
    """
    for identity, _, _ in _knowledge().identifier.devices(tuple(observations), decisions):
        yield identity


def judge(
    identity_or_query: Identity | Query,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
    jurisdiction: str = "CA",
    roles: Sequence[str] = ("federal_department",),
    acts: Sequence[str] = (),
    purposes: Sequence[str] = (),
    site_class: str | None = None,
    facts: PropertyFacts | None = None,
) -> Judgement:
    """Which rules reach a device. A `Query` is answered as it stands; an identity is asked about under the arguments.

    `as_of` None is today, or the last day about which the rules know. Without `acts`: use and keep_in_service, for contractors also enter_contract; the
    most severe answer of each regime wins and names its act.
    """
    known = _knowledge()
    if isinstance(identity_or_query, Query):
        return judge_query(identity_or_query, known.pack.rules, known.parties)
    frame = Frame(
        AsOf(as_of or known.present_day, known_at), jurisdiction, tuple(roles), tuple(acts), tuple(purposes), site_class
    )
    queries = (
        query_from(identity_or_query, facts or PropertyFacts(), frame, (identity_or_query.asset.id,), act)
        for act in frame.acts_for(frame.roles)
    )
    return most_severe([judge_query(query, known.pack.rules, known.parties) for query in queries])


def assess(identity: Identity, posture: Posture | None = None, *, as_of: date | None = None) -> Merit:
    """The security of a device on its merits; `posture` None = nothing was observed. `as_of` None is today (UTC)."""
    return assess_device(merit_device(identity), posture or Posture(), as_of or today(), _knowledge().pack.advisories)


async def scan(targets: Sequence[str], *, scope: Path | None = None) -> AsyncIterator[Identity]:
    """Ask networks and hosts under a scope file (on loopback the targets are the scope); nothing is stored.

    Yields the identities once every host has been asked, because one device may answer at several addresses.
    Raises UsageError for a scope or target that cannot be used.
    """
    plan = await asyncio.to_thread(plan_active, tuple(targets), scope)
    journal = MemoryJournal()
    results = scan_hosts(plan.hosts, plan.scope, collection="unsealed", journal=journal, clock=LoopClock(now))
    seen = [sighting.observation async for result in results for sighting in result.sightings]
    for identity in identify(seen):
        yield identity
