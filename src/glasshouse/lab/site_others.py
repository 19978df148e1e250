"""Emulated cameras and recorders of other makers. None of these is made by Hikvision or Dahua."""

from __future__ import annotations

from glasshouse.lab.device import Device, Service
from glasshouse.lab.parts import scopes, web

__all__ = ["DEVICES"]

_RTSP = Service("rtsp", 554)
_WSD = Service("ws-discovery", 3702, "udp")


def _axis(name: str, host: str, model: str, mac: str, firmware: str) -> Device:
    serial = mac.replace(":", "").upper()
    claims = {
        "server": "Apache", "tls.cn": f"axis-{serial.lower()}", "tls.o": "Axis Communications AB",
        "rtsp.server": "GStreamer RTSP server", "rtsp.realm": f"AXIS_WS_{serial}",
        "mdns.services": "_axis-video._tcp _rtsp._tcp _http._tcp", "mdns.host": f"axis-{serial.lower()}",
        "mdns.txt": f"macaddress={serial}", "mdns.instance": f"{model} - {serial}",
        "scopes": scopes(model, model.removeprefix("AXIS "), f"MAC/{serial}"), "onvif.manufacturer": "AXIS",
        "upnp.server": "Linux/5.15-axis9 UPnP/1.0 Portable SDK for UPnP devices/1.14",
        "upnp.manufacturer": "AXIS", "upnp.modelName": model, "upnp.friendlyName": f"{model} - {serial}",
        "upnp.modelDescription": f"{model} Network Camera", "hostname": f"axis-{serial.lower()}",
    }  # fmt: skip
    services = (
        web("onvif", "upnp", "axis"), web("onvif", "axis", port=443, tls=True), _RTSP, _WSD,
        Service("mdns", 5353, "udp"), Service("ssdp", 1900, "udp"),
    )  # fmt: skip
    return Device(
        name, host, "axis-camera", "axis", "axis", True, "camera", services, model, serial, mac, firmware, "axis",
        tuple(claims.items()),
    )  # fmt: skip


def _plain(
    name: str,
    host: str,
    kind: str,
    maker: str,
    model: str,
    *,
    serial: str | None,
    mac: str,
    firmware: str | None,
    services: tuple[Service, ...] = (),
    claims: dict[str, str],
    brand: str | None = "",
    device_class: str = "camera",
    note: str = "",
) -> Device:
    return Device(
        name, host, kind, maker if brand == "" else brand, maker, True, device_class,
        (web("onvif", "plain"), _RTSP, *services), model, serial, mac, firmware, maker, tuple(claims.items()),
        note=note,
    )  # fmt: skip


UNIVIEW = (
    Device(
        "ramp-uniview", "3.11", "uniview-camera", "uniview", "uniview", True, "camera",
        (web("onvif", "lapi", "plain"), _RTSP, _WSD), "IPC3614LE-ADF28K", "210235C3R03221000311", "48:ea:63:20:19:11",
        "IPC_D1210-B0005P30D1904", "uniview",
        tuple({
            "title": "Login", "realm": "48ea63201911", "scripts": "/js/lib/jquery.js /script/lapi.js",
            "scopes": scopes("UNIVIEW", "IPC3614LE-ADF28K", "manufacturer/Uniview"), "onvif.refusal": "fault",
            "onvif.manufacturer": "UNIVIEW",
        }.items()),
        note="The realm is a bare MAC address: its form proves nothing, its prefix does.",
    ),
    Device(
        "store-uniview-nvr", "3.21", "uniview-recorder", "uniview", "uniview", True, "recorder",
        (web("onvif", "lapi", "plain"), _RTSP, _WSD), "NVR301-08E2-P8", "210235XXX3A23100321", "6c:f1:7e:90:55:21",
        "NVR-B3222.30.60.231017", "uniview",
        tuple({
            "title": "Login", "realm": "6cf17e905521", "scripts": "/script/lapi.js", "onvif.refusal": "fault",
            "scopes": scopes("UNIVIEW", "NVR301-08E2-P8", "manufacturer/Uniview"), "onvif.manufacturer": "UNIVIEW",
        }.items()),
    ),
)  # fmt: skip

XIONGMAI = (
    _plain(
        "shop-xm-dvr", "4.11", "xiongmai-recorder", "xiongmai", "NBD8008R-PL", brand=None, device_class="recorder",
        serial="3a9c1e07b52d4f11", mac="00:12:31:7a:09:11", firmware=None,
        services=(Service("held", 34567), Service("xiongmai", 34569, "udp"), _WSD),
        claims={
            "server": "uc-httpd 1.0.0", "title": "NETSurveillance WEB", "channels": "8", "onvif.open": "yes",
            "onvif.manufacturer": "H264", "onvif.firmware": "V4.03.R11.00000117", "rtsp.server": "",
            "scopes": scopes("H264", "NBD8008R-PL"), "rtsp.realm": "surveillance",
        },
        note="Its finder tells no model; ONVIF answers without a login.",
    ),
)  # fmt: skip

BENIGN = (
    _axis("entrance-axis", "5.11", "AXIS P3245-V", "ac:cc:8e:30:51:11", "10.12.206"),
    _axis("atrium-axis", "5.12", "AXIS M3086-V", "b8:a4:4f:71:20:12", "11.8.61"),
    _plain(
        "cell-bosch", "5.21", "bosch-camera", "bosch", "FLEXIDOME IP 4000i IR", serial="044517683030521",
        mac="00:07:5f:a1:40:21", firmware="7.87.0029",
        services=(_WSD,),
        claims={
            "server": "VCS-VideoJet-Webserver", "title": "FLEXIDOME IP 4000i IR", "guarded": "/rcp.xml",
            "realm": "Use 'live' as User Name", "scopes": scopes("Bosch", "FLEXIDOME_IP_4000i_IR"),
            "onvif.manufacturer": "Bosch",
        },
    ),
    _plain(
        "court-hanwha", "5.31", "hanwha-camera", "hanwha", "XNV-6080R", serial="ZK8370GM30021YK", mac="00:09:18:6c:12:31",
        firmware="1.41.12", services=(_WSD,),
        claims={
            "title": "Hanwha Techwin", "page.realm": "iPolis_0009186C1231", "guarded": "/stw-cgi/",
            "rtsp.realm": "iPolis_0009186C1231", "realm": "iPolis_0009186C1231",
            "scopes": scopes("Hanwha XNV-6080R", "XNV-6080R"), "onvif.manufacturer": "Hanwha Techwin",
        },
    ),
    _plain(
        "lab-vivotek", "5.41", "vivotek-camera", "vivotek", "FD9389-HTV", serial="0002D18A3041", mac="00:02:d1:8a:30:41",
        firmware="FD9389-VVTK-0117a", services=(Service("vivotek", 10_000, "udp"), _WSD),
        claims={
            "server": "Vivotek Network Camera", "page.realm": "Network Camera with Pan/Tilt", "realm": "streaming_server",
            "scopes": scopes("VIVOTEK", "FD9389-HTV"), "onvif.manufacturer": "VIVOTEK",
        },
    ),
    _plain(
        "path-reolink", "5.51", "reolink-camera", "reolink", "RLC-520A", serial="00000000051051", mac="ec:71:db:33:05:51",
        firmware="v3.1.0.1228_22082201", services=(Service("held", 9000), web("onvif", port=8000), _WSD),
        claims={
            "server": "nginx", "title": "Reolink", "rtsp.server": "Rtsp Server/2.0", "realm": "BC Streaming Media",
            "scopes": scopes("Reolink", "RLC-520A"), "onvif.port": "8000", "onvif.manufacturer": "Reolink",
            "onvif.refusal": "fault",
        },
        note="ONVIF listens on port 8000 here: the number alone is no sign of any family.",
    ),
    _plain(
        "desk-vigi", "5.61", "tp-link-camera", "tp-link", "VIGI C340", serial=None, mac="fc:d7:33:41:50:61",
        firmware="2.0.1 Build 230315 Rel.56421n",
        services=(web("onvif", port=2020), _WSD, Service("tp-link", 20_002, "udp")),
        claims={
            "title": "Opening...", "realm": "TP-Link IP-Camera", "rtsp.realm": "TP-Link IP-Camera",
            "scopes": scopes("TP-Link", "VIGI C340"), "onvif.port": "2020", "onvif.manufacturer": "tp-link",
        },
    ),
    Device(
        "window-tapo", "5.62", "tp-link-camera", "tp-link", "tp-link", True, "camera",
        (web("onvif", port=2020), _RTSP, _WSD, Service("tp-link", 20_002, "udp")), "Tapo C200", None,
        "f8:8c:21:10:07:62", "1.1.18 Build 220518 Rel.61472n", "tp-link",
        tuple({
            "realm": "TP-LINK IP-Camera", "rtsp.realm": "TP-LINK IP-Camera", "onvif.port": "2020",
            "scopes": scopes("TP-IPC", "C200"), "onvif.manufacturer": "tp-link",
        }.items()),
    ),
    Device(
        "porch-ubiquiti", "5.71", "ubiquiti-camera", "ubiquiti", "ubiquiti", True, "camera",
        (web("plain"), web("plain", port=443, tls=True), Service("ubiquiti", 10_001, "udp")), "UVC G4 Bullet",
        "E063DA510871", "e0:63:da:51:08:71", "UVC.S5L.v4.63.22", "ubiquiti",
        tuple({
            "title": "UVC G4 Bullet", "tls.cn": "camera.ubnt.dev", "tls.o": "Ubiquiti Inc.", "platform": "UVC G4 Bullet",
        }.items()),
    ),
)  # fmt: skip

DEVICES: tuple[Device, ...] = UNIVIEW + XIONGMAI + BENIGN
