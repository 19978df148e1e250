"""Decisions of people about identity: which are in force, which evidence each is about, and which find none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from glasshouse.model.identity import Decision
from glasshouse.model.text import Message

__all__ = ["active", "because", "concerns", "moment", "of_kind", "withdrawn_by"]


def moment(decision: Decision) -> tuple[object, ...]:
    """Order in time; at one moment a withdrawal comes after what it withdraws."""
    return (decision.at, decision.kind == "withdraw", decision.id)


def withdrawn_by(decisions: Sequence[Decision]) -> dict[str, Decision]:
    """Withdrawn decision -> the withdrawal in force. A withdrawal that was itself withdrawn takes nothing away."""
    found: dict[str, Decision] = {}
    for decision in sorted(decisions, key=moment, reverse=True):
        if decision.kind == "withdraw" and decision.id not in found:
            for subject in decision.subjects:
                found.setdefault(subject, decision)
    return found


def active(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The merges, splits and attributions in force, oldest first."""
    if not decisions:
        return ()
    withdrawn = withdrawn_by(decisions)
    kept = (one for one in decisions if one.kind != "withdraw" and one.id not in withdrawn)
    return tuple(sorted(kept, key=moment))


def concerns(decision: Decision, observations: Collection[str], keys: Collection[str]) -> bool:
    """Whether `decision` speaks of a unit with these observations or these keys (`keys.unit_keys`)."""
    return any(subject in observations or subject in keys for subject in decision.subjects)


def because(decision: Decision) -> Message:
    """What a decision says for itself wherever it shows: who, when and why."""
    on = decision.at.date().isoformat()
    if decision.kind == "merge":
        return Message.of("merged by {by} on {on}: {reason}", by=decision.by, on=on, reason=decision.reason)
    if decision.kind == "split":
        return Message.of("set apart by {by} on {on}: {reason}", by=decision.by, on=on, reason=decision.reason)
    return Message.of("decided by {by} on {on}: {reason}", by=decision.by, on=on, reason=decision.reason)


def of_kind(decisions: Iterable[Decision], kind: str) -> tuple[Decision, ...]:
    """Those of one kind, in their order."""
    return tuple(one for one in decisions if one.kind == kind)
