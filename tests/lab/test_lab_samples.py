"""The sample files: deterministic, in the formats they claim, overlapping with the emulated site."""

import csv
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
from ipaddress import ip_address, ip_network

import pytest

from glasshouse.app.facts import parse_facts
from glasshouse.lab import DEVICES, write_samples
from glasshouse.lab.ports import Plan

PLAN = Plan(octet=77, base=20_000, shared=False)
BY_ADDRESS = {PLAN.address(d): d for d in DEVICES}
MACS = {d.mac for d in DEVICES if d.mac}


@pytest.fixture
def samples(tmp_path):
    return write_samples(tmp_path / "samples", plan=PLAN)


def test_the_same_files_come_out_every_time(samples, tmp_path):
    again = write_samples(tmp_path / "again", plan=PLAN)
    assert [f.name for f in again.files] == [f.name for f in samples.files]
    for one, two in zip(samples.files, again.files, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_the_evidence_folder_holds_importable_files_alone(samples):
    assert samples.facts.parent != samples.evidence
    assert sorted(samples.evidence.iterdir()) == sorted(f for f in samples.files if f != samples.facts)
    assert len(samples.files) >= 9


@pytest.mark.parametrize(
    ("name", "separator", "encoding"), [("inventory.csv", ",", "utf-8"), ("inventaire.csv", ";", "utf-8-sig")]
)
def test_inventories_overlap_and_add(samples, name, separator, encoding):
    rows = list(csv.reader(io.StringIO((samples.evidence / name).read_text(encoding=encoding)), delimiter=separator))
    heading, *body = rows
    assert all(len(row) == len(heading) for row in body)
    known = [row for row in body if row[6] in BY_ADDRESS]
    for row in known:
        device = BY_ADDRESS[row[6]]
        assert (row[3], row[4], row[5]) == (device.model, device.serial or "", device.mac)
    assert len(known) >= 6
    assert len(body) - len(known) >= 3


def test_the_workbook_is_one(samples):
    with zipfile.ZipFile(samples.evidence / "contractor-list.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    for device in DEVICES:
        if device.name == "yard-cam":
            assert device.serial in texts
    assert "SD49225XA-HNR" in texts


def test_the_port_scan_is_complete_and_overlaps(samples):
    root = ET.fromstring((samples.evidence / "scan.nmap.xml").read_bytes())
    hosts = root.findall("host")
    assert root.find("runstats/hosts").get("total") == str(len(hosts))
    addresses = {a.get("addr"): h for h in hosts for a in h.findall("address") if a.get("addrtype") == "ipv4"}
    overlap = [a for a in addresses if a in BY_ADDRESS]
    assert len(overlap) >= 4
    for address in overlap:
        mac = next(a.get("addr") for a in addresses[address].findall("address") if a.get("addrtype") == "mac")
        assert mac.lower() == BY_ADDRESS[address].mac


def test_leases_pair_macs_and_addresses_and_hold_a_stale_one(samples):
    text = (samples.evidence / "dhcpd.leases").read_text()
    blocks = re.findall(r"lease (\S+) \{.*?binding state (\w+);.*?hardware ethernet (\S+);", text, re.DOTALL)
    assert ("free", True) in {(state, mac not in MACS) for address, state, mac in blocks if address in BY_ADDRESS}
    for address, state, mac in blocks:
        if state == "active" and address in BY_ADDRESS:
            assert mac == BY_ADDRESS[address].mac
    rows = list(csv.DictReader(io.StringIO((samples.evidence / "kea-leases4.csv").read_text())))
    assert {row["state"] for row in rows} == {"0", "2"}
    for row in rows:
        if row["address"] in BY_ADDRESS:
            assert row["hwaddr"] == BY_ADDRESS[row["address"]].mac


def test_the_camera_report_has_channels_of_one_unit_and_credentials_to_drop(samples):
    rows = list(csv.DictReader(io.StringIO((samples.evidence / "milestone-hardware.csv").read_text("utf-8-sig"))))
    assert len({row["HardwareId"] for row in rows}) < len(rows)
    assert {"Username", "Password"} <= set(rows[0])
    assert any(row["DriverFamily"] == "ONVIF" and row["MAC"].lower().startswith("bc9b5e") for row in rows)


def test_the_capture_can_be_walked_and_its_checksums_hold(samples):
    data = (samples.evidence / "capture.pcap").read_bytes()
    assert struct.unpack_from("<IHHiIII", data) == (0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    at, kinds = 24, []
    while at < len(data):
        _, _, captured, original = struct.unpack_from("<IIII", data, at)
        assert captured == original
        frame = data[at + 16 : at + 16 + captured]
        assert len(frame) == captured
        at += 16 + captured
        kind = struct.unpack_from(">H", frame, 12)[0]
        if kind == 0x0800:
            total = sum(struct.unpack(">10H", frame[14:34]))
            assert (total & 0xFFFF) + (total >> 16) == 0xFFFF
            assert struct.unpack_from(">H", frame, 16)[0] == len(frame) - 14
            kinds.append(struct.unpack_from(">H", frame, 36)[0])
        else:
            assert kind == 0x0806
            kinds.append("arp")
    assert kinds.count("arp") == 3
    assert kinds.count(37020) == 2
    assert kinds.count(67) == 2
    assert b"<DeviceSN>DS-2CD2143G2-I20220418AAWRK12340912</DeviceSN>" in data


def test_recorded_replies_are_json_lines(samples):
    rows = [json.loads(line) for line in (samples.evidence / "observations.jsonl").read_text().splitlines()]
    assert {"snmp", "inventory-text", "http", "mac"} == {row["probe"] for row in rows}
    assert sum(row["address"] in BY_ADDRESS for row in rows) == 2


def test_facts_are_accepted_and_sourced(samples):
    facts = parse_facts(samples.facts.read_bytes(), "facts.toml")
    assert facts.lookup("jurisdiction", "Example property").value == "CA"
    assert facts.lookup("roles", "Example property").value == ("federal_department",)
    assert all(fact.source and fact.on for fact in facts.facts)


def test_files_name_loopback_and_documentation_addresses_only(samples):
    allowed = [ip_network(n) for n in ("127.0.0.0/8", "192.0.2.0/24")]
    for file in samples.files:
        if file.suffix not in {".xlsx", ".pcap"}:
            text = re.sub(r"(?:\d+\.){6,}\d+", "", file.read_text("utf-8-sig"))  # object identifiers are no addresses
            for found in re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text):
                assert any(ip_address(found) in network for network in allowed), (file.name, found)
