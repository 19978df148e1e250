"""What would change a merit: the build to reach, the facts that are missing; and how the maker reports, beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cmp_to_key

from glasshouse.merits.advisory import Advisory, AffectedRange
from glasshouse.merits.applicability import Finding, could_name, names_no_model
from glasshouse.merits.factor_s import LEGACY
from glasshouse.merits.factor_v import Weighed
from glasshouse.merits.level import level_of
from glasshouse.merits.versions import compare, parse
from glasshouse.model.merit import Factor, MeritDevice, Posture
from glasshouse.model.text import Message

__all__ = ["changes", "practice"]


@dataclass(frozen=True, slots=True)
class _Fix:
    """The first firmware outside a range: version, build date, or both."""

    version: str | None
    built: date | None

    def __str__(self) -> str:
        built = f"build {self.built.isoformat()}" if self.built else None
        return " ".join(part for part in (self.version, built) if part)


def changes(
    device: MeritDevice,
    posture: Posture,
    weighed: Sequence[Weighed],
    factors: Sequence[Factor],
    known: Sequence[Advisory],
    again: Callable[[MeritDevice], tuple[Factor, ...]],
) -> tuple[Message, ...]:
    """Sentences, the most telling first. `again` grades the same device with another firmware."""
    unnamed = sum(names_no_model(advisory) for advisory in known)
    return (
        *_build_to_reach(device, weighed, factors, again),
        *_missing_device_facts(device, weighed, known),
        *_missing_posture(posture, weighed),
        *_posture_to_reach(posture),
        *_not_applied(device, weighed, known, unnamed),
    )


def practice(known: Sequence[Advisory]) -> tuple[Message, ...]:
    """How this maker's flaws are recorded: shown beside the grade, never inside it."""
    if not known:
        return ()
    ranged = sum(
        any(
            item.kind in {"version", "build_date", "exact", "all"} for part in advisory.affected for item in part.ranges
        )
        for advisory in known
    )
    text = "The snapshot holds {count} advisories of this maker, {ranged} of them with a range that can be read."
    return (Message.of(text, count=len(known), ranged=ranged),)


def _build_to_reach(
    device: MeritDevice,
    weighed: Sequence[Weighed],
    factors: Sequence[Factor],
    again: Callable[[MeritDevice], tuple[Factor, ...]],
) -> Iterator[Message]:
    applying = [item for item in weighed if item.finding.applicability in {"confirmed", "likely", "disputed"}]
    fixes = [fix for item in applying for fix in (_fix_of(item.finding),) if fix is not None]
    if not fixes:
        return
    target = max(fixes, key=cmp_to_key(_order))
    reached = again(replace(device, firmware=target.version or device.firmware, firmware_built_on=target.built))
    grade = reached[0].grade or f"{reached[0].possible[0]}-{reached[0].possible[-1]}"
    level, _ = level_of(reached)
    if reached[0].possible != factors[0].possible:
        yield Message.of(
            "With {fix} or later V becomes {grade}, level {level}.", fix=str(target), grade=grade, level=level
        )
    if len(fixes) < len(applying):
        yield Message.of(
            "Applying advisories for which no fixed build is known: {count}.", count=len(applying) - len(fixes)
        )


def _fix_of(finding: Finding) -> _Fix | None:
    """The end of the ranges that hold the device; of build dates the last, so that a wider, weaker one is left too."""
    wider = [range_ for range_ in finding.matched if range_.kind == "build_date"]
    ends = [end for range_ in (*finding.decided_by, *wider) if (end := _end(range_)) is not None]
    return max(ends, key=cmp_to_key(_order)) if ends else None


def _end(item: AffectedRange) -> _Fix | None:
    if item.fixed or item.build_fixed:
        return _Fix(item.fixed, item.build_fixed)
    if item.build_last_affected:
        return _Fix(item.last_affected, item.build_last_affected + timedelta(days=1))
    return None


def _order(left: _Fix, right: _Fix) -> int:
    if left.built and right.built and left.built != right.built:
        return -1 if left.built < right.built else 1
    if left.version and right.version:
        return compare(parse(left.version), parse(right.version)) or 0
    return 0


def _missing_device_facts(
    device: MeritDevice, weighed: Sequence[Weighed], known: Sequence[Advisory]
) -> Iterator[Message]:
    if device.maker is None:
        yield Message.of("Knowing the maker would let advisories be looked up.")
    elif device.model is None:
        named = sum(not names_no_model(advisory) for advisory in known)
        yield Message.of("Knowing the model would say which of {count} advisories of this maker name it.", count=named)
    open_ = [item for item in weighed if item.finding.applicability == "possible"]
    if device.firmware is None and device.firmware_built_on is None and open_:
        yield Message.of("Knowing the firmware version and build would decide advisories: {count}.", count=len(open_))


def _missing_posture(posture: Posture, weighed: Sequence[Weighed]) -> Iterator[Message]:
    differing = sum(1 for item in weighed if item.decision and item.decision.mildest != item.decision.strictest)
    if posture.exposure is None and differing:
        text = "Knowing whether the device is reachable from the internet would settle decisions: {count}."
        yield Message.of(text, count=differing)
    if posture.auth is None:
        yield Message.of("Seeing which login the device asks for would settle A.")
    if posture.services is None or posture.tls is None:
        yield Message.of("Looking at services and TLS would settle S.")


def _posture_to_reach(posture: Posture) -> Iterator[Message]:
    for service in sorted(LEGACY & set(posture.services or ())):
        yield Message.of("Without {service} S would no longer be held by it.", service=service)
    if posture.activated is False:
        yield Message.of("Activating the device with a password of its own would lift A.")


def _not_applied(
    device: MeritDevice, weighed: Sequence[Weighed], known: Sequence[Advisory], unnamed: int
) -> Iterator[Message]:
    if unnamed:
        yield Message.of("Advisories of this maker that name no model and were not applied: {count}.", count=unnamed)
    listed = {item.finding.advisory.id for item in weighed}
    for advisory in known if device.model else ():
        if advisory.id not in listed and could_name(advisory, device):
            text = "The models of {id} were not read whole; look this one up at {source}."
            yield Message.of(text, id=advisory.id, source=advisory.source)
