"""Decisions about identity by command: merge, split, attribute, withdraw, their list, and that they outlive a run."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from glasshouse.app.config import operator_name
from glasshouse.store import open_store

ONE, TWO = "192.0.2.11", "192.0.2.12"


@pytest.fixture
def own(reviewed, tmp_path):
    """A copy of the reviewed store, to be changed."""
    shutil.copytree(reviewed, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def device(glass, own):
    """`glasshouse device` on the copy."""

    def run(*arguments):
        return glass("device", *arguments, "--store", own)

    return run


def listed(device):
    return {row["address"]: row for row in device("list", "--format", "jsonl").lines}


def decisions(device):
    return device("decisions", "--format", "jsonl").lines


def name_of(ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out.partition(":")[0]


def test_a_merge_is_signed_logged_listed_and_withdrawn(device, own, glass):
    before = listed(device)
    merge = name_of(device("merge", ONE, TWO, "--reason", "one box, two labels"))
    (row,) = decisions(device)
    assert (row["id"], row["kind"], row["by"], row["state"]) == (merge, "merge", operator_name(), "in force")
    shown = glass("explain", ONE, "--store", own)
    assert f"merged by {operator_name()}" in shown.out
    assert "one box, two labels" in shown.out
    with open_store(own) as store:
        (event,) = store.events.all(merge)
        told = store.events.value(event.sequence)
        assert event.kind == "decision.merge"
        assert told["key"]
        assert told["signature"]
        assert store.check() == ()
    name_of(device("withdraw", merge[:12], "--reason", "wrong"))
    assert listed(device) == before
    assert [one["state"].partition(" by ")[0] for one in decisions(device)] == ["withdrawn", "in force"]
    again = device("withdraw", merge, "--reason", "twice")
    assert again.code == 2
    assert "was withdrawn by" in again.err


def test_a_changed_decision_does_not_verify(device, own, glass):
    name_of(device("merge", ONE, TWO, "--reason", "one box"))
    with sqlite3.connect(own / "glasshouse.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE decisions SET made_by = 'somebody else'")
    database.close()
    ran = glass("store", "check", "--store", own)
    assert ran.code == 1
    assert "decision" in ran.err


def test_a_dry_run_tells_and_stores_nothing(device, own):
    for arguments in (
        ("merge", ONE, TWO),
        ("attribute", ONE, "--facet", "maker", "--value", "uniview"),
        ("split", ONE, "--observations", "O1"),
    ):
        ran = device(*arguments, "--reason", "r", "--dry-run")
        assert ran.code == 0, ran.err
        assert "become" in ran.err
        assert "dry run" in ran.out
    with open_store(own) as store:
        assert store.decisions.all() == ()


def test_what_cannot_be_decided_is_told_and_stores_nothing(device, own):
    for arguments, said in (
        (("merge", ONE, ONE, "--reason", "r"), "itself"),
        (("merge", ONE, TWO, "--reason", "  "), "reason"),
        (("attribute", ONE, "--facet", "made_on", "--value", "soon", "--reason", "r"), "YYYY-MM-DD"),
        (("split", ONE, "--observations", "O1,O2", "--reason", "r"), "all observations"),
        (("split", ONE, "--observations", "O99", "--reason", "r"), "O99"),
        (("split", ONE, "--observations", " , ", "--reason", "r"), "names nothing"),
        (("withdraw", "dec_nothing", "--reason", "r"), "no stored decision"),
    ):
        ran = device(*arguments)
        assert ran.code == 2
        assert said in ran.err
    with open_store(own) as store:
        assert store.decisions.all() == ()


def inventory(folder, name: str, *, without: str = "") -> str:
    rows = [
        ("lobby", "Hikvision", "DS-2CD2143G2-I", "bc:9b:5e:20:7a:12", ONE, name),
        ("dock", "Dahua", "IPC-HDW2431T-AS-S2", "3c:ef:8c:10:44:11", TWO, name),
    ]
    text = "Name,Manufacturer,Model,MAC Address,IP Address,Location\n"
    file = folder / f"{name}.csv"
    file.write_text(text + "".join(",".join(row) + "\n" for row in rows if row[4] != without), encoding="utf-8")
    return str(file)


def review(glass, own, file):
    return glass("review", file, "--property", "P", "--as-of", "2026-11-23", "--store", own, "--out", own / "out")


def test_decisions_hold_for_new_evidence_of_the_same_units_and_are_missed_aloud(device, own, glass, tmp_path):
    merge = name_of(device("merge", ONE, TWO, "--reason", "one box"))
    name_of(device("attribute", TWO, "--facet", "maker", "--value", "uniview", "--reason", "letter"))
    assert review(glass, own, inventory(tmp_path, "later")).code == 0  # other rows, so other observations
    (row,) = listed(device).values()
    assert (row["address"], row["maker"], row["strength"]) == (f"{ONE}, {TWO}", "uniview", "supporting")
    assert "letter" in glass("explain", ONE, "--store", own).out
    assert [one["state"] for one in decisions(device)] == ["in force", "in force"]
    other = tmp_path / "other.csv"
    other.write_text("Manufacturer,Model,MAC Address,IP Address\nAxis,P3245-V,ac:cc:8e:30:51:11,192.0.2.13\n")
    ran = review(glass, own, str(other))
    assert ran.code == 0
    assert f"{merge} (merge by" in ran.err
    assert "finds nothing" in ran.err
    assert all("nothing it names" in one["state"] for one in decisions(device))


def test_a_split_by_label_makes_two(device, own, glass, tmp_path):
    lines = [
        {"id": "a", "device": "x", "probe": "inventory-text", "raw": "Model: DS-2CD2143G2-I", "said_by": "person"},
        {"id": "b", "device": "x", "probe": "inventory-text", "raw": "Dahua IPC-HDW2431T-AS-S2", "said_by": "person"},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert review(glass, own, str(file)).code == 0
    ((_, row),) = listed(device).items()
    ran = device("split", row["id"], "--observations", "O2", "--reason", "two boxes", "--dry-run")
    assert "becomes 2 devices" in ran.err
    split = name_of(device("split", row["id"], "--observations", "O2", "--reason", "two boxes"))
    rows = device("list", "--format", "jsonl").lines
    assert sorted(one["maker"] for one in rows) == ["dahua", "hikvision"]
    name_of(device("withdraw", split, "--reason", "one after all"))
    assert [one["id"] for one in device("list", "--format", "jsonl").lines] == [row["id"]]
