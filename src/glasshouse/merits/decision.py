"""The decision row of an advisory: CISA BOD 26-04, as CERT/CC publishes it (SSVC `cisa_bod_26_04` 1.0.0).

Inputs: in the catalogue of known exploited vulnerabilities, exposed to the internet, automatable, technical impact.
An unknown input is evaluated both ways: the stricter row is the decision, and both ends are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from glasshouse.merits.advisory import DecisionRow
from glasshouse.model.merit import ADVISORY_DECISIONS

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The strictest row that the facts allow, and the mildest; equal when every input is known."""

    strictest: str
    mildest: str


def decide(
    table: Mapping[DecisionRow, str],
    *,
    kev: bool,
    exposed: bool | None,
    automatable: bool | None,
    total_impact: bool | None,
) -> Decision:
    """Look the row up; None inputs count both ways. Raises KeyError for a table that lacks a row."""
    choices = ((kev,), *(_ways(value) for value in (exposed, automatable, total_impact)))
    found = sorted({table[row] for row in product(*choices)}, key=ADVISORY_DECISIONS.index)  # type: ignore[index]
    return Decision(found[0], found[-1])


def _ways(value: bool | None) -> tuple[bool, ...]:
    return (False, True) if value is None else (value,)
