"""Evidence arranged for reading: byte spans, witnesses, for and against."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports import factory

from glasshouse.model.signal import Facet
from glasshouse.reports.evidence import EXCERPT_CONTEXT, EXCERPT_SPAN, Bounds, evidence_of, excerpt_of


def test_the_marked_text_is_exactly_the_span():
    raw = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n"
    excerpt = excerpt_of(raw, 25, 34)
    assert excerpt.mark == "App-webs/"
    assert excerpt.before == "HTTP/1.1 200 OK↵\nServer: "
    assert not excerpt.cut_before
    assert excerpt.form == "text"


def test_context_never_begins_or_ends_inside_a_character():
    raw = "é".encode() * 100 + b"MARK" + "é".encode() * 100
    excerpt = excerpt_of(raw, 200, 204)
    assert excerpt.mark == "MARK"
    assert set(excerpt.before) == set(excerpt.after) == {"é"}
    assert excerpt.cut_before
    assert excerpt.cut_after


def test_binary_replies_are_shown_in_hexadecimal():
    excerpt = excerpt_of(bytes(range(32)), 4, 6)
    assert (excerpt.form, excerpt.mark) == ("hex", "04 05")


def test_a_long_span_is_bounded_and_says_how_much_is_left_out():
    excerpt = excerpt_of(b"x" * 10_000, 0, 10_000)
    assert len(excerpt.mark) < EXCERPT_SPAN + 40
    assert f"[…{10_000 - EXCERPT_SPAN}…]" in excerpt.mark


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(-5, 500), st.integers(-5, 500))
def test_any_bytes_and_any_span_give_a_bounded_excerpt(raw: bytes, start: int, end: int):
    excerpt = excerpt_of(raw, start, end)
    assert len(excerpt.before) + len(excerpt.after) <= 2 * EXCERPT_CONTEXT * 8
    (excerpt.before + excerpt.mark + excerpt.after).encode("utf-8")
    assert "\x1b" not in excerpt.before + excerpt.mark + excerpt.after


def test_signals_of_one_witness_are_one_item():
    found = evidence_of(factory.device(1, "site", "hikvision", "hikvision", "DS-1", "D"))
    says = [{signal.facet for signal in item.signals} for item in found.for_]
    assert {Facet.MAKER, Facet.FIRMWARE_ORIGIN} in says
    assert [item.label for item in found.for_] == [f"E{n}" for n in range(1, len(found.for_) + 1)]


def test_what_contradicts_stands_against_and_what_agrees_does_not():
    found = evidence_of(factory.contradicted(1, "site"))
    assert [signal.value for item in found.against for signal in item.signals] == ["dahua"]
    assert all(signal.value != "dahua" for item in found.for_ for signal in item.signals)
    assert found.labels(Facet.MAKER, "dahua") == (found.against[0].label,)


def test_an_observation_outside_the_review_is_named_by_its_id():
    base = factory.device(1, "site", "hikvision", "hikvision", "DS-1", "D")
    found = evidence_of(replace(base, observations=base.observations[:1]))
    orphans = [item for item in found.for_ if item.seen is None]
    assert orphans
    assert {item.observation_id for item in orphans} == {base.observations[1].id}


def test_a_witness_is_named_without_the_id_of_its_observation():
    base = factory.device(1, "site", "hikvision", "hikvision", "DS-1", "D")
    attribution = base.identity.attributions[0]
    named = replace(attribution.signals[0], witness=f"{base.observations[0].id}:http.title")
    identity = replace(base.identity, attributions=(replace(attribution, signals=(named,)),))
    assert [item.witness for item in evidence_of(replace(base, identity=identity)).for_] == ["http.title"]


def test_the_first_items_cover_every_facet_and_what_is_left_out_is_counted():
    whole = evidence_of(factory.heavy(1).devices[0])
    facets = {signal.facet for item in whole.for_ for signal in item.signals}
    part = whole.within(Bounds(heard=7, seen=1, checks=1, links=1))
    assert {signal.facet for item in part.for_ for signal in item.signals} == facets
    assert part.more_heard == len(whole.for_) - 7
    assert {item.observation_id for item in part.for_} <= {seen.observation.id for seen in part.seen}
    assert part.more_seen == len(whole.seen) - len(part.seen)
