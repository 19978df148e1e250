"""Approvals on file: whether one that the rule knows holds on the day asked about."""

from __future__ import annotations

from dataclasses import replace

from glasshouse.judgement.case import Case
from glasshouse.judgement.finding import Finding, leaf
from glasshouse.model.restriction import Waiver
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Approval

__all__ = ["waived"]


def waived(case: Case) -> Finding:
    """YES: an approval allows it, on conditions. NO with codes: an approval that does not hold, or none."""
    criterion = Message.of("An approval that the rule knows allows it")
    approval = case.query.facts.approval
    if not case.regime.waivers:
        return leaf(criterion, Truth.NO, Message.of("The rule knows none"))
    if approval is False:
        return leaf(criterion, Truth.NO, Message.of("There is none on file"), codes=("NO_APPROVAL",))
    if not isinstance(approval, Approval):
        return leaf(criterion, Truth.NO, Message.of("None is known"))
    for waiver in case.regime.waivers:
        if waiver.approval == approval.kind:
            return _holds(case, waiver, approval)
    return leaf(criterion, Truth.NO, Message.of("This rule knows no approval of the kind {kind}", kind=approval.kind))


def _holds(case: Case, waiver: Waiver, approval: Approval) -> Finding:
    day = case.day
    criterion = Message.of("The approval holds on {day}", day=day)
    clause = case.clause(waiver.citation)
    fact = Message.of("{kind} of {on}, until {until}", kind=approval.kind, on=approval.on or "an unknown day",
                      until=approval.until or "an unknown day")  # fmt: skip
    if waiver.last_day is not None and day > waiver.last_day:
        return leaf(criterion, Truth.NO, fact, codes=(waiver.lapse_reason,), clause=clause)
    if approval.until is not None and day > approval.until:
        return leaf(criterion, Truth.NO, fact, codes=("WAIVER_EXPIRED",), clause=clause)
    too_early = waiver.first_day is not None and day < waiver.first_day
    if too_early or (approval.on is not None and approval.on > day):
        return leaf(criterion, Truth.NO, fact, codes=("NO_APPROVAL",), clause=clause)
    found = leaf(criterion, Truth.YES, fact, codes=(waiver.reason,), clause=clause)
    return replace(found, missing=waiver.missing)
