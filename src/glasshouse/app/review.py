"""The main job: collect, seal, identify, judge, assess, store, and hand a `Review` to the reports.

A run is known by what it was asked (sources, scope, facts, frame, packs). If one that was asked the same is still
open, it is continued: sealed collections stay, unfinished ones go on, results already stored stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasshouse.app.clock import now
from glasshouse.app.collect import Place, collect_active, collect_files, plan_active, preview_files
from glasshouse.app.coverage import coverage_of
from glasshouse.app.devices import NOWHERE, Found, devices_of, read_evidence
from glasshouse.app.errors import Exit, UserError
from glasshouse.app.facts import parse_facts
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.app.missed import with_missed
from glasshouse.app.next_steps import next_steps
from glasshouse.app.query import Frame
from glasshouse.app.reading import AS_THEY_ARE, ReadAs
from glasshouse.app.targets import sort_sources
from glasshouse.model.ids import content_id, sha256_hex
from glasshouse.model.observation import Collection, CollectionKind, Sighting
from glasshouse.model.place import DEFAULT_DOMAIN, PropertyFacts, Site
from glasshouse.model.review import Coverage, Device, Review
from glasshouse.reports.shapes import identity_json, judgement_json, merit_json
from glasshouse.sources.active.scope import PaceName
from glasshouse.store.reviews import Result, ReviewRecord
from glasshouse.store.store import Store

__all__ = ["NothingCollectedError", "ReviewRequest", "Ticker", "rebuild", "review_of", "run_review", "slug_of"]

Ticker = Callable[[str, int, int], None]  # what, done, total


class NothingCollectedError(UserError):
    """No source gave a single observation."""

    exit: Exit = Exit.NOTHING


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a review is asked."""

    sources: tuple[str, ...]
    frame: Frame
    property: str = NOWHERE
    domain: str = DEFAULT_DOMAIN
    scope: Path | None = None
    facts: Path | None = None
    pace: PaceName | None = None
    read_as: ReadAs = AS_THEY_ARE


def slug_of(name: str) -> str:
    """A property's name as a part of a file name; names are hostile, so only letters and digits stay."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40] or "property"


def run_review(request: ReviewRequest, store: Store, knowledge: KnowledgeBase, tick: Ticker) -> Review:
    """Do the whole review and return it; everything it rests on is in the store. Raises UserError."""
    sources = sort_sources(request.sources)
    facts = _facts(request.facts)
    plan = plan_active(sources.targets, request.scope, request.pace) if sources.targets else None
    record = _begin(request, store, knowledge, plan.scope.sha256 if plan else None)
    place = Place(record.id, request.property, request.domain)
    store.facts.add(facts.facts, at=record.made_at)
    previews = preview_files(sources.paths, place, request.read_as)
    collections = collect_files(store, place, previews, tick)
    if plan is not None:
        collection, _ = collect_active(store, place, plan, tick)
        collections.append(collection)
    review = _analyse(store, knowledge, record, request.frame, facts, collections, tick)
    _keep(store, review, record)
    return review


def _facts(file: Path | None) -> PropertyFacts:
    if file is None:
        return PropertyFacts()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"facts file {file} cannot be read: {error.strerror}; give a TOML or CSV file") from error
    return parse_facts(data, file.name)


def _begin(request: ReviewRequest, store: Store, knowledge: KnowledgeBase, scope: str | None) -> ReviewRecord:
    """The open review that was asked the same, or a new one."""
    asked = _parameters(request, scope)
    key = content_id("ask", asked, knowledge.made_by.as_json())
    for known in store.reviews.all():
        if known.state == "open" and known.parameters.get("key") == key:
            return known
    moment = now()
    record = ReviewRecord(
        id=content_id("rev", key, moment, len(store.reviews.all())),
        title=request.property,
        as_of=request.frame.as_of,
        made_at=moment,
        made_by=knowledge.made_by,
        parameters={**asked, "key": key},
    )
    store.reviews.begin(record)
    return record


def _parameters(request: ReviewRequest, scope: str | None) -> dict[str, Any]:
    frame = request.frame
    facts = sha256_hex(request.facts.read_bytes()) if request.facts and request.facts.is_file() else None
    return {
        "sources": list(request.sources),
        "property": request.property,
        "domain": request.domain,
        "scope": scope,
        "facts": facts,
        "as_of": frame.as_of.valid_on.isoformat(),
        "known_at": frame.as_of.known_at.isoformat() if frame.as_of.known_at else None,
        "jurisdiction": frame.jurisdiction,
        "roles": list(frame.roles),
        "acts": list(frame.acts),
        "purposes": list(frame.purposes),
        "site_class": frame.site_class,
        "regimes": list(frame.regimes) if frame.regimes is not None else None,
    }


def _analyse(
    store: Store,
    knowledge: KnowledgeBase,
    record: ReviewRecord,
    frame: Frame,
    facts: PropertyFacts,
    collections: Sequence[Collection],
    tick: Ticker,
) -> Review:
    names = [collection.id for collection in collections]
    sightings = tuple(store.observations.iterate(names))
    if not sightings:
        if record.state == "open":
            store.reviews.finish(record.id, at=now())  # the next try shall collect anew
        raise _nothing(store, collections)
    evidence = read_evidence(sightings, knowledge, lambda done, total: tick("reading evidence", done, total))
    found = devices_of(evidence, knowledge, facts, frame, store.decisions.all(), record.made_at)
    return review_of(store, knowledge, record, frame, facts, collections, sightings, found)


def review_of(
    store: Store,
    knowledge: KnowledgeBase,
    record: ReviewRecord,
    frame: Frame,
    facts: PropertyFacts,
    collections: Sequence[Collection],
    sightings: Sequence[Sighting],
    found: Found,
) -> Review:
    """The value that every report is made from."""
    properties = tuple(dict.fromkeys(collection.property or NOWHERE for collection in collections))
    coverage = tuple(_coverage(name, collections, sightings, found, facts) for name in properties)
    return Review(
        title=record.title,
        as_of=record.as_of,
        made_at=record.made_at,
        made_by=record.made_by,
        jurisdiction=frame.jurisdiction,
        roles=frame.roles,
        acts=frame.acts_for(frame.roles),
        properties=tuple(Site(name) for name in properties),
        devices=found.devices,
        coverage=coverage,
        collections=tuple(collections),
        rejected=tuple(row for item in collections for row in store.collections.rejected(item.id)),
        packs=knowledge.pack.ages,
        next_steps=next_steps(found.devices, coverage),
        facts=facts,
        names=_names(knowledge, found.devices),
        validation=knowledge.pack.validation,
    )


def _coverage(
    name: str, collections: Sequence[Collection], sightings: Sequence[Sighting], found: Found, facts: PropertyFacts
) -> Coverage:
    mine = [item for item in collections if (item.property or NOWHERE) == name]
    seen = [item for item in sightings if (item.observation.subject.property or NOWHERE) == name]
    little = found.little.get(name, ())
    counted = coverage_of(name, mine, seen, other=found.other.get(name, 0), little=little)
    return with_missed(counted, mine, seen, [item for item in found.devices if item.property == name], facts)


def _names(knowledge: KnowledgeBase, devices: Sequence[Device]) -> tuple[tuple[str, str], ...]:
    """The names of parties; one that is a brand and a legal entity goes by its brand, as on the box."""
    slugs = {attribution.value for device in devices for attribution in device.identity.attributions}
    rows = sorted(knowledge.pack.parties, key=lambda party: party.kind == "brand")
    return tuple(sorted({party.id: party.name for party in rows if party.id in slugs}.items()))


def _nothing(store: Store, collections: Sequence[Collection]) -> NothingCollectedError:
    problems = [
        f"{row.file} ({row.locator}): {row.problem}"
        for item in collections
        for row in store.collections.rejected(item.id)
    ]
    problems += [
        f"{gap.where}: {gap.detail}"
        for item in collections
        if item.kind is not CollectionKind.ACTIVE
        for gap in item.gaps
        if not any(gap.detail in problem for problem in problems)
    ]
    said = "; ".join(problems[:5])
    return NothingCollectedError(
        f"nothing was collected: no source gave an observation{f' ({said})' if said else ''}. Check the sources; "
        "hosts that stayed silent are no evidence that nothing is there"
    )


def rebuild(store: Store, knowledge: KnowledgeBase, tick: Ticker, review: str | None = None) -> Review:
    """A stored review computed again from its sealed evidence and today's packs and decisions; by default the last.

    Raises UserError where there is none.
    """
    record = store.reviews.get(review) if review else store.reviews.latest()
    if record is None:
        raise UserError(
            f"no review is stored in {store.folder}; run 'glasshouse review' first, or name another --store"
        )
    asked = record.parameters
    frame = Frame(
        as_of=record.as_of,
        jurisdiction=asked["jurisdiction"],
        roles=tuple(asked["roles"]),
        acts=tuple(asked["acts"]),
        purposes=tuple(asked["purposes"]),
        site_class=asked["site_class"],
        regimes=tuple(asked["regimes"]) if asked["regimes"] is not None else None,
    )
    mine = [item for item in store.collections.all() if f"--run={record.id}" in item.arguments]
    return _analyse(store, knowledge, record, frame, store.facts.all(), mine, tick)


def _keep(store: Store, review: Review, record: ReviewRecord) -> None:
    store.reviews.add_results(
        Result(
            review=record.id,
            asset=device.id,
            property=device.property,
            identity=identity_json(device.identity, id=device.id, device=device.id, validation=review.validation),
            judgement=judgement_json(device.judgement),
            merit=merit_json(device.merit, id=device.id),
            made_by=review.made_by,
        )
        for device in review.devices
    )
    for device in review.devices:
        for finding in device.findings:
            store.findings.save(finding, at=record.made_at)
    store.reviews.finish(record.id, at=now())
