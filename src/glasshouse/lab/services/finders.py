"""Small vendor finders that answer a routed datagram to its sender (fact sheet, sections 4.1, 4.10, 4.12, 4.13)."""

from __future__ import annotations

import json
import socket
import struct

from glasshouse.lab.device import Placed, Service

__all__ = ["tp_link", "ubiquiti", "vivotek", "xiongmai"]


def xiongmai(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """Message 1531 for message 1530 of the XM family, UDP 34569: 20-byte header and JSON."""
    del service
    if len(data) < 20 or data[0] != 0xFF or struct.unpack_from("<H", data, 14)[0] != 1530:
        return ()
    device = placed.device
    common = {
        "BuildDate": "",
        "ChannelNum": int(placed.claim("channels", "8")),
        "DeviceType": 1,
        "GateWay": _little_endian(placed.address.rsplit(".", 2)[0] + ".0.1"),
        "HostIP": _little_endian(placed.address),
        "HostName": placed.claim("machine", "LocalHost"),
        "HttpPort": placed.ports.get(("tcp", 80), 80),
        "MAC": device.mac,
        "MonMode": "TCP",
        "SN": device.serial,
        "SSLPort": 8443,
        "Submask": _little_endian("255.255.0.0"),
        "TCPMaxConn": 10,
        "TCPPort": placed.ports.get(("tcp", 34567), 34567),
        "UDPPort": 34568,
    }
    told = {"NetWork.NetCommon": common, "Ret": 100, "SessionID": "0x00000000"}
    body = json.dumps(told).encode() + b"\n\x00"
    header = struct.pack("<BBHIIBBHI", 0xFF, 1, 0, 0, 0, 0, 0, 1531, len(body))
    return (header + body,)


def _little_endian(address: str) -> str:
    return f"0x{int.from_bytes(socket.inet_aton(address), 'little'):08X}"


def vivotek(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """The reply to a 5-byte token request, UDP 10000: the token and tagged values."""
    del service
    if len(data) != 5 or data[0] != 1:
        return ()
    device = placed.device
    model = (device.model or "").encode()
    values = (
        (1, model + b"-Network Camera-" + (device.serial or "").encode()),
        (2, bytes.fromhex((device.mac or "").replace(":", ""))),
        (3, socket.inet_aton(placed.address)),
        (6, struct.pack("<H", placed.ports.get(("tcp", 80), 80))),
        (9, model),
    )
    return (b"\x02" + data[1:5] + b"".join(bytes([tag, len(value)]) + value for tag, value in values),)


def ubiquiti(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """Version 1 discovery, UDP 10001: tagged values with big-endian lengths."""
    del service
    if data != b"\x01\x00\x00\x00":
        return ()
    device = placed.device
    mac = bytes.fromhex((device.mac or "").replace(":", ""))
    values = (
        (0x01, mac),
        (0x02, mac + socket.inet_aton(placed.address)),
        (0x03, (device.firmware or "").encode()),
        (0x0A, struct.pack(">I", 86_400)),
        (0x0B, placed.claim("hostname", device.name).encode()),
        (0x0C, placed.claim("platform", device.model or "").encode()),
        (0x15, (device.model or "").encode()),
    )
    body = b"".join(struct.pack(">BH", tag, len(value)) + value for tag, value in values)
    return (struct.pack(">BBH", 1, 0, len(body)) + body,)


def tp_link(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """The reply to the 16-byte request of the newer TP-Link finder, UDP 20002: 16-byte header and JSON."""
    del service
    if len(data) < 16 or not data.startswith(b"\x02\x00\x00\x01"):
        return ()
    device = placed.device
    result = {
        "device_id": placed.device.uuid.replace("-", ""),
        "device_model": device.model,
        "device_type": "SMART.IPCAMERA",
        "factory_default": False,
        "firmware_version": device.firmware,
        "hardware_version": placed.claim("hardware", "1.0"),
        "ip": placed.address,
        "mac": (device.mac or "").upper().replace(":", "-"),
        "mgt_encrypt_schm": {
            "encrypt_type": "AES",
            "http_port": placed.ports.get(("tcp", 443), 443),
            "is_support_https": True,
        },
    }
    body = json.dumps({"error_code": 0, "result": result}).encode()
    return (b"\x02\x00\x00\x01" + struct.pack(">H", len(body)) + bytes(10) + body,)
