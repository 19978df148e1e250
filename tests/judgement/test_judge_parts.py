"""Timeline, combination of findings, the tree as text, and the JSON Lines edge."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from glasshouse.app.judge import judge_lines, query_from_json
from glasshouse.datapack import parties, rules
from glasshouse.judgement import judge, verdict_lines
from glasshouse.judgement.combine import combine
from glasshouse.judgement.finding import every, leaf, some
from glasshouse.judgement.timeline import reached
from glasshouse.model.partybook import PartyBook
from glasshouse.model.text import Message
from glasshouse.model.time import DateRange
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Query

DATA = Path(__file__).resolve().parents[2] / "data"
RULES = rules.load(DATA)
_PACK = parties.load(DATA)
BOOK = PartyBook(_PACK.parties, _PACK.relations)
SAY = Message.of("It holds")

QUESTION = {
    "id": "q1",
    "as_of": "2026-02-01",
    "jurisdiction": "CA",
    "roles": ["federal_department"],
    "act": "use",
    "site": {"class": None, "purposes": ["government_facility_security"], "description": "office lobby"},
    "device": {"brand": "hikvision", "maker": "Hangzhou Hikvision Digital Technology Co., Ltd.", "maker_strength": "strong",
               "model": "DS-2CD2143G2-I", "device_class": "camera", "components": None, "contradictions": []},
    "facts": {"award_funds": None, "approval": None},
}  # fmt: skip


def answers(*lines):
    return list(
        judge_lines([json.dumps(line).encode() if isinstance(line, dict) else line for line in lines], RULES, BOOK)
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-06-30", Truth.NO), ("2025-07-01", Truth.UNKNOWN), ("2025-07-31", Truth.UNKNOWN), ("2025-08-01", Truth.YES)],
)
def test_a_month_is_open_as_a_whole(day, expected):
    assert reached(DateRange(date(2025, 7, 1), date(2025, 8, 1)), date.fromisoformat(day)) is expected


def test_a_day_is_reached_on_itself():
    window = DateRange(date(2025, 7, 1), date(2025, 7, 2))
    assert reached(window, date(2025, 6, 30)) is Truth.NO
    assert reached(window, date(2025, 7, 1)) is Truth.YES


def test_what_does_not_hold_decides_alone():
    yes, no, open_ = (
        leaf(SAY, Truth.YES, codes=("A",)),
        leaf(SAY, Truth.NO, codes=("B",)),
        leaf(SAY, Truth.UNKNOWN, codes=("C",)),
    )
    found = every(SAY, [yes, open_, no])
    assert (found.value, found.codes, len(found.trace.children)) == (Truth.NO, ("B",), 3)


def test_what_is_open_comes_first_and_asks():
    yes = leaf(SAY, Truth.YES, codes=("A",), missing=("role",))
    open_ = leaf(SAY, Truth.UNKNOWN, codes=("C",), missing=("label",))
    found = every(SAY, [yes, open_])
    assert (found.value, found.codes, found.missing) == (Truth.UNKNOWN, ("C", "A"), ("label",))


def test_one_way_is_enough():
    found = some(SAY, [leaf(SAY, Truth.UNKNOWN, codes=("C",)), leaf(SAY, Truth.YES, codes=("A",))])
    assert (found.value, found.codes) == (Truth.YES, ("A",))


def test_no_verdict_is_no_answer():
    query = query_from_json(QUESTION)
    assert isinstance(query, Query)
    with pytest.raises(ValueError, match="no verdict"):
        combine(query, [], "v")


def test_the_answer_has_the_shape_of_the_interfaces():
    (found,) = answers(QUESTION)
    assert found["id"] == "q1"
    assert found["overall"] == "prohibited"
    assert found["rules_version"] == RULES.version
    verdict = found["by_regime"]["ca-gc-hikvision-prohibition-2025"]
    assert verdict["authority"] == "statement"
    assert verdict["text_seen"] is False
    assert verdict["sentence"].startswith("This rests on a public statement")
    assert verdict["reviewed"] == "not reviewed by counsel"
    assert verdict["citations"][0]["on"] == "2025-06-27"
    assert verdict["because"][0]["children"]
    assert "removal deadline" in verdict["missing_facts"]


def test_regimes_may_be_asked_for_by_id():
    (found,) = answers({**QUESTION, "regimes": ["us-889-a1A", "ca-gc-hikvision-prohibition-2025", "no-such-rule"]})
    assert {name: verdict["outcome"] for name, verdict in found["by_regime"].items()} == {
        "us-889-a1A": "not_restricted",
        "ca-gc-hikvision-prohibition-2025": "prohibited",
        "no-such-rule": "needs_review",
    }
    assert "OUTSIDE_JURISDICTION" in found["reason_codes"]
    assert "NO_RULE_FOUND" in found["reason_codes"]


def test_a_bad_line_gives_an_error_and_the_rest_goes_on():
    found = answers(
        b"nonsense", QUESTION, b"", b"[1]", {**QUESTION, "act": "admire", "id": "q2"}, b"\xff\xfe", b'"text"'
    )
    assert [("error" in line, line["id"]) for line in found] == [
        (True, None), (False, "q1"), (True, None), (True, "q2"), (True, None), (True, None),
    ]  # fmt: skip
    assert found[3]["line"] == 5
    assert "accepted: purchase use" in str(found[3]["error"])


def test_the_id_comes_back_as_it_was_given():
    assert [line["id"] for line in answers({**QUESTION, "id": 7}, {**QUESTION, "id": None})] == [7, None]


def test_long_and_deep_lines_are_refused():
    found = answers(b" " * 10 + b"{" + b" " * 1_000_001, b'{"a":' * 100_000)
    assert all("error" in line for line in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"as_of": None}, "as_of is missing"),
        ({"as_of": "yesterday"}, "YYYY-MM-DD"),
        ({"known_at": 5}, "YYYY-MM-DD"),
        ({"jurisdiction": "Canada"}, "no code"),
        ({"roles": ["king"]}, "accepted: federal_department"),
        ({"roles": "king"}, "no list of texts"),
        ({"site": {"class": "cosy"}}, "accepted: sensitive"),
        ({"site": {"purposes": ["fun"]}}, "accepted: public_safety"),
        ({"site": []}, "no object"),
        ({"device": {"maker": 5}}, "device.maker is no text"),
        ({"device": {"maker_strength": "huge"}}, "accepted: none indicative"),
        ({"device": {"components": [{"kind": "wheel"}]}}, "device.components[0].kind"),
        ({"device": {"components": {}}}, "no list"),
        ({"device": {"device_class": "toaster"}}, "accepted: camera"),
        ({"device": {"owner": "king"}}, "accepted: self landlord"),
        ({"facts": {"award_funds": "yes"}}, "accepted: true, false or null"),
        ({"facts": {"approval": True}}, "false (none)"),
        ({"facts": {"approval": {"kind": "wink"}}}, "agency_head_waiver"),
        ({"facts": {"certificate": {"on": "2025-01-01"}}}, "stqc"),
        ({"facts": {"network": "sneaker"}}, "isolated internal internet"),
    ],
)
def test_what_is_not_accepted_is_named_with_what_is(change, said):
    found = query_from_json({**QUESTION, **change})
    assert isinstance(found, str)
    assert said in found


def test_unknown_keys_are_ignored_and_the_description_decides_nothing():
    other = {**QUESTION, "title": "x", "site": {**QUESTION["site"], "description": "a bakery"}}
    assert answers(other) == answers(QUESTION)


def test_gb_is_the_united_kingdom():
    found = query_from_json({**QUESTION, "jurisdiction": "GB-SCT"})
    assert isinstance(found, Query)
    assert found.jurisdiction == "UK-SCT"


def test_the_tree_reads_as_lines():
    query = query_from_json(QUESTION)
    assert isinstance(query, Query)
    verdict = judge(query, RULES, BOOK).verdicts[0]
    lines = list(verdict_lines(verdict))
    assert lines[0] == "ca-gc-hikvision-prohibition-2025: prohibited"
    assert any(line.lstrip().startswith("[yes] The rule binds this role") for line in lines)
    assert any(line.startswith("  missing: ") for line in lines)


def test_clauses_are_shown_only_where_the_text_was_seen():
    seen = answers({**QUESTION, "jurisdiction": "US", "act": "purchase"})[0]["by_regime"]["us-889-a1A"]
    unseen = answers(QUESTION)[0]["by_regime"]["ca-gc-hikvision-prohibition-2025"]
    assert '"clause": {' in json.dumps(seen)
    assert '"clause": {' not in json.dumps(unseen)


def test_a_paper_on_file_is_not_asked_for_again():
    question = {**QUESTION, "as_of": "2024-09-01", "jurisdiction": "AU", "roles": ["commonwealth_entity"]}
    question["facts"] = {"approval": {"kind": "risk_assessment", "on": "2024-08-01"}}
    verdict = answers(question)[0]["by_regime"]["au-pspf-dir-001-2024"]
    assert verdict["outcome"] == "conditional"
    assert verdict["missing_facts"] == []
