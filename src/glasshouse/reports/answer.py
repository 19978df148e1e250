"""The numbers of a review: what the first screen, the charts and the summary sheet say. Counting only, no judging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from glasshouse.model.observation import Gap, GapReason
from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Coverage, Device, Review
from glasshouse.model.signal import Facet
from glasshouse.model.text import Message
from glasshouse.reports.words import SEVERITY

__all__ = [
    "LEVELS",
    "Answer",
    "GapGroup",
    "PropertyAnswer",
    "Tally",
    "answer_of",
    "grouped_gaps",
    "total_coverage",
    "urgent_merits",
]

LEVELS = ("D", "C", "B", "A", "not-graded")  # worst first, as outcomes are
_URGENT = ("3-days-forensics", "3-days")


@dataclass(frozen=True, slots=True)
class Tally:
    """A row of a stacked chart: a label and one count per column; `label` None is "unknown"."""

    label: str | None
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All devices of the row."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class PropertyAnswer:
    """One property: devices by outcome (most severe first), by merit level (worst first), and its coverage."""

    name: str
    outcomes: tuple[int, ...]
    levels: tuple[int, ...]
    coverage: Coverage | None  # None: no collection says anything about it

    @property
    def total(self) -> int:
        """Devices judged in the property."""
        return sum(self.outcomes)


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Gaps of one reason, in the order they were met."""

    reason: GapReason
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole review in numbers."""

    total: int
    outcomes: tuple[int, ...]  # by words.SEVERITY
    levels: tuple[int, ...]  # by LEVELS
    properties: tuple[PropertyAnswer, ...]
    makers: tuple[Tally, ...]  # by outcome
    maker_levels: tuple[Tally, ...]
    coverage: Coverage
    open_facts: tuple[tuple[Message, int], ...]  # missing fact, devices whose outcome it could settle
    contradicted: int
    urgent: int  # devices with an advisory to act on within three days

    def count(self, outcome: Outcome) -> int:
        """Devices with this overall outcome."""
        return self.outcomes[SEVERITY.index(outcome)]


def _outcomes(devices: Iterable[Device]) -> tuple[int, ...]:
    found = Counter(device.judgement.overall for device in devices)
    return tuple(found[outcome] for outcome in SEVERITY)


def _levels(devices: Iterable[Device]) -> tuple[int, ...]:
    found = Counter(device.merit.level for device in devices)
    return tuple(found[level] for level in LEVELS)


def total_coverage(parts: Iterable[Coverage], name: str = "") -> Coverage:
    """The sum of several coverages; zeros when there is none."""
    parts = tuple(parts)
    return Coverage(
        property=name,
        asked=sum(part.asked for part in parts),
        answered=sum(part.answered for part in parts),
        silent=sum(part.silent for part in parts),
        refused=sum(part.refused for part in parts),
        unreachable=sum(part.unreachable for part in parts),
        other_equipment=sum(part.other_equipment for part in parts),
        too_little_seen=sum(part.too_little_seen for part in parts),
        attested=sum(part.attested for part in parts),
        gaps=tuple(gap for part in parts for gap in part.gaps),
        unreached=tuple(one for part in parts for one in part.unreached),
        unread_recorders=tuple(one for part in parts for one in part.unread_recorders),
        sources=parts[0].sources if len(parts) == 1 else (),  # two properties may use one list
        missed=parts[0].missed if len(parts) == 1 else None,  # limits do not add up
    )


def grouped_gaps(gaps: Iterable[Gap]) -> tuple[GapGroup, ...]:
    """Gaps by reason, in the order of `GapReason`."""
    found: dict[GapReason, list[Gap]] = {reason: [] for reason in GapReason}
    for gap in gaps:
        found[gap.reason].append(gap)
    return tuple(GapGroup(reason, tuple(group)) for reason, group in found.items() if group)


def _property_names(review: Review) -> list[str]:
    """Every property that is named anywhere: one without devices is not left out."""
    named = [site.name for site in review.properties]
    named += [device.property for device in review.devices]
    named += [coverage.property for coverage in review.coverage]
    return list(dict.fromkeys(named))


def _properties(review: Review) -> tuple[PropertyAnswer, ...]:
    devices: dict[str, list[Device]] = {name: [] for name in _property_names(review)}
    coverages: dict[str, list[Coverage]] = {name: [] for name in devices}
    for device in review.devices:
        devices[device.property].append(device)
    for coverage in review.coverage:
        coverages[coverage.property].append(coverage)
    rows = [
        PropertyAnswer(
            name, _outcomes(group), _levels(group), total_coverage(coverages[name], name) if coverages[name] else None
        )
        for name, group in devices.items()
    ]
    return tuple(sorted(rows, key=lambda row: (tuple(-count for count in row.outcomes[:3]), row.name)))


def _makers(devices: Sequence[Device]) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    groups: dict[str | None, list[Device]] = {}
    for device in devices:
        groups.setdefault(device.identity.value(Facet.MAKER), []).append(device)
    order = sorted(groups, key=lambda maker: (-len(groups[maker]), maker is None, maker or ""))
    return (
        tuple(Tally(maker, _outcomes(groups[maker])) for maker in order),
        tuple(Tally(maker, _levels(groups[maker])) for maker in order),
    )


def _open_facts(devices: Iterable[Device]) -> tuple[tuple[Message, int], ...]:
    found: Counter[Message] = Counter()
    for device in devices:
        if device.judgement.overall.flagged:
            found.update(set(device.judgement.missing_facts))
    return tuple(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))


def urgent_merits(device: Device) -> bool:
    """Whether an advisory that may apply to `device` asks for action within three days."""
    return any(advisory.decision in _URGENT for advisory in device.merit.advisories)


def answer_of(review: Review) -> Answer:
    """Count everything the first screen says."""
    makers, maker_levels = _makers(review.devices)
    return Answer(
        total=len(review.devices),
        outcomes=_outcomes(review.devices),
        levels=_levels(review.devices),
        properties=_properties(review),
        makers=makers,
        maker_levels=maker_levels,
        coverage=total_coverage(review.coverage),
        open_facts=_open_facts(review.devices),
        contradicted=sum(bool(device.identity.contradictions) for device in review.devices),
        urgent=sum(map(urgent_merits, review.devices)),
    )
