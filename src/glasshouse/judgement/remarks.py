"""Codes that are true beside the outcome: what is often misread, and why it does not decide."""

from __future__ import annotations

from glasshouse.judgement.case import Case
from glasshouse.judgement.timeline import happened
from glasshouse.model.restriction import Outcome, Remark
from glasshouse.model.truth import Truth

__all__ = ["remarks"]


def remarks(case: Case, outcome: Outcome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes and missing facts of the remarks that hold for this question and outcome."""
    held = [remark for remark in case.regime.remarks if _holds(case, remark, outcome)]
    codes = dict.fromkeys(code for remark in held for code in remark.reasons)
    missing = dict.fromkeys(key for remark in held for key in remark.missing)
    return tuple(codes), tuple(missing)


def _holds(case: Case, remark: Remark, outcome: Outcome) -> bool:
    query = case.query
    if remark.roles and not set(remark.roles) & set(query.roles):
        return False
    if remark.acts and query.act not in remark.acts:
        return False
    if remark.classes and query.device.device_class not in remark.classes:
        return False
    if remark.networks and query.facts.network not in remark.networks:
        return False
    if remark.outcomes and outcome not in remark.outcomes:
        return False
    if remark.begins is not None and happened(case.regime, remark.begins, query.as_of) is Truth.NO:
        return False
    return _about_parties(case, remark)


def _about_parties(case: Case, remark: Remark) -> bool:
    if remark.parties and not _belongs(case, case.query.device.maker, remark.parties):
        return False
    if not remark.component_of and not remark.component_kinds:
        return True
    return any(
        (not remark.component_kinds or part.kind in remark.component_kinds)
        and (not remark.component_of or _belongs(case, part.maker, remark.component_of))
        for part in case.query.device.components or ()
    )


def _belongs(case: Case, name: str | None, parties: tuple[str, ...]) -> bool:
    if name is None:
        return False
    party = case.parties.canonical(name)
    return any(case.parties.affiliation(party, listed, case.day).value is Truth.YES for listed in parties)
