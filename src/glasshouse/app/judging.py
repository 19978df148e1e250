"""Judging one device for several acts: the most severe answer of each regime wins, and its act is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from glasshouse.model.text import Message
from glasshouse.model.verdict import Judgement, Verdict

__all__ = ["most_severe"]


def most_severe(judgements: Sequence[Judgement]) -> Judgement:
    """One judgement from those of several acts. Raises ValueError for none: no act asked is no answer."""
    if not judgements:
        raise ValueError("no act was judged; ask about at least one")
    by_regime: dict[str, Verdict] = {}
    for judgement in judgements:
        for verdict in judgement.verdicts:
            known = by_regime.get(verdict.regime)
            if known is None or verdict.outcome > known.outcome:
                by_regime[verdict.regime] = verdict
    worst = max(judgements, key=lambda judgement: judgement.overall)
    verdicts = tuple(by_regime.values())
    codes = dict.fromkeys((*worst.reason_codes, *(code for verdict in verdicts for code in verdict.reason_codes)))
    missing: dict[Message, None] = dict.fromkeys(
        (*worst.missing_facts, *(fact for verdict in verdicts for fact in verdict.missing_facts))
    )
    return replace(worst, verdicts=verdicts, reason_codes=tuple(codes), missing_facts=tuple(missing))
