"""From the vector to the level: the worst factor caps it; there are no weights.

The level is the best that the unknowns leave, and stands with its interval. A good letter (A, B) needs V, A and S
known; else the device is not graded: too little seen is never a good letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.merits.grades import worst
from glasshouse.model.merit import Factor

__all__ = ["NOT_GRADED", "level_of"]

NOT_GRADED = "not-graded"
_NEEDED = frozenset(("V", "A", "S"))


def level_of(factors: Sequence[Factor]) -> tuple[str, tuple[str, str] | None]:
    """(level, (best, worst) it could be); ("not-graded", None) when too little was seen."""
    best = worst(factor.possible[0] for factor in factors)
    last = worst(factor.possible[-1] for factor in factors)
    seen = {factor.letter for factor in factors if factor.grade is not None}
    if best <= "B" and not seen >= _NEEDED:
        return NOT_GRADED, None
    return best, (best, last)
