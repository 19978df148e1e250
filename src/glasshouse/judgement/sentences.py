"""The first sentence of a verdict. What rests on a statement, or on a text not seen, says so before anything else."""

from __future__ import annotations

from glasshouse.model.restriction import Authority, Outcome, Regime
from glasshouse.model.text import Message
from glasshouse.model.verdict import Query

__all__ = ["sentence"]


def sentence(regime: Regime, outcome: Outcome, query: Query) -> Message:
    """What the outcome says, in words, with the day, the act and the roles."""
    act, day, roles = query.act, query.as_of.valid_on.isoformat(), ", ".join(query.roles) or "?"
    if regime.text_seen:
        return _seen(outcome, act, day, roles)
    if regime.authority is Authority.STATEMENT:
        return _statement(outcome, act, day, roles)
    return _unseen(outcome, act, day, roles)


def _seen(outcome: Outcome, act: str, day: str, roles: str) -> Message:
    if outcome is Outcome.PROHIBITED:
        return Message.of("A rule in force on {day} forbids {act} for {roles}.", day=day, act=act, roles=roles)
    if outcome is Outcome.NEEDS_REVIEW:
        return Message.of("Whether the rule forbids {act} for {roles} on {day} turns on a fact or a reading that is open.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.CONDITIONAL:
        return Message.of("On {day} the rule allows {act} for {roles} only if its conditions are shown.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.ADVISORY:
        return Message.of("On {day} the rule only advises on {act} by {roles}.", day=day, act=act, roles=roles)
    return Message.of("On {day} the rule does not reach {act} by {roles}.", day=day, act=act, roles=roles)


def _statement(outcome: Outcome, act: str, day: str, roles: str) -> Message:
    if outcome is Outcome.PROHIBITED:
        return Message.of("This rests on a public statement; no implementing text was seen. As stated, {act} is forbidden for {roles} on {day}.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.NEEDS_REVIEW:
        return Message.of("This rests on a public statement; no implementing text was seen. Whether it forbids {act} for {roles} on {day} is open.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.CONDITIONAL:
        return Message.of("This rests on a public statement; no implementing text was seen. As stated, {act} is allowed for {roles} on {day} only on conditions.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.ADVISORY:
        return Message.of("This rests on a public statement; no implementing text was seen. As stated, it only advises on {act} by {roles} on {day}.",
                          day=day, act=act, roles=roles)  # fmt: skip
    return Message.of("This rests on a public statement; no implementing text was seen. As stated, it does not reach {act} by {roles} on {day}.",
                      day=day, act=act, roles=roles)  # fmt: skip


def _unseen(outcome: Outcome, act: str, day: str, roles: str) -> Message:
    if outcome is Outcome.PROHIBITED:
        return Message.of("This rests on reports; the text itself was not seen. As reported, {act} is forbidden for {roles} on {day}.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.NEEDS_REVIEW:
        return Message.of("This rests on reports; the text itself was not seen. Whether it forbids {act} for {roles} on {day} is open.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.CONDITIONAL:
        return Message.of("This rests on reports; the text itself was not seen. As reported, {act} is allowed for {roles} on {day} only on conditions.",
                          day=day, act=act, roles=roles)  # fmt: skip
    if outcome is Outcome.ADVISORY:
        return Message.of("This rests on reports; the text itself was not seen. As reported, it only advises on {act} by {roles} on {day}.",
                          day=day, act=act, roles=roles)  # fmt: skip
    return Message.of("This rests on reports; the text itself was not seen. As reported, it does not reach {act} by {roles} on {day}.",
                      day=day, act=act, roles=roles)  # fmt: skip
