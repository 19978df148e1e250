"""Real replies: every record is read, and what it is known to say is found in it."""

from __future__ import annotations

import json

import pytest

from glasshouse import protocols


@pytest.fixture(scope="module")
def records(shared):
    with (shared / "corpus" / "responses.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _decoded(record):
    return protocols.decode(record["probe"], record.get("protocol"), record["raw"].encode())


def test_every_record_yields_fields_with_true_spans(records):
    assert len(records) > 1_000
    for record in records:
        raw = record["raw"].encode()
        found = _decoded(record)
        assert found, record["id"]
        for item in found:
            if item.start is not None:
                assert raw[item.start : item.end].decode("utf-8", "replace") == item.value, (record["id"], item)


@pytest.mark.parametrize("facet", ["model", "firmware", "serial"])
def test_what_a_record_is_known_to_show_is_among_its_fields(records, facet):
    shown = [
        record
        for record in records
        if record["expect"].get(facet) and record["expect"][facet].lower() in record["raw"].lower()
    ]
    assert len(shown) > 40
    missing = [
        record["id"]
        for record in shown
        if not any(
            record["expect"][facet].lower() in item.value.lower()
            for item in _decoded(record)
            if item.name != "http.body"
        )
    ]
    assert missing == []


def test_serials_of_video_equipment_are_identities(records):
    makers = {"hikvision", "dahua", "uniview"}
    shown = [record for record in records if record["expect"]["class"] in makers and record["expect"].get("serial")]
    assert len(shown) > 10
    for record in shown:
        serials = {item.value for item in _decoded(record) if item.name == "id.serial"}
        assert record["expect"]["serial"] in serials, record["id"]


def test_macs_of_video_equipment_are_identities(records):
    makers = {"hikvision", "dahua", "uniview"}
    shown = [record for record in records if record["expect"]["class"] in makers and record["expect"].get("mac")]
    assert shown
    for record in shown:
        macs = {item.value for item in _decoded(record) if item.name == "id.mac"}
        assert record["expect"]["mac"].lower() in macs, record["id"]


def test_the_far_cameras_of_a_recorder_stay_apart(records):
    lists = [record for record in records if "InputProxyChannelList" in record["raw"]]
    assert lists
    for record in lists:
        names = {item.name for item in _decoded(record)}
        assert not names & {"isapi.model", "isapi.serialNumber", "id.serial", "id.mac"}, record["id"]
        assert any(name.startswith("isapi.channel.") for name in names)
