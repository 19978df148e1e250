"""Capture files to packets: pcap (both byte orders, micro- and nanoseconds) and pcapng.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng (IETF), link types of draft-ietf-opsawg-pcaplinktype.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

__all__ = ["MAX_PACKET", "CaptureCut", "Packet", "is_capture", "packets"]

MAX_PACKET = 262_144  # the snapshot length that capture programs use; a longer record is no packet
_MAX_BLOCK = 16 * 1024 * 1024
_PCAP = {
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_ORDER = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CaptureCut(Exception):  # noqa: N818 - it says how a file ends, which is no error of the packets before it
    """The capture ends in the middle of a record, or a record makes no sense; what came before is good."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured frame: its number in the file (from 1), link type, bytes, and time (UTC; None = not recorded)."""

    number: int
    link: int
    data: bytes
    at: datetime | None


def is_capture(head: bytes) -> bool:
    """Whether the first bytes are those of a capture file."""
    return head[:4] in _PCAP or (head[:4] == _SECTION and head[8:12] in _ORDER)


def packets(stream: BinaryIO) -> Iterator[Packet]:
    """The packets of a capture in file order.

    Raises:
        CaptureCut: after the last whole packet, when the file does not end where a record ends.
    """
    magic = _take(stream, 4)
    if magic in _PCAP:
        yield from _pcap(stream, *_PCAP[magic])
    elif magic == _SECTION:
        yield from _Pcapng(stream).packets()
    else:
        raise CaptureCut("the file does not start like a capture")


def _take(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise CaptureCut(f"the file ends {count - len(data)} bytes before the end of a record")
    return data


def _time(ticks: int, per_second: int, offset: int = 0) -> datetime | None:
    seconds, rest = divmod(ticks, per_second)
    try:
        return _EPOCH + timedelta(seconds=seconds + offset, microseconds=rest * 1_000_000 // per_second)
    except OverflowError:
        return None


def _pcap(stream: BinaryIO, order: str, per_second: int) -> Iterator[Packet]:
    header = _take(stream, 20)
    (network,) = struct.unpack(f"{order}I", header[16:])
    link = network & 0xFFFF  # the upper bits tell about a frame check sequence
    number = 0
    while record := stream.read(16):
        if len(record) < 16:
            raise CaptureCut("the file ends in the middle of a packet header")
        seconds, fraction, captured, _original = struct.unpack(f"{order}IIII", record)
        if captured > MAX_PACKET:
            raise CaptureCut(f"packet {number + 1} claims {captured} bytes, more than any capture holds")
        data = _take(stream, captured)
        number += 1
        yield Packet(number, link, data, _time(seconds * per_second + fraction, per_second))


@dataclass(frozen=True, slots=True)
class _Interface:
    link: int
    per_second: int = 1_000_000
    offset: int = 0


class _Pcapng:
    """Reader of one pcapng file: sections, each with its byte order and interfaces."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.order = "<"
        self.interfaces: list[_Interface] = []
        self.number = 0

    def packets(self) -> Iterator[Packet]:
        """Block after block; the magic of the first section has been read."""
        kind: bytes = _SECTION
        while kind:
            if kind == _SECTION:
                self._section()
            else:
                packet = self._block(kind)
                if packet is not None:
                    yield packet
            kind = self.stream.read(4)
            if 0 < len(kind) < 4:
                raise CaptureCut("the file ends in the middle of a block header")

    def _length(self, data: bytes) -> int:
        (length,) = struct.unpack(f"{self.order}I", data)
        if not 12 <= length <= _MAX_BLOCK or length % 4:
            raise CaptureCut(f"a block claims {length} bytes, which no block has")
        return int(length)

    def _section(self) -> None:
        head = _take(self.stream, 8)
        if head[4:] not in _ORDER:
            raise CaptureCut("a section header has no byte-order magic")
        self.order = _ORDER[head[4:]]
        self.interfaces = []
        _take(self.stream, self._length(head[:4]) - 12)

    def _block(self, kind: bytes) -> Packet | None:
        length = self._length(_take(self.stream, 4))
        body = _take(self.stream, length - 8)[:-4]
        (number,) = struct.unpack(f"{self.order}I", kind)
        if number == 1:
            self._interface(body)
        elif number in {2, 6}:
            return self._enhanced(body, obsolete=number == 2)
        elif number == 3 and self.interfaces and len(body) >= 4:
            (original,) = struct.unpack(f"{self.order}I", body[:4])
            return self._packet(self.interfaces[0], body[4 : 4 + original], None)
        return None

    def _interface(self, body: bytes) -> None:
        if len(body) < 8 or len(self.interfaces) >= 65_536:
            raise CaptureCut("an interface block is too short, or there are too many")
        (link,) = struct.unpack(f"{self.order}H", body[:2])
        per_second, offset = 1_000_000, 0
        for code, value in self._options(body[8:]):
            if code == 9 and value:  # if_tsresol: power of ten, or of two with the upper bit
                power = value[0] & 0x7F
                per_second = 2**power if value[0] & 0x80 else 10 ** min(power, 18)
            elif code == 14 and len(value) == 8:  # if_tsoffset
                (offset,) = struct.unpack(f"{self.order}q", value)
        self.interfaces.append(_Interface(link, per_second, offset))

    def _options(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        place = 0
        while place + 4 <= len(data):
            code, length = struct.unpack(f"{self.order}HH", data[place : place + 4])
            if code == 0:
                return
            yield code, data[place + 4 : place + 4 + length]
            place += 4 + length + (-length) % 4

    def _enhanced(self, body: bytes, *, obsolete: bool) -> Packet | None:
        if len(body) < 20:
            return None
        first, high, low, captured, _original = struct.unpack(f"{self.order}IIIII", body[:20])
        if obsolete:  # 16-bit interface number and a drop count
            (first,) = struct.unpack(f"{self.order}H", body[:2])
        if first >= len(self.interfaces):
            return None
        interface = self.interfaces[first]
        at = _time((high << 32) | low, interface.per_second, interface.offset)
        return self._packet(interface, body[20 : 20 + captured], at)

    def _packet(self, interface: _Interface, data: bytes, at: datetime | None) -> Packet:
        self.number += 1
        return Packet(self.number, interface.link, data[:MAX_PACKET], at)
