"""Capture files to batches of packets: pcap (both byte orders, micro- and nanoseconds) and pcapng.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng (IETF), link types of draft-ietf-opsawg-pcaplinktype.
Only lengths are walked here; which packets are looked into is decided for a whole batch at once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from glasshouse.sources.passive.batch import Batch, Interface

__all__ = ["MAX_PACKET", "CaptureCut", "batches", "is_capture"]

MAX_PACKET = 262_144  # the snapshot length that capture programs use; a longer record is no packet
CHUNK = 8 * 1024 * 1024  # bytes of the file that are in memory at once, beside one record
_MAX_BLOCK = 16 * 1024 * 1024
_MAX_INTERFACES = 4_096
_PCAP = {
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_SECTION_NUMBER = 0x0A0D0D0A  # reads the same in both byte orders
_ORDER = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CaptureCut(Exception):  # noqa: N818 - it says how a file ends, which is no error of the packets before it
    """The capture ends in the middle of a record, or a record makes no sense; what came before is good."""


def is_capture(head: bytes) -> bool:
    """Whether the first bytes are those of a capture file."""
    return head[:4] in _PCAP or (head[:4] == _SECTION and head[8:12] in _ORDER)


def batches(stream: BinaryIO) -> Iterator[Batch]:
    """The packets of a capture in file order, a few megabytes at a time.

    Raises:
        CaptureCut: after the last whole packet, when the file does not end where a record ends.
    """
    head = stream.read(24)
    if head[:4] in _PCAP:
        if len(head) < 24:
            raise CaptureCut("the file ends in the middle of its header")
        yield from _Pcap(stream, head).batches()
    elif head[:4] == _SECTION:
        yield from _Pcapng(stream, head).batches()
    else:
        raise CaptureCut("the file does not start like a capture")


def _moment(ticks: int, per_second: int, offset: int = 0) -> datetime | None:
    seconds, rest = divmod(ticks, per_second)
    try:
        return _EPOCH + timedelta(seconds=seconds + offset, microseconds=rest * 1_000_000 // per_second)
    except OverflowError:
        return None


class _Chunks:
    """The stream in pieces; what a walk leaves over stands at the start of the next piece."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self.stream = stream
        self.data = start
        self.over = False

    def more(self, place: int) -> None:
        """Drop what was walked and read on."""
        piece = self.stream.read(CHUNK)
        self.over = not piece
        self.data = self.data[place:] + piece


class _Pcap:
    """Reader of one pcap file."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self.order, self.per_second = _PCAP[head[:4]]
        (network,) = struct.unpack(f"{self.order}I", head[20:24])
        self.interface = Interface(network & 0xFFFF)  # the upper bits tell about a frame check sequence
        self.chunks = _Chunks(stream, b"")

    def batches(self) -> Iterator[Batch]:
        """Piece after piece of the file."""
        number, chunks, problem = 1, self.chunks, ""
        while not chunks.over and not problem:
            starts, place, problem = self._walk(chunks.data, number)
            if starts:
                sizes = [after - 16 - start for start, after in zip(starts, [*starts[1:], place + 16], strict=True)]
                yield Batch(chunks.data, number, starts, sizes, (self.interface,), None, self._time)
                number += len(starts)
            if not problem:
                chunks.more(place)
        if problem or chunks.data:
            raise CaptureCut(problem or _ends_inside(chunks.data))

    def _walk(self, data: bytes, first: int) -> tuple[list[int], int, str]:
        """Where each packet begins, how far the walk came, and what is wrong with the next record."""
        starts: list[int] = []
        add, unpack, place, last = starts.append, struct.Struct(f"{self.order}I").unpack_from, 0, len(data) - 16
        while place <= last:
            (size,) = unpack(data, place + 8)
            if size > MAX_PACKET:
                return starts, place, f"packet {first + len(starts)} claims {size} bytes, more than any capture holds"
            if size > last - place:
                break
            place += 16
            add(place)
            place += size
        return starts, place, ""

    def _time(self, data: bytes, start: int, interface: Interface) -> datetime | None:
        del interface
        seconds, fraction = struct.unpack_from(f"{self.order}II", data, start - 16)
        return _moment(seconds * self.per_second + fraction, self.per_second)


def _ends_inside(rest: bytes) -> str:
    return f"the file ends in the middle of a record, of which {len(rest)} bytes are there"


@dataclass(slots=True)
class _Found:
    """Packets of a piece of a pcapng file."""

    starts: list[int]
    sizes: list[int]
    kinds: list[int]


class _Pcapng:
    """Reader of one pcapng file: sections, each with its byte order and interfaces."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self.order = "<"
        self.interfaces: list[Interface] = []
        self.chunks = _Chunks(stream, head)

    def batches(self) -> Iterator[Batch]:
        """Piece after piece; a new section begins a new batch, because its interfaces are others."""
        number, chunks, problem = 1, self.chunks, ""
        while not problem:
            found, place, problem = self._walk(chunks.data)
            if found.starts:
                known, time = tuple(self.interfaces), _clock(self.order)
                yield Batch(chunks.data, number, found.starts, found.sizes, known, found.kinds, time)
                number += len(found.starts)
            if problem or (chunks.over and not place):
                break
            chunks.more(place)
        if problem or chunks.data:
            raise CaptureCut(problem or _ends_inside(chunks.data))

    def _walk(self, data: bytes) -> tuple[_Found, int, str]:
        found, place = _Found([], [], []), 0
        try:
            while place + 12 <= len(data):
                (kind,) = struct.unpack_from(f"{self.order}I", data, place)
                if kind == _SECTION_NUMBER:
                    if found.starts:
                        break  # they belong to the interfaces known so far
                    self._section(data, place)
                length = self._length(data, place)
                if length > len(data) - place:
                    break
                self._block(kind, data, place, length, found)
                place += length
        except CaptureCut as problem:
            return found, place, str(problem)
        return found, place, ""

    def _length(self, data: bytes, place: int) -> int:
        (length,) = struct.unpack_from(f"{self.order}I", data, place + 4)
        if not 12 <= length <= _MAX_BLOCK or length % 4:
            raise CaptureCut(f"a block claims {length} bytes, which no block has")
        return int(length)

    def _section(self, data: bytes, place: int) -> None:
        order = _ORDER.get(data[place + 8 : place + 12])
        if order is None:
            raise CaptureCut("a section header has no byte-order magic")
        self.order = order
        self.interfaces = []

    def _block(self, kind: int, data: bytes, place: int, length: int, found: _Found) -> None:
        if kind == 1:
            self._interface(data[place + 8 : place + length - 4])
        elif kind in {2, 6} and length >= 32:  # a packet, in the old form and in the present one
            shape = "HH" if kind == 2 else "I"
            which = struct.unpack_from(f"{self.order}{shape}", data, place + 8)[0]
            (captured,) = struct.unpack_from(f"{self.order}I", data, place + 20)
            if 2 * which < len(self.interfaces):
                self._add(found, place + 28, min(captured, length - 32), 2 * which)
        elif kind == 3 and self.interfaces and length >= 16:  # without a time; of the first interface
            (original,) = struct.unpack_from(f"{self.order}I", data, place + 8)
            self._add(found, place + 12, min(original, length - 16), 1)

    def _add(self, found: _Found, start: int, size: int, kind: int) -> None:
        found.starts.append(start)
        found.sizes.append(min(size, MAX_PACKET))
        found.kinds.append(kind)

    def _interface(self, body: bytes) -> None:
        if len(body) < 8 or len(self.interfaces) >= 2 * _MAX_INTERFACES:
            raise CaptureCut("an interface block is too short, or there are too many")
        (link,) = struct.unpack_from(f"{self.order}H", body)
        per_second, offset = 1_000_000, 0
        for code, value in self._options(body[8:]):
            if code == 9 and value:  # if_tsresol: power of ten, or of two with the upper bit
                power = value[0] & 0x7F
                per_second = 2**power if value[0] & 0x80 else 10 ** min(power, 18)
            elif code == 14 and len(value) == 8:  # if_tsoffset
                (offset,) = struct.unpack(f"{self.order}q", value)
        # Each interface twice: for packets with a time, and for the simple ones without.
        self.interfaces += [Interface(link, per_second, offset), Interface(link, 0)]

    def _options(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        place = 0
        while place + 4 <= len(data):
            code, length = struct.unpack_from(f"{self.order}HH", data, place)
            if code == 0:
                return
            yield code, data[place + 4 : place + 4 + length]
            place += 4 + length + (-length) % 4


def _clock(order: str) -> Callable[[bytes, int, Interface], datetime | None]:
    """What reads the time of a packet in a section of this byte order."""
    ticks = struct.Struct(f"{order}II")

    def read(data: bytes, start: int, interface: Interface) -> datetime | None:
        if not interface.per_second:
            return None
        high, low = ticks.unpack_from(data, start - 16)
        return _moment((high << 32) | low, interface.per_second, interface.offset)

    return read
