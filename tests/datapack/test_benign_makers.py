"""Makers that no rule names, over every surface by which they answer; the texts are our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.datapack import load

DATA = Path(__file__).resolve().parents[2] / "data"
RESTRICTED = frozenset(("hikvision", "dahua", "uniview", "tiandy", "huawei", "zte", "hytera", "hisilicon", "ezviz"))


@pytest.fixture(scope="module")
def pack():
    return load(DATA)


@pytest.fixture(scope="module")
def ask(pack):
    identifier = Identifier(pack)

    def identify(probe: str, said: str | dict[str, str]) -> dict:
        row = {"id": "x", "probe": probe, **({"fields": said} if isinstance(said, dict) else {"raw": said})}
        (answer,) = identify_lines([json.dumps(row).encode()], grouped=False, identifier=identifier)
        return answer

    return identify


def onvif(manufacturer: str, model: str, firmware: str = "1.2.3", serial: str = "A1B2C3D4") -> str:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><tds:GetDeviceInformationResponse'
        f' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><tds:Manufacturer>{manufacturer}</tds:Manufacturer>'
        f"<tds:Model>{model}</tds:Model><tds:FirmwareVersion>{firmware}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{serial}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse></s:Body></s:Envelope>"
    )


def scopes(name: str, hardware: str) -> str:
    return f"onvif://www.onvif.org/name/{name}\nonvif://www.onvif.org/hardware/{hardware}"


def page(title: str, server: str = "") -> str:
    head = f"HTTP/1.1 200 OK\r\n{f'Server: {server}' if server else 'X-A: b'}\r\nContent-Type: text/html\r\n\r\n"
    return f"{head}<html><head><title>{title}</title></head><body></body></html>"


def challenge(realm: str, protocol: str = "HTTP/1.1") -> str:
    cseq = "" if protocol.startswith("HTTP") else "CSeq: 1\r\n"
    return f'{protocol} 401 Unauthorized\r\n{cseq}WWW-Authenticate: Digest realm="{realm}", nonce="1"\r\n\r\n'


def upnp(manufacturer: str, model: str, description: str = "Network Camera") -> str:
    return (
        '<root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
        "<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType>"
        f"<friendlyName>{model}</friendlyName><manufacturer>{manufacturer}</manufacturer>"
        f"<modelDescription>{description}</modelDescription><modelName>{model}</modelName></device></root>"
    )


MANUFACTURERS = [
    ("Axis Communications AB", "AXIS P3245-LVE", "axis"), ("Bosch Security Systems", "NBE-3703-AL", "bosch"),
    ("Hanwha Techwin", "XNV-8080R", "hanwha"), ("Samsung Techwin", "SNB-6004", "hanwha"),
    ("VIVOTEK INC.", "FD9369", "vivotek"), ("REOLINK", "E1 Zoom", "reolink"), ("TP-Link", "Tapo C200", "tp-link"),
    ("Ubiquiti Inc.", "UVC G4 Pro", "ubiquiti"), ("Sony Corporation", "SNC-EM632R", "sony"),
    ("i-PRO Co., Ltd.", "WV-X2571LN", "i-pro"), ("Canon Inc.", "VB-H45", "canon"),
    ("JVC KENWOOD Corporation", "VN-H557U", "jvc"), ("MOBOTIX AG", "M73", "mobotix"),
    ("Avigilon Corporation", "5.0C-H5A-BO1-IR", "avigilon"), ("Pelco, Inc.", "IMP531-1ERS", "pelco"),
    ("Arecont Vision", "AV2256PM", "arecont"), ("GEOVISION INC.", "GV-EBD4700", "geovision"),
    ("ACTi Corporation", "B95", "acti"), ("Milesight Technology Co.,Ltd.", "MS-C2964-PB", "milesight"),
    ("FOSCAM INTELLIGENT TECHNOLOGY CO., LTD", "FI9900P", "foscam"), ("D-Link Corporation", "DCS-2530L", "d-link"),
    ("ZAVIO Inc.", "B8220", "zavio"), ("Brickcom Corporation", "OB-500Af", "brickcom"), ("Basler", "BIP2-1920", "basler"),
    ("IQinVision", "IQ041", "iqinvision"), ("March Networks", "ME4 IR Dome", "march-networks"),
    ("Verkada", "CD42", "verkada"), ("Cisco Meraki", "MV12", "meraki"),
    ("Grandstream Networks, Inc.", "GXV3610_FHD", "grandstream"), ("Sunell", "SN-IPR56", "sunell"),
    ("LONGSE", "LBE24", "longse"), ("Jovision", "JVS-N5FL", "jovision"),
    ("Dallmeier electronic GmbH & Co. KG", "DF5200HD", "dallmeier"), ("Siqura", "BC820", "siqura"),
    ("GEUTEBRUECK", "G-Cam", "geutebruck"), ("Vicon Industries", "V960", "vicon"), ("IDIS", "DC-D4533RX", "idis"),
    ("Merit LILIN", "LR7022", "lilin"), ("EverFocus", "EZN268", "everfocus"), ("INSTAR", "IN-8015", "instar"),
    ("Edimax", "IC-3116W", "edimax"), ("2N TELEKOMUNIKACE", "2N IP Verso", "2n"), ("Wyze", "WYZEC1", "wyze"),
    ("Toshiba", "IK-WB30A", "toshiba"), ("Hitachi", "DI-CB520", "hitachi"), ("LG Electronics", "LNB5100", "lg"),
]  # fmt: skip


@pytest.mark.parametrize(("manufacturer", "model", "slug"), MANUFACTURERS)
def test_a_manufacturer_that_names_itself(ask, manufacturer, model, slug):
    answer = ask("onvif-device-info", onvif(manufacturer, model))
    assert (answer["brand"], answer["maker"], answer["is_surveillance"]) == (slug, slug, True)
    assert (answer["model"], answer["firmware"], answer["serial"]) == (model, "1.2.3", "A1B2C3D4")


@pytest.mark.parametrize(
    ("manufacturer", "model", "brand"),
    [
        ("FLIR Systems", "CB-5222", "flir"), ("Honeywell", "HC30W45R3", "honeywell"), ("LevelOne", "FCS-3098", "levelone"),
        ("Digital Watchdog", "DWC-MB45", "digital-watchdog"), ("eneo", "IPB-72A0030", "eneo"),
        ("Illustra", "IPS02D2", "illustra"), ("IndigoVision", "BX430", "indigovision"),
    ],
)  # fmt: skip
def test_sellers_of_several_makers_keep_their_maker_unknown(ask, manufacturer, model, brand):
    answer = ask("onvif-device-info", onvif(manufacturer, model))
    assert (answer["brand"], answer["maker"]) == (brand, None)


@pytest.mark.parametrize("word", ["ONVIF", "NONE", "", "IPC", "Network Camera", "General"])
def test_words_that_are_no_manufacturer(ask, word):
    answer = ask("onvif-device-info", onvif(word, "IPCamera"))
    assert (answer["brand"], answer["maker"], answer["is_surveillance"]) == (None, None, True)


SURFACES = [
    ("axis", "http", challenge("AXIS_ACCC8E000001")), ("axis", "http", challenge("AXIS_WS_ACCC8E000001")),
    ("axis", "ftp", "220 AXIS P1354 Fixed Network Camera 5.40 (2012) ready."),
    ("axis", "dhcp", "hostname=axis-b8a44f000001\nvendor-class=AXIS,Network Camera,M3085-V,11.1.1"),
    ("axis", "mdns", "service=_axis-video._tcp.local\ninstance=AXIS P3245-LVE - ACCC8E000001"),
    ("axis", "onvif-scopes", scopes("AXIS%20P3245-LVE", "P3245-LVE")),
    ("bosch", "http", challenge("Use 'live' as User Name and the password")),
    ("hanwha", "http", challenge("iPolis_0009180000AA")), ("hanwha", "rtsp", challenge("iPolis", "RTSP/1.0")),
    ("hanwha", "upnp-description", upnp("Hanwha Techwin", "QNV-8080R")),
    ("vivotek", "onvif-scopes", scopes("VIVOTEK", "FD9369")),
    ("vivotek", "upnp-description", upnp("VIVOTEK INC.", "IP8332", "Mega-Pixel Network Camera")),
    ("reolink", "onvif-scopes", scopes("REOLINK", "RLC-810A")),
    ("tp-link", "rtsp", challenge("TP-Link IP-Camera", "RTSP/1.0")),
    ("tapo", "upnp-description", upnp("TP-Link", "Tapo C200", "Tapo Camera")),
    ("ubiquiti", "http", page("UniFi Protect")), ("ubiquiti", "tls-cert", "subject=CN = camera.ubnt.dev, O = Ubiquiti"),
    ("sony", "http", challenge("Sony Network Camera SNC-DH140")), ("sony", "onvif-scopes", scopes("SONY", "SNC-EB600")),
    ("panasonic", "http", page("WV-SC385 Network Camera")), ("panasonic", "onvif-scopes", scopes("Panasonic", "WV-NP502")),
    ("canon", "http", page("Network Camera VB-H45")), ("mobotix", "onvif-scopes", scopes("MOBOTIX", "M73")),
    ("pelco", "onvif-scopes", scopes("Pelco", "IMP531-1ERS")), ("d-link", "http", challenge("DCS-932L")),
    ("d-link", "upnp-description", upnp("D-Link", "DCS-930L", "Wireless Internet Camera")),
    ("milesight", "http", page("Milesight Network Camera")), ("geovision", "http", page("GeoVision Inc. - IP Camera")),
    ("2n", "tls-cert", "subject=CN = 2N-52-0001, OU = 2N IP Intercoms"),
    ("doorbird", "sip", "SIP/2.0 200 OK\r\nUser-Agent: DoorBird D2101V\r\n\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("brand", "probe", "raw"), SURFACES)
def test_every_surface_names_the_brand(ask, brand, probe, raw):
    answer = ask(probe, raw)
    assert answer["brand"] == brand
    assert answer["is_surveillance"] is True
    assert answer["maker"] not in RESTRICTED


@pytest.mark.parametrize(
    ("raw", "model", "firmware", "kind"),
    [
        ("AXIS,Network Camera,M3085-V,11.1.1", "M3085-V", "11.1.1", "camera"),
    ],
)
def test_vendor_class_is_read_exactly(ask, raw, model, firmware, kind):
    answer = ask("dhcp", f"vendor-class={raw}")
    assert (answer["model"], answer["firmware"], answer["device_class"]) == (model, firmware, kind)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("ZoneMinder", "video-server"), ("XProtect Web Client", "video-server"), ("Blue Iris Login", "video-server"),
        ("Frigate", "video-server"), ("Nx Witness", "video-server"), ("Agent DVR", "video-server"),
    ],
)  # fmt: skip
def test_video_management_software(ask, title, said):
    assert ask("http", page(title))["device_class"] == said


def test_chip_names_on_benign_cameras_tell_the_chip_alone(ask):
    raw = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hisilicon Streaming Media Server/1.0.0(Jan 1 2016)\r\n\r\n"
    answer = ask("rtsp", raw)
    assert (answer["brand"], answer["maker"], answer["chipset_maker"]) == (None, None, "hisilicon")
    assert ask("inventory-text", "board with HiSilicon chip, unknown camera")["brand"] is None


def test_at_least_sixty_makers_and_brands_have_evidence_of_their_own(pack):
    """Fingerprints, forms of models, or lineage: a name alone is not counted."""
    told = {value for one in pack.fingerprints for facet, value, _ in one.says if facet.value in {"brand", "maker"}}
    told |= {one for form in pack.grammars.models for one in (form.brand, form.maker) if one}
    told |= {row.brand for row in pack.lineage if row.maker}
    known = {party.id for party in pack.parties if party.kind in {"maker", "brand"}}
    assert len(told & known) >= 60
    makers = {value for one in pack.fingerprints for facet, value, _ in one.says if facet.value in {"brand", "maker"}}
    assert len(makers & known) >= 60
