from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.app import identify as identify_module
from glasshouse.app.identify import Identifier, identify_lines, read_line, ready
from glasshouse.datapack import load

IDENTIFIER = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
HIK = "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n"
KEYS = {
    "id", "device", "observations", "is_surveillance", "device_class", "brand", "maker", "firmware_origin",
    "platform", "chipset_maker", "model", "firmware", "firmware_built_on", "serial", "made_on", "mac", "strength", "evidence",
    "contradictions", "not_yet_validated",
}  # fmt: skip


def line(identifier: str | None, device: str | None = None, raw: str | None = HIK, **more: object) -> bytes:
    row = {"id": identifier, "device": device, "probe": "http", "raw": raw, "expect": {"maker": "nobody"}} | more
    return json.dumps({name: value for name, value in row.items() if value is not None}).encode()


def run(*lines: bytes, grouped: bool = False) -> list[dict]:
    return list(identify_lines(lines, grouped=grouped, identifier=IDENTIFIER))


def test_shape_of_an_answer():
    (answer,) = run(line("o1", "d1"))
    assert set(answer) == KEYS
    assert (answer["id"], answer["device"], answer["observations"]) == ("o1", "d1", ["o1"])
    assert answer["maker"] == "hikvision"
    assert set(answer["strength"]) == {name for name in KEYS & set(answer["strength"]) if answer[name] is not None}
    row = answer["evidence"][0]
    assert set(row) == {"facet", "value", "strength", "fingerprint", "observation", "excerpt"}
    assert row["observation"] == "o1"
    json.dumps(answer)


def test_expectations_and_unknown_keys_make_no_difference():
    (plain,) = run(line("o1"))
    (loaded,) = run(
        line("o1", expect={"maker": "axis", "class": "non-camera"}, colour="blue", seen_at="2026-01-01T00:00:00Z")
    )
    assert plain == loaded


def test_lines_of_a_device_are_fused_wherever_they_stand():
    answers = run(line("o1", "d1"), line("o2", "d2", "x"), line("o3", "d1", "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n"))
    assert [one["device"] for one in answers] == ["d1", "d2"]
    assert answers[0]["observations"] == ["o1", "o3"]


def test_lines_without_device_are_each_their_own_and_answered_at_once():
    def lines():
        yield line("o1")
        assert answered == ["o1"]
        yield line("o2")

    answered: list[str] = []
    for one in identify_lines(lines(), grouped=False, identifier=IDENTIFIER):
        answered.append(one["id"])  # noqa: PERF401  # the lines look at what was answered so far
    assert answered == ["o1", "o2"]


def test_grouped_answers_as_groups_close_and_refuses_a_late_line():
    answers = run(line("o1", "d1"), line("o2", "d1"), line("o3", "d2"), line("o4", "d1"), line("o5"), grouped=True)
    assert [one["id"] for one in answers] == ["o1", "o3", "o4", "o5"]
    assert "came back" in answers[2]["error"]
    assert answers[2]["device"] == "d1"


def test_grouped_and_fused_say_the_same():
    lines = [line("o1", "d1"), line("o2", "d1", "x"), line("o3"), line("o4", "d2")]
    assert run(*lines) == run(*lines, grouped=True)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"probe": "smoke"}, "accepted"),
        ({"raw": 5}, "raw"),
        ({"encoding": "ebcdic"}, "base64"),
        ({"encoding": "base64", "raw": "***"}, "base64"),
        ({"raw": None, "fields": [1]}, "object"),
        ({"raw": "both", "fields": {"model": "X"}}, "both"),
        ({"said_by": "a bird"}, "accepted"),
    ],
)
def test_a_bad_line_is_an_error_beside_what_was_read(bad, word):
    (answer,) = run(line("o1", "d1"), line("o2", "d1", **bad))
    assert word in answer["error"]
    assert answer["maker"] == "hikvision"
    assert answer["observations"] == ["o1", "o2"]
    (alone,) = run(line("o2", **bad))
    assert word in alone["error"]
    assert alone["id"] == "o2"
    assert alone["maker"] is None


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"x"', b"\xff\xfe", b"17", b"[" * 5000])
def test_what_is_no_object_is_told_by_its_line_number(raw):
    answers = list(identify_lines([line("o1"), b"\n", raw], grouped=False, identifier=IDENTIFIER))
    assert answers[1]["id"] is None
    assert answers[1]["line"] == 3
    assert answers[1]["error"]
    assert set(answers[1]) == {"id", "line", "error"}


def test_encodings_and_fields():
    (text,) = run(line("o1"))
    (coded,) = run(line("o1", raw=base64.b64encode(HIK.encode()).decode(), encoding="base64"))
    assert text == coded
    (row,) = run(line("o1", raw=None, probe="inventory-text", fields={"model": "DS-2CD2143G2-I", "qty": 3, "x": None}))
    assert row["model"] == "DS-2CD2143G2-I"


def test_address_and_domain_are_taken():
    read = read_line(1, line("o1", address="192.0.2.5", domain="left", said_by="tool", tool="t"))
    assert (read.observation.subject.address, read.observation.subject.domain) == ("192.0.2.5", "left")


def test_a_line_beyond_the_bound_is_told(monkeypatch):
    monkeypatch.setattr(identify_module, "MAX_LINE", 100)
    (answer,) = run(line("o1", "d1", "x" * 200))
    assert "more than 100 bytes" in answer["error"]


def test_cache_is_made_used_and_done_without(tmp_path):
    first = ready(tmp_path / "cache", bulk=True)
    kept = sorted(one.name for one in (tmp_path / "cache").iterdir())
    assert len(kept) == 2
    assert not any(name.endswith(".partial") for name in kept)
    again = ready(tmp_path / "cache", bulk=True)
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for one in (first, again, ready(blocked, bulk=False), ready(None, bulk=False)):
        assert next(identify_lines([line("o1")], grouped=False, identifier=one))["maker"] == "hikvision"


@given(st.binary(max_size=120))
@settings(max_examples=60)
def test_no_line_breaks_the_run(raw):
    read = read_line(1, raw)
    assert (read.error is None) is (read.observation is not None)


@given(
    st.text(max_size=200), st.sampled_from(["http", "sadp", "dhip", "snmp", "inventory-text", "onvif-scopes", "mac"])
)
@settings(max_examples=60, deadline=None)
def test_hostile_replies_give_an_answer(raw, probe):
    (answer,) = run(line("o1", raw=raw, probe=probe))
    assert set(answer) >= KEYS
    assert all(len(row["excerpt"]) <= 160 for row in answer["evidence"])


@pytest.mark.parametrize(("bad", "word"), [({"port": "eighty"}, "port"), ({"port": 70000}, "65535")])
def test_a_bad_companion_of_a_good_reply_is_an_error_beside_the_answer(bad, word):
    (alone,) = run(line("o2", **bad))
    assert word in alone["error"]
    assert alone["maker"] == "hikvision"
