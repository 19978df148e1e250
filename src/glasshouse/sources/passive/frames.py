"""Captured frames to addresses and payloads: link layer, ARP, IPv4, IPv6, UDP, TCP.

References: IEEE 802.3/802.1Q, RFC 826 (ARP), RFC 791 (IPv4), RFC 8200 (IPv6), RFC 768 (UDP), RFC 9293 (TCP).
Anything that does not parse is None: a capture holds broken packets too.
"""

from __future__ import annotations

import ipaddress
import struct
from collections import OrderedDict
from dataclasses import dataclass

__all__ = ["Arp", "Datagram", "Fragments", "Lldp", "Segment", "read_frame"]

_VLAN = frozenset((0x8100, 0x88A8, 0x9100))
_MAX_FRAGMENTED = 256  # datagrams being put together
_MAX_DATAGRAM = 65_535


@dataclass(frozen=True, slots=True)
class Arp:
    """The sender of an ARP packet says: this address has this MAC address."""

    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class Lldp:
    """An LLDP data unit (IEEE 802.1AB) and the MAC address of the interface that sent it."""

    mac: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram."""

    source: str
    source_port: int
    target: str
    target_port: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment; `number` is its sequence number."""

    source: str
    source_port: int
    target: str
    target_port: int
    number: int
    syn: bool
    data: bytes


Read = Arp | Lldp | Datagram | Segment


def _mac(data: bytes) -> str:
    return ":".join(f"{octet:02x}" for octet in data)


class Fragments:
    """IPv4 fragments being put together (RFC 791, 3.2), oldest dropped first."""

    def __init__(self) -> None:
        self._parts: OrderedDict[tuple[bytes, bytes], dict[int, bytes]] = OrderedDict()
        self._totals: dict[tuple[bytes, bytes], int] = {}

    def add(self, key: tuple[bytes, bytes], offset: int, data: bytes, *, more: bool) -> bytes | None:
        """Take one fragment; the whole payload once it is there."""
        if offset + len(data) > _MAX_DATAGRAM:
            return None
        parts = self._parts.setdefault(key, {})
        if sum(map(len, parts.values())) > _MAX_DATAGRAM:  # overlapping on purpose
            return None
        parts.setdefault(offset, data)
        if not more:
            self._totals[key] = offset + len(data)
        if len(self._parts) > _MAX_FRAGMENTED:
            oldest, _ = self._parts.popitem(last=False)
            self._totals.pop(oldest, None)
        return self._whole(key)

    def _whole(self, key: tuple[bytes, bytes]) -> bytes | None:
        total = self._totals.get(key)
        parts = self._parts.get(key)
        if total is None or parts is None:
            return None
        whole = b""
        for offset in sorted(parts):
            if offset != len(whole):
                return None
            whole += parts[offset]
        if len(whole) != total:
            return None
        del self._parts[key], self._totals[key]
        return whole


def read_frame(link: int, data: bytes, fragments: Fragments) -> Read | None:
    """What one frame carries; None when it is nothing of interest or broken."""
    try:
        return _read(link, data, fragments)
    except (struct.error, ValueError, IndexError):
        return None


def _read(link: int, data: bytes, fragments: Fragments) -> Read | None:
    if link == 1:  # Ethernet
        return _ethernet(data, fragments)
    if link in {101, 12, 14, 228, 229}:  # raw IP
        return _ip(data, fragments)
    if link in {0, 108}:  # BSD loopback: a family word in front
        return _ip(data[4:], fragments)
    if link == 113:  # Linux cooked v1
        (kind,) = struct.unpack(">H", data[14:16])
        return _payload(kind, data[6:12], data[16:], fragments)
    if link == 276:  # Linux cooked v2
        (kind,) = struct.unpack(">H", data[:2])
        return _payload(kind, data[12:18], data[20:], fragments)
    return None


def _ethernet(data: bytes, fragments: Fragments) -> Read | None:
    source, place = data[6:12], 12
    (kind,) = struct.unpack(">H", data[place : place + 2])
    while kind in _VLAN and place < 28:  # 802.1Q, also stacked
        place += 4
        (kind,) = struct.unpack(">H", data[place : place + 2])
    return _payload(kind, source, data[place + 2 :], fragments)


def _payload(kind: int, source: bytes, data: bytes, fragments: Fragments) -> Read | None:
    if kind in {0x0800, 0x86DD}:
        return _ip(data, fragments)
    if kind == 0x0806:
        return _arp(data)
    if kind == 0x88CC and len(source) == 6:
        return Lldp(_mac(source), data)
    return None


def _arp(data: bytes) -> Arp | None:
    hardware, protocol, hardware_size, protocol_size, _operation = struct.unpack(">HHBBH", data[:8])
    if (hardware, protocol, hardware_size, protocol_size) != (1, 0x0800, 6, 4) or len(data) < 18:
        return None
    address = ipaddress.IPv4Address(data[14:18])
    if address.is_unspecified or address.is_multicast:  # an address probe (RFC 5227) claims none
        return None
    return Arp(_mac(data[8:14]), str(address))


def _ip(data: bytes, fragments: Fragments) -> Read | None:
    version = data[0] >> 4
    if version == 4:
        return _ipv4(data, fragments)
    return _ipv6(data) if version == 6 else None


def _ipv4(data: bytes, fragments: Fragments) -> Read | None:
    header = (data[0] & 15) * 4
    (total,) = struct.unpack(">H", data[2:4])
    (flags,) = struct.unpack(">H", data[6:8])
    protocol, source, target = data[9], data[12:16], data[16:20]
    if header < 20 or len(target) < 4:
        return None
    payload = data[header : total if total >= header else None]  # 0 where the card segments
    offset, more = (flags & 0x1FFF) * 8, bool(flags & 0x2000)
    if offset or more:
        if total > len(data):
            return None
        whole = fragments.add((source + target, data[4:6] + data[9:10]), offset, payload, more=more)
        if whole is None:
            return None
        payload = whole
    return _transport(protocol, str(ipaddress.IPv4Address(source)), str(ipaddress.IPv4Address(target)), payload)


def _ipv6(data: bytes) -> Read | None:
    (length,) = struct.unpack(">H", data[4:6])
    protocol, place, end = data[6], 40, 40 + length if length else len(data)
    source, target = ipaddress.IPv6Address(data[8:24]), ipaddress.IPv6Address(data[24:40])
    for _ in range(8):  # extension headers; fragments (44) are not put together
        if protocol not in {0, 43, 60}:
            break
        protocol, place = data[place], place + 8 + data[place + 1] * 8
    return _transport(protocol, str(source), str(target), data[place:end])


def _transport(protocol: int, source: str, target: str, data: bytes) -> Read | None:
    if protocol == 17:
        source_port, target_port, length = struct.unpack(">HHH", data[:6])
        return Datagram(source, source_port, target, target_port, data[8 : max(length, 8)])
    if protocol != 6:
        return None
    source_port, target_port, number, _ack, offset, flags = struct.unpack(">HHIIBB", data[:14])
    start = (offset >> 4) * 4
    if start < 20:
        return None
    return Segment(source, source_port, target, target_port, number, bool(flags & 2), data[start:])
