"""`glasshouse lab review` from the command to the report, held against the answer key of the emulated site."""

from __future__ import annotations

import csv
import json
from collections import Counter
from ipaddress import ip_address, ip_network

import pytest
from tests.end_to_end.site_in_thread import AS_OF, chosen, devices_in, glasshouse, scope_of, serving

from glasshouse.datapack import load
from glasshouse.lab import EXPECTED
from glasshouse.model.strength import Strength

RESTRICTED = [
    truth for truth in EXPECTED.values()
    if truth.maker in {"hikvision", "dahua"} and not truth.hostile and "maker" not in truth.contradicts
]  # fmt: skip
REBRANDED = [truth for truth in RESTRICTED if truth.brand not in {truth.maker, None}]
BENIGN = [
    truth for truth in EXPECTED.values()
    if truth.maker in {"axis", "bosch", "hanwha", "vivotek", "reolink", "ubiquiti"} and truth.is_surveillance
]  # fmt: skip
OTHER = [truth for truth in EXPECTED.values() if truth.is_surveillance is False]
NAMED = sorted(
    {party.party for regime in load().rules.regimes for limb in regime.limbs for party in limb.parties}
)  # fmt: skip


def name_of(truth):
    return truth.name


def test_the_lists_below_are_long_enough_to_mean_something():
    assert len(RESTRICTED) >= 20
    assert len(REBRANDED) >= 10
    assert len(BENIGN) >= 6
    assert len(OTHER) >= 6
    assert {"hikvision", "dahua", "huawei"} <= set(NAMED)


def test_the_review_succeeds_and_says_where_the_report_is(lab_run):
    assert lab_run.ended["code"] == 0, lab_run.ended["err"]
    assert lab_run.report.name == "report.en.html"
    for name in ("report.en.html", "report.fr.html"):
        text = (lab_run.report.parent / name).read_text(encoding="utf-8")
        assert text.lower().startswith("<!doctype html>")
        assert "Maple House" in text
    english, french = ((lab_run.report.parent / f"report.{lang}.html").read_text() for lang in ("en", "fr"))
    assert 'lang="en' in english
    assert 'lang="fr' in french
    assert english != french


def test_no_traceback_reaches_the_user(lab_run):
    assert "Traceback" not in lab_run.ended["err"]
    assert "Traceback" not in lab_run.ended["out"]


@pytest.mark.parametrize("truth", RESTRICTED, ids=name_of)
def test_every_restricted_device_is_found_with_its_maker(lab_run, truth):
    (device,) = lab_run.at(truth.host)
    assert device["maker"] == truth.maker
    assert Strength.parse(device["strength"]["maker"]) >= Strength.STRONG
    assert device["is_surveillance"] is True
    assert device["judgement"]["overall"] in {"prohibited", "needs_review"}


@pytest.mark.parametrize("truth", [t for t in RESTRICTED if t.brand == t.maker == "hikvision"], ids=name_of)
def test_the_makers_own_brand_is_prohibited(lab_run, truth):
    (device,) = lab_run.at(truth.host)
    assert device["judgement"]["overall"] == "prohibited"
    regime = device["judgement"]["by_regime"]["ca-gc-hikvision-prohibition-2025"]
    assert "ENTITY_NAMED" in regime["reason_codes"]
    assert regime["citations"]


@pytest.mark.parametrize("truth", REBRANDED, ids=name_of)
def test_a_rebrand_shows_both_its_brand_and_its_maker(lab_run, truth):
    (device,) = lab_run.at(truth.host)
    assert device["maker"] == truth.maker
    if "brand" not in truth.contradicts:
        assert device["brand"] == truth.brand


@pytest.mark.parametrize("truth", RESTRICTED, ids=name_of)
def test_models_serials_and_addresses_are_those_of_the_device(lab_run, truth):
    (device,) = lab_run.at(truth.host)
    assert device["serial"] in {truth.serial, None}
    assert device["mac"] in {truth.mac, None}
    if not truth.contradicts:
        assert device["model"] in {truth.model, None}
    assert device["serial"] or device["mac"]


@pytest.mark.parametrize("truth", BENIGN, ids=name_of)
def test_makers_that_no_rule_names_are_not_restricted(lab_run, truth):
    (device,) = lab_run.at(truth.host)
    assert device["maker"] == truth.maker
    assert device["judgement"]["overall"] == "not_restricted"


@pytest.mark.parametrize("truth", OTHER, ids=name_of)
def test_other_equipment_is_not_judged_unless_a_rule_names_its_maker(lab_run, truth):
    judged = lab_run.at(truth.host)
    if truth.maker in NAMED:
        assert all(device["is_surveillance"] is not True for device in judged)
    else:
        assert judged == []


@pytest.mark.parametrize("truth", [t for t in EXPECTED.values() if "maker" in t.contradicts], ids=name_of)
def test_devices_that_contradict_themselves_are_shown_as_doubtful(lab_run, truth):
    devices = lab_run.at(truth.host)  # a forwarded port shows several units at one address
    assert any(device["judgement"]["overall"] == "needs_review" and device["contradictions"] for device in devices)


def macs_in(text):
    return {
        truth.mac: truth for truth in EXPECTED.values()
        if truth.mac and truth.is_surveillance and not truth.contradicts and truth.mac in text.lower()
    }  # fmt: skip


@pytest.mark.parametrize("file", ["inventory.csv", "scan.nmap.xml", "kea-leases4.csv", "capture.pcap"])
def test_what_a_file_and_the_scan_both_saw_is_one_device(lab_run, file):
    raw = (lab_run.store / "lab" / "evidence" / file).read_bytes()
    seen = macs_in(raw.decode("latin-1"))
    if file == "capture.pcap":  # MAC addresses are bytes there
        seen |= {t.mac: t for t in EXPECTED.values() if t.mac and bytes.fromhex(t.mac.replace(":", "")) in raw}
    assert seen
    kinds = {item["id"]: (item["kind"], " ".join(item["arguments"])) for item in lab_run.head["collections"]}
    merged = 0
    for mac, truth in seen.items():
        found = [d for d in lab_run.devices if d["mac"] == mac or (truth.serial and d["serial"] == truth.serial)]
        assert len(found) <= 1, f"{truth.name} was counted {len(found)} times"
        if not found:
            continue
        assert lab_run.network + truth.host in found[0]["addresses"]
        sources = [kinds[sighting["collection"]] for sighting in found[0]["sightings"]]
        merged += any(kind == "active" for kind, _ in sources) and any(file in told for _, told in sources)
    assert merged >= 1


def test_no_address_and_no_serial_is_counted_twice(lab_run):
    # the same serial, MAC or address in two judged devices is a failed merge
    for key in ("mac", "serial"):
        values = Counter(device[key] for device in lab_run.devices if device[key])
        assert [value for value, count in values.items() if count > 1] == []
    addresses = Counter(address for device in lab_run.devices for address in device["addresses"])
    forwarders = {lab_run.network + truth.host for truth in EXPECTED.values() if truth.kind == "port-forward"}
    assert {value for value, count in addresses.items() if count > 1} == forwarders


def test_devices_that_no_scan_can_see_come_from_the_lists(lab_run):
    unseen = [device for device in lab_run.devices if not device["addresses"]]
    assert {"C41200871", "C41200872"} <= {device["serial"] for device in unseen}
    assert {"dahua", "hikvision"} <= {device["maker"] for device in unseen}


def test_the_coverage_adds_up(lab_run):
    (coverage,) = lab_run.head["coverage"]
    states = [coverage[key] for key in ("answered", "silent", "refused", "unreachable")]
    (scan,) = [item for item in lab_run.head["collections"] if item["kind"] == "active"]
    targets = [word for word in scan["arguments"][1:] if not word.startswith("--")]
    assert coverage["asked"] == sum(states)
    assert coverage["asked"] == len(targets) == len({truth.host for truth in EXPECTED.values()})
    judged_here = [d for d in lab_run.devices if any(a.startswith(lab_run.network) for a in d["addresses"])]
    assert coverage["answered"] <= len(judged_here) + coverage["other_equipment"] + coverage["too_little_seen"]
    assert coverage["other_equipment"] <= len(OTHER)
    assert lab_run.head["devices"] == len(lab_run.devices)


def test_every_host_that_was_asked_is_accounted_for(lab_run):
    (coverage,) = lab_run.head["coverage"]
    little = {gap["where"] for gap in coverage["gaps"] if gap["reason"] == "too little seen"}
    for truth in EXPECTED.values():
        if truth.is_surveillance:
            assert lab_run.at(truth.host) or lab_run.network + truth.host in little, truth.name


def test_the_hostile_devices_left_their_gaps_and_nothing_else(lab_run):
    (coverage,) = lab_run.head["coverage"]
    cut = [gap for gap in coverage["gaps"] if gap["where"] == lab_run.network + EXPECTED["endless-host"].host]
    assert {"budget spent", "timed out"} & {gap["reason"] for gap in cut}
    silent = [gap for gap in coverage["gaps"] if gap["where"] == lab_run.network + EXPECTED["mute-host"].host]
    assert silent


def test_all_scanned_devices_stand_at_addresses_of_the_scope(lab_run):
    allowed = ip_network(f"{lab_run.network}0.0/16")
    (scan,) = [item["id"] for item in lab_run.head["collections"] if item["kind"] == "active"]
    scanned = [d for d in lab_run.devices if scan in {sighting["collection"] for sighting in d["sightings"]}]
    assert len(scanned) >= len(RESTRICTED) + len(BENIGN)
    for device in scanned:
        assert any(ip_address(address) in allowed for address in device["addresses"])


def test_every_verdict_cites_its_source_and_every_output_says_who_made_it(lab_run):
    assert lab_run.head["made_by"]["program"] == "glasshouse"
    assert {"fingerprints", "rules", "advisories"} <= set(lab_run.head["made_by"]["packs"])
    assert lab_run.head["as_of"] == AS_OF
    for device in lab_run.devices:
        for name, regime in device["judgement"]["by_regime"].items():
            if regime["outcome"] in {"prohibited", "conditional"}:
                assert regime["citations"], name
                assert regime["because"], name


def test_every_piece_of_evidence_is_an_observation_of_the_device(lab_run):
    for device in lab_run.devices:
        for row in device["evidence"]:
            assert row["observation"] in device["observations"]


def test_secrets_of_the_exports_are_nowhere(lab_run):
    with (lab_run.store / "lab" / "evidence" / "milestone-hardware.csv").open(encoding="utf-8-sig") as file:
        secrets = {row["Password"] for row in csv.DictReader(file)} - {""}
    assert secrets
    everything = b"".join(path.read_bytes() for path in lab_run.report.parent.iterdir())
    everything += (lab_run.store / "glasshouse.db").read_bytes()
    everything += b"".join(path.read_bytes() for path in (lab_run.store / "blobs").rglob("*") if path.is_file())
    assert not [secret for secret in secrets if secret.encode() in everything]


def test_the_store_verifies(lab_run):
    done = glasshouse("store", "check", "--store", lab_run.store)
    assert done.code == 0, done.err
    assert done.out.startswith("0 problems")


def test_the_csv_and_the_json_lines_hold_the_same_devices(lab_run):
    with (lab_run.report.parent / "devices.en.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(lab_run.devices)


def test_a_reply_that_points_outside_the_scope_is_not_followed(tmp_path):
    devices = chosen("stray-host", "poison-host", "gate-cam")
    with serving(devices) as site:
        scope = scope_of(site, tmp_path / "scope.toml")
        done = glasshouse("review", *site.targets, "--scope", scope, "--as-of", AS_OF, "--store", tmp_path / "s",
                          "--out", tmp_path / "out")  # fmt: skip
        asked = {seen.device for seen in site.log}
        assert site.tripped == 0
    assert done.code == 0, done.err
    assert asked == {device.name for device in devices}
    text = json.dumps(devices_in(tmp_path / "out" / "review.jsonl"))
    assert "gate-cam" in text or "DS-2CD2032-I" in text
