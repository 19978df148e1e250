"""Traps of large pattern sets: slow and eager patterns, characters beyond ASCII, threads, engines that must agree."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.datapack import load
from glasshouse.datapack.fingerprints import verify
from glasshouse.matching import cost, index
from glasshouse.matching.fields import fields_of
from glasshouse.matching.literals import required
from glasshouse.matching.patterns import compiled
from glasshouse.model.observation import DocumentLine, Observation
from glasshouse.model.provenance import Basis, Reference, Source
from glasshouse.model.signal import Facet, Fingerprint
from glasshouse.model.strength import Strength

PACK = load(Path(__file__).resolve().parents[2] / "data")


@pytest.fixture(scope="module")
def built() -> bytes:
    return index.compile(PACK.fingerprints)


def one(pattern: str, field: str = "http.title") -> Fingerprint:
    says = ((Facet.MAKER, "acme", Strength.STRONG),)
    return Fingerprint("t.one", field, pattern, says, Source(Reference("t"), Basis.SOURCED), ("x",), ("y",))


@pytest.mark.parametrize(
    "pattern", [r"^([^ ]{1,512}) SMTP X ([^ ]+\.[^ ]+); (.+)* http", r"(\d+)+x", r"a.*.*b", r"(?:(?:x|y)+)*z"]
)
def test_patterns_that_others_could_not_run_in_linear_time_are_told(pattern):
    assert cost.quadratic(pattern) is not None


@pytest.mark.parametrize("pattern", [r"^Acme/(\S+)", r"([^,]*,)*x", r".* .*x", r"(?:ab+)?c{2,5}", r"[[:alpha:]]+", "("])
def test_ordinary_patterns_are_not(pattern):
    assert cost.quadratic(pattern) is None


def pack_with(tmp_path: Path, pattern: str, field: str = "http.server", note: str = "") -> list[str]:
    parties = tmp_path / "parties"
    parties.mkdir()
    for file in (Path(__file__).resolve().parents[2] / "data" / "parties").iterdir():
        (parties / file.name).write_bytes(file.read_bytes())
    (tmp_path / "fingerprints").mkdir()
    (tmp_path / "fingerprints" / "t.toml").write_text(
        f"[[fingerprint]]\nid = 't.one'\nfield = '{field}'\npattern = '{pattern}'\nnote = '{note}'\n"
        "says = [{ facet = 'maker', value = 'axis', strength = 'supporting' }]\nexamples = ['Acme 1']\n"
        "counterexamples = ['%']\nsource = { title = 't', basis = 'sourced', url = 'https://example.net', read_on = 2026-11-23 }\n"
    )
    return [problem.text for problem in verify(tmp_path) if problem.where.endswith(".pattern")]


def test_the_build_refuses_them_and_names_why(tmp_path):
    assert any("endless" in text for text in pack_with(tmp_path, "Acme.*.*1"))


@pytest.mark.parametrize(("note", "count"), [("", 1), ("the header alone is the evidence", 0)])
def test_the_build_refuses_what_matches_anything_unless_it_says_why(tmp_path, note, count):
    assert sum("anything may send" in text for text in pack_with(tmp_path, r"\d", note=note)) == count


def test_the_build_refuses_what_costs_far_more_than_the_rest(tmp_path):
    assert any("instructions" in text for text in pack_with(tmp_path, r"Acme [0-9A-Za-z]{1,900}\pL{1,200}1?"))
    assert max(cost.size(one.pattern) for one in PACK.fingerprints) < cost.LARGEST


def test_a_fingerprint_of_a_maker_does_not_match_most_of_what_carries_its_field(shared, built):
    carrying: dict[str, set[str]] = defaultdict(set)
    matched: dict[str, set[str]] = defaultdict(set)
    makers: dict[str, set[str]] = defaultdict(set)
    matcher = index.Matcher(PACK.fingerprints, built)
    for line in (shared / "corpus" / "responses.jsonl").read_bytes().splitlines()[::3]:
        row = json.loads(line)
        raw = row["raw"].encode()
        observation = Observation(DocumentLine("", row["id"]), row["probe"], raw, protocol=row.get("protocol"))
        for field in fields_of(observation):
            carrying[field.name].add(row["id"])
            makers[field.name].add(str(row["expect"].get("maker")))
            for fingerprint, _ in matcher.match(field.name, field.value):
                matched[fingerprint.id].add(row["id"])
    common = {name for name, ids in carrying.items() if len(ids) >= 10 and len(makers[name]) >= 5}
    eager = {
        fingerprint.id
        for fingerprint in PACK.fingerprints
        if fingerprint.field in common
        and any(facet is Facet.MAKER for facet, _, _ in fingerprint.says)
        and len(matched[fingerprint.id]) * 2 > len(carrying[fingerprint.field])
    }
    assert len(common) >= 4
    assert not eager


def test_a_character_of_several_bytes_is_one_character():
    fingerprints = [one("^(?:Sign in . Acme|x)$")]
    for compiled_bytes in (index.compile(fingerprints), None):
        assert index.Matcher(fingerprints, compiled_bytes).match("http.title", "Sign in · Acme")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["Sign in · Acme", "ACME", "acme \udc80", "Acme\0", "\ufffdAcme"]))
def test_engines_agree_on_any_characters(before, text):
    fingerprints = [one("(?i)acme.?$"), one("^.{0,8}Acme"), one("[^ -~]Acme")]
    fast, slow = index.Matcher(fingerprints, index.compile(fingerprints)), index.Matcher(fingerprints, None)
    assert fast.match("http.title", before + text) == slow.match("http.title", before + text)


def test_without_hyperscan_the_hits_are_the_same(monkeypatch, built):
    values = [(one.field, text) for one in PACK.fingerprints for text in one.examples][::7]
    fast = [index.Matcher(PACK.fingerprints, built).match(*value) for value in values]
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    slow = index.Matcher(PACK.fingerprints, built)
    assert [slow.match(*value) for value in values] == fast


def test_several_threads_share_one_matcher(built):
    values = [(one.field, f"{text}{at}") for one in PACK.fingerprints for text in one.examples for at in range(2)][::3]
    alone = index.Matcher(PACK.fingerprints, built)
    expected = [alone.match(*value) for value in values]
    shared_one = index.Matcher(PACK.fingerprints, built)
    with ThreadPoolExecutor(8) as pool:
        found = [list(pool.map(lambda value: shared_one.match(*value), values)) for _ in range(2)]
    assert found == [expected, expected]


def test_databases_are_loaded_when_their_field_comes(built):
    matcher = index.Matcher(PACK.fingerprints, built)
    assert not matcher._sieves
    matcher.match("http.server", "nginx")
    assert list(matcher._sieves) == ["http.server"]


def test_every_example_holds_a_text_that_its_pattern_needs():
    told = Counter()
    for fingerprint in PACK.fingerprints:
        for words in (False, True):
            texts = required(fingerprint.pattern, words=words)
            told[texts is None] += 1
            hits = [text for text in fingerprint.examples if compiled(fingerprint.pattern).search(text)]
            assert texts is None or all(any(need in hit.lower() for need in texts) for hit in hits)
    assert told[False] > told[True]
