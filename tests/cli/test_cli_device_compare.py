"""`glasshouse device compare`, and what a review says it missed, over a small store of real runs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.end_to_end.site_in_thread import chosen, once, scope_of, serving

HEAD = "Name,Manufacturer,Model,Serial Number,MAC Address,IP Address\n"
LOBBY = "lobby,Hikvision,DS-2CD2143G2-I,DS-2CD2143G2-I20220418AAWRK12340912,bc:9b:5e:20:7a:12,192.0.2.11\n"
DOCK = "dock,Dahua,IPC-HDW2431T-AS-S2,6L0B3C7PAJ21F4E,3c:ef:8c:10:44:11,192.0.2.12\n"
GATE = "gate,Axis,AXIS P3245-V,ACCC8E305111,ac:cc:8e:30:51:11,192.0.2.13\n"
YARD = "yard,Axis,AXIS M3106-L,ACCC8E305177,ac:cc:8e:30:51:77,192.0.2.14\n"
MOVED_GATE = GATE.replace("192.0.2.13", "192.0.2.33")
NEW_DOCK = DOCK.replace("IPC-HDW2431T-AS-S2", "IPC-HDW3441T-ZAS")
ARP = "".join(
    f"? ({address}) at {mac} [ether] on eth0\n"
    for address, mac in (("192.0.2.11", "bc:9b:5e:20:7a:12"), ("192.0.2.12", "3c:ef:8c:10:44:11"))
)
FACTS = '[[fact]]\nproperty = "P"\nname = "subnets"\nvalue = ["192.0.2.0/24", "198.51.100.0/24"]\nsource = "the plan"\n'


@pytest.fixture(scope="module")
def runs(tmp_path_factory, request, glass):
    """A store with three reviews of one property; the last with an ARP table and declared subnets."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if hasattr(request.config, "workerinput") else base

    def make(folder):
        (folder / "facts.toml").write_text(FACTS)
        (folder / "arp.txt").write_text(ARP)
        for number, rows in enumerate((LOBBY + YARD, LOBBY + DOCK + GATE, LOBBY + NEW_DOCK + MOVED_GATE + YARD)):
            (folder / f"list{number}.csv").write_text(HEAD + rows)
            more = (folder / "arp.txt", "--facts", folder / "facts.toml") if number == 2 else ()
            done = glass("review", folder / f"list{number}.csv", *more, "--property", "P", "--as-of", "2026-11-23",
                         "--store", folder / "store", "--out", folder / f"out{number}")  # fmt: skip
            assert done.code == 0, done.err
            (folder / f"said{number}.txt").write_text(done.out)

    return once(base, "cli-compared", make)


def compared(glass, runs, *arguments):
    ran = glass("device", "compare", *arguments, "--format", "jsonl", "--store", runs / "store")
    assert ran.code == 0, ran.err
    return ran


def test_the_last_two_reviews_are_compared(glass, runs):
    ran = compared(glass, runs)
    assert "compared rev_" in ran.err
    told = {row["address"]: row for row in ran.lines}
    assert {address: row["state"] for address, row in told.items()} == {
        "192.0.2.11": "unchanged",
        "192.0.2.12": "changed",
        "192.0.2.33": "moved",
        "192.0.2.14": "back",
    }
    assert told["192.0.2.33"]["address_before"] == "192.0.2.13"
    assert told["192.0.2.12"]["changes"] == [
        {"facet": "model", "before": "IPC-HDW2431T-AS-S2", "after": "IPC-HDW3441T-ZAS"}
    ]


def test_reviews_are_named_and_a_state_is_chosen(glass, runs):
    known = glass("device", "compare", "rev_nothing", "--store", runs / "store")
    assert known.code != 0
    ids = [part.split()[0] for part in known.err.partition("Stored: ")[2].split("; ")]
    assert len(ids) == 3  # newest first
    rows = compared(glass, runs, ids[2], ids[1], "--state", "silent", "--state", "new").lines
    assert {row["address"]: row["state"] for row in rows} == {
        "192.0.2.12": "new",
        "192.0.2.13": "new",
        "192.0.2.14": "silent",
    }
    assert "does not show that the device is gone" in next(row["reason"] for row in rows if row["state"] == "silent")


def test_a_review_is_not_compared_with_itself(glass, runs):
    known = glass("device", "compare", "rev_nothing", "--store", runs / "store").err
    first = known.partition("Stored: ")[2].split()[0]
    ran = glass("device", "compare", first, first, "--store", runs / "store")
    assert ran.code != 0
    assert "itself" in ran.err


def test_one_review_alone_cannot_be_compared(glass, reviewed):
    ran = glass("device", "compare", "--store", reviewed)
    assert ran.code != 0
    assert "needs two" in ran.err


def test_comparison_as_csv(glass, runs):
    ran = glass("device", "compare", "--format", "csv", "--store", runs / "store")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["state"] for row in rows} == {"unchanged", "changed", "moved", "back"}


def test_one_list_gives_no_number_and_the_walk_down_stays(runs):
    head = json.loads((runs / "out0" / "review.jsonl").read_text().splitlines()[0])
    (coverage,) = head["coverage"]
    assert coverage["missed"]["low"] is None
    assert "one list" in coverage["missed"]["refused"]
    assert any("walk-down" in line for line in coverage["missed"]["walk_down"])
    assert "Cannot be estimated: all devices come from one list" in (runs / "said0.txt").read_text()


def test_two_lists_and_declared_subnets_stand_in_every_report(runs):
    head = json.loads((runs / "out2" / "review.jsonl").read_text().splitlines()[0])
    (coverage,) = head["coverage"]
    assert {row["source"]: row["devices"] for row in coverage["sources"]} == {"arp": 2, "inventory": 4}
    assert coverage["unreached"] == [{"network": "198.51.100.0/24", "asked": False}]
    missed = coverage["missed"]
    assert (missed["method"], missed["listed"], missed["likely"], missed["low"]) == ("chapman", 4, 0, 0)
    assert missed["high"] > 0
    assert missed["assumptions"]
    page = (runs / "out2" / "report.en.html").read_text()
    for text in ("Devices on no list: about 0", "never asked: 198.51.100.0/24", "What the number assumes"):
        assert text in page
    assert "Devices on no list: about 0" in (runs / "said2.txt").read_text()


def test_a_subnet_that_is_none_is_refused(glass, tmp_path, inventory):
    facts = tmp_path / "facts.toml"
    facts.write_text(FACTS.replace("192.0.2.0/24", "192.0.2.7/24"))
    ran = glass("review", inventory, "--facts", facts, "--store", tmp_path / "s")
    assert ran.code == 2
    assert "no network" in ran.err


def test_a_device_that_the_later_scan_did_not_ask_is_not_silent(glass, tmp_path):
    with serving(chosen("gate-cam", "entrance-axis")) as site:
        scope = scope_of(site, tmp_path / "scope.toml")
        for number, targets in enumerate((site.targets, site.targets[:1])):
            done = glass("review", *targets, "--scope", scope, "--property", "P", "--as-of", "2026-11-23",
                         "--store", tmp_path / "store", "--out", tmp_path / f"out{number}")  # fmt: skip
            assert done.code == 0, done.err
        asked, left = site.targets
    ran = glass("device", "compare", "--format", "jsonl", "--store", tmp_path / "store")
    assert {row["address"]: row["state"] for row in ran.lines} == {asked: "unchanged", left: "not asked"}
    head = json.loads((tmp_path / "out0" / "review.jsonl").read_text().splitlines()[0])
    assert head["coverage"][0]["sources"] == [{"source": "scan", "collections": 1, "devices": 2}]
