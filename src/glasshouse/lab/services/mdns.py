"""mDNS: answers questions for the services of the claims, to the sender (RFC 6762, clause 6.7, legacy unicast)."""

from __future__ import annotations

import socket
import struct

from glasshouse.lab.device import Placed, Service

__all__ = ["answer"]

_PTR, _TXT, _SRV, _A, _ANY = 12, 16, 33, 1, 255
_META = "_services._dns-sd._udp.local"
_TTL = 120


def answer(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """A response to each question that names one of this device's services; nothing for anything else."""
    del service
    question = _question(data)
    if question is None:
        return ()
    name, kind = question
    offered = [f"{word}.local" for word in placed.claim("mdns.services").split()]
    if kind not in {_PTR, _ANY}:
        return ()
    if name == _META:
        records = [_record(_META, _PTR, _name(each)) for each in offered]
    elif name in offered:
        records = _instance(placed, name)
    else:
        return ()
    asked = data[12 : 12 + len(_name(name)) + 4]
    header = struct.pack(">HHHHHH", struct.unpack_from(">H", data)[0], 0x8400, 1, len(records), 0, 0)
    return (header + asked + b"".join(records),)


def _instance(placed: Placed, service: str) -> list[bytes]:
    device = placed.device
    digits = (device.mac or "").replace(":", "")
    instance = placed.claim("mdns.instance", f"{device.model} - {digits.upper()}")
    full = bytes([len(instance.encode())]) + instance.encode() + _name(service)
    host = placed.claim("mdns.host", device.name) + ".local"
    port = placed.port(int(placed.claim("mdns.port", "80")))
    text = b"".join(bytes([len(t.encode())]) + t.encode() for t in placed.claim("mdns.txt").split("\n") if t)
    return [
        _record(service, _PTR, full),
        _raw_record(full, _SRV, struct.pack(">HHH", 0, 0, port) + _name(host)),
        _raw_record(full, _TXT, text or b"\x00"),
        _record(host, _A, socket.inet_aton(placed.address)),
    ]


def _question(data: bytes) -> tuple[str, int] | None:
    """The first question of a query; None when there is none that fits in one label sequence."""
    if len(data) < 17 or data[2] & 0x80 or struct.unpack_from(">H", data, 4)[0] < 1:
        return None
    labels: list[str] = []
    at = 12
    while at < len(data) and data[at]:
        length = data[at]
        if length > 63 or at + 1 + length > len(data):
            return None
        labels.append(data[at + 1 : at + 1 + length].decode("utf-8", "replace"))
        at += 1 + length
    if at + 5 > len(data):
        return None
    return ".".join(labels), struct.unpack_from(">H", data, at + 1)[0]


def _name(text: str) -> bytes:
    return b"".join(bytes([len(label.encode())]) + label.encode() for label in text.split(".")) + b"\x00"


def _record(name: str, kind: int, data: bytes) -> bytes:
    return _raw_record(_name(name), kind, data)


def _raw_record(name: bytes, kind: int, data: bytes) -> bytes:
    return name + struct.pack(">HHIH", kind, 1, _TTL, len(data)) + data
