"""V: vulnerabilities. The worst decision row among the advisories that apply.

D: within 3 days. C: within 14 days. B: within 60 days or at the next upgrade. A: nothing recorded applies.
Advisories are never counted: makers who report more would look worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glasshouse.merits.advisory import Advisory
from glasshouse.merits.applicability import Finding, could_name
from glasshouse.merits.decision import Decision
from glasshouse.merits.grades import ALL, between, factor, worst
from glasshouse.model.merit import Factor, Grade, MeritDevice
from glasshouse.model.text import Message

__all__ = ["Weighed", "factor_v"]

_GRADES: dict[str, Grade] = {
    "3-days-forensics": "D",
    "3-days": "D",
    "14-days": "C",
    "60-days": "B",
    "next-upgrade": "B",
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding with its decision; None when excluded."""

    finding: Finding
    kev: bool
    decision: Decision | None


def factor_v(device: MeritDevice, weighed: Sequence[Weighed], known: Sequence[Advisory]) -> Factor:
    """Grade what applies. `known`: the advisories of this maker in the snapshot."""
    if device.maker is None or device.model is None:
        return factor("V", ALL, (Message.of("Maker or model is unknown, so no advisory can be ruled out."),))
    if not known:
        return factor("V", ALL, (Message.of("The snapshot holds no advisory of this maker, which says nothing."),))
    if not weighed:
        return _unnamed(device, known)
    applying = [item for item in weighed if item.finding.applicability in {"confirmed", "likely"}]
    open_ = [item for item in weighed if item.finding.applicability in {"possible", "disputed"}]
    best = worst(_GRADES[item.decision.mildest] for item in applying if item.decision)
    last = worst(_GRADES[item.decision.strictest] for item in (*applying, *open_) if item.decision)
    return factor("V", between(best, last), _reasons(applying, open_, weighed))


def _unnamed(device: MeritDevice, known: Sequence[Advisory]) -> Factor:
    """No record names the model; a record whose list of models was cut may still mean it."""
    cut = [advisory.id for advisory in known if could_name(advisory, device)]
    if cut:
        text = "No record names this model, but the list of models was not read whole: {ids}."
        return factor("V", ALL, (Message.of(text, ids=", ".join(cut)),))
    return factor("V", ("A",), (Message.of("No advisory of the snapshot names this model."),))


def _reasons(applying: Sequence[Weighed], open_: Sequence[Weighed], weighed: Sequence[Weighed]) -> tuple[Message, ...]:
    reasons = []
    if applying:
        held = max(applying, key=_severity)
        text = Message.of("Held by {id}: {decision}.", id=held.finding.advisory.id, decision=_word(held))
        reasons.append(text)
    if open_:
        text = Message.of("Advisories that may apply: {count}, the worst {id}.", count=len(open_), id=_worst_id(open_))
        reasons.append(text)
    if not reasons:
        reasons.append(Message.of("Advisories that name this model, all excluded: {count}.", count=len(weighed)))
    return tuple(reasons)


def _severity(item: Weighed) -> tuple[Grade, bool]:
    return (_GRADES[item.decision.strictest] if item.decision else "A", item.kev)


def _word(item: Weighed) -> str:
    return item.decision.strictest if item.decision else ""


def _worst_id(items: Sequence[Weighed]) -> str:
    return max(items, key=_severity).finding.advisory.id
