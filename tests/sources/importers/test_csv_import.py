"""Inventories as CSV: headings in two languages, delimiters, encodings, credentials, hostile cells."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import DocumentLine, Endpoint, Interface, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, preview
from glasshouse.sources.importers.columns import map_columns

PLAIN = b"Name,Manufacturer,Model,IP Address,MAC,Serial No\nLobby,Example,C-1,192.0.2.10,00:00:5E:00:53:01,S1\n"


def read(data: bytes, name: str = "list.csv", **options):
    return preview(ImportFile.of_bytes(name, data), property="hq", **options)


def fields(seen, place=0):
    return dict(seen.sightings[place].observation.fields)


def test_a_row_becomes_inventory_text_and_a_mac():
    seen = read(PLAIN)
    assert (seen.importer, seen.rows_read, seen.rows_used) == ("csv", 1, 1)
    text, mac = (sighting.observation for sighting in seen.sightings)
    assert text.subject == mac.subject == Endpoint("192.0.2.10", "hq")
    assert (text.probe, mac.probe, mac.raw) == ("inventory-text", "mac", b"00:00:5e:00:53:01")
    assert text.said_by is mac.said_by is SaidBy.PERSON
    assert fields(seen) == {
        "inventory.name": "Lobby",
        "inventory.manufacturer": "Example",
        "inventory.model": "C-1",
        "inventory.address": "192.0.2.10",
        "inventory.mac": "00:00:5e:00:53:01",
        "inventory.serial": "S1",
    }
    assert ("IP Address", "inventory.address") in seen.mapping
    assert seen.sightings[0].locator == "line 2"
    assert seen.sightings[0].seen_at is None


def test_french_headings_with_semicolons_in_a_code_page_are_read_and_noted():
    data = "Fabricant;Modèle;Numéro de série;Adresse IP;Adresse MAC;Emplacement\nEx;É1;S;192.0.2.1;;Entrée\n"  # codespell:ignore
    for encoding, noted in (("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)):
        seen = read(data.encode(encoding))
        assert fields(seen)["inventory.model"] == "É1"
        assert fields(seen)["inventory.location"] == "Entrée"
        assert bool(seen.notes) is noted
    assert not read(data.encode("cp1252"), encoding="cp1252").notes


@pytest.mark.parametrize(
    "written",
    ["00:00:5E:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301", "00005E005301", "0:0:5e:0:53:1", "00 00 5e 00 53 01"],
)
def test_mac_notations(written):
    seen = read(f"mac,model\n{written},C\n".encode())
    assert seen.sightings[0].observation.subject == Interface("00:00:5e:00:53:01", "hq")
    assert len(seen.sightings) == 1


@pytest.mark.parametrize(
    "written", ["00:00:00:00:00:00", "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:5e:00:01:05"]
)
def test_a_mac_of_no_single_device_identifies_nothing(written):
    seen = read(f"mac,model\n{written},C\n".encode())
    assert isinstance(seen.sightings[0].observation.subject, DocumentLine)
    assert "inventory.mac" not in fields(seen)
    assert seen.notes


def test_a_row_without_address_and_mac_is_about_its_line():
    seen = read(b"model;serial\nC1;S1\nC1;S1\n")
    subjects = [sighting.observation.subject for sighting in seen.sightings]
    assert [subject.line for subject in subjects] == ["2", "3"]
    assert subjects[0].file_sha256 == seen.sha256


def test_credentials_are_left_out_and_their_presence_kept():
    data = b"ip,user name,Camera PW,url\n192.0.2.1,s3cr3t,s3cr3t,rtsp://s3cr3t:s3cr3t@192.0.2.1/live\n"
    seen = read(data)
    assert "s3cr3t" not in str(seen)
    assert fields(seen)["inventory.credentials"] == "present"
    assert any("Camera PW" in note for note in seen.notes)


def test_unknown_columns_are_kept_and_named():
    seen = read(b"ip,Wall Colour,Model\n192.0.2.1,grey,C\n")
    assert seen.unknown_columns == ("Wall Colour",)
    assert fields(seen)["inventory.wall-colour"] == "grey"


def test_a_column_map_goes_before_the_aliases():
    seen = read(
        b"gadget,where it hangs\nC-9,roof\n", column_map={"Gadget": "model", "where it hangs": "inventory.location"}
    )
    assert fields(seen) == {"inventory.model": "C-9", "inventory.location": "roof"}


def test_without_a_known_heading_the_message_names_what_was_found():
    with pytest.raises(ImportProblem, match=r"list\.csv.*Columns found: colour, size.*column map"):
        read(b"colour,size\nred,4\n")


def test_titles_above_the_heading_are_skipped_and_noted():
    seen = read(b"Camera list 2026\n\nsep=;\nModel;IP\nC1;192.0.2.4\n")
    assert fields(seen)["inventory.model"] == "C1"
    assert any("line 4" in note for note in seen.notes)


def test_shifted_rows_are_rejected_one_by_one():
    seen = read(b"model,ip\nC1,192.0.2.1\nC2,x,192.0.2.2\n,\nC3,192.0.2.3\n")
    assert (seen.rows_read, seen.rows_used) == (3, 2)
    assert [rejected.locator for rejected in seen.rejected] == ["line 3"]


def test_a_row_cut_at_the_end_makes_it_partial():
    assert read(b"name,model,ip\nA,C1,192.0.2.1\nB,C").partial
    assert not read(b"name,model,ip\nA,C1,192.0.2.1\nB,C,192.0.2.2").partial


def test_times_without_a_zone_stay_text():
    data = b"ip,last seen\n192.0.2.1,2026-05-01 10:00:00\n"
    assert read(data).sightings[0].seen_at is None
    assert fields(read(data))["inventory.seen-at"] == "2026-05-01 10:00:00"
    assert read(data, zone=UTC).sightings[0].seen_at.hour == 10


def test_quoted_newlines_and_hostile_strings_stay_one_harmless_value():
    seen = read('model,note\n"C\n1","=cmd|x\x1b[31m\u202e<script>"\n'.encode())
    assert fields(seen)["inventory.model"] == "C 1"
    text = fields(seen)["inventory.description"]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert seen.sightings[0].locator == "line 2"


def test_empty_binary_and_prose_are_refused_with_what_to_do():
    for data in (b"", b"\xef\xbb\xbf\r\n", bytes(range(256)) * 4):
        with pytest.raises(ImportProblem, match=r"list\.csv"):
            read(data)
    with pytest.raises(ImportProblem, match="Accepted"):
        read(b"Dear all\nplease find attached\n")


def test_xml_named_csv_is_recognised_by_content():
    assert read(b'<?xml version="1.0"?><nmaprun scanner="nmap"><runstats/></nmaprun>').importer == "nmap-xml"


def test_two_columns_for_one_field_keep_both_values():
    columns = map_columns(["IP", "IP Address", "Model"])
    assert columns.fields == ("address", "ip-address", "model")
    assert columns.unknown == ("IP Address",)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_every_row_is_used_or_rejected(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["model", "serial", "location"], *rows])
    seen = read(out.getvalue().encode("utf-8"))
    assert seen.rows_used + len(seen.rejected) == seen.rows_read
    assert seen.rows_used <= len(rows)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 90))
def test_mutated_bytes_never_raise_anything_else(noise, place):
    with contextlib.suppress(ImportProblem):
        assert read(PLAIN[:place] + noise + PLAIN[place:]).importer
