"""A sample packet capture: what a listener on the property's network would have recorded without sending anything.

libpcap file format 2.4, link type Ethernet; IPv4 RFC 791, UDP RFC 768, ARP RFC 826, DHCP RFC 2131.
"""

from __future__ import annotations

import socket
import struct
from datetime import UTC, datetime

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.ports import Plan
from glasshouse.lab.services import sadp
from glasshouse.lab.site import by_name

__all__ = ["capture"]

_STARTED = int(datetime(2026, 11, 21, 7, 30, tzinfo=UTC).timestamp())
_INQUIRY = b"<Probe><Uuid>6A1F77B0-0000-4000-8000-000000000001</Uuid><Types>inquiry</Types></Probe>"
_BROADCAST = bytes(6 * [255])
_SADP_GROUP = ("239.255.255.250", 37020)


def capture(plan: Plan) -> bytes:
    """Two SADP replies, ARP announcements, and a DHCP request with its vendor class."""
    axis = by_name("atrium-axis")
    frames = [
        _sadp_frame(plan, "lobby-cam"),
        _arp(plan, "lobby-cam"),
        _arp(plan, "vault-dahua-nvr"),
        _dhcp(axis.mac or "", plan.address(axis), "axis-b8a44f712012", b"AXIS,Network Camera,M3086-V,11.8.61"),
        _arp_of("192.0.2.95", "00:40:8c:09:00:95"),
        _sadp_frame(plan, "office-safire"),
        _dhcp("64:db:8b:09:00:96", "192.0.2.96", "", b"udhcp 1.20.2"),
    ]
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    records = (struct.pack("<IIII", _STARTED + n, 0, len(f), len(f)) + f for n, f in enumerate(frames))
    return head + b"".join(records)


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _sadp_frame(plan: Plan, name: str) -> bytes:
    device = by_name(name)
    moment = datetime.fromtimestamp(_STARTED, UTC)
    placed = Placed(device, plan.address(device), {}, lambda: moment, plan.elsewhere, dict(device.claims))
    (reply,) = sadp.answer(placed, Service("sadp", 37020, "udp"), _INQUIRY)
    group = b"\x01\x00\x5e\x7f\xff\xfa"  # RFC 1112: the low 23 bits of the group
    return _udp(_mac(device.mac or ""), group, (placed.address, 37020), _SADP_GROUP, reply)


def _arp(plan: Plan, name: str) -> bytes:
    device = by_name(name)
    return _arp_of(plan.address(device), device.mac or "")


def _arp_of(address: str, mac: str) -> bytes:
    """A gratuitous ARP request: the sender tells its own address."""
    own = socket.inet_aton(address)
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + _mac(mac) + own + bytes(6) + own
    return _BROADCAST + _mac(mac) + b"\x08\x06" + body + bytes(18)  # padded to the Ethernet minimum


def _dhcp(mac: str, address: str, hostname: str, vendor_class: bytes) -> bytes:
    """A DHCP request (message type 3) for an address, with vendor class (60) and, if any, host name (12)."""
    options = [(53, b"\x03"), (50, socket.inet_aton(address)), (60, vendor_class), (55, bytes([1, 3, 6, 12, 15]))]
    if hostname:
        options.append((12, hostname.encode()))
    tail = b"".join(bytes([code, len(value)]) + value for code, value in options) + b"\xff"
    fixed = struct.pack(">BBBBIHH16s16s", 1, 1, 6, 0, 0x3903F326, 0, 0, bytes(16), _mac(mac))
    bootp = fixed + bytes(192) + b"\x63\x82\x53\x63" + tail
    return _udp(_mac(mac), _BROADCAST, ("0.0.0.0", 68), ("255.255.255.255", 67), bootp)  # noqa: S104 - not a bind


def _udp(sender: bytes, receiver: bytes, source: tuple[str, int], target: tuple[str, int], payload: bytes) -> bytes:
    datagram = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    ends = socket.inet_aton(source[0]) + socket.inet_aton(target[0])
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 1, 0, 1, 17, 0) + ends
    checked = head[:10] + struct.pack(">H", _checksum(head)) + head[12:]
    return receiver + sender + b"\x08\x00" + checked + datagram


def _checksum(head: bytes) -> int:
    """RFC 791: one's complement of the one's complement sum of the header's 16-bit words."""
    total: int = sum(struct.unpack(f">{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
