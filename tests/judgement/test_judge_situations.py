"""Situations that a lawyer can read (`situations/*.toml`), and the worked cases of the fact sheets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from glasshouse.app.judge import judgement_to_json, query_from_json
from glasshouse.datapack import parties, rules
from glasshouse.judgement import REASONS, judge
from glasshouse.model.partybook import PartyBook
from glasshouse.model.verdict import Query

DATA = Path(__file__).resolve().parents[2] / "data"
FOLDER = Path(__file__).parent / "situations"
SHARED = Path(__file__).resolve().parents[3] / "shared"
RULES = rules.load(DATA)
_PACK = parties.load(DATA)
BOOK = PartyBook(_PACK.parties, _PACK.relations)


def situations():
    for file in sorted(FOLDER.glob("*.toml")):
        for situation in tomllib.loads(file.read_text("utf-8"))["situation"]:
            yield pytest.param(situation, id=f"{file.stem}: {situation['title']}")


def answer(question):
    query = query_from_json(question)
    assert isinstance(query, Query), query
    return judgement_to_json(judge(query, RULES, BOOK))


@pytest.mark.parametrize("situation", list(situations()))
def test_situation(situation):
    site = {"class": situation.get("site_class"), "purposes": situation.get("purposes")}
    found = answer({**situation, "site": site})
    got = {name: found["by_regime"][name]["outcome"] for name in situation.get("by_regime", {})}
    assert got == situation.get("by_regime", {})
    assert found["overall"] == situation["outcome"]
    assert set(situation["codes"]) <= set(found["reason_codes"])
    assert set(situation.get("missing", [])) <= set(found["missing_facts"])


def test_there_are_enough_situations_and_each_says_why():
    found = list(situations())
    assert len(found) >= 60
    assert all(param.values[0]["why"] for param in found)


def worked_cases():
    sheet = SHARED / "facts" / "cases_examples.yaml"
    cases = yaml.safe_load(sheet.read_text("utf-8"))["cases"] if sheet.is_file() else [None]
    return [pytest.param(case, id=case["id"] if case else "absent") for case in cases]


@pytest.mark.parametrize("case", worked_cases())
@pytest.mark.usefixtures("shared")
def test_worked_case(case):
    found, expected = answer(case["input"]), case["expected"]
    got = {name: found["by_regime"][name]["outcome"] for name in expected["by_regime"]}
    assert got == expected["by_regime"]
    assert found["overall"] in {expected["overall"], *case["accept"]}
    assert set(expected["reason_codes"]) & set(found["reason_codes"])


def test_every_reason_code_of_the_fact_sheets_is_known(shared):
    sheet = shared / "facts" / "cases_examples.yaml"
    codes = yaml.safe_load(sheet.read_text("utf-8"))["reason_codes"]
    assert {code: str(REASONS[code]) for code in codes} == codes


def test_every_regime_of_the_fact_sheets_is_recorded(shared):
    sheet = shared / "facts" / "rules_facts.yaml"
    ids = {regime["id"] for regime in yaml.safe_load(sheet.read_text("utf-8"))["regimes"]}
    assert ids == {regime.id for regime in RULES.regimes}
