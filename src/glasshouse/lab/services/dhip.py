"""DHIP, the device finder of the Dahua family: UDP 37810, 32-byte header and JSON (fact sheet, section 2.1).

Only `DHDiscover.search` is answered; what would set something is ignored.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from glasshouse.lab.device import Placed, Service

__all__ = ["answer", "framed"]

_MAGIC = b"\x20\x00\x00\x00DHIP"
_HEADER = 32


def framed(body: bytes) -> bytes:
    """A DHIP frame around a body: magic, session and id 0, length, 0, length, 0 (little-endian)."""
    return _MAGIC + bytes(8) + struct.pack("<IIII", len(body), 0, len(body), 0) + body


def answer(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """One notifyDevInfo for a search; nothing for anything else."""
    del service
    if not data.startswith(_MAGIC) or len(data) < _HEADER:
        return ()
    try:
        asked = json.loads(data[_HEADER:2_048].rstrip(b"\n\x00"))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(asked, dict) or asked.get("method") != "DHDiscover.search":
        return ()
    told = {"mac": placed.device.mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": _info(placed)}}
    return (framed(json.dumps(told).encode() + b"\n\x00"),)


def _info(placed: Placed) -> dict[str, Any]:
    device = placed.device
    channels = int(placed.claim("digital", "0"))
    vendor = placed.claim("vendor", "Dahua")
    return {
        "AlarmInputChannels": int(placed.claim("alarms", "0")),
        "AlarmOutputChannels": int(placed.claim("alarms", "0")),
        "DeviceClass": placed.claim("dhip.class", "IPC"),
        "DeviceID": "",
        "DeviceType": placed.claim("dhip.type", device.model or ""),
        "Find": "BD",
        "FindVersion": 0,
        "HttpPort": placed.ports.get(("tcp", 80), 80),
        "IPv4Address": {
            "DefaultGateway": placed.address.rsplit(".", 2)[0] + ".0.1",
            "DhcpEnable": False,
            "IPAddress": placed.address,
            "SubnetMask": "255.255.0.0",
        },
        "IPv6Address": {"DefaultGateway": "", "DhcpEnable": False, "IPAddress": "", "LinkLocalAddress": ""},
        "Init": int(placed.claim("init", "150")),
        "MachineGroup": "",
        "MachineName": placed.claim("machine", device.serial or ""),
        "Manufacturer": vendor,
        "Port": placed.ports.get(("tcp", 37777), 37777),
        "RemoteVideoInputChannels": channels,
        "SerialNo": device.serial or "",
        "UnLoginFuncMask": 1,
        "Vendor": vendor,
        "Version": placed.claim("dhip.version", device.firmware or ""),
        "VideoInputChannels": 0 if channels else 1,
        "VideoOutputChannels": 1 if channels else 0,
    }
