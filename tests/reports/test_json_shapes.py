"""The JSON shapes are those of the interfaces."""

from __future__ import annotations

import json

from tests.reports import factory

from glasshouse.reports.jsonl import render_jsonl
from glasshouse.reports.shapes import identity_json, judgement_json, merit_json

DEVICE = factory.device(1, "site", "hikvision", "annke", "C800", "D")


def test_identity_shape():
    first, second = DEVICE.observations
    line = identity_json(DEVICE.identity, id="o1", device="d1", labels={first.id: "o1"})
    assert (line["id"], line["device"], line["observations"]) == ("o1", "d1", ["o1", second.id])
    assert line["is_surveillance"] is True
    assert line["device_class"] == "camera"
    assert (line["brand"], line["maker"], line["chipset_maker"], line["made_on"]) == ("annke", "hikvision", None, None)
    assert line["strength"] == {
        "brand": "supporting",
        "maker": "conclusive",
        "firmware_origin": "strong",
        "model": "strong",
    }
    evidence = line["evidence"]
    assert {"facet": "brand", "value": "annke", "strength": "supporting", "fingerprint": "http.title-brand", "observation": "o1",
            "excerpt": "<title>annke</title>"} in evidence  # fmt: skip
    assert line["contradictions"] == []


def test_unknown_surveillance_is_null():
    nothing = factory.device(2, "site", None, None, None, "not-graded").identity
    assert identity_json(nothing, id=None, device=None)["is_surveillance"] is None


def test_contradictions_name_both_sides():
    line = identity_json(factory.contradicted(1, "site").identity, id="x", device="x")
    assert line["contradictions"] == [
        {"facet": "maker", "values": ["hikvision", "dahua"], "note": "One reply names hikvision, dahua."}
    ]


def test_judgement_shape():
    line = judgement_json(DEVICE.judgement)
    assert (line["id"], line["overall"], line["rules_version"]) == ("q1", "prohibited", "2026-11-23.1")
    verdict = line["by_regime"]["ca-rule-2025"]
    assert (verdict["outcome"], verdict["authority"], verdict["text_seen"]) == ("prohibited", "statement", False)
    assert verdict["citations"][0]["on"] == "2025-06-27"
    tree = verdict["because"][0]
    assert (tree["value"], len(tree["children"])) == ("yes", 3)
    assert tree["children"][1]["fact"] == "maker: hikvision"
    assert tree["children"][1]["strength"] == "conclusive"


def test_merit_shape():
    line = merit_json(DEVICE.merit, id="a1")
    assert (line["id"], line["vector"], line["level"], line["level_range"]) == (
        "a1",
        "V:D U:? A:B S:C",
        "D",
        ["D", "D"],
    )
    confirmed, excluded = line["advisories"]
    assert (confirmed["decision"], confirmed["kev"], confirmed["applicability"]) == (
        "3-days-forensics",
        True,
        "confirmed",
    )
    assert excluded["decision"] is None
    assert "decision_range" not in excluded
    assert line["snapshot"] == factory.DIGEST


def test_json_lines_hold_a_head_and_one_device_a_line():
    review = factory.small()
    head, *devices = map(json.loads, render_jsonl(review))
    assert head["made_by"]["program"] == "glasshouse"
    assert head["coverage"][0]["gaps"][0]["reason"] == "refused"
    assert [device["device"] for device in devices] == [device.id for device in review.devices]
    assert {"judgement", "merit", "evidence", "sightings", "ports"} <= devices[0].keys()


def test_json_lines_are_pure_ascii_with_hostile_values_escaped():
    text = "".join(render_jsonl(factory.small()))
    assert text.isascii()
    assert "\x1b" not in text
