"""Milestone camera reports and hardware lists: hardware counted once, drivers are no makers, no passwords."""

from __future__ import annotations

import contextlib
from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, preview

REPORT = b"""#TYPE Selected.System.Object
"Name","Channel","HardwareName","HardwareId","Model","Address","Username","Password","MAC","Firmware","DriverFamily","RecorderName","StatusTime","LiveFPS"
"Hall A","0","Encoder 1","11111111-0000","EX-4","http://192.0.2.30/","s3cr3t","s3cr3t","00005E005320","V1","ONVIF","REC1","2026-01-01 10:00:00","25"
"Hall B","1","Encoder 1","11111111-0000","EX-4","http://192.0.2.30/","s3cr3t","s3cr3t","00005E005320","V1","ONVIF","REC1","2026-01-01 10:00:00","25"
"Gate","0","Cam","22222222-0000","EX-1","http://192.0.2.31:8080/","s3cr3t","s3cr3t","","","Example","REC1","",""
"""
HARDWARE = b"""HardwareName;HardwareAddress;UserName;Password;DriverNumber;GroupPath
Gate;http://192.0.2.40/;s3cr3t;s3cr3t;421;/North
"""
HARDWARE_HELP = (
    b"HardwareAddress,HardwareUsername,HardwarePassword,HardwareDriverID\nhttp://192.0.2.41,s3cr3t,s3cr3t,421\n"
)


def read(data: bytes, **options):
    return preview(ImportFile.of_bytes("x.csv", data), property="hq", **options)


def test_rows_of_one_hardware_are_one_device():
    seen = read(REPORT)
    assert (seen.importer, seen.rows_read, seen.rows_used) == ("milestone-cameras", 3, 3)
    texts = [sighting for sighting in seen.sightings if sighting.observation.probe == "inventory-text"]
    assert [sighting.observation.subject for sighting in texts] == [
        Endpoint("192.0.2.30", "hq"),
        Endpoint("192.0.2.31", "hq"),
    ]
    fields = dict(texts[0].observation.fields)
    assert fields["inventory.model"] == "EX-4"
    assert fields["inventory.mac"] == "00:00:5e:00:53:20"
    assert fields["inventory.channels"] == "2"
    assert fields["inventory.credentials"] == "present"
    assert ("inventory.channel-name", "1: Hall B") in texts[0].observation.fields
    assert texts[0].device == "11111111-0000"
    assert texts[0].observation.said_by is SaidBy.INFRASTRUCTURE
    assert "LiveFPS" in seen.unknown_columns


def test_the_driver_family_is_no_maker():
    for sighting in read(REPORT).sightings:
        names = dict(sighting.observation.fields)
        assert "inventory.manufacturer" not in names
    assert "inventory.driver-family" in dict(read(REPORT).sightings[0].observation.fields)


def test_passwords_and_user_names_are_dropped():
    for data in (REPORT, HARDWARE, HARDWARE_HELP):
        seen = read(data)
        assert "s3cr3t" not in str(seen)
        assert any("credentials" in note for note in seen.notes)


def test_times_need_a_zone():
    assert read(REPORT).sightings[0].seen_at is None
    assert read(REPORT, zone=UTC).sightings[0].seen_at.hour == 10


def test_hardware_lists():
    for data, address in ((HARDWARE, "192.0.2.40"), (HARDWARE_HELP, "192.0.2.41")):
        seen = read(data)
        assert seen.importer == "milestone-hardware"
        (sighting,) = seen.sightings
        assert sighting.observation.subject == Endpoint(address, "hq")
        assert dict(sighting.observation.fields)["inventory.driver-number"] == "421"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([REPORT, HARDWARE]), st.binary(max_size=60), st.integers(0, 600), st.integers(0, 40))
def test_mutated_files_never_raise_anything_else(whole, noise, place, cut):
    with contextlib.suppress(ImportProblem):
        assert read(whole[:place] + noise + whole[place + cut :]).importer
