"""What devices say of themselves in places that no pattern of a maker knows, and what is said of other things."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, read_line
from glasshouse.datapack import load
from glasshouse.model.identity import Identity
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength

_SDP = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.6\r\ns={}\r\nt=0 0\r\n"
_PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><head><title>{}</title></head><body></body></html>"
_REFUSED = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="{}", nonce="a1"\r\n\r\n'
_JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"

_CHASSIS = '.1.3.6.1.2.1.47.1.1.1.1.12.1 = STRING: "Hanwha Vision"\n.1.3.6.1.2.1.47.1.1.1.1.10.1 = STRING: "2.10.02"\n'


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return Identifier(load(Path(__file__).resolve().parents[2] / "data"))


def told(identifier: Identifier, probe: str, raw: str) -> Identity:
    observation = read_line(1, json.dumps({"probe": probe, "raw": raw}).encode()).observation
    assert observation is not None
    return identifier.identity((observation,))


def strength(identity: Identity, facet: Facet) -> Strength:
    return max((one.strength for one in identity.attributions if one.facet is facet), default=Strength.NONE)


@pytest.mark.parametrize(
    ("probe", "raw", "facet", "value"),
    [
        ("rtsp", _SDP.format('Session streamed by "VIVOTEK RTSP Server"'), Facet.BRAND, "vivotek"),
        ("tls-cert", "subject=O=VIVOTEK Inc., CN=www.vivotek.com\nissuer=O=VIVOTEK Inc., CN=www.vivotek.com\n",
         Facet.BRAND, "vivotek"),
        ("http", _REFUSED.format("VIVOTEK FD8134V"), Facet.MODEL, "FD8134V"),
        ("http", _REFUSED.format("Reolink RLC-410"), Facet.MODEL, "RLC-410"),
        ("http", _PAGE.format("AXIS P1448-LE Network Camera"), Facet.MODEL, "P1448-LE"),
        ("onvif-scopes", "onvif://www.onvif.org/name/IPCAM onvif://www.onvif.org/hardware/Reolink%20Duo%202",
         Facet.BRAND, "reolink"),
        ("snmp", '.1.3.6.1.2.1.1.1.0 = STRING: "; VIVOTEK FD9365; Network Camera; 1.12.3; Jan 01 2024"',
         Facet.FIRMWARE, "1.12.3"),
        ("snmp", '.1.3.6.1.2.1.1.1.0 = STRING: "Hanwha XNP-6400 Network Camera, firmware 2.21.05"',
         Facet.FIRMWARE, "2.21.05"),
        ("snmp", _CHASSIS, Facet.FIRMWARE, "2.10.02"),
        ("http", _JSON.format('{"manufacturer":"Axis","model":"M1065-L","firmwareVersion":"9.80.1"}'),
         Facet.FIRMWARE, "9.80.1"),
        ("http", _JSON.format('{"device":{"brand":"Vivotek","modelName":"IB9389-H","softwareVersion":"0100d"}}'),
         Facet.MODEL, "IB9389-H"),
        ("other", "root.Brand.Brand=AXIS\nroot.Brand.ProdNbr=M2025-LE\nroot.Properties.Firmware.Version=8.40.1\n",
         Facet.FIRMWARE, "8.40.1"),
    ],
)  # fmt: skip
def test_a_device_is_heard_where_it_names_itself(
    identifier: Identifier, probe: str, raw: str, facet: Facet, value: str
) -> None:
    assert told(identifier, probe, raw).value(facet) == value


@pytest.mark.parametrize(
    ("probe", "raw"),
    [
        ("http", _JSON.format('{"integrations":[{"vendor":"Hikvision"}]}')),
        ("http", _JSON.format('{"product":"VMS","integrations":[{"vendor":"Hikvision"},{"vendor":"Axis"}]}')),
        ("http", _JSON.format('{"cameras":[{"manufacturer":"Dahua","model":"IPC-HDW2431T"}]}')),
        ("http", _JSON.format('[{"vendor":"Hikvision"},{"vendor":"Axis"}]')),
        ("http", _PAGE.format("US bans Hikvision and Dahua cameras")),
        ("http", _PAGE.format("Hikvision IP Camera shop - best price")),
        ("tls-cert", "subject=O=VIVOTEK Inc., CN=www.vivotek.com\nissuer=O=Example Public Authority, CN=R3\n"),
        ("snmp", '.1.3.6.1.2.1.47.1.1.1.1.12.5001 = STRING: "HUAWEI"\n'),
    ],
)
def test_what_is_said_of_other_things_names_no_maker(identifier: Identifier, probe: str, raw: str) -> None:
    identity = told(identifier, probe, raw)
    assert identity.value(Facet.MAKER) is None
    assert identity.value(Facet.BRAND) is None


@pytest.mark.parametrize("manufacturer", ["ONVIF", "H264"])
def test_a_manufacturer_that_is_no_name_does_not_support_a_maker(identifier: Identifier, manufacturer: str) -> None:
    raw = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body><tds:GetDeviceInformationResponse>'
        f"<tds:Manufacturer>{manufacturer}</tds:Manufacturer><tds:Model>IPC</tds:Model>"
        "<tds:FirmwareVersion>1.0</tds:FirmwareVersion></tds:GetDeviceInformationResponse></s:Body></s:Envelope>"
    )
    assert strength(told(identifier, "onvif-device-info", raw), Facet.MAKER) <= Strength.INDICATIVE


def test_the_brand_before_a_model_yields_to_the_manufacturer(identifier: Identifier) -> None:
    raw = _JSON.format('{"manufacturer":"TP-Link","model":"Tapo C200"}')
    assert told(identifier, "http", raw).value(Facet.BRAND) == "tp-link"
