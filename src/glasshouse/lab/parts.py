"""Building blocks of the site: the service sets that units of a family have in common."""

from __future__ import annotations

from collections.abc import Mapping

from glasshouse.lab.device import Device, Service

__all__ = ["HIKVISION", "NEUTRAL", "ONVIF_NAMESPACE", "dahua", "hikvision", "scopes", "web"]

ONVIF_NAMESPACE = "onvif://www.onvif.org"
NEUTRAL = "http://www.isapi.org/ver20/XMLSchema"

_NOTHING: Mapping[str, str] = {}
_WSD = Service("ws-discovery", 3702, "udp")
_RTSP = Service("rtsp", 554)

HIKVISION = (
    Service("http", 80, styles=("onvif", "hikvision")),
    _RTSP,
    Service("sdk-8000", 8000),
    Service("sadp", 37020, "udp"),
    _WSD,
)
_DAHUA = (
    Service("http", 80, styles=("onvif", "dahua")),
    _RTSP,
    Service("held", 37777),
    Service("dhip", 37810, "udp"),
    _WSD,
)


def web(*styles: str, port: int = 80, tls: bool = False) -> Service:
    """An HTTP service with page sets."""
    return Service("http", port, styles=styles, tls=tls)


def scopes(name: str, hardware: str, *more: str) -> str:
    """ONVIF scope URIs: what the unit calls itself; owners can edit these in the field."""
    rows = ["type/video_encoder", "Profile/Streaming", f"name/{name}", f"hardware/{hardware}", *more]
    return " ".join(f"{ONVIF_NAMESPACE}/{row}".replace(" ", "%20") for row in rows)


def hikvision(
    name: str,
    host: str,
    kind: str,
    *,
    model: str,
    serial: str,
    mac: str,
    firmware: str,
    brand: str | None = "hikvision",
    device_class: str = "camera",
    label: str = "HIKVISION",
    extra: tuple[Service, ...] = (),
    note: str = "",
    common: Mapping[str, str] = _NOTHING,
    **claims: str,
) -> Device:
    """A unit made by Hikvision. `label` is what it calls itself in ONVIF.

    Claim names use `_` for `.`; `common` are claims that several units share.
    """
    told = {
        "scopes": scopes(f"{label} {model}", model, f"MAC/{mac}", "location/country/any"),
        "onvif.manufacturer": label,
        **{word.replace("_", "."): value for word, value in {**common, **claims}.items()},
    }
    return Device(
        name, host, kind, brand, "hikvision", True, device_class, HIKVISION + extra, model, serial, mac, firmware,
        "hikvision", tuple(told.items()), note=note,
    )  # fmt: skip


def dahua(
    name: str,
    host: str,
    kind: str,
    *,
    model: str,
    serial: str,
    mac: str,
    firmware: str,
    brand: str | None = "dahua",
    device_class: str = "camera",
    label: str = "Dahua",
    extra: tuple[Service, ...] = (),
    note: str = "",
    **claims: str,
) -> Device:
    """A unit made by Dahua. `label` is its Vendor field and its ONVIF name; claim names use `_` for `.`."""
    told = {
        "scopes": scopes(label, model, "extension/unique_identifier/0", "location/country/any"),
        "onvif.manufacturer": label,
        "rtsp.server": "Dahua Rtsp Server",
        "rtsp.public": "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN, SET_PARAMETER, GET_PARAMETER",
        "vendor": label,
        "dhip.class": "NVR" if device_class == "recorder" else "IPC",
        "realm": f"Login to {serial}",
        **{word.replace("_", "."): value for word, value in claims.items()},
    }
    return Device(
        name, host, kind, brand, "dahua", True, device_class, _DAHUA + extra, model, serial, mac, firmware, "dahua",
        tuple(told.items()), note=note,
    )  # fmt: skip
