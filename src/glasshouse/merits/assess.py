"""A device and its posture to its merit. Origin and legal verdict are not inputs; the maker only joins records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from glasshouse.merits import cvss
from glasshouse.merits.advisory import Advisories, Advisory
from glasshouse.merits.applicability import Finding, applies
from glasshouse.merits.changes import changes, practice
from glasshouse.merits.decision import decide
from glasshouse.merits.factor_a import factor_a
from glasshouse.merits.factor_s import factor_s
from glasshouse.merits.factor_u import factor_u
from glasshouse.merits.factor_v import Weighed, factor_v
from glasshouse.merits.level import level_of
from glasshouse.model.merit import ADVISORY_DECISIONS, AdvisoryFinding, Factor, Merit, MeritDevice, Posture

__all__ = ["assess"]

_ORDER = ("confirmed", "likely", "disputed", "possible", "excluded")


def assess(device: MeritDevice, posture: Posture, as_of: date, advisories: Advisories) -> Merit:
    """The merit of `device` with `posture` on the day `as_of`, from one snapshot of advisories.

    Pure: the same input gives the same output. KEV counts from the day an advisory was added to it.
    """
    device = replace(device, maker=_slug(device.maker))
    known = advisories.of_maker(device.maker) if device.maker else ()
    weighed = _weigh(device, posture, as_of, advisories, known)
    factors = _factors(device, posture, weighed, known)
    level, level_range = level_of(factors)

    def again(other: MeritDevice) -> tuple[Factor, ...]:
        return _factors(other, posture, _weigh(other, posture, as_of, advisories, known), known)

    return Merit(
        factors=factors,
        level=level,
        level_range=level_range,
        advisories=tuple(_listed(item, posture) for item in sorted(weighed, key=_rank)),
        would_change=changes(device, posture, weighed, factors, known, again),
        snapshot=advisories.digest,
        maker_practice=practice(known),
    )


def _slug(maker: str | None) -> str | None:
    text = "-".join(maker.casefold().split()) if maker else ""
    return text or None


def _weigh(
    device: MeritDevice, posture: Posture, as_of: date, advisories: Advisories, known: Sequence[Advisory]
) -> tuple[Weighed, ...]:
    found = (applies(advisory, device) for advisory in known)
    return tuple(_decided(finding, posture, as_of, advisories) for finding in found if finding is not None)


def _decided(finding: Finding, posture: Posture, as_of: date, advisories: Advisories) -> Weighed:
    advisory = finding.advisory
    added = advisories.kev.get(advisory.id)
    kev = added is not None and added <= as_of
    if finding.applicability == "excluded":
        return Weighed(finding, kev, None)
    automatable, impact = advisory.automatable, advisory.total_impact
    decision = decide(
        advisories.decisions,
        kev=kev,
        exposed=None if posture.exposure is None else posture.exposure == "internet",
        automatable=cvss.automatable(advisory.cvss) if automatable is None else automatable,
        total_impact=cvss.total_impact(advisory.cvss) if impact is None else impact,
    )
    return Weighed(finding, kev, decision)


def _factors(
    device: MeritDevice, posture: Posture, weighed: Sequence[Weighed], known: Sequence[Advisory]
) -> tuple[Factor, ...]:
    return (
        factor_v(device, weighed, known),
        factor_u([item.finding for item in weighed]),
        factor_a(posture),
        factor_s(posture),
    )


def _listed(item: Weighed, posture: Posture) -> AdvisoryFinding:
    advisory, decision = item.finding.advisory, item.decision
    ends = None
    if decision is not None and (posture.exposure is None or decision.mildest != decision.strictest):
        ends = (decision.mildest, decision.strictest)
    return AdvisoryFinding(
        id=advisory.id,
        title=advisory.title,
        applicability=item.finding.applicability,
        reason=item.finding.reason,
        ranges=item.finding.ranges,
        source=advisory.source,
        kev=item.kev,
        decision=decision.strictest if decision else None,
        decision_range=ends,
        epss=advisory.epss.score if advisory.epss else None,
        epss_date=advisory.epss.on if advisory.epss else None,
        cvss=advisory.cvss[0].score if advisory.cvss else None,
    )


def _rank(item: Weighed) -> tuple[int, int, str]:
    severity = ADVISORY_DECISIONS.index(item.decision.strictest) if item.decision else len(ADVISORY_DECISIONS)
    return _ORDER.index(item.finding.applicability), severity, item.finding.advisory.id
