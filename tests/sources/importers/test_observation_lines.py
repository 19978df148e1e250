"""Observation lines: the exchange format of the interfaces."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import DocumentLine, Endpoint, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, open_source, preview
from glasshouse.sources.importers.observation_lines import parse_line

LINE = {"id": "o1", "device": "d1", "probe": "http", "port": 80, "raw": "HTTP/1.1 200 OK\r\nServer: Example\r\n\r\n"}


def test_a_line_becomes_an_observation_about_itself():
    line = parse_line(LINE, file_sha256="ab", line=3)
    assert line.error is None
    assert (line.label, line.device) == ("o1", "d1")
    assert line.observation.subject == DocumentLine("ab", "3")
    assert line.observation.raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert line.observation.said_by is SaidBy.DEVICE


def test_an_address_makes_it_about_that_endpoint_in_its_domain():
    line = parse_line(LINE | {"address": "192.0.2.7", "domain": "vlan7"}, property="hq")
    assert line.observation.subject == Endpoint("192.0.2.7", "hq", "vlan7")


def test_expect_and_other_unknown_keys_change_nothing():
    assert parse_line(LINE | {"expect": {"maker": "x"}, "colour": 1}) == parse_line(LINE)


def test_nulls_are_like_missing_keys():
    nulls = dict.fromkeys(["port", "request", "seen_at", "address", "domain", "said_by", "tool", "fields", "protocol"])
    without_port = {key: value for key, value in LINE.items() if key != "port"}
    assert parse_line(LINE | nulls) == parse_line(without_port)


def test_base64_gives_the_bytes():
    raw = bytes(range(256))
    line = parse_line(LINE | {"raw": base64.b64encode(raw).decode(), "encoding": "base64"})
    assert line.observation.raw == raw


def test_a_row_carries_fields_under_the_canonical_names():
    row = {"probe": "inventory-text", "fields": {"Fabricant": "Example", "Modèle": "C1", "x.y": "z", "Floor": 3}}
    line = parse_line(row)
    assert line.observation.fields == (
        ("inventory.manufacturer", "Example"),
        ("inventory.model", "C1"),
        ("x.y", "z"),
        ("inventory.floor", "3"),
    )
    assert line.observation.said_by is SaidBy.PERSON


def test_a_bad_line_keeps_its_label_and_device_and_says_why():
    line = parse_line({"id": "o9", "device": "d9", "probe": "gopher", "raw": ""})
    assert (line.label, line.device, line.observation) == ("o9", "d9", None)
    assert "gopher" in line.error
    assert "http isapi" in line.error
    for bad in ({"probe": "http"}, LINE | {"fields": {"a": "b"}}, LINE | {"encoding": "hex"}, LINE | {"raw": 7}):
        assert parse_line(bad).observation is None
        assert parse_line(bad).error
    assert parse_line([1]).error.startswith("the line is no JSON object")


def test_a_bad_accompanying_value_costs_that_value_only():
    line = parse_line(LINE | {"port": 99_999, "address": "camera.example", "seen_at": "yesterday"})
    assert line.observation.port is None
    assert line.seen_at is None
    assert all(word in line.error for word in ("port", "address", "seen_at"))


def test_times_need_a_zone():
    assert parse_line(LINE | {"seen_at": "2026-01-02T03:04:05Z"}).seen_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert parse_line(LINE | {"seen_at": "2026-01-02T03:04:05"}).seen_at is None
    assert parse_line(LINE | {"seen_at": "2026-01-02T03:04:05"}, zone=UTC).seen_at is not None


def test_credentials_do_not_survive():
    raw = (
        "HTTP/1.1 200 OK\r\nSet-Cookie: SID=s3cr3t; Path=/\r\nAuthorization: Basic s3cr3t\r\n\r\n"
        "<a><userName>s3cr3t</userName><password>s3cr3t</password></a> rtsp://s3cr3t:s3cr3t@192.0.2.1/"
    )
    kept = parse_line(LINE | {"raw": raw}).observation.raw
    assert b"s3cr3t" not in kept
    assert b"Set-Cookie: SID=[removed]; Path=/" in kept
    fields = parse_line({"probe": "inventory-text", "fields": {"user": "s3cr3t", "pwd": "s3cr3t", "ip": "x"}})
    assert "s3cr3t" not in str(fields)
    assert ("inventory.pwd", "[removed]") in fields.observation.fields


def _file(*lines: object) -> ImportFile:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return ImportFile.of_bytes("some.csv", text.encode())


def test_a_file_is_recognised_by_content_and_reads_around_bad_lines():
    seen = preview(_file(LINE, "{broken", LINE | {"id": "o2", "probe": "?"}, LINE | {"id": "o3"}), property="hq")
    assert seen.importer == "observation-lines"
    assert (seen.rows_read, seen.rows_used) == (4, 2)
    assert [rejected.locator for rejected in seen.rejected] == ["line 2", "line 3"]
    assert len({sighting.observation.id for sighting in seen.sightings}) == 2
    assert {sighting.device for sighting in seen.sightings} == {"d1"}
    assert seen.sightings[0].locator == "line 1, id o1"
    assert all(sighting.collection == "c1" for sighting in seen.in_collection("c1"))


def test_an_array_is_read_too_and_an_unclosed_one_partially():
    whole = json.dumps([LINE, LINE]).encode()
    assert preview(ImportFile.of_bytes("a", whole)).rows_used == 2
    cut = ("[\n" + json.dumps(LINE) + ",\n" + json.dumps(LINE)[:30]).encode()
    seen = preview(ImportFile.of_bytes("a", cut))
    assert (seen.rows_used, seen.partial) == (1, True)
    assert seen.gaps


def test_utf16_and_a_byte_order_mark_are_read():
    text = json.dumps(LINE)
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert preview(ImportFile.of_bytes("a", data)).rows_used == 1


def test_a_cut_last_line_makes_it_partial():
    seen = preview(ImportFile.of_bytes("a", (json.dumps(LINE) + "\n" + json.dumps(LINE)[:40]).encode()))
    assert (seen.rows_used, seen.partial) == (1, True)


def test_the_corpus_imports_whole_and_fast(shared):
    started = time.perf_counter()
    seen = preview(open_source(shared / "corpus" / "responses.jsonl"))
    assert time.perf_counter() - started < 3
    assert seen.rows_used == seen.rows_read == len(seen.sightings) > 1000
    assert not seen.rejected
    assert sum(sighting.device is not None for sighting in seen.sightings) == len(seen.sightings)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*LINE, "fields", "seen_at"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_value_is_answered(value):
    parsed = parse_line(value)
    assert (parsed.observation is None) <= (parsed.error is not None)
    if isinstance(value, dict):
        parsed = parse_line(LINE | value)
        assert parsed.observation is not None or parsed.error


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_bytes_after_a_good_line_are_values_or_a_clear_problem(noise, place):
    data = (json.dumps(LINE) + "\n").encode()
    for mutated in (noise, data + noise, data[:place] + noise + data[place:]):
        with contextlib.suppress(ImportProblem):
            assert preview(ImportFile.of_bytes("a", mutated)).importer
