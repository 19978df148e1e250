"""What holds for every question: an answer, no exception, no prohibition on weak evidence, no eye for brands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.app.judge import judge_lines, judgement_to_json
from glasshouse.app.judge_input import APPROVALS, DEVICE_CLASSES, NETWORKS, OWNERS
from glasshouse.datapack import parties, rules
from glasshouse.judgement import REASONS, judge
from glasshouse.model.partybook import PartyBook
from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import Citation, Outcome
from glasshouse.model.strength import Strength
from glasshouse.model.time import AsOf
from glasshouse.model.verdict import (
    ACTS,
    COMPONENT_KINDS,
    PURPOSES,
    ROLES,
    SITE_CLASSES,
    Approval,
    Certificate,
    Component,
    JudgedDevice,
    Query,
    QueryFacts,
)

DATA = Path(__file__).resolve().parents[2] / "data"
RULES = rules.load(DATA)
_PACK = parties.load(DATA)
BOOK = PartyBook(_PACK.parties, _PACK.relations)

JURISDICTIONS = ["CA", "CA-QC", "CA-ON", "US", "US-TX", "US-VT", "UK", "UK-SCT", "AU", "NZ", "TW", "IN", "LT", "EU", "DK",
                 "NL-AMS", "JP", "KR", "FR"]  # fmt: skip
MAKERS = ["hikvision", "dahua", "ezviz", "hikmicro", "lorex", "luminys", "dahua-usa", "huawei", "hisilicon", "zte", "hytera",
          "uniview", "tiandy", "axis", "amcrest", "dji", "tp-link", "china-mobile", "sepura", "hikvista", "nobody"]  # fmt: skip

# combinations that rules are about; random ones seldom reach a duty
ABOUT = [
    ("CA", ("federal_department",), "use"),
    ("CA", ("crown_corporation",), "purchase"),
    ("CA", ("order_subject",), "sell"),
    ("CA-QC", ("quebec_public_body",), "use"),
    ("US", ("federal_agency",), "purchase"),
    ("US", ("federal_agency",), "keep_in_service"),
    ("US", ("federal_contractor",), "enter_contract"),
    ("US", ("federal_contractor", "federal_grantee"), "enter_contract"),
    ("US", ("federal_grantee",), "purchase_with_award_funds"),
    ("US", ("applicant",), "authorise"),
    ("US", ("seller",), "sell"),
    ("US", ("usf_recipient",), "purchase_with_subsidy"),
    ("US", ("defense_department",), "enter_contract"),
    ("US-TX", ("state_agency",), "use"),
    ("UK", ("central_government",), "deploy"),
    ("UK", ("central_government",), "keep_in_service"),
    ("TW", ("local_government",), "keep_in_service"),
    ("IN", ("importer",), "import"),
    ("AU", ("commonwealth_entity",), "use"),
]  # fmt: skip
days = st.dates(date(2019, 1, 1), date(2026, 12, 31))
maybe_day = st.none() | days
makers = st.none() | st.sampled_from(MAKERS[:5] * 3 + MAKERS)
strengths = st.sampled_from([*Strength, *[Strength.STRONG] * 8])
components = st.builds(
    Component,
    st.sampled_from(COMPONENT_KINDS),
    st.none() | st.sampled_from([*MAKERS, "none"]),
    st.sampled_from(Strength),
    maybe_day,
)
devices = st.builds(
    JudgedDevice,
    brand=makers,
    maker=makers,
    maker_strength=strengths,
    device_class=st.sampled_from(["camera", None, *DEVICE_CLASSES]) | st.just("camera"),
    components=st.none() | st.lists(components, max_size=2).map(tuple),
    maker_contradicted=st.sampled_from([*[()] * 9, ("hikvision", "dahua")]),
    made_on=maybe_day,
    acquired_on=maybe_day,
    authorised_on=maybe_day,
    owner=st.none() | st.sampled_from(OWNERS),
)
facts = st.builds(
    QueryFacts,
    award_funds=st.none() | st.booleans(),
    contract_awarded_on=maybe_day,
    service_contract=st.none() | st.booleans(),
    supplier=makers,
    approval=st.none() | st.just(False) | st.builds(Approval, st.sampled_from(APPROVALS), maybe_day, maybe_day),
    certificate=st.none() | st.just(False) | st.builds(Certificate, st.just("stqc"), maybe_day),
    network=st.none() | st.sampled_from(NETWORKS),
)
anything = st.tuples(
    st.sampled_from(JURISDICTIONS),
    st.lists(st.sampled_from(ROLES), max_size=2, unique=True).map(tuple),
    st.sampled_from(ACTS),
)


@st.composite
def questions(draw):
    jurisdiction, roles, act = draw(st.one_of(st.sampled_from(ABOUT), st.sampled_from(ABOUT), anything))
    return Query(
        id=None,
        as_of=AsOf(draw(days), draw(st.sampled_from([None, None, None, date(2025, 9, 18), date(2026, 1, 1)]))),
        jurisdiction=jurisdiction,
        roles=roles,
        act=act,
        device=draw(devices),
        site_class=draw(st.none() | st.sampled_from(SITE_CLASSES)),
        purposes=draw(
            st.just(("public_safety",)) | st.lists(st.sampled_from(PURPOSES), max_size=2, unique=True).map(tuple)
        ),
        facts=draw(facts),
    )


queries = questions()


def outcome(query):
    return judge(query, RULES, BOOK).overall


@settings(max_examples=60, deadline=None)
@given(queries)
def test_every_question_has_an_answer_that_json_can_carry(query):
    judgement = judge(query, RULES, BOOK)
    assert judgement.verdicts
    assert judgement.overall is max(verdict.outcome for verdict in judgement.verdicts)
    assert all(verdict.reason_codes and verdict.because for verdict in judgement.verdicts)
    assert set(judgement.reason_codes) <= set(REASONS)
    assert json.loads(json.dumps(judgement_to_json(judgement)))["overall"] == judgement.overall.word


@settings(max_examples=60, deadline=None)
@given(queries)
def test_a_review_names_what_would_settle_it(query):
    for verdict in judge(query, RULES, BOOK).verdicts:
        if verdict.outcome is Outcome.NEEDS_REVIEW:
            assert verdict.missing_facts, verdict.regime


@settings(max_examples=60, deadline=None)
@given(queries)
def test_weaker_evidence_of_the_maker_never_makes_a_prohibition(query):
    """Regime by regime: prohibited on weak evidence only where the maker is not what the rule turns on."""
    strong = replace(query, device=replace(query.device, maker_strength=Strength.STRONG))
    weak = replace(query, device=replace(query.device, maker_strength=Strength.SUPPORTING))
    sure = {verdict.regime: verdict for verdict in judge(strong, RULES, BOOK).verdicts}
    for verdict in judge(weak, RULES, BOOK).verdicts:
        if verdict.outcome is Outcome.PROHIBITED:
            assert sure[verdict.regime].outcome is Outcome.PROHIBITED
        if verdict.outcome >= Outcome.CONDITIONAL and verdict.outcome is not Outcome.NEEDS_REVIEW:
            assert not {"ENTITY_NAMED", "AFFILIATE_AT_DATE", "PRC_BRAND", "PRC_NIL_COMPANY"} & set(verdict.reason_codes)


@settings(max_examples=60, deadline=None)
@given(queries)
def test_more_strength_than_strong_changes_nothing(query):
    strong = replace(query, device=replace(query.device, maker_strength=Strength.STRONG))
    sure = replace(query, device=replace(query.device, maker_strength=Strength.CONCLUSIVE))
    assert judge(strong, RULES, BOOK).reason_codes == judge(sure, RULES, BOOK).reason_codes
    assert outcome(strong) is outcome(sure)


@settings(max_examples=60, deadline=None)
@given(queries, st.sampled_from(["acme", "axis", "bosch"]), st.sampled_from(["umbrella-corp", "sony", "vivotek"]))
def test_unrelated_brands_are_all_the_same(query, one, two):
    first = judge(replace(query, device=replace(query.device, brand=one)), RULES, BOOK)
    second = judge(replace(query, device=replace(query.device, brand=two)), RULES, BOOK)
    assert first.overall is second.overall
    assert first.reason_codes == second.reason_codes


def test_the_questions_reach_every_outcome():
    seen = set()

    @settings(max_examples=1200, deadline=None, database=None, derandomize=True)
    @given(queries)
    def ask(query):
        seen.update(verdict.outcome for verdict in judge(query, RULES, BOOK).verdicts)

    ask()
    assert seen >= set(Outcome) - {Outcome.ADVISORY}


@settings(max_examples=60, deadline=None)
@given(queries)
def test_the_same_question_has_the_same_answer(query):
    assert judge(query, RULES, BOOK) == judge(query, RULES, BOOK)


@settings(max_examples=60, deadline=None)
@given(queries)
def test_nothing_is_prohibited_on_recalled_citations_alone(query):
    for verdict in judge(query, RULES, BOOK).verdicts:
        if verdict.outcome is Outcome.PROHIBITED:
            assert any(isinstance(item, Citation) and item.basis is not Basis.RECALLED for item in verdict.citations)


@settings(max_examples=60, deadline=None)
@given(queries)
def test_an_outcome_on_a_text_not_seen_says_so_first(query):
    for verdict in judge(query, RULES, BOOK).verdicts:
        if not verdict.text_seen and "BEYOND_KNOWLEDGE_DATE" not in verdict.reason_codes and verdict.citations:
            assert str(verdict.sentence).startswith("This rests on ") or "OUTSIDE_JURISDICTION" in verdict.reason_codes


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.binary(max_size=80) | st.sampled_from([b'{"id": 1}', b"[" * 4000, b'{"as_of": "2026-13-01"}']), max_size=8
    )
)
def test_any_bytes_give_one_answer_a_line(lines):
    answers = list(judge_lines(lines, RULES, BOOK))
    assert len(answers) == sum(1 for line in lines if line.strip())
    assert all("error" in answer or "overall" in answer for answer in answers)
