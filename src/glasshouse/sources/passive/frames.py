"""Captured frames to addresses and payloads: link layer, VLAN tags, ARP, IPv4, IPv6, neighbour discovery, UDP, TCP.

References: IEEE 802.3/802.1Q, RFC 826 (ARP), RFC 791 (IPv4), RFC 8200 (IPv6), RFC 4861 (neighbour discovery), RFC 768
(UDP), RFC 9293 (TCP). Anything that does not parse is None: a capture holds broken packets too.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass
from socket import AF_INET6, inet_ntoa, inet_ntop

__all__ = ["Announcement", "Datagram", "Fragments", "Neighbour", "Segment", "read_frame"]

_VLAN = frozenset((0x8100, 0x88A8, 0x9100))
_MAX_FRAGMENTED = 256  # datagrams being put together
_MAX_DATAGRAM = 65_535
_IPV4 = struct.Struct(">BxHxxHxBxx4s4s")
_UDP = struct.Struct(">HHH")
_TCP = struct.Struct(">HHI4xBB")
_CDP = bytes.fromhex("aaaa03 00000c 2000")  # 802.2 SNAP, Cisco's organisation, the type of CDP
# ICMPv6 type of neighbour discovery: which option holds the link-layer address, and where options begin.
_NEIGHBOUR = {133: (1, 8), 134: (1, 16), 135: (1, 24), 136: (2, 24)}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The sender of an ARP or neighbour discovery packet says: this address has this MAC address."""

    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """An LLDP or CDP data unit and the MAC address of the interface that sent it."""

    protocol: str
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


Read = Neighbour | Announcement | Datagram | Segment


def _mac(data: bytes) -> str:
    return data.hex(":")


class Fragments:
    """Fragments being put together (RFC 791, 3.2; RFC 8200, 4.5), oldest dropped first."""

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


def read_frame(link: int, data: bytes, fragments: Fragments) -> tuple[Read | None, tuple[int, ...]]:
    """What one frame carries, and its 802.1Q VLAN numbers, outermost first.

    None when it carries nothing of interest or is broken.
    """
    tags: tuple[int, ...] = ()
    try:
        kind, source, place, tags = _content(link, data)
        return _read(link, kind, source, data[place:], fragments), tags
    except (struct.error, ValueError, IndexError):
        return None, tags


def _content(link: int, data: bytes) -> tuple[int, bytes, int, tuple[int, ...]]:
    """Type of the content, the sender's MAC address (or nothing), where the content begins, VLAN numbers."""
    if link == 1:  # Ethernet
        kind, source, place = _word(data, 12), data[6:12], 14
    elif link == 113:  # Linux cooked v1
        kind, source, place = _word(data, 14), data[6:12], 16
    elif link == 276:  # Linux cooked v2
        kind, source, place = _word(data, 0), data[12:18], 20
    elif link in {101, 12, 14, 228, 229, 0, 108}:  # raw IP; BSD loopback has a family word in front
        place = 4 if link in {0, 108} else 0
        return {4: 0x0800, 6: 0x86DD}.get(data[place] >> 4, 0), b"", place, ()
    else:
        return 0, b"", 0, ()
    tags: list[int] = []
    while kind in _VLAN and len(tags) < 4:  # 802.1Q, also stacked
        tags.append(_word(data, place) & 0x0FFF)
        kind, place = _word(data, place + 2), place + 4
    return kind, source, place, tuple(tags)


def _word(data: bytes, place: int) -> int:
    return int(struct.unpack_from(">H", data, place)[0])


def _read(link: int, kind: int, source: bytes, data: bytes, fragments: Fragments) -> Read | None:
    if kind == 0x0800:
        return _ipv4(data, fragments)
    if kind == 0x86DD:
        return _ipv6(data, fragments)
    if kind == 0x0806:
        return _arp(data)
    if kind == 0x88CC and len(source) == 6:
        return Announcement("lldp", _mac(source), data)
    if kind < 1_536 and link == 1 and data[:8] == _CDP:  # the type word is a length (IEEE 802.3)
        return Announcement("cdp", _mac(source), data[8:kind])
    return None


def _arp(data: bytes) -> Neighbour | None:
    hardware, protocol, hardware_size, protocol_size, _operation = struct.unpack_from(">HHBBH", data)
    if (hardware, protocol, hardware_size, protocol_size) != (1, 0x0800, 6, 4) or len(data) < 18:
        return None
    if data[14] in {0, 255} or 224 <= data[14] < 240:  # an address probe (RFC 5227) claims none
        return None
    return Neighbour(_mac(data[8:14]), inet_ntoa(data[14:18]))


def _ipv4(data: bytes, fragments: Fragments) -> Read | None:
    first, total, flags, protocol, source, target = _IPV4.unpack_from(data)
    header = (first & 15) * 4
    if header < 20:
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
    return _transport(protocol, inet_ntoa(source), inet_ntoa(target), payload)


def _ipv6(data: bytes, fragments: Fragments) -> Read | None:
    length = _word(data, 4)
    protocol, payload = data[6], data[40 : 40 + length if length else len(data)]
    addresses = data[8:40]
    for _ in range(8):  # extension headers
        if protocol in {0, 43, 60}:
            protocol, payload = payload[0], payload[8 + payload[1] * 8 :]
        elif protocol == 44:
            flags = _word(payload, 2)
            protocol, part = payload[0], payload[8:]
            key = (addresses, payload[4:8] + bytes([protocol]))
            whole = fragments.add(key, flags & 0xFFF8, part, more=bool(flags & 1))
            if whole is None:
                return None
            payload = whole
        else:
            break
    source = inet_ntop(AF_INET6, addresses[:16])
    if protocol == 58:
        return _neighbour(source, payload)
    return _transport(protocol, source, inet_ntop(AF_INET6, addresses[16:]), payload)


def _neighbour(source: str, data: bytes) -> Neighbour | None:
    """RFC 4861, 4: the sender's link-layer address, or in an advertisement that of the address it is about."""
    kind = data[0]
    if kind not in _NEIGHBOUR or data[1]:
        return None
    wanted, place = _NEIGHBOUR[kind]
    address = inet_ntop(AF_INET6, data[8:24]) if kind == 136 else source
    if address == "::":  # an address probe (RFC 4862, 5.4) claims none
        return None
    while place + 8 <= len(data) and data[place + 1]:
        if data[place] == wanted and data[place + 1] == 1:
            return Neighbour(_mac(data[place + 2 : place + 8]), address)
        place += data[place + 1] * 8
    return None


def _transport(protocol: int, source: str, target: str, data: bytes) -> Read | None:
    if protocol == 17:
        source_port, target_port, length = _UDP.unpack_from(data)
        return Datagram(source, source_port, target, target_port, data[8 : max(length, 8)])
    if protocol != 6:
        return None
    source_port, target_port, number, offset, flags = _TCP.unpack_from(data)
    start = (offset >> 4) * 4
    if start < 20:
        return None
    return Segment(source, source_port, target, target_port, number, bool(flags & 2), data[start:])
