"""Findings: a three-valued answer with the codes, missing facts and trace that belong to it, and how they combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from glasshouse.model.restriction import Citation
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Trace

__all__ = ["Finding", "every", "leaf", "some"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The value of a criterion. `codes` and `missing` are those that speak for this value, in order."""

    value: Truth
    trace: Trace
    codes: tuple[str, ...] = field(default=())
    missing: tuple[str, ...] = field(default=())  # keys of `reasons.MISSING`


def leaf(
    criterion: Message,
    value: Truth,
    fact: Message | None = None,
    *,
    codes: Sequence[str] = (),
    missing: Sequence[str] = (),
    strength: Strength | None = None,
    clause: Citation | None = None,
) -> Finding:
    """A finding about one fact. What is `missing` counts only where the answer is unknown."""
    asked = tuple(missing) if value is Truth.UNKNOWN else ()
    return Finding(value, Trace(criterion, value, fact, strength, clause), tuple(codes), asked)


def every(criterion: Message, parts: Sequence[Finding]) -> Finding:
    """All have to hold (Kleene). The codes are of the parts that decide; unknown ones bring what is met with them."""
    value = Truth.all(part.value for part in parts)
    if value is Truth.NO:
        deciding = [part for part in parts if part.value is Truth.NO]
    else:
        deciding = sorted(parts, key=lambda part: part.value is not value)
    return _combined(criterion, value, parts, deciding)


def some(criterion: Message, parts: Sequence[Finding]) -> Finding:
    """One has to hold (Kleene)."""
    value = Truth.any(part.value for part in parts)
    return _combined(criterion, value, parts, [part for part in parts if part.value is value])


def _combined(criterion: Message, value: Truth, parts: Sequence[Finding], deciding: Sequence[Finding]) -> Finding:
    codes = dict.fromkeys(code for part in deciding for code in part.codes)
    missing = dict.fromkeys(key for part in deciding if part.value is value for key in part.missing)
    trace = Trace(criterion, value, children=tuple(part.trace for part in parts))
    return Finding(value, trace, tuple(codes), tuple(missing))
