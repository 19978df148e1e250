"""Any bytes as a line, any JSON as a line, any value under any key: one answer, one line, no exception."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from fuzz.seeds import SEEDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasshouse.app.identify import Identifier, identify_lines, read_line
from glasshouse.datapack import load
from glasshouse.model.observation import PROBES

IDENTIFIER = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
FAST = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
KEYS = (
    "id", "device", "probe", "port", "request", "raw", "encoding", "fields", "protocol", "seen_at", "address", "domain", "said_by",
    "tool", "expect", "anything",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**18, 10**40), st.floats(), st.text(max_size=20),
    st.sampled_from([*PROBES, "base64", "utf-8", "device", "192.0.2.10", "2026-01-01T00:00:00Z", "\x00", "\u202e", "1e400"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), inner, max_size=4),
    ),
    max_leaves=12,
)
ROWS = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), VALUES, max_size=8)
ODD = {
    "deep lists": b'{"id": "o1", "fields": ' + b"[" * 100_000,
    "deep and closed": b'{"id": "o1", "raw": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "huge integer": b'{"id": "o1", "port": ' + b"9" * 50_000 + b"}",
    "huge exponent": b'{"id": "o1", "port": 1e999999, "raw": "x", "probe": "http"}',
    "not a number": b'{"id": "o1", "port": NaN, "raw": "x", "probe": "http"}',
    "infinite": b'{"id": "o1", "port": -Infinity}',
    "twice the same key": b'{"id": "o1", "id": "o2", "raw": "a", "raw": "b", "probe": "http", "probe": "mac"}',
    "lone surrogate": b'{"id": "\\ud800", "device": "\\udfff", "probe": "http", "raw": "HTTP/1.1 200 OK\\r\\nServer: \\ud800\\r\\n\\r\\n"}',
    "no UTF-8": b'{"id": "\xff\xfe", "raw": "\xc3"}',
    "UTF-16": '{"id": "o1"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"id": "o1", "probe": "http", "raw": "x"}',
    "zero bytes": b'{"id": "o1", "raw": "\\u0000\\u0000", "probe": "mac"}',
    "control characters": b'{"id": "o\x001", "raw": "x"}',
    "no base64": b'{"id": "o1", "probe": "http", "raw": "%%%", "encoding": "base64"}',
    "empty": b"{}",
    "empty texts": b'{"id": "", "device": "", "probe": "", "raw": "", "encoding": ""}',
    "wrong types": b'{"id": [], "device": {}, "probe": 7, "port": "x", "raw": {"a": 1}, "encoding": null, "fields": 3, "address": []}',
    "half a line": b'{"id": "o1", "raw": "HTTP/1.1 20',
    "many fields": b'{"id": "o1", "fields": {' + b",".join(b'"k%d": "v"' % n for n in range(5_000)) + b"}}",
    "a long name": b'{"id": "' + b"x" * 100_000 + b'", "probe": "http", "raw": "x"}',
}  # fmt: skip


def _answers(*lines):
    found = list(identify_lines(lines, grouped=False, identifier=IDENTIFIER))
    for one in found:
        json.dumps(one, ensure_ascii=False).encode("utf-8")  # an answer can always be written
    return found


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD.keys())
def test_an_odd_line_has_one_answer(raw):
    read_line(1, raw)
    assert len(_answers(raw)) == 1


@FAST
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_as_a_line_have_at_most_one_answer(raw):
    line = raw.replace(b"\n", b" ").replace(b"\r", b" ")
    read = read_line(7, line)
    assert read.number == 7
    assert len(_answers(line)) == (1 if line.strip() else 0)


@FAST
@given(ROWS)
def test_any_object_as_a_line_has_one_answer(row):
    line = json.dumps(row).encode()
    read = read_line(1, line)
    assert read.observation is not None or read.error is not None
    assert len(_answers(line)) == 1


@FAST
@given(VALUES)
def test_any_value_as_a_line_has_one_answer(value):
    assert len(_answers(json.dumps(value).encode())) == 1


@FAST
@given(st.lists(ROWS, max_size=4), st.sampled_from(["d1", "\ud800", 7, None]))
def test_odd_lines_never_take_the_good_ones_with_them(rows, device):
    good = json.dumps({"id": "good", "device": "d-good", "probe": "mac", "raw": "00:00:5e:00:53:01"}).encode()
    lines = [json.dumps(row | {"device": device}).encode() for row in rows]
    found = _answers(*lines, good)
    assert next(one for one in found if one.get("device") == "d-good")["mac"] == "00:00:5e:00:53:01"


@FAST
@given(st.sampled_from(PROBES), st.sampled_from([None, "label", "xm", ""]), st.binary(max_size=300), st.data())
def test_any_bytes_as_raw_have_one_answer_without_an_error(probe, protocol, noise, data):
    seed = data.draw(st.sampled_from([seed for seeds in SEEDS.values() for seed in seeds]))
    at = data.draw(st.integers(0, len(seed)))
    raw = base64.b64encode(seed[:at] + noise + seed[at:]).decode()
    row = {"id": "o1", "probe": probe, "raw": raw, "encoding": "base64"} | ({"protocol": protocol} if protocol else {})
    (answer,) = _answers(json.dumps(row).encode())
    assert answer["observations"] == ["o1"]


def test_no_answer_shows_the_code_of_a_label():
    raw = "C12345678\rHUNTER\rDS-2CD2043G2-I"
    for probe, protocol in (("other", "label"), ("other", None), ("inventory-text", None)):
        row = {"id": "o1", "probe": probe, "protocol": protocol, "raw": raw}
        assert "HUNTER" not in json.dumps(_answers(json.dumps(row).encode()))
