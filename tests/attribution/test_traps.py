"""Every trap of the fact sheets by name, as whole answers to minimal texts of our own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.datapack import load
from glasshouse.model.party import Lineage
from glasshouse.model.provenance import Basis, Reference, Source
from glasshouse.model.strength import Strength
from glasshouse.model.time import DateRange

DATA = Path(__file__).resolve().parents[2] / "data"
NAMED = frozenset(
    ("hikvision", "dahua", "uniview", "tiandy", "huawei", "zte", "hytera", "hisilicon", "xiongmai", "tvt")
)
IDENTIFIER = Identifier(load(DATA))


def ask(*replies: tuple[str, str | dict[str, str]]) -> dict:
    rows = [
        {
            "id": f"o{at}",
            "device": "d",
            "probe": probe,
            **({"fields": said} if isinstance(said, dict) else {"raw": said}),
        }
        for at, (probe, said) in enumerate(replies)
    ]
    (answer,) = identify_lines([json.dumps(row).encode() for row in rows], grouped=False, identifier=IDENTIFIER)
    return answer


def rtsp(*lines: str, status: str = "200 OK", body: str = "") -> tuple[str, str]:
    return "rtsp", "\r\n".join((f"RTSP/1.0 {status}", "CSeq: 1", *lines, "", body))


def page(title: str, body: str = "", *headers: str) -> tuple[str, str]:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return "http", "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", text))


def onvif(maker: str, model: str, firmware: str = "1.0", serial: str = "A1", hardware: str = "1.0") -> tuple[str, str]:
    values = {"Manufacturer": maker, "Model": model, "FirmwareVersion": firmware, "SerialNumber": serial}
    inside = "".join(f"<t:{name}>{value}</t:{name}>" for name, value in (*values.items(), ("HardwareId", hardware)))
    space = 'xmlns:t="http://www.onvif.org/ver10/device/wsdl"'
    body = f"<t:GetDeviceInformationResponse {space}>{inside}</t:GetDeviceInformationResponse>"
    return (
        "onvif-device-info",
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{body}</s:Body></s:Envelope>',
    )


def row(**values: str) -> tuple[str, dict[str, str]]:
    return "inventory-text", values


# --- forms that prove nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("realm", "maker"),
    [("4419b6000001", "hikvision"), ("48ea63000001", "uniview"), ("00408c000001", "axis"), ("ffeeddccbbaa", None)],
)
def test_a_realm_that_is_a_bare_mac_tells_its_prefix_alone(realm, maker):
    answer = ask(rtsp(f'WWW-Authenticate: Digest realm="{realm}", nonce="1"', status="401 Unauthorized"))
    assert answer["maker"] == maker


@pytest.mark.parametrize(
    "server", ["Rtsp Server/2.0", "Rtsp Server 1280*720*25*1024", "RTSP Server", "GStreamer RTSP server"]
)
def test_a_server_name_of_many_names_no_listed_maker(server):
    assert ask(rtsp(f"Server: {server}"))["maker"] not in NAMED


def test_rtsp_server_3_alone_only_indicates():
    answer = ask(rtsp("Server: Rtsp Server/3.0"))
    assert (answer["maker"], answer["strength"]["maker"]) == ("dahua", "indicative")


def test_an_enterprise_number_used_by_others_names_nobody():
    answer = ask(
        ("snmp", '.1.3.6.1.2.1.1.1.0 = STRING: "time server"\n.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.39165.1.6')
    )
    assert answer["maker"] is None
    assert answer["is_surveillance"] is not True


@pytest.mark.parametrize(
    "reply",
    [
        rtsp("Server: Hisilicon Streaming Media Server/1.0.0(Jan 1 2016)"),
        rtsp("Server: HiIpcam/V100R003 VodServer/1.0.0"),
        rtsp("Server: Hipcam RealServer/V1.0"),
        rtsp('WWW-Authenticate: Digest realm="HipcamRealServer", nonce="1"', status="401 Unauthorized"),
        page("IPC", '<script src="/cgi-bin/hi3510/param.cgi"></script>'),
        onvif("Hisilicon", "Hi3516"),
    ],
    ids=["streaming", "hiipcam", "hipcam", "realm", "cgi", "onvif"],
)
def test_strings_of_the_chip_makers_software_name_the_chip_alone(reply):
    answer = ask(reply)
    assert answer["maker"] is None
    assert answer["chipset_maker"] == "hisilicon"


def test_a_benign_camera_with_a_hisilicon_banner_stays_benign():
    answer = ask(onvif("Foscam", "FI9821P"), rtsp("Server: Hisilicon Streaming Media Server/1.0.0(Jan 1 2016)"))
    assert (answer["brand"], answer["maker"]) == ("foscam", "foscam")
    assert answer["chipset_maker"] == "hisilicon"


@pytest.mark.parametrize("word", ["ONVIF", "H264", "NONE", "IPC", "IPCAM", "General", "", "Network Camera"])
def test_a_manufacturer_that_is_a_class_word_is_no_brand(word):
    answer = ask(onvif(word, "IP-Camera"))
    assert answer["brand"] is None
    assert answer["maker"] == ("xiongmai" if word == "H264" else None)


@pytest.mark.parametrize("mac", ["84:8a:59:00:00:01", "f0:b0:40:00:00:01"])
def test_a_prefix_of_a_chip_or_phone_maker_calls_nothing_a_camera(mac):
    assert ask(("mac", mac))["is_surveillance"] is not True


@pytest.mark.parametrize("mac", ["46:19:b6:00:00:01", "02:00:00:00:00:01", "92:02:a9:00:00:01"])
def test_a_locally_administered_address_has_no_registrant(mac):
    answer = ask(("mac", mac))
    assert (answer["maker"], answer["brand"]) == (None, None)


@pytest.mark.parametrize("number", ["999357577", "-1466785234", "1653394551"])
def test_a_shared_picture_of_the_tab_names_nobody(number):
    answer = ask(("other", json.dumps({"favicon": {"mmh3": number}, "port": 80})))
    assert answer["maker"] not in NAMED


@pytest.mark.parametrize(
    "text",
    [
        "Canada orders Hikvision to close: what the ban means",
        "FCC bans new Dahua and Hikvision equipment",
        "How to replace your Hikvision cameras before the deadline",
        "Section 889 explained: Huawei, ZTE, Hytera, Hikvision and Dahua",
    ],
)
def test_a_page_about_the_ban_is_no_device(text):
    answer = ask(page(text, f"<h1>{text}</h1><p>{text}.</p>", "Server: nginx"))
    assert answer["maker"] not in NAMED
    assert answer["is_surveillance"] is not True


def test_the_error_page_of_goahead_names_nobody():
    answer = ask(
        (
            "http",
            "HTTP/1.1 401 Unauthorized\r\nServer: GoAhead-Webs\r\n\r\n<html><head><title>Document Error: Unauthorized</title></head><body><h2>Access Error: 401 -- Unauthorized</h2></body></html>",
        )
    )
    assert answer["maker"] is None


@pytest.mark.parametrize(
    "server", ["Boa/0.94.13", "uc-httpd 1.0.0", "webserver", "Webs", "mini_httpd/1.19", "lighttpd", "thttpd"]
)
def test_small_web_servers_name_nobody_firmly(server):
    answer = ask(("http", f"HTTP/1.1 200 OK\r\nServer: {server}\r\n\r\n"))
    assert answer["maker"] is None or answer["strength"]["maker"] == "indicative"


def test_a_library_of_many_names_nobody():
    ssdp = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nX-User-Agent: redsonic\r\nSERVER: Linux/3.4, UPnP/1.0, Portable SDK for UPnP devices/1.6.18\r\n\r\n"
    answer = ask(("ssdp", ssdp))
    assert answer["maker"] is None
    assert answer["is_surveillance"] is not True


def test_name_spaces_that_others_declare_too_prove_nothing():
    body = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tnshik="http://www.hikvision.com/2011/event/topics" xmlns:hikwsd="http://www.onvifext.com/onvif/ext/ver10/wsdl"><s:Body/></s:Envelope>'
    assert ask(("onvif-device-info", body))["maker"] is None


def test_a_media_header_that_others_copy_names_nobody():
    body = "v=0\r\no=- 1 1 IN IP4 192.0.2.5\r\ns=RTSP Session\r\na=Media_header:MEDIAINFO=494D4B48010100000400010000000000;\r\na=appversion:1.0\r\n"
    assert ask(rtsp("Content-Type: application/sdp", body=body))["maker"] not in NAMED


@pytest.mark.parametrize("text", ["Login to router", "Login to Admin", "Login to the web console", "Login to continue"])
def test_a_realm_that_only_begins_like_dahuas(text):
    answer = ask(("http", f'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="{text}"\r\n\r\n'))
    assert answer["maker"] is None


@pytest.mark.parametrize("place", ["/doc/index.html", "/docs/index.html", "/index.asp", "/web/index.html"])
def test_a_folder_of_documents_is_no_hikvision(place):
    answer = ask(("http", f"HTTP/1.1 302 Found\r\nLocation: {place}\r\n\r\n"))
    assert answer["maker"] is None


# --- models that fit several grammars -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", ["IPC-B140H-M", "IPC-T240H", "IPC-T23S-A40-V2", "IPC-D120", "IPC-B124-PF28", "IPC-610"]
)
def test_an_ipc_name_that_fits_three_makers_names_none(model):
    assert ask(row(model=model))["maker"] is None


@pytest.mark.parametrize(
    ("brand", "maker"),
    [("HiLook", "hikvision"), ("Dahua", "dahua"), ("Uniview", "uniview"), ("Imou", "dahua"), ("ABUS", None)],
)
def test_the_brand_beside_it_decides(brand, maker):
    assert ask(row(manufacturer=brand, model="IPC-B140"))["maker"] == maker


@pytest.mark.parametrize(
    "model", ["SD-1000", "DS-1", "NVR-100", "IP-500", "TC-10", "HM-100", "C200", "PD785", "MF286R"]
)
def test_short_names_of_anything_name_no_listed_maker(model):
    answer = ask(row(model=model))
    assert answer["maker"] not in NAMED
    assert answer["is_surveillance"] is not True


# --- rebrands without any maker's name ------------------------------------------------------------------------------


@pytest.mark.parametrize("space", ["http://www.isapi.org/ver20/XMLSchema", "http://www.std-cgi.com/ver20/XMLSchema"])
def test_a_neutral_interface_is_told_without_the_name(space):
    answer = ask(("isapi", f'<ResponseStatus xmlns="{space}"><statusCode>4</statusCode></ResponseStatus>'))
    assert (answer["maker"], answer["strength"]["maker"], answer["brand"]) == ("hikvision", "supporting", None)


def test_a_serial_number_betrays_the_maker_of_a_rebrand():
    answer = ask(onvif("LTS", "CMIP3142W-28M", "V5.5.84 build 200409", "CMIP3142W-28M20210401AAWRF12345678"))
    assert (answer["brand"], answer["maker"], answer["made_on"]) == ("lts", "hikvision", "2021-04-01")
    assert answer["firmware_built_on"] == "2020-04-09"


def test_letters_in_the_version_name_the_brand_of_a_dahua_build():
    answer = ask(("dahua-cgi", "version=2.820.00AC001.0.R,build:2023-01-13"))
    assert (answer["brand"], answer["maker"], answer["firmware_origin"]) == ("amcrest", "dahua", "dahua")


def test_equipment_of_a_listed_maker_that_is_no_camera_is_a_finding_of_the_maker():
    for text, maker in (
        ("Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170", "huawei"),
        ("ZXR10 ROS Version V4.8, Copyright (c) by ZTE Corporation", "zte"),
    ):
        answer = ask(("snmp", f'.1.3.6.1.2.1.1.1.0 = STRING: "{text}"'))
        assert (answer["maker"], answer["is_surveillance"]) == (maker, False)


# --- two sides ------------------------------------------------------------------------------------------------------

FLASHED = [
    # sold as, what its program answers, the two makers
    (row(manufacturer="Hikvision", model="DS-2CD2143G2-I"), ("dahua-cgi", "version=2.800.0000016.0.R,build:2020-06-05\nvendor=General\n"), {"hikvision", "dahua"}),
    (row(manufacturer="Dahua", model="IPC-HFW2431S-S-S2"), ("isapi", '<DeviceInfo xmlns="http://www.hikvision.com/ver20/XMLSchema"><firmwareVersion>V5.5.82</firmwareVersion></DeviceInfo>'), {"dahua", "hikvision"}),
    (row(manufacturer="Uniview", model="IPC322LB-SF28-A"), ("dahua-cgi", "vendor=General\nversion=2.800.0000016.0.R"), {"uniview", "dahua"}),
    (row(manufacturer="Axis", model="AXIS P3245-V"), ("isapi", '<DeviceInfo xmlns="http://www.hikvision.com/ver20/XMLSchema"><firmwareVersion>V5.5.82</firmwareVersion></DeviceInfo>'), {"axis", "hikvision"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "program", "sides"), FLASHED, ids=["hik-dahua", "dahua-hik", "uniview-dahua", "axis-hik"]
)
def test_a_cross_flashed_unit_shows_both_sides(label, program, sides):
    for replies in ((label, program), (program, label)):
        answer = ask(*replies)
        found = {one["facet"]: set(one["values"]) for one in answer["contradictions"]}
        assert found["firmware_origin"] == sides
        assert found["maker"] == sides


# --- sellers of several makers, by series and year --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brand", "model", "maker"),
    [
        ("Annke", "I91BM", "hikvision"),
        ("Annke", "W300", None),
        ("Honeywell", "HBD2PER1", None),
        ("Honeywell", "HRGX162", "hikvision"),
        ("Honeywell", "HC30W45R3", None),
        ("Swann", "DVR4-1200", "raysharp"),
        ("Swann", "SWNHD-887MSB", None),
        ("Swann", "Wi-Fi 1", None),
        ("Lorex", "LNB4321B", "dahua"),
        ("TRENDnet", "TV-IP310PI", "hikvision"),
        ("TRENDnet", "TV-IP1314PI", None),
    ],
)
def test_the_series_tells_the_maker_of_a_mixed_seller(brand, model, maker):
    answer = ask(row(manufacturer=brand, model=model))
    assert answer["maker"] == maker
    if maker is not None:
        assert answer["strength"]["maker"] == "indicative"


def line(maker: str | None, pattern: str | None, start: int | None = None, end: int | None = None) -> Lineage:
    when = DateRange(date(start, 1, 1) if start else None, date(end, 1, 1) if end else None)
    return Lineage("label", maker, pattern, when, Strength.SUPPORTING, Source(Reference("t"), Basis.SOURCED))


def test_the_year_of_making_tells_which_row_holds():
    known = Knowledge([line("early", "^X-", end=2016), line("late", "^X-", start=2016), line(None, None)], ())
    assert maker_of("label", "X-1", known) is None
    assert maker_of("label", "X-1", known, date(2015, 12, 31))[0] == "early"
    assert maker_of("label", "X-1", known, date(2016, 1, 1))[0] == "late"


def test_a_series_says_nothing_of_a_unit_made_in_other_years():
    known = IDENTIFIER.knowledge
    assert maker_of("honeywell", "HRGX162", known, date(2020, 5, 1))[0] == "hikvision"
    assert maker_of("honeywell", "HRGX162", known, date(2024, 5, 1)) is None
    assert maker_of("trendnet", "TV-IP310PI", known, date(2016, 5, 1))[0] == "hikvision"
    assert maker_of("trendnet", "TV-IP310PI", known, date(2023, 5, 1)) is None
