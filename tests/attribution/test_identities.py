from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier
from glasshouse.attribution import explain
from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.datapack import load
from glasshouse.model.identity import Decision
from glasshouse.model.observation import Endpoint, Observation, SaidBy
from glasshouse.model.signal import DeviceClass, Facet
from glasshouse.model.strength import Strength
from glasshouse.model.truth import Truth

IDENTIFIER = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
KNOWLEDGE = IDENTIFIER.knowledge
HOME = Endpoint("192.0.2.10", "p")
HIK_401 = b'HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\nWWW-Authenticate: Digest realm="IP Camera(C2183)", nonce="1"\r\n\r\n'
SADP = (
    b'<?xml version="1.0" encoding="UTF-8"?><ProbeMatch><DeviceDescription>DS-2CD2032-I</DeviceDescription>'
    b"<DeviceSN>DS-2CD2032-I20140105CCWR450000001</DeviceSN><MAC>44-19-b6-00-00-01</MAC>"
    b"<SoftwareVersion>V5.2.5build 141201</SoftwareVersion><Activated>true</Activated></ProbeMatch>"
)


def seen(probe: str, raw: bytes | str, **more) -> Observation:
    return Observation(HOME, probe, raw.encode() if isinstance(raw, str) else raw, **more)


def row(**values: str) -> Observation:
    return Observation(HOME, "inventory-text", fields=tuple(values.items()), said_by=SaidBy.PERSON)


def of(*observations: Observation):
    return IDENTIFIER.identity(observations)


def cgi(text: str) -> Observation:
    return seen("dahua-cgi", text)


def test_two_protocols_of_one_maker_are_conclusive():
    identity = of(seen("http", HIK_401), seen("sadp", SADP))
    assert identity.value(Facet.MAKER) == "hikvision"
    assert identity.strength(Facet.MAKER) is Strength.CONCLUSIVE
    assert identity.is_surveillance is Truth.YES
    assert identity.device_class is DeviceClass.CAMERA
    assert identity.value(Facet.FIRMWARE_BUILT_ON) == "2014-12-01"
    assert identity.value(Facet.MADE_ON) == "2014-01-05"
    assert identity.value(Facet.MAC) == "44:19:b6:00:00:01"


def test_a_single_banner_is_never_conclusive():
    identity = of(seen("http", "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n"))
    assert identity.value(Facet.MAKER) == "hikvision"
    assert identity.strength(Facet.MAKER) is Strength.STRONG


def test_order_of_observations_makes_no_difference():
    observations = [seen("http", HIK_401), seen("sadp", SADP), row(manufacturer="Annke", model="C800")]
    answers = {repr(of(*some)) for some in itertools.permutations(observations)}
    assert len(answers) == 1


def test_inventory_supports_at_most():
    identity = of(row(manufacturer="Hikvision", model="DS-2CD2143G2-I", serial="DS-2CD2143G2-I20200105AAWRC00000001"))
    assert identity.value(Facet.MAKER) == "hikvision"
    assert identity.strength(Facet.MAKER) is Strength.SUPPORTING


def test_brand_of_a_mixed_seller_names_no_maker():
    identity = of(row(manufacturer="Swann"))
    assert identity.value(Facet.BRAND) == "swann"
    assert identity.value(Facet.MAKER) is None
    assert any("MAC address" in str(one) for one in identity.settle)


def test_series_of_a_mixed_seller_only_indicates():
    identity = of(row(manufacturer="Lorex", model="LNB4321B"))
    assert (identity.value(Facet.MAKER), identity.strength(Facet.MAKER)) == ("dahua", Strength.INDICATIVE)


def test_brand_of_a_maker_supports():
    maker, strength, _ = maker_of("hilook", None, KNOWLEDGE)
    assert (maker, strength) == ("hikvision", Strength.SUPPORTING)
    assert maker_of("axis", None, KNOWLEDGE)[:2] == ("axis", Strength.SUPPORTING)
    assert maker_of("bosch", None, KNOWLEDGE)[:2] == ("bosch", Strength.INDICATIVE)
    assert maker_of("annke", None, KNOWLEDGE) is None
    assert maker_of("nobody", None, Knowledge((), ())) is None


def test_rebrand_with_device_level_proof():
    identity = of(
        cgi("deviceType=31\nserialNumber=ND0123456NNNNN\nupdateSerial=DHI-NVR4108HS-8P-4KS2\nprocessor=ST7108\n")
    )
    assert identity.value(Facet.BRAND) == "lorex"
    assert identity.value(Facet.MAKER) == "dahua"
    assert identity.strength(Facet.MAKER) >= Strength.STRONG


def test_oem_letters_in_firmware_name_the_brand():
    identity = of(cgi("version=2.622.00LR000.10.R\n"))
    assert identity.value(Facet.BRAND) == "lorex"
    assert identity.value(Facet.FIRMWARE_ORIGIN) == "dahua"


CROSS_FLASHED = (
    row(manufacturer="EZVIZ", model="CS-C6N-A0-1C2WFR"),
    cgi("version=2.800.0000016.0.R,build:2020-06-05\nserialNumber=4F00000PAZ00001\n"),
)


def test_cross_flashed_unit_has_two_sides_and_no_winner():
    for observations in itertools.permutations(CROSS_FLASHED):
        identity = of(*observations)
        sides = {one.facet: set(one.values) for one in identity.contradictions}
        assert sides[Facet.FIRMWARE_ORIGIN] == sides[Facet.MAKER] == {"hikvision", "dahua"}
        assert identity.value(Facet.MAKER) is None
        assert identity.value(Facet.BRAND) == "ezviz"
        assert identity.value(Facet.FIRMWARE_ORIGIN) == "dahua"
        assert identity.value(Facet.FIRMWARE_BUILT_ON) == "2020-06-05"
        assert any("flashed" in str(one) for one in identity.alternatives)
        assert identity.settle  # the doubt has a next step


def test_a_persons_word_settles_what_evidence_left_open():
    word = Decision("d1", "attribute", (CROSS_FLASHED[0].id,), "opened the case", "an inspector",
                    datetime(2026, 1, 2, tzinfo=UTC), Facet.MAKER, "hikvision")  # fmt: skip
    ((identity, _, _),) = IDENTIFIER.devices(CROSS_FLASHED, [word])
    assert (identity.value(Facet.MAKER), identity.strength(Facet.MAKER)) == ("hikvision", Strength.SUPPORTING)
    assert any(one.facet is Facet.MAKER for one in identity.contradictions)


def test_brand_and_maker_of_a_rebrand_are_no_contradiction():
    identity = of(row(manufacturer="Annke", model="C800"), seen("sadp", SADP))
    assert identity.value(Facet.BRAND) == "annke"
    assert identity.value(Facet.MAKER) == "hikvision"
    assert not [one for one in identity.contradictions if one.facet in {Facet.BRAND, Facet.FIRMWARE_ORIGIN}]


def test_two_makers_contradict_and_cap():
    identity = of(seen("http", HIK_401), cgi("vendor=Dahua\nupdateSerial=DH-XVR5108C-X\n"))
    maker = next(one for one in identity.contradictions if one.facet is Facet.MAKER)
    assert set(maker.values) == {"hikvision", "dahua"}
    assert identity.strength(Facet.MAKER) <= Strength.STRONG
    assert identity.value(Facet.MAKER) is None
    first, second = map(str, explain.sentences(identity))
    assert "dahua / hikvision" in first
    assert "cannot all be true" in second
    assert "type label" in str(identity.settle[0])


def test_forwarded_port_shows_two_macs():
    arp = seen("mac", "192.0.2.10 00:40:8c:00:00:01", said_by=SaidBy.INFRASTRUCTURE)
    identity = of(seen("sadp", SADP), arp)
    assert any(one.facet is Facet.MAC for one in identity.contradictions)
    assert any("proxy" in str(one) for one in identity.alternatives)


def test_radio_module_prefix_does_not_outvote_the_device():
    identity = of(seen("sadp", SADP), seen("mac", "50:c7:bf:00:00:01"))
    assert identity.value(Facet.MAKER) == "hikvision"


def test_switch_of_a_listed_maker_is_no_camera():
    walk = (
        '.1.3.6.1.2.1.1.1.0 = STRING: "S5720 Huawei Versatile Routing Platform Software"\n'
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.2011.2.23.291\n"
    )
    identity = of(seen("snmp", walk))
    assert identity.value(Facet.MAKER) == "huawei"
    assert identity.is_surveillance is Truth.NO
    assert identity.device_class is DeviceClass.OTHER
    assert identity.settle == ()
    assert "no video-surveillance" in str(explain.sentences(identity)[0])


def test_relay_and_loudspeaker_of_a_camera_maker():
    relay = '.1.3.6.1.2.1.1.1.0 = STRING: "; AXIS A9188; Network I/O Relay Module; 1.84.3; Mar 01 2021 10:00; 1; 1"\n'
    identity = of(seen("snmp", relay))
    assert identity.value(Facet.MAKER) == "axis"
    assert identity.is_surveillance is Truth.NO


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n",
        b"HTTP/1.1 401 Unauthorized\r\nServer: Webs\r\n\r\n<html><h2>Access Error: 401 -- Unauthorized</h2></html>",
        b"HTTP/1.1 200 OK\r\nX-User-Agent: redsonic\r\n\r\n",
    ],
)
def test_generic_heads_leave_everything_open(raw):
    identity = of(seen("http", raw))
    assert identity.is_surveillance is Truth.UNKNOWN
    assert identity.value(Facet.MAKER) is None
    assert identity.value(Facet.BRAND) is None


def test_chip_maker_is_not_device_maker():
    identity = of(seen("rtsp", "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hisilicon Streaming Media Server/1.0.0\r\n\r\n"))
    assert identity.value(Facet.CHIPSET) == "hisilicon"
    assert identity.value(Facet.MAKER) is None


def test_decision_of_a_person_stands_with_its_reason():
    observation = seen("http", b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n")
    at = datetime(2026, 1, 2, tzinfo=UTC)
    word = Decision("d1", "attribute", (observation.id,), "label read", "an inspector", at, Facet.MAKER, "bosch")
    ((identity, _, _),) = IDENTIFIER.devices([observation], [word])
    assert (identity.value(Facet.MAKER), identity.strength(Facet.MAKER)) == ("bosch", Strength.SUPPORTING)
    assert "label read" in str(identity.get(Facet.MAKER).reasoning[0])


def test_explanation_names_what_shows_it_and_how_to_check():
    observations = (seen("http", HIK_401, port=80, request="GET /"), seen("sadp", SADP, port=37020))
    identity = of(*observations)
    first, second = map(str, explain.sentences(identity))
    assert "hikvision" in first
    assert "conclusive" in first
    assert "“" in second
    steps = explain.check_steps(identity, observations)
    commands = [one.command for one in steps]
    assert any(one and "curl" in one and "http://192.0.2.10:80/" in one for one in commands)
    assert any(one and "nc -u" in one and "192.0.2.10 37020" in one for one in commands)
    assert not any("-X" in (one or "") or "POST" in (one or "") for one in commands)


def test_hostile_request_or_address_never_reaches_a_command():
    bad = Observation(Endpoint("192.0.2.1; rm -rf", "p"), "http", HIK_401, request="GET /';reboot;'")
    assert all(one.command is None for one in explain.check_steps(of(bad), (bad,)))
    worse = Observation(HOME, "http", HIK_401, request="GET /';reboot;'")
    assert all("reboot" not in (one.command or "") for one in explain.check_steps(of(worse), (worse,)))


def test_nothing_seen_is_said_so():
    identity = of()
    assert identity.attributions == ()
    assert identity.is_surveillance is Truth.UNKNOWN
    assert "Too little" in str(explain.sentences(identity)[0])
    assert identity.looked_for


def test_sentences_tell_a_list_from_the_device_and_an_address_from_an_answer():
    told = of(row(manufacturer="Hikvision", model="DS-2CD2143G2-I"))
    assert str(explain.sentences(told)[0]).startswith("A list or a label says")
    said = of(seen("sadp", SADP))
    assert str(explain.sentences(said)[0]).startswith("This camera says it is")
    switch = of(seen("mac", "44:19:b6:12:34:56", said_by=SaidBy.INFRASTRUCTURE))
    first, second = map(str, explain.sentences(switch))
    assert "probably" in first
    assert "registered to that maker" in second
    nothing = of(seen("http", b"HTTP/1.1 404 Not Found\r\n\r\n"))
    assert "next look" in str(explain.sentences(nothing)[1])
