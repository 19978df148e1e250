"""What is known about how often each word of strength is wrong: a value that outputs show beside the word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength

__all__ = ["Grade", "Standing", "Validation"]


class Standing(Enum):
    """Whether a grade's promise is shown by measurement."""

    VALIDATED = "validated"
    NOT_YET = "not yet validated"
    BROKEN = "broken"
    NO_PROMISE = "no promise"


@dataclass(frozen=True, slots=True)
class Grade:
    """One facet at one strength as measured over labelled devices.

    `lower` and `upper` are one-sided 95 % bounds of the error rate (exact binomial), 0 and 1 without a device.
    `needs`: devices without an error that the promise needs before it is shown; None where nothing is promised.
    """

    facet: Facet
    strength: Strength
    devices: int
    errors: int
    lower: float
    upper: float
    needs: int | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Validation:
    """The measured grades that belong to the data packs in use; empty: nothing is measured, so nothing is shown."""

    grades: tuple[Grade, ...] = ()

    def grade(self, facet: Facet, strength: Strength) -> Grade | None:
        """What was measured for `facet` at `strength`; None = no labelled device carried that claim."""
        for grade in self.grades:
            if grade.facet is facet and grade.strength is strength:
                return grade
        return None

    def open(self, facet: Facet, strength: Strength) -> bool:
        """Whether the word promises something about `facet` that no measurement shows yet."""
        if strength < Strength.SUPPORTING:
            return False
        grade = self.grade(facet, strength)
        return grade is None or grade.standing is not Standing.VALIDATED
