"""What else stands in a building: equipment that is no camera, units that contradict themselves, and hostile peers."""

from __future__ import annotations

from glasshouse.lab.device import Device, Service
from glasshouse.lab.parts import HIKVISION, scopes, web

__all__ = ["DEVICES"]

_RTSP = Service("rtsp", 554)
_WSD = Service("ws-discovery", 3702, "udp")
_SSDP = Service("ssdp", 1900, "udp")

_ARTICLE = """<h1>Which cameras may stay?</h1>
<p>Hikvision and Dahua equipment may no longer be bought for federal buildings. Hikvision disagrees; Dahua disagrees.</p>
<p>Lists of Hikvision and Dahua resellers circulate: Hikvision is sold as HiLook, Annke and LTS, Dahua as Amcrest and
Lorex. A DS-2CD2032-I is a Hikvision; an IPC-HFW3441E-AS is a Dahua. Ask before you replace a Hikvision by a Dahua.</p>
<p>Hikvision, Dahua, Hytera, Huawei and ZTE are named in section 889. This page is about them and is none of them.</p>"""


def _other(
    name: str,
    host: str,
    kind: str,
    services: tuple[Service, ...],
    claims: dict[str, str],
    *,
    maker: str | None = None,
    mac: str | None = None,
    model: str | None = None,
    serial: str | None = None,
    note: str = "",
) -> Device:
    return Device(
        name, host, kind, maker, maker, False, None, services, model, serial, mac, None, None, tuple(claims.items()),
        note=note,
    )  # fmt: skip


OTHER_EQUIPMENT = (
    _other(
        "copy-room-printer", "6.11", "printer", (web("plain"), _WSD),
        {
            "server": "HP HTTP Server; LaserJet M404dn", "title": "HP LaserJet M404dn", "text": "<p>Device status: ready</p>",
            "wsd.types": "wsdp:Device wprt:PrintDeviceType", "wsd.path": "/wsd", "scopes": "",
        },
        maker="hp", mac="3c:d9:2b:60:11:11", model="LaserJet M404dn", serial="PHBQC06111",
    ),
    _other(
        "backup-nas", "6.21", "network-storage", (web("upnp", "plain"), _SSDP),
        {
            "server": "nginx", "title": "DiskStation - Synology", "upnp.manufacturer": "Synology",
            "upnp.modelName": "DS920+", "upnp.friendlyName": "DiskStation (DS920+)", "upnp.serialNumber": "2060SBR621",
            "upnp.server": "Synology/DSM/upnp",
        },
        maker="synology", mac="00:11:32:a4:62:21", model="DS920+", serial="2060SBR621",
        note="A model name that begins with DS and is no camera; a vendor with a surveillance application.",
    ),
    _other(
        "guest-router", "6.31", "router", (web("upnp", "plain"), _SSDP),
        {
            "server": "Webs", "title": "Wireless Router", "upnp.manufacturer": "Realtek", "upnp.modelName": "RTL8xxx",
            "upnp.deviceType": "urn:schemas-upnp-org:device:InternetGatewayDevice:1", "scripts": "/js/login.js",
        },
        mac="c8:3a:35:40:63:31", note="The header is one that camera firmware shows too.",
    ),
    _other(
        "uplink-huawei", "6.32", "router", (web("upnp", "plain"), _SSDP),
        {
            "title": "EchoLife HG8245H", "upnp.manufacturer": "Huawei Technologies Co., Ltd.",
            "upnp.modelName": "HG8245H", "upnp.deviceType": "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
        },
        maker="huawei", mac="fc:e3:3c:10:63:32", model="HG8245H",
        note="No camera, but its maker is one that rules name.",
    ),
    _other(
        "news-server", "6.41", "web-page", (web("plain"),),
        {"server": "nginx", "title": "Hikvision and Dahua: which cameras may stay?", "text": _ARTICLE},
        note="Names both makers many times and is neither.",
    ),
    _other(
        "signage-rtsp", "6.51", "rtsp-server", (_RTSP,),
        {
            "rtsp.server": "GStreamer RTSP server",
            "rtsp.sdp": "v=0\r\no=- 51 1 IN IP4 127.0.0.1\r\ns=Session streamed with GStreamer\r\nt=0 0\r\n"
            "a=tool:GStreamer\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
        },
        note="Streams video and is a computer.",
    ),
    _other(
        "reception-pc", "6.61", "desktop-computer", (web("plain", port=5357), _WSD),
        {
            "server": "Microsoft-HTTPAPI/2.0", "wsd.types": "wsdp:Device pub:Computer", "wsd.path": "/wsd",
            "onvif.port": "5357", "scopes": "",
        },
        mac="00:15:5d:61:06:61",
    ),
    _other(
        "meeting-tv", "6.71", "television", (web("upnp", port=8008), _SSDP),
        {
            "upnp.manufacturer": "Samsung Electronics", "upnp.modelName": "UE55AU7172", "upnp.friendlyName": "[TV] Meeting 7",
            "upnp.deviceType": "urn:dial-multiscreen-org:device:dialreceiver:1", "upnp.port": "8008",
            "upnp.server": "SHP, UPnP/1.0, Samsung UPnP SDK/1.0",
        },
        maker="samsung", mac="8c:79:f5:07:06:71", model="UE55AU7172",
    ),
)  # fmt: skip

CONTRADICTORY = (
    Device(
        "bridge-crossflashed", "7.11", "cross-flashed", "amcrest", "dahua", True, "camera",
        (web("onvif", "dahua"), _RTSP, Service("dhip", 37810, "udp"), _WSD), "IP8M-T2599EW", "AMC0609F1D22B70711",
        "9c:8e:cd:55:07:11", "V2.800.00LR001.0.R.220318", "dahua",
        tuple({
            "vendor": "Lorex", "realm": "Login to Amcrest", "title": "Amcrest Technologies", "dhip.type": "E893AB",
            "scopes": scopes("Amcrest", "IP8M-T2599EW"), "onvif.manufacturer": "Amcrest",
            "rtsp.server": "Dahua Rtsp Server",
        }.items()),
        contradicts=("brand",),
        note="One brand's box with another brand's firmware: both built by one maker.",
    ),
    Device(
        "gatehouse-forward", "7.21", "port-forward", None, None, True, None,
        (web("dahua"), _RTSP, Service("sadp", 37020, "udp"), Service("sdk-8000", 8000)), "DS-2CD2043G0-I",
        "DS-2CD2043G0-I20190114AAWRC87230721", "bc:ad:28:31:07:21", "V5.6.3 build 190923", None,
        tuple({
            "realm": "Login to 3E0F1A2PAJ50D21", "rtsp.server": "Dahua Rtsp Server", "rtsp.realm": "Login to 3E0F1A2PAJ50D21",
        }.items()),
        contradicts=("maker", "serial"),
        note="Two units behind one address: web and stream of a Dahua camera, finder of a Hikvision camera.",
    ),
    Device(
        "tower-decoy", "7.31", "decoy", None, None, None, None, (web("upnp", "plain"), _SSDP, _RTSP), "DS-2CD2032-I",
        None, None, None, None,
        tuple({
            "server": "App-webs/", "title": "WEB SERVICE", "scripts": "/jsCore/rpcCore.js", "rtsp.server": "Hipcam RealServer/V1.0",
            "upnp.manufacturer": "Hikvision", "upnp.modelName": "DS-2CD2032-I", "upnp.friendlyName": "IPC-HFW1230",
            "realm": "Login to 1A2B3C4D5E6F7A8B",
        }.items()),
        contradicts=("maker",),
        note="Shows pieces of several makers at once, as honeypots do.",
    ),
)  # fmt: skip

_LONG = "DS-" + "9" * 5_000
_MODEL = "\"><script>alert(1)</script>\x1b[2J\x1b[31m=cmd|'/c calc'!A1\u202egpj.erawmrif"

HOSTILE = (
    Device(
        "mute-host", "9.11", "hostile-silent", None, None, None, None,
        (Service("silent", 80), Service("silent", 443), Service("silent", 554), Service("silent", 8000)),
        hostile=True, note="Accepts every connection and never answers.",
    ),
    Device(
        "endless-host", "9.12", "hostile-endless", None, None, None, None,
        (Service("endless-headers", 80), Service("endless-headers", 554), Service("endless-body", 8080)),
        hostile=True, note="Headers without end, slowly; a body without end, fast.",
    ),
    Device(
        "stray-host", "9.13", "hostile-redirect", None, None, None, None,
        (web("redirect"), _WSD, _SSDP),
        claims=tuple({
            "server": "webs", "wsd.elsewhere": "yes", "upnp.elsewhere": "yes",
            "scopes": scopes("Camera", "Elsewhere"),
        }.items()),
        hostile=True, note="Every reply leads outside the scope.",
    ),
    Device(
        "poison-host", "9.14", "hostile-text", None, "hikvision", True, "camera",
        HIKVISION, _MODEL, f"=2+5+{_LONG}", "a4:d5:c2:00:09:14", "V5.6.0 build 190101\x1b[0m", "hikvision",
        claims=tuple({
            "server": "webs\x1b]0;owned\x07", "realm": "<img src=x onerror=alert(1)>", "title": _MODEL,
            "sadp.oem": "@SUM(1+1)*cmd|' /C calc'!A0\x00tail", "scopes": "onvif://www.onvif.org/name/%22%3E%3Cscript%3E",
            "rtsp.server": '=HYPERLINK("#")\x1b[5m', "rtsp.realm": "\u202etxt.evil",
        }.items()),
        hostile=True, note="Markup, terminal escapes, formulas, a direction override, NUL, 5,000 characters.",
    ),
)  # fmt: skip

DEVICES: tuple[Device, ...] = OTHER_EQUIPMENT + CONTRADICTORY + HOSTILE
