"""From verdicts to a judgement: the most severe wins, every code and every open fact is kept."""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.model.verdict import Judgement, Query, Verdict

__all__ = ["combine"]


def combine(query: Query, verdicts: Sequence[Verdict], rules_version: str) -> Judgement:
    """All verdicts as one judgement. Raises ValueError for none: no rule looked at is no answer."""
    if not verdicts:
        raise ValueError("no verdict to combine; the engine answers every question with at least one")
    severe_first = sorted(verdicts, key=lambda verdict: -verdict.outcome)
    return Judgement(
        query=query,
        overall=severe_first[0].outcome,
        verdicts=tuple(verdicts),
        reason_codes=tuple(dict.fromkeys(code for verdict in severe_first for code in verdict.reason_codes)),
        missing_facts=tuple(dict.fromkeys(fact for verdict in severe_first for fact in verdict.missing_facts)),
        rules_version=rules_version,
    )
