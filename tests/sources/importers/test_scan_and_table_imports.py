"""What the samples of scanners, tables, logs and recorders become; what is rejected, kept apart, bounded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from glasshouse.model.observation import Channel, DocumentLine, Endpoint, GapReason, Interface, SaidBy
from glasshouse.protocols import decode
from glasshouse.sources.importers import BUILTIN, ImportFile, preview, sniff

FOLDER = Path(__file__).parent / "samples"
CAMERA = Endpoint("192.0.2.5", "hq")


def read(name: str):
    return preview(ImportFile.of_bytes(name, (FOLDER / name).read_bytes()), property="hq")


def of(seen, probe):
    return [item.observation for item in seen.sightings if item.observation.probe == probe]


@pytest.mark.parametrize(
    ("name", "macs"),
    [
        ("switch-mac-table--ios.txt", ["00:00:5e:00:53:01"]),
        ("switch-mac-table--supervisor.txt", ["00:00:5e:00:53:01", "00:00:5e:00:53:03"]),
        ("switch-mac-table--address-first.txt", ["00:00:5e:00:53:04"]),
        ("switch-mac-table--protocols.txt", ["00:00:5e:00:53:05"]),
        ("switch-mac-table--nxos.txt", ["00:00:5e:00:53:06"]),
    ],
)
def test_every_layout_of_a_mac_table_gives_interfaces(name, macs):
    seen = read(name)
    assert [item.observation.subject for item in seen.sightings] == [Interface(mac, "hq") for mac in macs]
    for item in seen.sightings:
        assert item.observation.said_by is SaidBy.INFRASTRUCTURE
        told = {one.name: one.value for one in decode("mac", None, item.observation.raw)}
        assert told["id.mac"] == item.observation.subject.mac


def test_port_lists_that_go_on_stay_with_their_row():
    row = read("switch-mac-table--supervisor.txt").sightings[1].observation
    assert row.raw.endswith(b"Gi2/1,Gi2/2, Gi2/3")


def test_broken_rows_and_those_of_no_device_are_told():
    seen = read("switch-mac-table--ios.txt")
    assert [item.locator for item in seen.rejected] == ["line 9"]
    assert any("no device: 1" in note for note in seen.notes)


def test_an_entry_with_a_broken_mac_address_is_rejected():
    assert [item.locator for item in read("arp-table--bsd.txt").rejected] == ["line 3"]


def test_output_of_another_command_is_named_and_not_dropped():
    data = (FOLDER / "switch-mac-table--ios.txt").read_bytes() + (FOLDER / "switch-arp.txt").read_bytes()
    seen = preview(ImportFile.of_bytes("x", data), property="hq")
    assert [gap.reason for gap in seen.gaps] == [GapReason.NOT_LOOKED_AT]
    assert any("switch-arp" in note for note in seen.notes)


@pytest.mark.parametrize("name", ["switch-arp.txt", "ip-neighbours.txt", "arp-scan.txt", "arp-table--proc.txt"])
def test_neighbours_are_pairs_of_address_and_mac(name):
    seen = read(name)
    row = next(item.observation for item in seen.sightings if item.observation.subject == CAMERA)
    assert row.said_by is SaidBy.INFRASTRUCTURE
    told = {one.name: one.value for one in decode("mac", None, row.raw)}
    assert (told["id.mac"], told["id.address"]) == ("00:00:5e:00:53:01", "192.0.2.5")


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("switch-arp.txt", "192.0.2.3"),
        ("ip-neighbours.txt", "192.0.2.7"),
        ("arp-table--bsd.txt", "192.0.2.6"),
        ("angry-ip.csv", "192.0.2.6"),
        ("angry-ip.xml", "192.0.2.6"),
        ("advanced-ip-scanner.csv", "192.0.2.6"),
    ],
)
def test_what_did_not_answer_is_a_gap(name, silent):
    assert (silent, GapReason.SILENT) in {(gap.where, gap.reason) for gap in read(name).gaps}


def test_what_a_device_announced_by_lldp_is_its_own_word():
    seen = read("switch-lldp.txt")
    assert (seen.rows_read, seen.rows_used, len(seen.rejected)) == (2, 2, 0)
    said, inventory, mac = (item.observation for item in seen.sightings[:3])
    assert said.subject == Endpoint("192.0.2.33", "hq")
    assert (said.probe, said.protocol, said.said_by) == ("other", "lldp", SaidBy.DEVICE)
    told = {one.name: one.value for one in decode("other", "lldp", said.raw)}
    assert told["lldp.system-description"] == "Example network camera firmware 1.2.3"
    assert told["id.mac"] == "00:00:5e:00:53:11"
    assert dict(inventory.fields)["inventory.serial"] == "SERIAL-3"
    assert mac.said_by is SaidBy.INFRASTRUCTURE


def test_cdp_and_walks():
    (cdp, mac) = (item.observation for item in read("switch-cdp.txt").sightings)
    assert cdp.raw == b"device id: cam-4\nplatform: Example EX-1\nversion: 1.2.3 build 4 of today"
    assert mac.raw == b"00:00:5e:00:53:12"
    walk = read("snmp-walk.txt")
    assert {item.observation.subject for item in walk.sightings} >= {
        Interface("00:00:5e:00:53:11", "hq"),
        Endpoint("192.0.2.9", "hq"),
        DocumentLine(walk.sha256, "1", "hq"),
    }
    assert b"Example camera second line" in next(item.raw for item in of(walk, "other"))


def test_nessus_keeps_identifying_output_as_the_tools_word():
    seen = read("nessus.nessus")
    (output,) = of(seen, "other")
    assert (output.protocol, output.port, output.said_by) == ("nessus-10107", 80, SaidBy.TOOL)
    assert {item.seen_at for item in seen.sightings} == {datetime(2026, 1, 1, 0, 1, tzinfo=UTC)}
    assert of(seen, "mac")[0].raw == b"00:00:5e:00:53:01\n00:00:5e:00:53:02"
    assert any("99998" in note for note in seen.notes)


def test_greenbone_reads_results_of_severity_zero_alone():
    (output,) = of(read("greenbone.xml"), "other")
    assert output.raw == b"The remote web server is Example httpd"
    assert (output.subject, output.port, output.said_by) == (CAMERA, 80, SaidBy.TOOL)


def test_masscan_banners_are_bytes_and_a_cut_array_is_partial():
    seen = read("masscan.json")
    page, title = of(seen, "http")
    assert b"Example\xc3\xa9" in page.raw
    assert title.fields == (("http.title", "Lobby"),)
    assert seen.partial
    assert [item.locator for item in seen.rejected] == ["line 8"]
    lines = read("masscan--lines.json")
    assert of(lines, "tls-cert")[0].raw == b"0\x82\x01"
    assert of(lines, "telnet")[0].raw == b"login: "
    assert of(read("nmap-xml--masscan.xml"), "http")[0].fields == (("http.server", "Example httpd"),)


def test_runzero_and_censys_guesses_stand_apart_from_replies():
    seen = read("runzero.jsonl")
    assert {item.observation.said_by for item in seen.sightings} == {SaidBy.TOOL}
    assert {item.device for item in seen.sightings} == {"11111111-0000-4000-8000-000000000001"}
    assert [item.locator for item in seen.rejected] == ["line 3"]
    censys = read("censys.jsonl")
    (page,) = of(censys, "http")
    assert page.raw == b"HTTP/1.1 401\r\nServer: Example\r\nSet-Cookie: SID=[removed]\r\n\r\n<title>x</title>"
    assert all(item.said_by is SaidBy.TOOL for item in of(censys, "inventory-text"))
    answer = read("censys--answer.json")
    assert answer.sightings[0].locator == "$.result.hits[0], service 1"
    assert of(answer, "rtsp")[0].port == 554


def test_zeek_keeps_what_tells_a_device_and_no_browsing():
    seen = read("zeek--software.json")
    assert "shop.example" not in str(seen)
    assert of(seen, "snmp")[0].raw.endswith(b'"Example camera"')
    assert ("text", "GET /ISAPI/System/deviceInfo") in of(seen, "http")[1].fields
    assert [item.locator for item in seen.rejected] == ["line 7"]
    leases = read("zeek--dhcp.log")
    assert b"hostname=cam\xc3\xa9" in of(leases, "dhcp")[0].raw
    assert [item.locator for item in leases.rejected] == ["line 11"]
    conn = read("zeek--conn.log")
    assert [item.observation.subject for item in conn.sightings] == [CAMERA]
    assert any("#close" in note for note in conn.notes)


def test_a_mac_address_beside_several_addresses_is_a_routers():
    head = "#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.resp_h\torig_l2_addr\n"
    rows = "".join(f"1767225600\t192.0.2.{host}\t192.0.2.99\t00:00:5e:00:53:08\n" for host in (5, 6))
    seen = preview(ImportFile.of_bytes("conn.log", (head + rows).encode()), property="hq")
    assert not seen.sightings
    assert any("routers" in note for note in seen.notes)


def test_controllers_and_registers_say_who_said_what():
    for name in ("unifi-clients.json", "meraki-clients.json"):
        seen = read(name)
        said = {item.observation.said_by for item in seen.sightings if item.observation.subject == CAMERA}
        assert said == {SaidBy.INFRASTRUCTURE, SaidBy.TOOL, SaidBy.PERSON}
        assert len(seen.rejected) == 1
    box = read("netbox.json")
    assert box.partial  # "next" is another page, which is not fetched
    assert {item.observation.said_by for item in box.sightings} == {SaidBy.PERSON}
    assert {item.device for item in box.sightings} == {"7"}
    assert ("inventory.warranty", "2030") in box.sightings[0].observation.fields
    assert read("home-assistant.json").sightings[0].observation.subject == CAMERA


def test_tables_report_unknown_columns_and_keep_them():
    seen = read("cisco-ise.csv")
    assert seen.unknown_columns == ("LLDPSystemDescription",)
    assert "Example camera 1.2" in str(seen.sightings)
    assert read("runzero-csv.csv").unknown_columns == ("building",)
    (reply,) = of(read("shadowserver-dhcpdiscover.csv"), "dhip")
    assert reply.said_by is SaidBy.DEVICE
    assert dict(reply.fields)["id.address"] == "192.0.2.7"
    (found,) = of(read("sadp-list.csv"), "sadp")
    assert dict(found.fields)["sadp.DeviceSN"] == "EX-120260101SERIAL5"


def test_channels_of_recorders_are_channels():
    for name in ("isapi-channels.xml", "dahua-channels.txt"):
        seen = read(name)
        first = seen.sightings[0].observation
        assert isinstance(first.subject, Channel)
        assert (first.subject.number, first.said_by) == (1, SaidBy.INFRASTRUCTURE)
        assert dict(first.fields)["inventory.serial"] == "SERIAL-11"
        assert isinstance(seen.sightings[-1].observation.subject, DocumentLine)
        assert len(seen.rejected) == 1


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.xml")) + sorted(FOLDER.glob("*.nessus")), ids=lambda path: path.name
)
def test_entities_are_refused(path):
    text = path.read_text().partition("?>")[2].replace("<!DOCTYPE nmaprun>", "")
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + text
    seen = preview(ImportFile.of_bytes("x", bomb.encode()), property="hq")
    assert not seen.sightings
    assert any(item.fatal for item in seen.rejected)


def test_content_inside_a_value_claims_nothing():
    for path in FOLDER.iterdir():
        inner = path.read_bytes().decode("utf-8", "replace")
        line = json.dumps({"probe": "other", "raw": inner}).encode()
        found = sniff("x", line)
        assert found is not None
        assert found.DOC.name == "observation-lines", path.name


def test_json_that_is_nested_or_repeated_is_a_rejection():
    deep = b'{"ip":"192.0.2.5","ports":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}\n"
    twice = b'{"ip":"192.0.2.5","ip":"192.0.2.6","ports":[]}\n'
    masscan = next(item for item in BUILTIN if item.DOC.name == "masscan")
    seen = preview(ImportFile.of_bytes("x", deep + twice), property="hq", importer=masscan)
    assert [item.locator for item in seen.rejected] == ["line 1", "line 2"]
