"""What each property's collections looked at, what answered, and what was not seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from glasshouse.model.observation import Collection, CollectionKind, Endpoint, Gap, GapReason, Sighting
from glasshouse.model.review import Coverage

__all__ = ["CONTACT", "coverage_of"]

CONTACT = "contact"  # protocol word of what the engine met at a host: its state and ports, as a tool's word


def coverage_of(
    name: str, collections: Sequence[Collection], sightings: Iterable[Sighting], *, other: int, little: Sequence[Gap]
) -> Coverage:
    """Coverage of the property `name`.

    `other` counts hosts that are no surveillance equipment; `little` are hosts of which too little was seen.
    Hosts are counted by address and routing domain; only active collections ask, so only they can meet silence.
    """
    states = _states(sightings)
    gaps = [gap for collection in collections for gap in collection.gaps]
    asked_gaps = [
        gap
        for collection in collections
        if collection.kind is CollectionKind.ACTIVE
        for gap in collection.gaps
        if gap.protocol is None
    ]
    met = {address for address, _ in states}  # counted by its state, even where it fell silent later
    silent = {gap.where for gap in asked_gaps if gap.reason is GapReason.SILENT} - met
    unreachable = {gap.where for gap in asked_gaps if gap.reason is GapReason.UNREACHABLE} - met
    answered = sum(state == "answered" for state in states.values())
    refused = sum(state == "refused" for state in states.values())
    return Coverage(
        property=name,
        asked=answered + refused + len(silent) + len(unreachable),
        answered=answered,
        silent=len(silent),
        refused=refused,
        unreachable=len(unreachable),
        other_equipment=other,
        too_little_seen=len(little),
        gaps=tuple(dict.fromkeys((*little, *(gap for gap in gaps if not _is_mere_silence(gap))))),
    )


def _states(sightings: Iterable[Sighting]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for sighting in sightings:
        seen = sighting.observation
        if seen.protocol == CONTACT and isinstance(seen.subject, Endpoint):
            found[seen.subject.address, seen.subject.domain] = json.loads(seen.raw)["state"]
    return found


def _is_mere_silence(gap: Gap) -> bool:
    """Dark addresses are counted, not listed: a /16 would bury what matters."""
    return gap.protocol is None and gap.reason in {GapReason.SILENT, GapReason.UNREACHABLE}
