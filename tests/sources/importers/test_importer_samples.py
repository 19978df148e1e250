"""Every format has a sample; each sample is claimed by exactly its importer; hostile variants of it stay values."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import SaidBy
from glasshouse.sources.importers import BUILTIN, ImportFile, ImportProblem, by_name, preview, sniff

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(FOLDER.iterdir())
BINARY = {"pcap", "xlsx"}  # made in their own tests


def owner(path: Path) -> str:
    return path.name.partition(".")[0].partition("--")[0]


def read(data: bytes, name: str = "sample", **options):
    return preview(ImportFile.of_bytes(name, data), property="hq", **options)


def test_every_format_has_a_sample():
    assert {owner(path) for path in SAMPLES} == {importer.DOC.name for importer in BUILTIN} - BINARY


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_claimed_by_its_importer_alone(path):
    head = path.read_bytes()
    claimed = [importer.DOC.name for importer in BUILTIN if importer.recognises("", head)]
    assert claimed[0] == owner(path)
    assert set(claimed) <= {owner(path), "csv"}  # any table is an inventory to whoever has no better idea
    found = sniff("x", head)
    assert found is not None
    assert found.DOC.name == owner(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_gives_observations_and_no_secret(path):
    seen = read(path.read_bytes())
    assert seen.importer == owner(path)
    assert seen.sightings
    assert seen.rows_used > 0
    assert "s3cr3t" not in str(seen)
    for sighting in seen.sightings:
        assert sighting.locator
        if sighting.observation.probe == "inventory-text":
            assert all("." in name or name == "text" for name, _ in sighting.observation.fields)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_other_encodings_give_the_same_observations(path):
    data = path.read_bytes()
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode("utf-8").replace('encoding="UTF-8"', "")
        plain = [item.observation for item in read(text.encode()).sightings]
        for encoding in ("utf-8-sig", "utf-16"):
            again = [item.observation for item in read(text.encode(encoding)).sightings]
            assert [(one.probe, one.raw, one.fields) for one in again] == [
                (one.probe, one.raw, one.fields) for one in plain
            ]
        crlf = read(text.replace("\n", "\r\n").encode())
        assert crlf.importer == owner(path)
        assert len(crlf.sightings) == len(plain)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_cut_sample_is_read_up_to_the_cut_or_refused(path):
    data = path.read_bytes()
    importer = by_name(owner(path))
    for end in (len(data) // 3, len(data) // 2, len(data) - 5):
        with contextlib.suppress(ImportProblem):
            assert read(data[:end], importer=importer).importer == owner(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_hostile_bytes_never_raise_anything_else(path):
    whole, importer = path.read_bytes(), by_name(owner(path))

    @settings(max_examples=12, deadline=None)
    @given(st.binary(max_size=40), st.integers(0, len(whole)), st.integers(0, 40))
    def check(noise, place, cut):
        data = whole[:place] + noise + whole[place + cut :]
        for item in BUILTIN:
            assert item.recognises("", data) in {True, False}
        with contextlib.suppress(ImportProblem):
            seen = read(data or b"x", importer=importer)
            assert seen.rows_used <= max(seen.rows_read, 1) * 64

    check()


@pytest.mark.parametrize("importer", BUILTIN, ids=lambda importer: importer.DOC.name)
def test_arbitrary_bytes_never_raise_anything_else(importer):
    @settings(max_examples=12, deadline=None)
    @given(
        st.binary(min_size=1, max_size=300)
        | st.text(min_size=1, max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
    def check(data):
        importer.recognises("", data)
        with contextlib.suppress(ImportProblem):
            read(data, importer=importer)

    check()


def test_a_tools_guess_is_never_the_devices_word():
    guesses = {"inventory.mac-vendor", "inventory.os-guess", "inventory.device-type", "inventory.cpe"}
    for path in SAMPLES:
        for sighting in read(path.read_bytes()).sightings:
            observation = sighting.observation
            if guesses & dict(observation.fields).keys() and owner(path) != "netbox":
                assert observation.said_by is SaidBy.TOOL, path.name
