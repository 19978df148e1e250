"""Two stored reviews side by side, both computed again from their sealed evidence with the same packs and decisions.

So a difference is one of the evidence and not of the packs. The review that is compared asks nobody anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from glasshouse.app.coverage import CONTACT
from glasshouse.app.devices import NOWHERE
from glasshouse.app.errors import UserError
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.app.missed import asked_networks
from glasshouse.app.review import Ticker, rebuild
from glasshouse.attribution.keys import unit_keys
from glasshouse.model.observation import Collection, CollectionKind, Endpoint, GapReason, MountingPoint, Sighting
from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet
from glasshouse.review.compare import Change, Run, Seen, compare
from glasshouse.review.lists import list_of, lists_of
from glasshouse.store.reviews import ReviewRecord
from glasshouse.store.store import Store

__all__ = ["Comparison", "compare_reviews"]

_FACETS = (Facet.DEVICE_CLASS, Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN, Facet.MODEL, Facet.FIRMWARE, Facet.SERIAL, Facet.MAC)  # fmt: skip
_LEFT_OUT = frozenset((GapReason.OUT_OF_SCOPE, GapReason.BUDGET, GapReason.INTERRUPTED, GapReason.NOT_LOOKED_AT))
_IN_VAIN = frozenset((GapReason.SILENT, GapReason.UNREACHABLE))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two reviews that were compared, and what became of each device."""

    before: ReviewRecord
    after: ReviewRecord
    changes: tuple[Change, ...]


def compare_reviews(
    store: Store, knowledge: KnowledgeBase, tick: Ticker, before: str | None = None, after: str | None = None
) -> Comparison:
    """Compare two stored reviews, named by their ids or the beginnings of them; by default the last two that ended.

    With one name, that review and the last. Raises UserError where a name fits none or several, where fewer than two
    are stored, and where both are the same.
    """
    done = [record for record in store.reviews.all() if record.state == "done"]
    if len(done) < 2:
        raise UserError(
            f"{len(done)} finished reviews are stored in {store.folder}, and a comparison needs two; "
            "run 'glasshouse review' again, or name another --store"
        )
    new = _named(done, after) if after else done[-1]
    old = _named(done, before) if before else _before(done, new)
    if old.id == new.id:
        raise UserError(f"review {new.id} cannot be compared with itself; name two of: {_known(done)}")
    runs = [_run(store, rebuild(store, knowledge, tick, record.id)) for record in (old, new)]
    return Comparison(old, new, compare(runs[0], runs[1], _earlier(store, done, old)))


def _before(done: list[ReviewRecord], new: ReviewRecord) -> ReviewRecord:
    """The last one of the same property before `new`; of any property where there is none."""
    older = done[: done.index(new)]
    same = [record for record in older if record.title == new.title]
    if not older:
        raise UserError(f"no review is older than {new.id}; name two of: {_known(done)}")
    return (same or older)[-1]


def _named(done: list[ReviewRecord], name: str) -> ReviewRecord:
    fits = [record for record in done if record.id == name] or [one for one in done if one.id.startswith(name)]
    if len(fits) != 1:
        found = f"fits {len(fits)} finished reviews" if fits else "is no finished review"
        raise UserError(f"{name!r} {found}; accepted: an id or its beginning. Stored: {_known(done)}")
    return fits[0]


def _known(done: list[ReviewRecord]) -> str:
    """The last ten, newest first."""
    return "; ".join(f"{one.id} ({one.title}, {one.made_at:%Y-%m-%d %H:%M})" for one in done[:-11:-1])


def _run(store: Store, review: Review) -> Run:
    kinds = {collection.id: list_of(collection) for collection in review.collections}
    asked: dict[str, list[Collection]] = defaultdict(list)
    for collection in review.collections:
        asked[collection.property or NOWHERE].append(collection)
    active = {
        name: [one for one in collections if one.kind is CollectionKind.ACTIVE] for name, collections in asked.items()
    }
    return Run(
        devices=tuple(
            Seen(
                asset=device.id,
                property=device.property,
                keys=_keys(device),
                places=frozenset(_places(device)),
                facets=tuple(
                    (one.value, value) for one in _FACETS if (value := device.identity.value(one)) is not None
                ),
                lists=lists_of(device.sightings, kinds),
            )
            for device in review.devices
        ),
        asked={name: asked_networks(collections) for name, collections in active.items()},
        unasked={name: _where(collections, _LEFT_OUT) for name, collections in active.items()},
        silent={name: _where(collections, _IN_VAIN) for name, collections in active.items()},
        answered=_answered(store.observations.iterate([collection.id for collection in review.collections])),
        lists={name: frozenset(kinds[one.id] for one in collections) for name, collections in asked.items()},
    )


def _where(collections: list[Collection], reasons: frozenset[GapReason]) -> frozenset[str]:
    """The addresses that a scan met with one of `reasons`, whatever the protocol."""
    gaps = (gap for collection in collections for gap in collection.gaps)
    return frozenset(gap.where for gap in gaps if gap.protocol is None and gap.reason in reasons)


def _keys(device: Device) -> frozenset[str]:
    """The keys without the property at their end: a device that moved keeps them."""
    ends = {f"@{one.subject.property or ''}" for one in device.observations}
    keys = unit_keys(device.observations, device.fields)
    return frozenset(next((key.removesuffix(end) for end in ends if key.endswith(end)), key) for key in keys)


def _places(device: Device) -> Iterator[tuple[str, str]]:
    for observation in device.observations:
        subject = observation.subject
        if isinstance(subject, Endpoint):
            yield subject.domain, subject.address
        elif isinstance(subject, MountingPoint):
            yield "", subject.name


def _answered(sightings: Iterator[Sighting]) -> Mapping[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for sighting in sightings:
        subject = sighting.observation.subject
        if sighting.observation.protocol == CONTACT and isinstance(subject, Endpoint):
            found[subject.property or NOWHERE].add((subject.domain, subject.address))
    return {name: frozenset(places) for name, places in found.items()}


def _earlier(store: Store, done: list[ReviewRecord], before: ReviewRecord) -> frozenset[str]:
    """Asset ids, MAC addresses and serial numbers of the devices in every review older than `before`."""
    names: set[str] = set()
    for record in done[: done.index(before)]:
        for result in store.reviews.results(record.id):
            names.add(result.asset)
            names |= {
                f"{kind}:{str(result.identity[kind]).casefold()}" for kind in ("mac", "serial") if result.identity[kind]
            }
    return frozenset(names)
