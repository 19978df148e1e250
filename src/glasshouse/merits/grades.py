"""Grades A (best) to D (worst), and factors whose inputs are partly unknown: every completion is tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from glasshouse.model.merit import Factor, Grade
from glasshouse.model.text import Message

__all__ = ["ALL", "between", "factor", "worst"]

ALL: tuple[Grade, ...] = ("A", "B", "C", "D")


def worst(grades: Iterable[Grade]) -> Grade:
    """The worst of `grades`; A when there is none."""
    return max(grades, default="A")


def between(best: Grade, last: Grade) -> tuple[Grade, ...]:
    """Every grade from `best` to `last`, both inside."""
    return tuple(grade for grade in ALL if best <= grade <= last)


def factor(letter: Literal["V", "U", "A", "S"], possible: Iterable[Grade], reasons: Iterable[Message]) -> Factor:
    """A factor that could take any of `possible`; its grade is known when there is one."""
    grades = tuple(sorted(set(possible)))
    return Factor(letter, grades[0] if len(grades) == 1 else None, grades, tuple(reasons))
