"""Active collection alone: scan, seal, identify; one answer a device."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from glasshouse.app.clock import now
from glasshouse.app.collect import ActivePlan, Place, collect_active, plan_under
from glasshouse.app.coverage import CONTACT
from glasshouse.app.devices import identities_of, read_evidence
from glasshouse.app.errors import UsageError
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Collection, CollectionKind, Endpoint, Observation, Sighting
from glasshouse.reports.shapes import identity_json
from glasshouse.sources.active.engine import menu_of
from glasshouse.sources.active.outline import outline
from glasshouse.sources.active.scope import PACE_NAMES
from glasshouse.sources.active.scope_file import parse_scope
from glasshouse.sources.active.summary import Tally
from glasshouse.store.store import Store

__all__ = ["Scanned", "begun_scan", "outline_of", "run_id", "run_scan"]

Ticker = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A sealed scan with its answers and the engine's tally."""

    collection: Collection
    answers: tuple[dict[str, object], ...]
    tally: Tally
    seconds: float


def run_scan(store: Store, knowledge: KnowledgeBase, place: Place, plan: ActivePlan, tick: Ticker) -> Scanned:
    """Scan under `plan`, store, seal, identify. Equal plan and place continue a run that was killed."""
    started = now()
    collection, tally = collect_active(store, place, plan, tick)
    return _answer(store, knowledge, collection, tally, (now() - started).total_seconds())


def begun_scan(store: Store, collection: str) -> tuple[Place, ActivePlan]:
    """Place and plan of a scan that was begun, for going on with it or printing it again. Raises UsageError."""
    found = next((item for item in store.collections.all() if item.id == collection), None)
    if found is None or found.kind is not CollectionKind.ACTIVE:
        scans = [item.id for item in store.collections.all() if item.kind is CollectionKind.ACTIVE]
        raise UsageError(f"collection {collection!r} is no stored scan; stored: {', '.join(scans[-3:]) or 'none'}")
    options = dict(text.removeprefix("--").split("=", 1) for text in found.arguments if text.startswith("--"))
    protocols = tuple(options["protocols"].split(",")) if options.get("protocols") else None
    targets = found.covered
    found_pace = next((pace for pace in PACE_NAMES if pace == options["pace"]), None)
    text = store.collections.scope(found.authority) if found.authority else None
    plan = plan_under(targets, parse_scope(text, str(found.authority)) if text else None, text, found_pace, protocols)
    return Place(options["run"], found.property or "", options["domain"]), plan


def outline_of(plan: ActivePlan) -> dict[str, object]:
    """What a scan under this plan would send, to whom and how fast; nothing is sent and no store is opened."""
    return outline(plan.hosts, plan.scope, menu_of(plan.scope, "plan", plan.protocols), now()).as_json()


def _answer(store: Store, knowledge: KnowledgeBase, collection: Collection, tally: Tally, seconds: float) -> Scanned:
    sightings = store.observations.of_collection(collection.id)
    evidence = read_evidence(sightings, knowledge, lambda _done, _total: None)
    answers: list[dict[str, object]] = []
    for identity, seen in identities_of(evidence, knowledge, store.decisions.all()):
        asset = identity.asset
        if all(item.protocol == CONTACT for item in seen):
            continue  # a host that only refused is counted, not listed
        heard = [item for name in asset.observations for item in evidence.sightings[name]]
        shape = identity_json(identity, id=asset.id, device=asset.id, validation=knowledge.pack.validation)
        answers.append(shape | _where(collection.id, seen, heard))
    return Scanned(collection, tuple(sorted(answers, key=lambda item: str(item["address"]))), tally, seconds)


def _where(collection: str, seen: list[Observation], heard: list[Sighting]) -> dict[str, object]:
    addresses = list(dict.fromkeys(item.subject.address for item in seen if isinstance(item.subject, Endpoint)))
    moments = [item.seen_at for item in heard if item.seen_at]
    return {
        "address": addresses[0] if addresses else None,
        "addresses": addresses,
        "ports": list(_ports(seen)),
        "collection": collection,
        "seen_at": min(moments).isoformat() if moments else None,
    }


def _ports(seen: list[Observation]) -> Iterator[dict[str, object]]:
    for item in seen:
        if item.protocol == CONTACT:
            for port, proto, state in json.loads(item.raw)["ports"]:
                yield {"port": port, "proto": proto, "state": state}


def run_id(targets: tuple[str, ...]) -> str:
    """The id of a new scan run of these targets, begun now."""
    return content_id("scan", targets, now())
