"""Verdicts about what is not recorded: absence is reported, never read as permission."""

from __future__ import annotations

from glasshouse.judgement.criteria import GOVERNMENT_ROLES
from glasshouse.judgement.finding import Finding, leaf
from glasshouse.judgement.reasons import MISSING
from glasshouse.model.restriction import Authority, Outcome, Regime, Rules
from glasshouse.model.text import Message, Title
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Query, Verdict

__all__ = ["NONE_RECORDED", "missing_regimes", "no_rule", "outside"]

NONE_RECORDED = "none-recorded"  # stands where a regime id stands, for "no rule is recorded"
_TITLE = Title("No rule recorded", "Aucune règle consignée")


def no_rule(query: Query, rules: Rules) -> list[Verdict]:
    """A verdict where a government role, or the whole jurisdiction, has no recorded regime; else nothing."""
    regimes = rules.applicable(query.jurisdiction)
    said = {role for regime in regimes for role in (*regime.bound, *regime.not_bound)}
    silent = [role for role in query.roles if role in GOVERNMENT_ROLES and role not in said]
    if silent or (not regimes and not query.roles):
        return [_verdict(query, NONE_RECORDED, Outcome.NEEDS_REVIEW, _recorded(", ".join(silent) or "?"))]
    if not regimes:
        return [_verdict(query, NONE_RECORDED, Outcome.NOT_RESTRICTED, _recorded(", ".join(query.roles)))]
    return []


def missing_regimes(query: Query, rules: Rules) -> list[Verdict]:
    """A verdict for each regime asked for by an id that no rule file has, and one where none was named at all."""
    asked = dict.fromkeys(query.regimes or ())
    unknown = [name for name in asked if rules.regime(name) is None]
    if not asked:
        unknown = [NONE_RECORDED]
    return [_verdict(query, name, Outcome.NEEDS_REVIEW, _id_recorded(name)) for name in unknown]


def outside(query: Query, regime: Regime) -> Verdict:
    """A regime that was asked for and is not law where the question arises."""
    found = leaf(
        Message.of("The rule is recorded for {jurisdiction}", jurisdiction=query.jurisdiction),
        Truth.NO,
        Message.of("It is recorded for {codes}", codes=", ".join(regime.jurisdictions)),
        codes=("OUTSIDE_JURISDICTION",),
    )
    return Verdict(
        regime.id, regime.title, Outcome.NOT_RESTRICTED, query.act, found.codes, (), regime.authority, regime.text_seen,
        regime.citations, (found.trace,), Message.of("The rule is not law of {jurisdiction}.", jurisdiction=query.jurisdiction),
    )  # fmt: skip


def _recorded(roles: str) -> Finding:
    return leaf(
        Message.of("A rule for {roles} is recorded in this jurisdiction", roles=roles),
        Truth.NO,
        codes=("NO_RULE_FOUND",),
    )


def _id_recorded(name: str) -> Finding:
    return leaf(Message.of("A rule with the id {name} is recorded", name=name), Truth.NO, codes=("NO_RULE_FOUND",))


def _verdict(query: Query, regime_id: str, outcome: Outcome, found: Finding) -> Verdict:
    return Verdict(
        regime=regime_id,
        title=_TITLE,
        outcome=outcome,
        act=query.act,
        reason_codes=found.codes,
        missing_facts=(MISSING["local-law"],) if outcome is Outcome.NEEDS_REVIEW else (),
        authority=Authority.STATEMENT,
        text_seen=False,
        citations=(),
        because=(found.trace,),
        sentence=Message.of("No rule is recorded that speaks of this; that is no permission."),
    )
