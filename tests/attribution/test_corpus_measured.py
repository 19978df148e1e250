"""Identification measured per device over the labelled corpus, and its traps by name. `expect` is read here alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.datapack import load

# Devices that must be told right, as a share of those whose text proves the maker ("weak" ones aside).
FLOORS = {"hikvision": 0.95, "dahua": 0.95, "uniview": 0.95, "huawei-net": 0.95, "zte-net": 0.95, "benign-camera": 0.90}
NAMED_BY_RULES = frozenset(("hikvision", "dahua", "uniview", "tiandy", "huawei", "zte", "hytera", "hisilicon", "ezviz"))
CAMERAS = ("hikvision", "dahua", "uniview", "benign-camera", "camera-unknown-maker")


class Measured:
    def __init__(self, folder: Path) -> None:
        lines = (folder / "corpus/responses.jsonl").read_bytes().splitlines()
        self.records = [json.loads(line) for line in lines]
        self.by_device: dict[str, list[dict]] = defaultdict(list)
        for record in self.records:
            self.by_device[record["device"]].append(record)
        identifier = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
        answers = identify_lines(lines, grouped=False, identifier=identifier)
        self.answers = {one["device"]: one for one in answers}
        alone = (json.dumps({**record, "device": None}).encode() for record in self.records)
        singles = identify_lines(alone, grouped=False, identifier=identifier)
        self.alone = {record["id"]: one for record, one in zip(self.records, singles, strict=True)}

    def devices(self, wanted: str, *, weak: bool = False):
        for device, records in self.by_device.items():
            said = [record["expect"] for record in records]
            if said[0]["class"] == wanted and all(one["weak_label"] for one in said) is weak:
                yield device, said, self.answers[device]


@pytest.fixture(scope="module")
def measured(shared) -> Measured:
    return Measured(shared)


def test_recall_of_makers_by_class(measured):
    for wanted, floor in FLOORS.items():
        counted: Counter[str] = Counter()
        for _, said, answer in measured.devices(wanted):
            if said[0]["maker"] is None:
                continue
            if answer["maker"] is None and all(one["maker_evidence"] == "brand-only" for one in said):
                counted["null is right"] += 1
            else:
                right = answer["maker"] == said[0]["maker"]
                counted["right" if right else "silent" if answer["maker"] is None else "wrong"] += 1
        total = sum(counted.values())
        share = (counted["right"] + counted["null is right"]) / total
        print(f"{wanted}: {dict(counted)} {share:.3f}")  # noqa: T201  # the measure itself
        assert share >= floor, (wanted, counted)
        assert counted["wrong"] == 0, (wanted, counted)


def test_no_other_equipment_is_called_surveillance(measured):
    counted: Counter[object] = Counter()
    for wanted in ("non-camera", "huawei-net", "zte-net"):
        for weak in (False, True):
            for device, _, answer in measured.devices(wanted, weak=weak):
                counted[wanted, answer["is_surveillance"]] += 1
                assert answer["is_surveillance"] is not True, device
    print(dict(counted))  # noqa: T201  # the measure itself
    assert counted["huawei-net", False] + counted["zte-net", False] == 29
    assert counted["non-camera", False] >= 480


def test_no_camera_is_called_other_equipment(measured):
    for wanted in CAMERAS:
        for weak in (False, True):
            for device, _, answer in measured.devices(wanted, weak=weak):
                assert answer["is_surveillance"] is not False, device


def test_no_innocent_device_is_given_to_a_named_maker(measured):
    for wanted in ("non-camera", "benign-camera"):
        for weak in (False, True):
            for device, said, answer in measured.devices(wanted, weak=weak):
                assert answer["maker"] not in NAMED_BY_RULES - {said[0]["maker"]}, device
                assert answer["brand"] not in NAMED_BY_RULES, device


def test_single_replies_are_no_different_from_devices(measured):
    """Every record alone: no false maker of a named party, nothing innocent called surveillance."""
    for record in measured.records:
        said, answer = record["expect"], measured.alone[record["id"]]
        if said["class"] in {"non-camera", "huawei-net", "zte-net"}:
            assert answer["is_surveillance"] is not True, record["id"]
        if said["maker"] is not None and answer["maker"] in NAMED_BY_RULES:
            assert answer["maker"] == said["maker"], record["id"]
        if said["class"] == "non-camera":
            assert answer["maker"] not in NAMED_BY_RULES, record["id"]


def test_strength_means_what_it_says(measured):
    """Over devices with a known maker: no error at strong or conclusive, nor at supporting in this corpus."""
    counted: Counter[tuple[str, bool]] = Counter()
    for device, records in measured.by_device.items():
        maker, answer = records[0]["expect"]["maker"], measured.answers[device]
        if maker is not None and answer["maker"] is not None:
            counted[answer["strength"]["maker"], answer["maker"] == maker] += 1
    print({f"{word} {'right' if right else 'wrong'}": count for (word, right), count in sorted(counted.items())})  # noqa: T201  # the measure itself
    for word, least in (("conclusive", 3), ("strong", 50), ("supporting", 50)):
        assert counted[word, False] == 0
        assert counted[word, True] >= least


def test_conclusive_never_rests_on_a_single_reply(measured):
    for answer in measured.alone.values():
        assert answer["strength"].get("maker") != "conclusive"
    for answer in measured.answers.values():
        if answer["strength"].get("maker") == "conclusive":
            assert len({row["observation"] for row in answer["evidence"] if row["facet"] == "maker"}) >= 2


@pytest.mark.parametrize(("facet", "floor"), [("model", 0.93), ("firmware", 0.95), ("serial", 0.93)])
def test_plain_values_are_read(measured, facet, floor):
    right = total = 0
    for wanted in ("hikvision", "dahua", "uniview", "benign-camera"):
        for _, said, answer in measured.devices(wanted):
            values = {one[facet].casefold() for one in said if one[facet]}
            if values:
                total += 1
                right += (answer[facet] or "").casefold() in values
    print(facet, right, total)  # noqa: T201  # the measure itself
    assert right / total >= floor


def test_brand_is_never_wrong_where_it_is_told(measured):
    for wanted in ("hikvision", "dahua", "uniview", "benign-camera", "huawei-net", "zte-net"):
        for weak in (False, True):
            for device, said, answer in measured.devices(wanted, weak=weak):
                accepted = {one["brand"] for one in said if one["brand"]}
                accepted |= {slug for one in said for slug in one["brand_accept"] or ()}
                if accepted and answer["brand"] is not None:
                    assert answer["brand"] in accepted, device


# --- traps of the corpus, by name ---------------------------------------------------------------------------------


def holding(measured: Measured, text: str, *classes: str) -> list[tuple[dict, dict]]:
    found = [
        (record["expect"], measured.alone[record["id"]])
        for record in measured.records
        if text in record["raw"] and (not classes or record["expect"]["class"] in classes)
    ]
    assert found, text
    return found


def test_trap_redsonic_is_a_library(measured):
    for said, answer in holding(measured, "X-User-Agent: redsonic"):
        assert answer["maker"] in {None, said["maker"]}
        assert answer["is_surveillance"] is not True


def test_trap_enterprise_number_39165_on_a_time_server(measured):
    for said, answer in holding(measured, "1.3.6.1.4.1.39165.1.6", "non-camera"):
        assert said["class"] == "non-camera"
        assert answer["maker"] is None
        assert answer["is_surveillance"] is not True


def test_trap_chip_maker_is_not_device_maker(measured):
    for _, answer in holding(measured, "Hisilicon Streaming Media Server"):
        assert answer["maker"] is None
        assert answer["chipset_maker"] == "hisilicon"


def test_trap_goahead_page(measured):
    for _, answer in holding(measured, "Access Error: 401 -- Unauthorized"):
        assert answer["maker"] is None


def test_trap_declared_name_spaces_of_another(measured):
    for _, answer in holding(measured, "tnshik", "camera-unknown-maker"):
        assert answer["maker"] != "hikvision"


def test_trap_rtsp_server_versions(measured):
    for text in ("Rtsp Server/2.0", "Rtsp Server 1920*1080*20*2048"):
        for said, answer in holding(measured, text):
            assert answer["maker"] in {None, said["maker"]}
            assert answer["maker"] != "dahua"


def test_trap_media_header_on_other_makers(measured):
    for said, answer in holding(measured, "MEDIAINFO=494D4B48", "benign-camera", "camera-unknown-maker"):
        assert answer["maker"] != "hikvision", said


def test_trap_neutral_isapi(measured):
    for _, answer in holding(measured, "isapi.org/ver20/XMLSchema"):
        assert answer["maker"] == "hikvision"


def test_trap_onvif_manufacturer_words(measured):
    for word in ("<tds:Manufacturer>ONVIF<", "<tds:Manufacturer>H264<"):
        for _, answer in holding(measured, word):
            assert answer["brand"] is None


def test_trap_listed_makers_network_equipment(measured):
    for _, answer in holding(measured, "Versatile Routing Platform"):
        assert answer["maker"] == "huawei"
        assert answer["is_surveillance"] is False


def test_trap_same_brand_no_camera(measured):
    for text in ("VIERA GT30", "AXIS A9188", "TL-WDR3600"):
        for _, answer in holding(measured, text) if any(text in r["raw"] for r in measured.records) else []:
            assert answer["is_surveillance"] is not True


@pytest.mark.parametrize(
    ("realm", "maker"), [("0123456789ab", None), ("4419b6000001", "hikvision"), ("48ea63000001", "uniview")]
)
def test_trap_realm_that_is_a_mac_proves_nothing_by_form(realm, maker):
    raw = f'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="{realm}", nonce="1"\r\n\r\n'
    line = json.dumps({"id": "x", "probe": "rtsp", "raw": raw}).encode()
    identifier = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
    (answer,) = identify_lines([line], grouped=False, identifier=identifier)
    assert answer["maker"] == maker
