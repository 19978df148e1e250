from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.app.assess import LINE_LIMIT, assess_lines, request_from_json
from glasshouse.datapack import advisories
from glasshouse.model.merit import MeritDevice, Posture

DAY = date(2026, 11, 23)
ADVISORIES = advisories.load(Path(__file__).resolve().parents[2] / "data")
LINE = {
    "id": "a1",
    "as_of": "2026-11-23",
    "device": {
        "maker": "hikvision", "model": "DS-2CD2046G2-IU/SL", "firmware": "V5.5.82 build 190910", "firmware_built_on": None,
    },
    "posture": {
        "exposure": "unknown", "activated": True, "auth": "basic", "tls": "1.2", "services": ["telnet", "rtsp"],
    },
}  # fmt: skip


def answers(*lines):
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(assess_lines(raw, ADVISORIES, DAY))


def test_the_example_of_the_interfaces():
    (answer,) = answers(LINE)
    assert answer["id"] == "a1"
    assert answer["vector"] == "V:D U:? A:B S:C"
    assert (answer["level"], answer["level_range"]) == ("D", ["D", "D"])
    (advisory,) = answer["advisories"]
    assert advisory["id"] == "CVE-2021-36260"
    assert advisory["applicability"] == "confirmed"
    assert advisory["decision"] == "3-days-forensics"
    assert advisory["decision_range"] == ["3-days-forensics", "3-days-forensics"]
    assert advisory["kev"] is True
    assert all(advisory[key] for key in ("reason", "ranges", "source"))
    assert answer["would_change"]
    assert answer["snapshot"] == ADVISORIES.digest
    assert json.loads(json.dumps(answer)) == answer


def test_null_missing_and_unknown_are_the_same():
    empty = answers({"id": 1})
    nulls = answers({"id": 1, "as_of": None, "device": None, "posture": None})
    words = answers(
        {
            "id": 1,
            "device": {"maker": "unknown", "model": "", "firmware": None},
            "posture": {
                "exposure": "unknown",
                "activated": "unknown",
                "auth": "unknown",
                "tls": "unknown",
                "services": None,
            },
        }
    )
    assert empty == nulls == words
    assert empty[0]["level"] == "not-graded"
    assert empty[0]["level_range"] is None


def test_the_day_of_the_line_goes_before_the_run_s():
    early = answers({**LINE, "as_of": "2022-01-09"})[0]["advisories"][0]
    assert early["kev"] is False
    late = answers({**LINE, "as_of": None})[0]["advisories"][0]
    assert late["kev"] is True


def test_a_build_date_of_its_own_counts():
    device = {**LINE["device"], "firmware": None, "firmware_built_on": "2021-06-28"}
    assert answers({**LINE, "device": device})[0]["advisories"][0]["applicability"] == "excluded"


def test_unknown_keys_are_ignored():
    more = {**LINE, "expect": 1, "device": {**LINE["device"], "country": "XX"}, "posture": {**LINE["posture"], "x": 1}}
    assert answers(more) == answers(LINE)


def test_bad_lines_are_values_and_the_rest_goes_on():
    found = answers(b"{", b"[]", b"\xff", b"", LINE, {"id": "a2", "as_of": "soon"}, b"[" * 100_000)
    assert [answer.get("line") for answer in found] == [1, 2, 3, None, 6, 7]
    assert [answer["id"] for answer in found] == [None, None, None, "a1", "a2", None]
    assert "YYYY-MM-DD" in found[4]["error"]
    assert "vector" in found[3]


@pytest.mark.parametrize(
    ("part", "key", "value", "words"),
    [
        ("posture", "exposure", "lan", "internet, internal, unknown or null"),
        ("posture", "activated", 1, "true, false or null"),
        ("posture", "auth", "ntlm", "digest, basic, none"),
        ("posture", "tls", 1.2, "text"),
        ("posture", "services", "telnet", "a list"),
        ("posture", "services", [1], "a list"),
        ("device", "model", ["x"], "text"),
        ("device", "model", "x" * 3000, "at most 2000"),
        ("device", "firmware_built_on", "190910x", "YYYY-MM-DD"),
    ],
)
def test_wrong_values_are_told_with_what_is_accepted(part, key, value, words):
    (answer,) = answers({**LINE, part: {**LINE[part], key: value}})
    assert answer["id"] == "a1"
    assert key in answer["error"]
    assert words in answer["error"]
    assert len(answer["error"]) < 300


def test_parts_must_be_objects_and_lines_bounded():
    assert "posture is no JSON object" in answers({"id": 1, "posture": "x"})[0]["error"]
    assert "at most" in answers(b'"' + b"x" * LINE_LIMIT + b'"')[0]["error"]


def test_request_as_values():
    request = request_from_json(LINE)
    assert request.device == MeritDevice("hikvision", "DS-2CD2046G2-IU/SL", "V5.5.82 build 190910")
    assert request.posture == Posture(None, activated=True, auth="basic", tls="1.2", services=("telnet", "rtsp"))
    assert request.as_of == DAY
    assert isinstance(request_from_json(3), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {"id": JSON},
        optional={
            "as_of": JSON,
            "device": JSON | st.fixed_dictionaries({"maker": JSON, "model": JSON, "firmware": JSON}),
            "posture": JSON | st.fixed_dictionaries({"auth": JSON, "services": JSON, "tls": JSON}),
        },
    )
)
@settings(max_examples=60, deadline=None)
def test_any_object_gets_one_answer(value):
    (answer,) = answers(value)
    assert ("error" in answer) != ("vector" in answer)
    json.dumps(answer)
