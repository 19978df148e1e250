from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.datapack import load
from glasshouse.matching import index, patterns
from glasshouse.model.observation import DocumentLine, Field, Observation
from glasshouse.model.provenance import Basis, Reference, Source
from glasshouse.model.signal import Facet, Fingerprint
from glasshouse.model.strength import Strength

PACK = load(Path(__file__).resolve().parents[2] / "data")
SOURCE = Source(Reference("t"), Basis.SOURCED)
OBSERVATION = Observation(DocumentLine("", "d1"), "http", b"raw")


def one(
    pattern: str, value: str = "acme", *, unless: tuple[str, ...] = (), probes: tuple[str, ...] = ()
) -> Fingerprint:
    return Fingerprint(
        "t.one", "http.server", pattern, ((Facet.MAKER, value, Strength.STRONG),), SOURCE, ("x",), ("y",), unless,
        probes=probes,
    )  # fmt: skip


@pytest.fixture(scope="module")
def compiled() -> bytes:
    return index.compile(PACK.fingerprints)


@pytest.fixture(scope="module")
def both(compiled: bytes) -> tuple[index.Matcher, index.Matcher]:
    fast = index.Matcher(PACK.fingerprints, compiled)
    assert fast._databases
    return fast, index.Matcher(PACK.fingerprints, None)


def test_every_example_is_found_with_and_without_the_first_stage(both):
    for fingerprint in PACK.fingerprints:
        for text in (*fingerprint.examples, *fingerprint.counterexamples):
            fast, slow = (matcher.match(fingerprint.field, text) for matcher in both)
            assert fast == slow
            found = {hit.id for hit, _ in slow}
            assert (fingerprint.id in found) is (text in fingerprint.examples)


EXAMPLES = sorted({(one.field, text) for one in PACK.fingerprints for text in one.examples})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EXAMPLES), st.text(max_size=12), st.text(max_size=12), st.booleans())
def test_first_stage_never_changes_the_hits(both, example, before, after, swap):
    field, text = example
    value = before + (text.swapcase() if swap else text) + after
    fast, slow = (matcher.match(field, value) for matcher in both)
    assert fast == slow


def test_damaged_or_foreign_databases_leave_the_work_to_re2(compiled):
    assert not index.Matcher(PACK.fingerprints, compiled[:-50])._databases
    assert not index.Matcher(PACK.fingerprints[:-1], compiled)._databases
    matcher = index.Matcher(PACK.fingerprints, b"\x00nonsense")
    assert matcher.match("http.server", "App-webs/")


def test_without_hyperscan_compile_gives_nothing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    assert index.compile(PACK.fingerprints) == b""
    assert index.Matcher(PACK.fingerprints, b"x").match("http.server", "App-webs/")
    assert patterns.hyperscan_accepts("(?=x)")


def test_capture_fills_the_value_and_an_empty_capture_says_nothing():
    matcher = index.Matcher([one(r"^Acme(?:/(?P<model>\S+))?", "{model}")])
    assert matcher.match("http.server", "Acme/X1")[0][1][0].value == "X1"
    assert matcher.match("http.server", "Acme") == ()


def test_veto_and_probe_hold_a_fingerprint_back():
    matcher = index.Matcher([one("Acme", unless=("not Acme",), probes=("rtsp",))])
    assert matcher.match("http.server", "this is not Acme") == ()
    field = Field(OBSERVATION.id, "http.server", "Acme")
    assert matcher.signals(OBSERVATION, [field]) == ()


def test_span_counts_bytes_of_the_observation():
    raw = "Sérver: Acme".encode()
    observation = Observation(DocumentLine("", "d1"), "http", raw)
    field = Field(observation.id, "http.server", "Sérver: Acme", 0, len(raw))
    signal = index.Matcher([one("Acme")]).signals(observation, [field])[0]
    assert raw[signal.start : signal.end] == b"Acme"
    assert signal.witness == f"{observation.id}:http.server"


def test_repeated_values_are_matched_once(monkeypatch):
    calls: list[str] = []
    said = patterns.Confirmed.said
    monkeypatch.setattr(patterns.Confirmed, "said", lambda self, value: calls.append(value) or said(self, value))
    matcher = index.Matcher([one("Acme")])
    first = matcher.match("http.server", "Acme")
    assert matcher.match("http.server", "Acme") is first
    assert calls == ["Acme"]


def test_lone_surrogate_and_huge_values_are_harmless():
    matcher = index.Matcher([one("Acme")])
    assert matcher.match("http.server", "\ud800Acme")
    assert matcher.match("http.server", "x" * 200_000 + "Acme") == ()


@given(st.text(max_size=400), st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=60)
def test_excerpts_are_short_single_lines(text, start, length):
    cut = patterns.excerpt(text, min(start, len(text)), min(start + length, len(text)))
    assert len(cut) <= patterns.EXCERPT
    assert "\n" not in cut


def test_hostile_pattern_input_stays_linear():
    matcher = index.Matcher([one("^(?:a|aa)+$")])
    assert matcher.match("http.server", "a" * 60_000 + "!") == ()
