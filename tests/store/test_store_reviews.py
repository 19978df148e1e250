from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.store.store_evidence import START

from glasshouse.model.identity import Decision
from glasshouse.model.observation import Statement
from glasshouse.model.place import PropertyFact
from glasshouse.model.provenance import MadeBy
from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Finding
from glasshouse.model.signal import Facet
from glasshouse.model.time import AsOf, FiveTimes
from glasshouse.store import Result, ReviewRecord, StoreError

LATER = START + timedelta(days=1)
MADE_BY = MadeBy("0.1.0", "abc", (("rules", "sha256:00"),))
REVIEW = ReviewRecord(
    "r1", "Review of 2026", AsOf(date(2026, 2, 1), date(2026, 1, 31)), START, MADE_BY,
    {"jurisdiction": "CA", "roles": ["federal_department"], "collections": ["c1"]},
)  # fmt: skip
RESULT = Result("r1", "a1", "Building A", {"brand": "é\ud800"}, {"overall": "prohibited"}, None, MADE_BY)
FINDING = Finding("f1", "a1", "regime", Outcome.PROHIBITED, FiveTimes(observed=START))


def test_a_review_and_its_results_come_back(store):
    store.reviews.begin(REVIEW)
    store.reviews.add_results([RESULT])
    assert store.reviews.get("r1") == REVIEW
    assert store.reviews.results("r1") == (RESULT,)
    assert store.reviews.latest() is None
    store.reviews.finish("r1", at=LATER)
    assert store.reviews.latest() == replace(REVIEW, state="done")
    assert store.reviews.all() == (replace(REVIEW, state="done"),)


def test_an_open_review_resumes_and_a_closed_one_takes_nothing(store):
    store.reviews.begin(REVIEW)
    store.reviews.add_results([RESULT])
    store.reviews.begin(REVIEW)
    store.reviews.add_results([replace(RESULT, merit={"level": "A"})])
    assert store.reviews.results("r1") == (RESULT,)
    store.reviews.finish("r1", at=LATER)
    for attempt in (
        lambda: store.reviews.begin(REVIEW),
        lambda: store.reviews.add_results([replace(RESULT, asset="a2")]),
        lambda: store.reviews.finish("r1", at=LATER),
    ):
        with pytest.raises(StoreError, match="closed"):
            attempt()
    with pytest.raises(StoreError, match="not stored"):
        store.reviews.get("r2")


def test_decisions_come_back_in_order_and_withdrawals_name_them(store):
    merge = Decision("d1", "merge", ("o1", "o2"), "one label", "inspector", START)
    named = Decision("d2", "attribute", ("o1",), "seen on site", "inspector", LATER, Facet.MODEL, "X100")
    withdrawal = Decision("d3", "withdraw", ("d1",), "two labels after all", "inspector", LATER)
    for decision in (merge, named, withdrawal):
        store.decisions.add(decision)
    assert store.decisions.all() == (merge, named, withdrawal)
    with pytest.raises(StoreError, match="stored already"):
        store.decisions.add(merge)
    with pytest.raises(StoreError, match="cannot be withdrawn"):
        store.decisions.add(Decision("d4", "withdraw", ("d9",), "x", "inspector", LATER))
    assert [event.kind for event in store.events.all()] == [
        "decision.merge", "decision.attribute", "decision.withdraw",
    ]  # fmt: skip


def test_the_five_times_are_set_once_each(store):
    assert store.findings.save(FINDING, at=START) == FINDING
    seen = store.findings.mark("f1", "seen", LATER, at=LATER, by="inspector")
    assert seen.times == FiveTimes(observed=START, seen=LATER)
    with pytest.raises(StoreError, match="seen before"):
        store.findings.mark("f1", "seen", LATER, at=LATER, by="inspector")
    with pytest.raises(StoreError, match="not stored"):
        store.findings.mark("f9", "seen", LATER, at=LATER, by="inspector")


def test_the_same_finding_in_a_later_review_keeps_its_times(store):
    store.findings.save(FINDING, at=START)
    again = Finding("f2", "a1", "regime", Outcome.NEEDS_REVIEW, FiveTimes(observed=LATER, identified=LATER))
    stored = store.findings.save(again, at=LATER)
    assert stored == Finding("f1", "a1", "regime", Outcome.NEEDS_REVIEW, FiveTimes(START, LATER))
    assert store.findings.all() == (stored,)
    assert store.findings.get("f1") == stored
    assert [event.kind for event in store.events.all("f1")] == ["finding.opened", "finding.renewed"]
    store.findings.save(again, at=LATER)
    assert len(store.events.all("f1")) == 2


def test_facts_keep_their_types_and_the_newest_is_met_first(store):
    old = PropertyFact("property", "Building A", "tenure", "owned", "deed", date(2020, 1, 1))
    new = PropertyFact("property", "Building A", "tenure", "leased", "lease", date(2025, 1, 1))
    others = [
        PropertyFact("property", "Building A", "roles", ("federal_department",), "form"),
        PropertyFact("device", "a1", "acquired_on", date(2019, 5, 1), "invoice"),
        PropertyFact("device", "a1", "service_contract", value=False, source="contract"),
    ]
    store.facts.add([old, new, *others], at=START)
    store.facts.add([old], at=LATER)
    facts = store.facts.all()
    assert set(facts.facts) == {old, new, *others}
    assert facts.lookup("tenure", "Building A") == new
    assert facts.lookup("service_contract", "a1").value is False
    assert len(store.events.all()) == 5


def test_statements_come_back(store):
    statement = Statement("landlord", "owner", ("lobby",), START, "No cameras.", expires=LATER, devices=("a1",))
    name = store.facts.add_statement(statement, at=START)
    assert store.facts.add_statement(statement, at=LATER) == name
    assert store.facts.statements() == (statement,)
    assert len(store.events.all()) == 1
