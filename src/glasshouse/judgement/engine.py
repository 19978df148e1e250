"""The judge: one verdict a regime, from the duties that the regime has for the act, and the most severe over all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from glasshouse.judgement.absence import missing_regimes, no_rule, outside
from glasshouse.judgement.case import Case
from glasshouse.judgement.combine import combine
from glasshouse.judgement.conditions import condition
from glasshouse.judgement.criteria import USE_ACTS, control, in_time, role_bound, role_in_duty
from glasshouse.judgement.finding import Finding, every, leaf
from glasshouse.judgement.reasons import MISSING
from glasshouse.judgement.remarks import remarks
from glasshouse.judgement.sentences import sentence
from glasshouse.judgement.subject import reached_by
from glasshouse.judgement.timeline import confidential
from glasshouse.judgement.waivers import waived
from glasshouse.model.partybook import PartyBook
from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import Citation, Duty, Outcome, Regime, Rules
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Approval, Certificate, Judgement, Query, Trace, Verdict

__all__ = ["judge"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one duty says."""

    outcome: Outcome
    codes: tuple[str, ...]
    missing: tuple[str, ...]
    traces: tuple[Trace, ...]
    citations: tuple[Citation, ...] = ()


def judge(query: Query, rules: Rules, parties: PartyBook) -> Judgement:
    """The answers of all regimes that apply to the question, and the most severe of them. Pure; never raises."""
    if query.regimes is None:
        cases = [Case(query, regime, rules, parties) for regime in rules.applicable(query.jurisdiction)]
        verdicts = [_verdict(case) for case in cases]
        verdicts += no_rule(query, rules)
    else:
        asked = [rules.regime(name) for name in dict.fromkeys(query.regimes)]
        verdicts = [_asked(query, regime, rules, parties) for regime in asked if regime is not None]
        verdicts += missing_regimes(query, rules)
    return combine(query, [_within_knowledge(query, rules, verdict) for verdict in verdicts], rules.version)


def _asked(query: Query, regime: Regime, rules: Rules, parties: PartyBook) -> Verdict:
    if not regime.applies_in(query.jurisdiction):
        return outside(query, regime)
    return _verdict(Case(query, regime, rules, parties))


def _verdict(case: Case) -> Verdict:
    regime, query = case.regime, case.query
    answers = _answers(case)
    outcome = max(answer.outcome for answer in answers)
    deciding = [answer for answer in answers if answer.outcome is outcome]
    more_codes, more_missing = remarks(case, outcome)
    codes = [*_union(answer.codes for answer in deciding), *more_codes, *_state_of_the_text(case, outcome)]
    missing = [*_union(answer.missing for answer in deciding), *more_missing]
    missing = [key for key in missing if key not in _on_file(query)]
    cited = _union([*(answer.citations for answer in deciding), regime.citations])
    return Verdict(
        regime=regime.id,
        title=regime.title,
        outcome=outcome,
        act=query.act,
        reason_codes=tuple(dict.fromkeys(codes)) or ("CONDITION_NOT_MET",),
        missing_facts=tuple(MISSING[key] for key in dict.fromkeys(missing)),
        authority=regime.authority,
        text_seen=regime.text_seen,
        citations=tuple(cited),
        because=tuple(trace for answer in answers for trace in answer.traces),
        sentence=sentence(regime, outcome, query),
        reviewed=_reviewed(regime),
    )


def _answers(case: Case) -> list[_Answer]:
    role = role_bound(case)
    if role.value is Truth.NO:
        return [_Answer(Outcome.NOT_RESTRICTED, role.codes, (), (role.trace,))]
    duties = [duty for duty in case.regime.duties if case.query.act in duty.acts]
    if not duties:
        duties = _open_act(case)
    if not duties:
        return [_not_covered(case, role)]
    return [_answer(case, duty, role) for duty in duties]


def _not_covered(case: Case, role: Finding) -> _Answer:
    use = ("USE_NOT_AN_ACT",) if case.query.act in USE_ACTS else ()
    covered = sorted({act for duty in case.regime.duties for act in duty.acts})
    fact = Message.of("Acts that it covers: {acts}", acts=", ".join(covered) or "none")
    act = leaf(Message.of("The rule covers this act"), Truth.NO, fact, codes=("ACT_NOT_COVERED", *use))
    begun = [in_time(case, duty) for duty in case.regime.duties]
    early = ("NOT_YET_IN_FORCE",) if begun and all("NOT_YET_IN_FORCE" in found.codes for found in begun) else ()
    return _Answer(Outcome.NOT_RESTRICTED, (*early, *act.codes), (), (role.trace, act.trace))


def _open_act(case: Case) -> list[Duty]:
    """Where the text was not seen, an act that nobody said it leaves out could be reached: then that is the question."""
    regime = case.regime
    if regime.text_seen or case.query.act in regime.outside_acts:
        return []
    return [
        replace(
            duty,
            id=f"{duty.id}, act not mentioned",
            acts=(case.query.act,),
            outcome=Outcome.NEEDS_REVIEW,
            conditions=tuple(wanted for wanted in duty.conditions if wanted.kind == "site"),
            reasons=("ACT_NOT_COVERED", regime.unseen_reason),
            missing=("instrument",),
        )
        for duty in regime.duties
    ]  # fmt: skip


def _answer(case: Case, duty: Duty, role: Finding) -> _Answer:
    parts = [role, role_in_duty(case, duty), in_time(case, duty), reached_by(case, duty)]
    parts += [condition(case, wanted) for wanted in duty.conditions]
    parts.append(control(case, duty))
    whole = every(Message.of("Duty “{duty}” applies", duty=duty.id), parts)
    trace = replace(whole.trace, clause=case.clause(duty.citation))
    if whole.value is Truth.NO:
        return _Answer(Outcome.NOT_RESTRICTED, whole.codes, (), (trace,))
    if whole.value is Truth.UNKNOWN:
        outcome = Outcome.NEEDS_REVIEW if duty.outcome >= Outcome.CONDITIONAL else duty.outcome
        return _Answer(outcome, whole.codes, (*whole.missing, *duty.missing), (trace,), (duty.citation,))
    met = _Answer(duty.outcome, (*duty.reasons, *whole.codes), duty.missing, (trace,), (duty.citation,))
    return _with_waiver(case, duty, _as_verified(case, duty, met))


def _as_verified(case: Case, duty: Duty, answer: _Answer) -> _Answer:
    """What is only recalled leads to review, never to a prohibition or a condition."""
    bases = {duty.citation.basis, *([case.regime.event(duty.begins).citation.basis] if duty.begins else [])}
    if Basis.RECALLED not in bases or answer.outcome < Outcome.CONDITIONAL:
        return answer
    return replace(
        answer,
        outcome=Outcome.NEEDS_REVIEW,
        codes=(*answer.codes, "UNVERIFIED_SOURCE"),
        missing=(*answer.missing, "verification"),
    )


def _with_waiver(case: Case, duty: Duty, answer: _Answer) -> _Answer:
    if answer.outcome is not Outcome.PROHIBITED or not duty.waivable:
        return answer
    approval = waived(case)
    outcome = Outcome.CONDITIONAL if approval.value is Truth.YES else answer.outcome
    return replace(
        answer,
        outcome=outcome,
        codes=(*approval.codes, *answer.codes),
        missing=(*answer.missing, *approval.missing),
        traces=(*answer.traces, approval.trace),
    )


def _on_file(query: Query) -> frozenset[str]:
    """Conditions whose proof the question itself brings."""
    approval = query.facts.approval
    shown = {
        "risk-assessment": isinstance(approval, Approval) and approval.kind == "risk_assessment",
        "isolation": query.facts.network == "isolated",
        "certificate": isinstance(query.facts.certificate, Certificate),
    }
    return frozenset(key for key, held in shown.items() if held)


def _state_of_the_text(case: Case, outcome: Outcome) -> tuple[str, ...]:
    hidden = ("CONFIDENTIAL_DECISION",) if confidential(case.regime, case.query.as_of) else ()
    if outcome >= Outcome.CONDITIONAL and not case.regime.text_seen:
        return (case.regime.unseen_reason, *hidden)
    return hidden


def _reviewed(regime: Regime) -> Message:
    if regime.counsel is None:
        return Message.of("not reviewed by counsel")
    return Message.of("reviewed by {by}, {qualification}, on {on}", by=regime.counsel.by,
                      qualification=regime.counsel.qualification, on=regime.counsel.on)  # fmt: skip


def _within_knowledge(query: Query, rules: Rules, verdict: Verdict) -> Verdict:
    """Nothing is said for certain about a day after the day up to which the law is known."""
    known = query.as_of.known_at
    horizon = rules.known_until if known is None else min(rules.known_until, known)
    if query.as_of.valid_on <= horizon:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.NEEDS_REVIEW,
        reason_codes=("BEYOND_KNOWLEDGE_DATE", *verdict.reason_codes),
        missing_facts=(*verdict.missing_facts, MISSING["later-law"]),
        sentence=Message.of(
            "The rules are known up to {horizon}; what will hold on {day} is not.",
            horizon=horizon,
            day=query.as_of.valid_on,
        ),
    )


def _union(groups: Iterable[Iterable[T]]) -> list[T]:
    return list(dict.fromkeys(item for group in groups for item in group))
