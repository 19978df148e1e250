"""Emulated units made by Dahua: under its own name, under others' names, and under its neutral labels.

Firmware: the third group carries a two-letter code of the brand it was built for (LINEAGE, section 0). Serial:
fifteen characters under the maker's own name; some brands have their own form.
"""

from __future__ import annotations

from glasshouse.lab.device import Device
from glasshouse.lab.parts import dahua, web

__all__ = ["DEVICES"]

_HTTPS = (web("onvif", "dahua", port=443, tls=True),)

OWN_BRAND = (
    dahua(
        "hall-dahua", "2.11", "dahua-camera", model="IPC-HDW2431T-AS-S2", serial="6L0B3C7PAJ21F4E",
        mac="3c:ef:8c:10:44:11", firmware="2.800.0000000.13.R",
        note="The serial stands in the realm of the login.",
    ),
    dahua(
        "fence-dahua", "2.12", "dahua-camera", model="IPC-HFW3441E-AS", serial="7A04D9EPAZ31C0B",
        mac="e0:50:8b:2d:70:12", firmware="2.800.0000000.26.R", realm="Login to 0f5a8c3e1b7d4492a6e0d8c17f3b2a55",
        extra=_HTTPS, tls_cn="7A04D9EPAZ31C0B", tls_o="Dahua", tls_c="CN",
        note="Firmware older than the fix of CVE-2021-33044.",
    ),
    dahua(
        "vault-dahua-nvr", "2.21", "dahua-recorder", model="NVR4108HS-8P-4KS2", serial="4F0B7C5PAZEC21D",
        mac="9c:14:63:70:18:21", firmware="4.001.0000005.1", device_class="recorder", digital="8", init="1162",
    ),
)  # fmt: skip

REBRANDED = (
    dahua(
        "cafeteria-amcrest", "2.31", "rebranded-dahua", model="IP5M-T1179EW-28MM", brand="amcrest", label="Amcrest",
        serial="AMC0588A7E21C4F031", mac="9c:8e:cd:31:0a:31", firmware="V2.800.00AC006.0.R.210429",
        realm="Login to Amcrest", title="Amcrest Technologies",
    ),
    dahua(
        "garage-lorex-nvr", "2.32", "rebranded-dahua-recorder", model="N841A8", brand="lorex", label="Lorex",
        serial="ND021907013232", mac="00:1f:54:6a:21:32", firmware="4.000.00LR003.1.R", device_class="recorder",
        digital="8", title="LOREX",
    ),
    dahua(
        "kiosk-imou", "2.33", "rebranded-dahua", model="IPC-C22E-D", brand="imou", label="Imou",
        serial="8C03A1FPBV12D33", mac="1c:4d:89:50:77:33", firmware="2.680.0000000.18.R",
        realm="Login to 8C03A1FPBV12D33",
    ),
    dahua(
        "annex-intelbras", "2.34", "rebranded-dahua", model="VIP-1230-B-G2", brand="intelbras", label="IntelBras",
        serial="GGDL2704134PY", mac="24:fd:0d:11:29:34", firmware="2.800.00IB00G.0.R", title="Intelbras",
    ),
    dahua(
        "studio-empiretech", "2.35", "rebranded-dahua", model="IPC-T54IR-ZE", brand="empiretech", label="EmpireTech",
        serial="9B02C7DPAG41E35", mac="c4:aa:c4:20:11:35", firmware="2.840.0000000.7.R",
    ),
    dahua(
        "depot-private", "2.36", "unbranded-dahua", model="IPC-HDBW2431E-S", brand=None, label="Private",
        serial="5K0D1B9PAN20A36", mac="bc:32:5f:90:31:36", firmware="2.800.0000000.8.R",
        note="Private is the maker's own neutral label.",
    ),
    dahua(
        "workshop-general", "2.37", "unbranded-dahua", model="HDW1230", brand=None, label="General",
        serial="5J0A7E2PAK11B37", mac="a0:bd:1d:77:40:37", firmware="2.622.0000000.10.R", title="WEB SERVICE",
    ),
)  # fmt: skip

DEVICES: tuple[Device, ...] = OWN_BRAND + REBRANDED
