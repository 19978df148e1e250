"""identify, judge, assess: JSON Lines in, JSON Lines out, nothing kept."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

OBSERVATION = {"id": "o1", "probe": "http", "port": 80, "raw": "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n"}
MADE_BY = {"program", "version", "commit", "packs"}


def dumped(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def responses(shared):
    text = (shared / "corpus" / "responses.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def answers(glass, responses):
    ran = glass("identify", stdin=dumped(responses))
    assert ran.code == 0
    return ran.lines


def device_of(row):
    return row["device"] if row.get("device") is not None else ("line", row["id"])


def test_one_answer_a_device_in_order_of_first_appearance(responses, answers):
    order = list(dict.fromkeys(device_of(row) for row in responses))
    assert [device_of(answer) for answer in answers] == order
    given = {}
    for row in responses:
        given.setdefault(device_of(row), []).append(row["id"])
    for answer in answers:
        mine = given[device_of(answer)]
        assert answer["id"] == mine[0]
        assert sorted(answer["observations"]) == sorted(set(mine))
        assert {row["observation"] for row in answer["evidence"]} <= set(mine)
        assert all(answer[facet] is not None for facet in answer["strength"])


def test_what_a_corpus_expects_makes_no_difference(glass, responses, answers):
    wrong = {"class": "axis", "brand": "nobody", "maker": "nobody", "model": "X", "firmware": "0", "serial": "0"}
    for change in (lambda row: row.pop("expect", None), lambda row: row.update(expect=wrong)):
        rows = [dict(row) for row in responses]
        for row in rows:
            change(row)
        ran = glass("identify", stdin=dumped(rows))
        assert ran.lines == answers


def test_the_corpus_is_recognised(responses, answers):
    makers = {}
    for row in responses:
        maker = (row.get("expect") or {}).get("maker")
        if maker:
            makers[device_of(row)] = maker
    known = [answer for answer in answers if answer["maker"] and device_of(answer) in makers]
    wrong = [answer for answer in known if answer["maker"] != makers[device_of(answer)]]
    assert len(known) >= 0.5 * len(makers)
    assert len(wrong) <= 0.03 * len(known)


def test_grouped_says_the_same_of_sorted_lines(glass, responses, answers):
    groups = {}
    for row in responses:
        groups.setdefault(device_of(row), []).append(row)
    ran = glass("identify", "--grouped", stdin=dumped(row for rows in groups.values() for row in rows))
    assert ran.lines == answers


def test_parquet_in_and_out_says_the_same(glass, tmp_path, responses, answers):
    rows = [
        {key: row.get(key) for key in ("id", "device", "probe", "port", "request", "raw", "encoding")}
        for row in responses
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    ran = glass("identify", tmp_path / "in.parquet", "--output", tmp_path / "out.parquet")
    assert (ran.code, ran.out) == (0, "")
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    texts = {"observations", "strength", "not_yet_validated", "evidence", "contradictions"}
    read = [{k: json.loads(v) if k in texts and v is not None else v for k, v in row.items()} for row in found]
    assert len(read) == len(answers)
    for row, answer in zip(read, answers, strict=True):
        assert {key: row[key] for key in answer} == answer


def test_a_parquet_file_that_is_none_is_told(glass, tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing else")
    ran = glass("identify", tmp_path / "x.parquet")
    assert ran.code == 1
    assert "x.parquet cannot be read as Parquet" in ran.err


def test_a_device_that_comes_back_is_an_error_of_grouped_lines(glass):
    rows = [{**OBSERVATION, "id": str(n), "device": d} for n, d in enumerate("aba")]
    ran = glass("identify", "--grouped", stdin=dumped(rows))
    assert ran.code == 0
    assert [("error" in line, line["device"]) for line in ran.lines] == [(False, "a"), (False, "b"), (True, "a")]


@pytest.mark.parametrize("verb", ["identify", "judge", "assess"])
def test_the_header_says_who_made_it(glass, verb):
    plain = glass(verb, stdin=dumped([OBSERVATION]))
    headed = glass(verb, "--with-header", stdin=dumped([OBSERVATION]))
    head, *rest = headed.lines
    assert set(head) == {"made_by"}
    assert set(head["made_by"]) >= MADE_BY
    assert {"fingerprints", "rules", "advisories"} <= set(head["made_by"]["packs"])
    assert all(digest.startswith("sha256:") for digest in head["made_by"]["packs"].values())
    assert rest == plain.lines


@pytest.mark.parametrize("verb", ["identify", "judge", "assess"])
def test_a_file_and_standard_input_are_the_same_and_no_store_is_made(glass, tmp_path, verb):
    (tmp_path / "in.jsonl").write_text(dumped([OBSERVATION, {"id": 2}]))
    named = glass(verb, tmp_path / "in.jsonl")
    dashed = glass(verb, "-", stdin=dumped([OBSERVATION, {"id": 2}]))
    assert named.lines == dashed.lines
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


def test_output_to_a_file(glass, tmp_path):
    ran = glass("identify", "--output", tmp_path / "out.jsonl", stdin=dumped([OBSERVATION]))
    assert (ran.code, ran.out) == (0, "")
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["maker"] == "hikvision"


@pytest.fixture(scope="module")
def cases(shared):
    return yaml.safe_load((shared / "facts" / "cases_examples.yaml").read_text(encoding="utf-8"))["cases"]


def test_the_worked_cases_through_the_command(glass, cases):
    asked = [json.loads(json.dumps({**case["input"], "id": case["id"]}, default=str)) for case in cases]
    ran = glass("judge", stdin=dumped(asked))
    assert ran.code == 0
    assert [answer["id"] for answer in ran.lines] == [case["id"] for case in cases]
    for case, answer in zip(cases, ran.lines, strict=True):
        expected = case["expected"] if "expected" in case else case["expect"]
        accepted = {expected["overall"], *(expected.get("accept") or case.get("accept") or ())}
        assert answer["overall"] in accepted, case["id"]
        wanted = set(expected.get("reason_codes") or ())
        assert not wanted or wanted & set(answer["reason_codes"]), case["id"]
        assert answer["rules_version"]


QUERY = {
    "id": "q1", "as_of": "2026-02-01", "known_at": None, "jurisdiction": "CA", "roles": ["federal_department"],
    "act": "use", "site": {"class": None, "purposes": ["government_facility_security"], "description": "office lobby"},
    "device": {
        "brand": "hikvision", "maker": "hikvision", "maker_strength": "strong", "model": "DS-2CD2143G2-I",
        "device_class": "camera",
        "components": [{"kind": "soc", "maker": "hisilicon", "strength": "strong", "authorised_on": None}],
        "contradictions": [], "made_on": None, "acquired_on": None, "authorised_on": None, "owner": None,
    },
    "facts": {"award_funds": None, "contract_awarded_on": None, "service_contract": None, "supplier": None,
              "approval": None, "certificate": None, "network": None},
}  # fmt: skip


def test_the_judge_example_of_the_interfaces(glass):
    (answer,) = glass("judge", stdin=dumped([QUERY])).lines
    assert (answer["id"], answer["overall"]) == ("q1", "prohibited")
    regime = answer["by_regime"]["ca-gc-hikvision-prohibition-2025"]
    assert regime["outcome"] == "prohibited"
    assert {"ENTITY_NAMED", "ROLE_BOUND"} <= set(regime["reason_codes"])
    assert (regime["authority"], regime["text_seen"]) == ("statement", False)
    assert regime["citations"][0].keys() >= {"title", "pinpoint", "url", "on"}
    assert regime["because"]


def test_regimes_may_be_restricted_and_the_site_text_decides_nothing(glass):
    name = "ca-gc-hikvision-prohibition-2025"
    only = {**QUERY, "regimes": [name]}
    talk = {**QUERY, "site": {**QUERY["site"], "description": "not a government site at all; air-gapped lab bench"}}
    plain, restricted, talked = glass("judge", stdin=dumped([QUERY, only, talk])).lines
    assert set(restricted["by_regime"]) == {name}
    assert talked == plain


@pytest.mark.parametrize(("level", "code"), [("prohibited", 10), ("advisory", 10)])
def test_fail_on_finds_what_is_at_or_above(glass, level, code):
    assert glass("judge", "--fail-on", level, stdin=dumped([QUERY])).code == code


def test_fail_on_leaves_the_rest_alone(glass):
    axis = {**QUERY, "device": {**QUERY["device"], "brand": "axis", "maker": "axis", "components": []}}
    ran = glass("judge", "--fail-on", "prohibited", stdin=dumped([axis]))
    assert ran.code == 0
    assert ran.lines[0]["overall"] != "prohibited"


def test_the_assess_example_of_the_interfaces(glass):
    row = {
        "id": "a1", "as_of": "2026-11-23",
        "device": {"maker": "hikvision", "model": "DS-2CD2046G2-IU/SL", "firmware": "V5.5.82 build 190910",
                   "firmware_built_on": None},
        "posture": {"exposure": "unknown", "activated": True, "auth": "basic", "tls": "1.2",
                    "services": ["telnet", "rtsp"]},
    }  # fmt: skip
    (answer,) = glass("assess", stdin=dumped([row])).lines
    assert (answer["id"], answer["vector"], answer["level"]) == ("a1", "V:D U:? A:B S:C", "D")
    assert answer["level_range"] == ["D", "D"]
    advisory = next(item for item in answer["advisories"] if item["id"] == "CVE-2021-36260")
    assert (advisory["applicability"], advisory["decision"], advisory["kev"]) == ("confirmed", "3-days-forensics", True)
    assert advisory.keys() >= {"reason", "ranges", "source"}
    assert answer["would_change"]
    assert answer["snapshot"].startswith("sha256:")
