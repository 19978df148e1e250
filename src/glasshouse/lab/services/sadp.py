"""SADP, the device finder of the Hikvision family: UDP 37020, plain XML (fact sheet, section 1.1).

Only the read-only `inquiry` is answered. The verbs that change a device exist on the same port in the field; here
they are ignored, and the site's log shows whether a client ever sent one.
"""

from __future__ import annotations

import re
from html import escape

from glasshouse.lab.device import Placed, Service

__all__ = ["answer"]

_UUID = re.compile(rb"<Uuid>([0-9A-Za-z-]{1,64})</Uuid>", re.IGNORECASE)
_INQUIRY = re.compile(rb"<Types>(inquiry|inquiry_v32)</Types>", re.IGNORECASE)


def answer(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """One ProbeMatch for an inquiry; nothing for anything else."""
    asked, kind = _UUID.search(data[:2_048]), _INQUIRY.search(data[:2_048])
    if b"<Probe" not in data[:512] or asked is None or kind is None:
        return ()
    rows = _rows(placed, service, asked.group(1).decode("ascii"), kind.group(1).decode("ascii"))
    lines = [f"<{name}>{escape(value)}</{name}>" for name, value in rows]
    text = '<?xml version="1.0" encoding="UTF-8"?>\r\n<ProbeMatch>\r\n' + "\r\n".join(lines) + "\r\n</ProbeMatch>\r\n"
    return (text.encode("utf-8", "surrogateescape"),)


def _rows(placed: Placed, service: Service, uuid: str, kind: str) -> list[tuple[str, str]]:
    device = placed.device
    network = placed.address.rsplit(".", 2)[0]
    rows = [
        ("Uuid", uuid),
        ("Types", kind),
        ("DeviceType", placed.claim("sadp.type", "140071")),
        ("DeviceDescription", placed.claim("sadp.description", device.model or "")),
        ("DeviceSN", placed.claim("sadp.serial", device.serial or "")),
        ("CommandPort", str(placed.ports.get(("tcp", 8000), 8000))),
        ("HttpPort", str(placed.ports.get(("tcp", 80), 80))),
        ("MAC", (device.mac or "").replace(":", "-")),
        ("IPv4Address", placed.address),
        ("IPv4SubnetMask", "255.255.0.0"),
        ("IPv4Gateway", f"{network}.0.1"),
        ("IPv6Address", "::"),
        ("IPv6Gateway", "::"),
        ("IPv6MaskLen", "64"),
        ("DHCP", "false"),
        ("AnalogChannelNum", placed.claim("analog", "0")),
        ("DigitalChannelNum", placed.claim("digital", "1")),
        ("SoftwareVersion", (device.firmware or "").replace(" build ", "build ")),
        ("DSPVersion", placed.claim("sadp.dsp", "V7.3 build 190517")),
        ("BootTime", "2026-11-02 06:12:44"),
    ]
    if placed.claim("sadp.vintage") != "old":
        rows += _newer_rows(placed)
    del service
    return rows


def _newer_rows(placed: Placed) -> list[tuple[str, str]]:
    """What firmware from about 2016 on adds: activation and the posture words."""
    return [
        ("Encrypt", "true"),
        ("ResetAbility", "false"),
        ("DiskNumber", placed.claim("disks", "0")),
        ("Activated", placed.claim("activated", "true")),
        ("PasswordResetAbility", "true"),
        ("PasswordResetModeSecond", "true"),
        ("SupportSecurityQuestion", "true"),
        ("SupportHCPlatform", "true"),
        ("HCPlatformEnable", "false"),
        ("IsModifyVerificationCode", "true"),
        ("SDKServerStatus", "true"),
        ("OEMInfo", placed.claim("sadp.oem", "N/A")),
    ]
