"""Emulated units made by Hikvision: under its own name, under others' names, and under none.

Serial: model, production date, two platform letters, region, nine characters (LINEAGE, section 3). MAC prefixes are
registered to the makers named.
"""

from __future__ import annotations

from glasshouse.lab.device import Device
from glasshouse.lab.parts import NEUTRAL, hikvision, web

__all__ = ["DEVICES"]

_OLD = {"server": "App-webs/", "rtsp_basic": "/"}
_NEW = {"server": "webs", "web": "new"}
_OEM = {"server": "webserver", "web": "new", "namespace": NEUTRAL, "sadp_oem": "N/A"}
_HTTPS = (web("onvif", "hikvision", port=443, tls=True),)

OWN_BRAND = (
    hikvision(
        "gate-cam", "1.11", "hikvision-camera-old", model="DS-2CD2032-I", serial="DS-2CD2032-I20150312CCWR508127731",
        mac="c0:56:e3:41:0b:11", firmware="V5.2.5 build 141201", realm="IP Camera(C7731)", sadp_type="38930",
        sadp_vintage="old", sadp_dsp="V5.0, build 140714",
        copyright="© Hikvision Digital Technology Co., Ltd. All Rights Reserved.", common=_OLD,
        note="Says its maker in plain words: page, ONVIF name, serial, MAC.",
    ),
    hikvision(
        "lobby-cam", "1.12", "hikvision-camera", model="DS-2CD2143G2-I", serial="DS-2CD2143G2-I20220418AAWRK12340912",
        mac="bc:9b:5e:20:7a:12", firmware="V5.7.3 build 220112", realm="8f3c2a91d0b47e65c1a20f9e", extra=_HTTPS,
        tls_cn="8f3c2a91d0b4", tls_o="Embedded", tls_c="CN", common=_NEW,
        note="Newer, neutral web server; the ISAPI namespace and SADP still say whose firmware it is.",
    ),
    hikvision(
        "spare-cam", "1.13", "hikvision-camera-not-activated", model="DS-2CD2146G2-ISU",
        serial="DS-2CD2146G2-ISU20230905AAWRAB1237713", mac="e0:ca:3c:11:5d:13", firmware="V5.7.12 build 230608",
        realm="1d77b0a2934ce58f6a0b12d3", activated="false", common=_NEW,
        note="Not activated: no administrator password exists yet.",
    ),
    hikvision(
        "yard-cam", "1.14", "hikvision-camera", model="DS-2CD2046G2-IU/SL",
        serial="DS-2CD2046G2-IU/SL20200716AAWRE66210914", mac="98:df:82:3a:44:14", firmware="V5.5.82 build 190910",
        realm="IP Camera(E6914)", common=_OLD,
        note="Firmware built before the fix of CVE-2021-36260.",
    ),
    hikvision(
        "parking-ptz", "1.15", "hikvision-camera", model="DS-2DE4425IW-DE",
        serial="DS-2DE4425IW-DE20210611AAWRF61180115", mac="54:c4:15:9c:20:15", firmware="V5.6.18 build 210428",
        realm="b5e0914fa2c7d36810ce55aa", common=_NEW,
    ),
    hikvision(
        "basement-nvr", "1.21", "hikvision-recorder", model="DS-7608NI-I2/8P",
        serial="DS-7608NI-I2/8P0820190722CCRRD41230121WCVU", mac="4c:bd:8f:55:02:21", firmware="V4.61.025 build 220905",
        device_class="recorder", realm="DVRNVRDVS", digital="8", disks="2", sadp_type="74210", server="DNVRS-Webs",
        rtsp_realm="Hikvision", rtsp_basic="/", extra=_HTTPS, tls_cn="www.hikvision.com", tls_ou="DVRNVR",
        tls_o="HIKVISION", tls_l="HangZhou", tls_st="ZheJiang", tls_c="CN", onvif_port="80",
        note="Eight digital channels: capacity, not a list of cameras.",
    ),
)  # fmt: skip

REBRANDED = (
    hikvision(
        "corridor-hilook", "1.31", "rebranded-hikvision", model="IPC-B140H-M", brand="hilook", label="HiLook",
        serial="IPC-B140H-M20210315AAWRF40912031", mac="24:28:fd:0a:91:31", firmware="V5.5.84 build 201202",
        realm="3ab90c17d2f8465e9071aabb", common=_OEM,
        note="The model name also fits other makers' grammars; serial, SADP and MAC decide.",
    ),
    hikvision(
        "dock-annke", "1.32", "rebranded-hikvision", model="C800", brand="annke", label="ANNKE",
        serial="C80020201105AAWRF02233032", mac="f8:4d:fc:61:18:32", firmware="V5.5.102 build 201014",
        realm="774c01de93ab528f0c6612e9", common=_OEM,
    ),
    hikvision(
        "stairs-lts", "1.33", "rebranded-hikvision", model="CMIP3342WI-28SDL", brand="lts", label="LTS",
        serial="CMIP3342WI-28SDL20190827AAWRD55120933", mac="14:2f:fd:08:33:33", firmware="V5.6.2 build 190701",
        realm="c90f12ab34de56780a1b2c3d", common=_OEM,
        note="The brand has a MAC prefix of its own: absence of the maker's prefix clears nothing.",
    ),
    hikvision(
        "roof-truvision", "1.34", "rebranded-hikvision", model="TVB-5401", brand="truvision", label="TruVision",
        serial="TVB-540120180615AAWRC24410034", mac="a4:14:37:77:0c:34", firmware="V5.5.0 build 180328",
        realm="IP Camera(C0034)", namespace=NEUTRAL, common=_OLD,
    ),
    hikvision(
        "office-safire", "1.35", "rebranded-hikvision", model="SF-IPDM820WH-4", brand="safire", label="Safire",
        serial="SF-IPDM820WH-420190506AAWRD20078135", mac="58:03:fb:2b:61:35", firmware="V5.5.53 build 180716",
        realm="02dd7fa1c8b4360e95aa10f4", common=_OEM,
    ),
    hikvision(
        "server-room-oem", "1.36", "unbranded-hikvision", model="IPCAM-4M-D", brand=None, label="ONVIF",
        serial="IPCAM-4M-D20200910AAWRE90017736", mac="68:6d:bc:40:19:36", firmware="V5.6.5 build 200316",
        realm="5599aa02b7c81d3e4f607182", common=_OEM,
        note="No brand anywhere; the serial keeps the maker's form.",
    ),
    hikvision(
        "archive-annke-nvr", "1.37", "rebranded-hikvision-recorder", model="N46PCK", brand="annke", label="ANNKE",
        device_class="recorder", digital="16", disks="1", serial="N46PCK1620210920CCRRG30125537WCVU",
        mac="ec:c8:9c:13:90:37", firmware="V4.32.115 build 210918", realm="DVRNVRDVS", common=_OEM,
    ),
)  # fmt: skip

DEVICES: tuple[Device, ...] = OWN_BRAND + REBRANDED
