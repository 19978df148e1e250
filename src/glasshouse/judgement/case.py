"""What every criterion looks at: the question, one regime, all rules, the parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from glasshouse.model.partybook import PartyBook
from glasshouse.model.restriction import Citation, Duty, Limb, Regime, Rules
from glasshouse.model.verdict import Query

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One regime applied to one question."""

    query: Query
    regime: Regime
    rules: Rules
    parties: PartyBook

    @property
    def day(self) -> date:
        """The day the question is about."""
        return self.query.as_of.valid_on

    def limbs(self, duty: Duty) -> tuple[Limb, ...]:
        """The limbs that the duty is about."""
        return tuple(limb for limb in self.regime.limbs if not duty.limbs or limb.id in duty.limbs)

    def clause(self, citation: Citation) -> Citation | None:
        """The clause to show in a trace: None where its text was not seen."""
        return citation if self.regime.text_seen else None
