"""The commands that read or change a store: import, device, report, explain, scan, rules, data."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from tests.end_to_end.site_in_thread import chosen, scope_of, serving


@pytest.fixture
def own(reviewed, tmp_path):
    """A copy of the reviewed store, to be changed."""
    shutil.copytree(reviewed, tmp_path / "store")
    return tmp_path / "store"


def listed(glass, store):
    ran = glass("device", "list", "--format", "jsonl", "--store", store)
    assert ran.code == 0, ran.err
    return ran.lines


def test_import_dry_run_stores_nothing(glass, tmp_path, inventory):
    ran = glass("import", inventory, "--dry-run", "--store", tmp_path / "s")
    assert ran.code == 0
    assert "inventory.csv: csv, " in ran.err or "inventory.csv: " in ran.err
    assert "3 used" in ran.err
    assert not (tmp_path / "s").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inventory.csv"]


def test_import_seals_a_collection(glass, tmp_path, inventory):
    ran = glass("import", inventory, "--store", tmp_path / "s")
    assert ran.code == 0, ran.err
    name, state, root = ran.out.split()
    assert name.startswith("col_")
    assert state == "sealed"
    assert root
    assert glass("store", "check", "--store", tmp_path / "s").code == 0


def test_import_shows_rejected_rows_and_unknown_columns(glass, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Manufacturer,Model,MAC Address,Paint\nHikvision,DS-2CD2143G2-I,bc:9b:5e:20:7a:12,white\n,,,\n")
    ran = glass("import", file, "--dry-run")
    assert ran.code == 0
    assert "unknown columns" in ran.err
    assert "Paint" in ran.err


def test_device_list_holds_the_judged_devices(glass, reviewed):
    rows = listed(glass, reviewed)
    # a list is a person's word: it supports and never proves, so each outcome waits for evidence of the device itself
    assert {row["address"]: (row["maker"], row["strength"], row["overall"]) for row in rows} == {
        "192.0.2.11": ("hikvision", "supporting", "needs_review"),
        "192.0.2.12": ("dahua", "supporting", "needs_review"),
        "192.0.2.13": ("axis", "supporting", "needs_review"),
    }
    assert all(row["property"] == "P" for row in rows)


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_device_list_in_other_formats(glass, reviewed, form, monkeypatch):
    monkeypatch.setenv("COLUMNS", "240")
    ran = glass("device", "list", "--format", form, "--store", reviewed)
    assert ran.code == 0
    if form == "json":
        assert len(json.loads(ran.out)) == 3
    elif form == "csv":
        assert len(list(csv.DictReader(io.StringIO(ran.out)))) == 3
    else:
        assert "192.0.2.11" in ran.out or "hikvision" in ran.out


def test_devices_are_merged_and_the_merge_is_withdrawn(glass, own):
    before = listed(glass, own)
    ran = glass("device", "merge", "192.0.2.11", "192.0.2.12", "--reason", "one box, two labels", "--store", own)
    assert ran.code == 0, ran.err
    decision = ran.out.partition(":")[0]
    assert decision.startswith("dec_")
    assert len(listed(glass, own)) == len(before) - 1
    told = glass("device", "withdraw", decision, "--reason", "wrong", "--store", own)
    assert told.code == 0
    assert listed(glass, own) == before
    assert glass("store", "check", "--store", own).code == 0


def test_decisions_of_one_second_keep_their_order(glass, own, monkeypatch):
    moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("glasshouse.app.decide.now", lambda: moment)
    before = listed(glass, own)
    for turn in range(3):
        ran = glass("device", "merge", "192.0.2.11", "192.0.2.12", "--reason", f"turn {turn}", "--store", own)
        decision = ran.out.partition(":")[0]
        assert glass("device", "withdraw", decision, "--reason", f"turn {turn}", "--store", own).code == 0
        assert listed(glass, own) == before


def test_a_decision_needs_a_reason(glass, own):
    ran = glass("device", "merge", "192.0.2.11", "192.0.2.12", "--store", own)
    assert ran.code == 2
    assert "--reason" in ran.err


def test_a_merge_with_a_device_that_is_not_there_changes_nothing(glass, own):
    before = listed(glass, own)
    ran = glass("device", "merge", "192.0.2.11", "192.0.2.99", "--reason", "r", "--store", own)
    assert ran.code in {1, 2}
    assert "192.0.2.99" in ran.err
    assert listed(glass, own) == before


def test_withdrawing_what_was_never_decided_is_told(glass, own):
    ran = glass("device", "withdraw", "dec_unknown", "--reason", "r", "--store", own)
    assert ran.code in {1, 2}
    assert "dec_unknown" in ran.err


@pytest.mark.parametrize("name", ["192.0.2.11", "bc:9b:5e:20:7a:12", "DS-2CD2143G2-I20220418AAWRK12340912"])
def test_explain_goes_down_to_the_evidence_and_the_clause(glass, reviewed, name):
    ran = glass("explain", name, "--store", reviewed)
    assert ran.code == 0, ran.err
    for word in ("hikvision", "DS-2CD2143G2-I", "ca-gc-hikvision-prohibition-2025"):
        assert word.lower() in ran.out.lower()


def test_explain_in_french_and_for_one_regime(glass, reviewed):
    whole = glass("explain", "192.0.2.11", "--store", reviewed)
    part = glass(
        "explain", "192.0.2.11", "--regime", "ca-gc-hikvision-prohibition-2025", "--language", "fr", "--store", reviewed
    )
    assert part.code == 0
    assert 0 < len(part.out) < len(whole.out) * 1.2
    assert part.out != whole.out


def test_the_report_as_csv(glass, reviewed):
    ran = glass("report", "--as", "csv", "--store", reviewed)
    assert ran.code == 0, ran.err
    assert len(list(csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff"))))) == 3


def test_the_report_as_json_lines_is_that_of_the_review(glass, reviewed):
    ran = glass("report", "--as", "jsonl", "--store", reviewed)
    head, *devices = ran.lines
    first, *then = [json.loads(line) for line in (reviewed.parent / "out" / "review.jsonl").read_text().splitlines()]
    assert devices == then
    assert head["devices"] == first["devices"] == 3


def test_the_report_as_html_and_workbook(glass, reviewed, tmp_path):
    for form, name in (("html", "r.html"), ("xlsx", "r.xlsx")):
        ran = glass("report", "--as", form, "--output", tmp_path / name, "--store", reviewed)
        assert ran.code == 0, ran.err
        assert ran.out.strip() == str(tmp_path / name)
    assert (tmp_path / "r.html").read_text().lower().startswith("<!doctype html>")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        assert book.testzip() is None


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    return file


@pytest.mark.parametrize(
    ("level", "with_gap", "code"),
    [
        (None, False, 0),
        (None, True, 4),
        ("needs_review", False, 10),
        ("needs_review", True, 10),
        ("advisory", True, 10),
        ("prohibited", False, 0),
        ("prohibited", True, 4),
    ],
)
def test_what_was_found_beats_what_was_partly_collected(glass, tmp_path, inventory, broken, level, with_gap, code):
    sources = [inventory, broken] if with_gap else [inventory]
    more = ["--fail-on", level] if level else []
    ran = glass("review", *sources, "--as-of", "2026-11-23", "--store", tmp_path / "s", "--out", tmp_path / "o", *more)
    assert ran.code == code, ran.err


def test_the_same_review_twice_keeps_both(glass, tmp_path, inventory):
    arguments = ("review", inventory, "--as-of", "2026-11-23", "--store", tmp_path / "s")
    one, two = glass(*arguments, "--out", tmp_path / "1"), glass(*arguments, "--out", tmp_path / "2")
    assert one.code == two.code == 0
    first, second = [(tmp_path / n / "review.jsonl").read_text().splitlines()[1:] for n in "12"]
    identities = [[(d["id"], d["judgement"]["overall"]) for d in map(json.loads, lines)] for lines in (first, second)]
    assert identities[0] == identities[1]
    assert glass("store", "check", "--store", tmp_path / "s").code == 0


def test_a_damaged_store_does_not_verify(glass, own):
    import sqlite3  # noqa: PLC0415  # for this damage alone

    with sqlite3.connect(own / "glasshouse.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE observations SET body = replace(body, '192.0.2.11', '192.0.2.77')")
    database.close()
    ran = glass("store", "check", "--store", own)
    assert ran.code == 1
    assert "was changed" in ran.err


def test_a_backup_is_a_store(glass, own, tmp_path):
    assert glass("store", "backup", tmp_path / "copy", "--store", own).code == 0
    assert listed(glass, tmp_path / "copy") == listed(glass, own)


def test_rules_list_show_and_timeline(glass):
    rows = glass("rules", "list", "--format", "jsonl").lines
    names = [row["id"] for row in rows]
    assert "ca-gc-hikvision-prohibition-2025" in names
    assert len(names) == len(set(names)) >= 20
    canada = glass("rules", "list", "--jurisdiction", "CA-QC", "--format", "jsonl").lines
    assert 0 < len(canada) < len(rows)
    shown = glass("rules", "show", "ca-gc-hikvision-prohibition-2025")
    assert shown.code == 0
    for word in ("authority: statement", "bound: ", "names (", "source: "):
        assert word in shown.out
    events = glass("rules", "timeline", "ca-gc-hikvision-prohibition-2025", "--format", "jsonl").lines
    assert events == sorted(events, key=lambda event: event["on"])
    assert all(event["source"] for event in events)


def test_rules_in_french_are_french(glass):
    english, french = (glass("rules", "list", "--language", lang, "--format", "jsonl").lines for lang in ("en", "fr"))
    assert [row["id"] for row in english] == [row["id"] for row in french]
    assert sum(one["title"] != two["title"] for one, two in zip(english, french, strict=True)) > len(english) / 2


def test_the_packs_verify_and_a_broken_one_does_not(glass, tmp_path):
    ran = glass("data", "verify")
    assert ran.code == 0, ran.err
    assert "rules: " in ran.out
    (tmp_path / "empty").mkdir()
    bad = glass("data", "verify", tmp_path / "empty")
    assert bad.code == 1
    assert "problem" in bad.err


def test_a_scan_streams_summarises_and_resumes(glass, tmp_path):
    devices = chosen("gate-cam", "entrance-axis")
    with serving(devices) as site:
        scope = scope_of(site, tmp_path / "scope.toml")
        outside = "127.9.9.9"
        ran = glass("scan", *site.targets, outside, "--scope", scope, "--summary", tmp_path / "sum.json",
                    "--format", "jsonl", "--store", tmp_path / "s")  # fmt: skip
        bare = glass("scan", site.targets[0], "--protocol", "http", "--format", "jsonl", "--store", tmp_path / "b")
        addresses = site.targets
        assert site.tripped == 0
    assert ran.code == 4, ran.err  # one target lies outside the scope
    assert {line["address"]: line["maker"] for line in ran.lines} == dict(
        zip(addresses, ("hikvision", "axis"), strict=True)
    )
    for line in ran.lines:
        assert line["ports"]
        assert line["seen_at"]
        assert {port["state"] for port in line["ports"]} <= {"open", "closed", "filtered"}
    told = json.loads((tmp_path / "sum.json").read_text())
    assert f"collection: {told['collection']}" in ran.err
    assert told["targets"]["answered"] == 2
    assert told["targets"]["asked"] == 3 == sum(told["targets"][key] for key in told["targets"] if key != "asked")
    assert told["targets"]["skipped"] == 1
    assert [gap["address"] for gap in told["gaps"] if gap["reason"] == "out of scope"] == [outside]
    assert told["packets_sent"] > 0
    again = glass("scan", "--resume", told["collection"], "--format", "jsonl", "--store", tmp_path / "s")
    assert again.code in {0, 4}, again.err
    assert again.lines == ran.lines
    assert bare.code == 3  # its services listen elsewhere, which only the scope file says


def test_a_plan_sends_nothing_and_names_the_exact_bytes(glass, tmp_path):
    scope = tmp_path / "scope.toml"
    scope.write_text('ranges = ["192.0.2.0/28"]\napprover = "A. Tremblay"\n', encoding="utf-8")
    ran = glass("scan", "192.0.2.0/28", "--plan", "--scope", scope, "--store", tmp_path / "s")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert plan["hosts"] == 14
    assert plan["pace"] == "gentle"
    assert plan["requests"]
    assert not (tmp_path / "s").exists()
