"""Equipment that is no video surveillance, unseen texts included: never called so, and told where it says itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.datapack import load

DATA = Path(__file__).resolve().parents[2] / "data"
NAMED = frozenset(("hikvision", "dahua", "uniview", "tiandy", "hytera", "hisilicon", "ezviz"))


@pytest.fixture(scope="module")
def ask():
    identifier = Identifier(load(DATA))

    def identify(probe: str, raw: str) -> dict:
        (answer,) = identify_lines(
            [json.dumps({"id": "x", "probe": probe, "raw": raw}).encode()], grouped=False, identifier=identifier
        )
        return answer

    return identify


def snmp(description: str) -> str:
    return f'.1.3.6.1.2.1.1.1.0 = STRING: "{description}"'


def page(title: str, server: str = "nginx") -> str:
    return f"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/html\r\n\r\n<title>{title}</title>"


def ssdp(server: str) -> str:
    return f"HTTP/1.1 200 OK\r\nSERVER: {server}\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n"


def upnp(manufacturer: str, model: str, description: str = "") -> str:
    return (
        '<root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
        "<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType>"
        f"<manufacturer>{manufacturer}</manufacturer><modelDescription>{description}</modelDescription>"
        f"<modelName>{model}</modelName></device></root>"
    )


OTHER = [
    *(("snmp", snmp(text)) for text in (
        "Canon iR-ADV C5535 /P", "EPSON WF-C5790 Series", "KONICA MINOLTA bizhub C258", "TOSHIBA e-STUDIO3005AC",
        "Yealink SIP-T46S", "Grandstream HT802 1.0.17.5", "TP-LINK JetStream 24-Port Gigabit L2 Managed Switch",
        "D-Link DGS-1210-28", "Milesight UR32 Industrial Router", "AXIS C1310-E Network Horn Speaker",
        "; AXIS A9188; Network I/O Relay Module; 1.2;", "Panasonic PT-RZ570 projector", "Honeywell XL Web controller",
        "Polycom RealPresence Group 500 video conferencing", "TiVo set-top box HD DVR", "VIVOTEK AW-GEV-104A PoE switch",
        "HUAWEI AR1220 Huawei Versatile Routing Platform Software VRP", "ZXHN F660 GPON ONT", "Dell PowerConnect 5548",
    )),
    *(("http", page(text)) for text in (
        "FRITZ!Box 7590", "Login - TP-Link Archer AX50", "Yealink T46S Phone", "Grandstream Device Configuration",
        "Home Assistant", "Tasmota", "UniFi Network", "pfSense - Login", "Synology DiskStation", "HP LaserJet MFP M428fdw",
    )),
    *(("upnp-description", upnp(*pair)) for pair in (
        ("Panasonic", "VIERA TX-L42ET50"), ("Samsung Electronics", "UE40D6500"), ("LG Electronics", "OLED55C1"),
        ("TP-Link", "HS110"), ("D-Link", "DIR-868L"), ("Humax", "iCord DVR", "TV recorder DVR"), ("Bose Corporation", "S10"),
        ("Axis", "AXIS A9188 Network I/O Relay Module"), ("Ubiquiti Networks", "UniFi Dream Machine"), ("Roku", "Roku 3"),
    )),
    *(("ssdp", ssdp(text)) for text in (
        "Linux/3.10 UPnP/1.0 DLNADOC/1.50", "KnOS/3.2 UPnP/1.0 DMP/3.5", "WebOS/4.1.0 UPnP/1.0",
        "Roku UPnP/1.0 MiniUPnPd/1.4", "Huawei/1.0 UPnP/1.0 HG8245",
    )),
    ("ftp", "220 HP FTP Print Server V.4.5"), ("ftp", "220 AXIS A9188 Network I/O Relay Module 1.2 ready."),
    ("telnet", "dreambox login: "), ("dhcp", "hostname=TiVo-7460"), ("dhcp", "hostname=HS110"),
    ("dhcp", "vendor-class=AXIS,Network Speaker,C1310-E,10.12"),
    ("sip", "SIP/2.0 200 OK\r\nUser-Agent: Grandstream HT802 1.0\r\n\r\n"),
    ("inventory-text", "Cisco Catalyst 2960 switch"), ("inventory-text", "Panasonic TX-L42ET50 television"),
    ("inventory-text", "TiVo DVR in the lounge"), ("inventory-text", "Imprimante HP LaserJet 4250, bureau 12"),
    ("inventory-text", "TP-Link HS110 smart plug"), ("inventory-text", "Commutateur PoE 24 ports"),
]  # fmt: skip


@pytest.mark.parametrize(("probe", "raw"), OTHER)
def test_equipment_that_says_what_it_is(ask, probe, raw):
    answer = ask(probe, raw)
    assert answer["is_surveillance"] is False
    assert answer["device_class"] in {"other", None}


UNKNOWN = [
    *(("http", page(text)) for text in (
        "Hikvision banned in Canada: what it means for cameras", "Hikvision cameras - buy online | Shop",
        "IP Camera reviews 2025", "How to choose an NVR", "Best IP cameras | blog", "Dahua firmware download - forum",
        "Government orders Hikvision to close - news", "Web Configurator", "Index of /",
    )),
    ("http", "HTTP/1.1 401 Unauthorized\r\nServer: GoAhead-Webs\r\n\r\n<title>Access Error: 401 -- Unauthorized</title>"),
    ("http", "HTTP/1.1 200 OK\r\nX-User-Agent: redsonic\r\n\r\n"),
    ("ssdp", ssdp("Linux/9 UPnP/1.0 Cling/2.0")), ("telnet", "DVR login: "), ("telnet", "BusyBox v1.20 built-in shell"),
    ("tls-cert", "subject=CN = www.example.org, O = Axis Communications AB"),
    ("mac", "02:19:b6:00:00:01"), ("dhcp", "vendor-class=udhcp 1.20.2\nhostname=box"),
    ("inventory-text", "no camera in this room"), ("inventory-text", "camera mount and power supply"),
]  # fmt: skip


@pytest.mark.parametrize(("probe", "raw"), UNKNOWN)
def test_texts_that_prove_nothing(ask, probe, raw):
    answer = ask(probe, raw)
    assert answer["is_surveillance"] is not True
    assert answer["maker"] not in NAMED
    assert answer["brand"] is None
