"""Listening on a network interface: the same reading as of capture files, without writing any packet to disk.

Linux packet sockets (packet(7)). Nothing is sent, and no group is joined on the wire: the interface is only asked to
pass on all multicast, and in promiscuous mode everything.
"""

from __future__ import annotations

import errno
import hashlib
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from glasshouse.model.observation import GapReason
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.sources.document import Draft, ImportFile, Preview
from glasshouse.sources.passive.batch import Batch, Interface
from glasshouse.sources.passive.pcap import Reader

__all__ = ["IMPORTER", "CaptureRefusedError", "Limits", "listen"]

IMPORTER = "capture"  # the word for a live capture where a file's importer stands
_ALL_PROTOCOLS = 3  # ETH_P_ALL
_SOL_PACKET, _MEMBERSHIP, _STATISTICS, _AUXDATA = 263, 1, 6, 8  # linux/if_packet.h
_PROMISCUOUS, _ALL_MULTICAST = 1, 2
_OUTGOING, _VLAN_VALID, _VLAN_TPID_VALID = 4, 1 << 4, 1 << 6
_STAMP = 35  # SO_TIMESTAMPNS: the kernel's time of arrival
_LOOPBACK = 772  # ARPHRD_LOOPBACK: it has an Ethernet header, and shows every packet twice
_LINKS = {1: 1, _LOOPBACK: 1, 65_534: 101}  # ARPHRD type: link type of capture files
_FRAME = 65_600
_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_SECONDS = 0.5
_WAKE = 0.1  # seconds until it is looked whether to stop


class CaptureRefusedError(Exception):
    """The interface cannot be listened on: what happened, what is accepted, what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a capture goes on (seconds), and how many bytes of packets it reads at most."""

    seconds: float
    bytes: int


def listen(
    interface: str,
    limits: Limits,
    *,
    stop: Callable[[], bool],
    promiscuous: bool = False,
    property: str | None = None,  # noqa: A002 - the word of the model
    domain: str = DEFAULT_DOMAIN,
) -> Preview:
    """Listen until the limits are reached or `stop` says so; everything heard until then is in the preview.

    Raises:
        CaptureRefusedError: there is no such interface, the right to listen is missing, or its packets cannot be read.
    """
    draft = Draft(IMPORTER, ImportFile.of_bytes(interface, b""), property=property, domain=domain)
    with _opened(interface, promiscuous=promiscuous) as source:
        ear = _Ear(source, draft, _link(interface, source))
        seconds = ear.run(limits, stop)
        ear.tell_losses()
    draft.covered.setdefault(f"interface {interface}, {seconds:.0f} seconds")
    return replace(draft.preview(), sha256=ear.digest.hexdigest())


def _opened(interface: str, *, promiscuous: bool) -> socket.socket:
    if not hasattr(socket, "AF_PACKET"):
        raise CaptureRefusedError(
            f"interface {interface} cannot be listened on: only Linux has the packet sockets that this needs; "
            "record with tcpdump or Wireshark and give the file instead"
        )
    try:
        index = socket.if_nametoindex(interface)
    except OSError as error:
        known = ", ".join(name for _, name in socket.if_nameindex()) or "none"
        raise CaptureRefusedError(f"there is no interface {interface!r}; accepted here: {known}") from error
    try:
        source = _packet_socket()
    except PermissionError as error:
        raise CaptureRefusedError(
            f"interface {interface} cannot be listened on: that needs the right CAP_NET_RAW. Run the command as root or "
            "with that capability, or record with a program that has it (tcpdump -w FILE) and give the file instead"
        ) from error
    try:
        source.setsockopt(_SOL_PACKET, _AUXDATA, 1)
        source.setsockopt(socket.SOL_SOCKET, _STAMP, 1)
        mode = _PROMISCUOUS if promiscuous else _ALL_MULTICAST
        source.setsockopt(_SOL_PACKET, _MEMBERSHIP, struct.pack("iHH8x", index, mode, 0))
        source.bind((interface, _ALL_PROTOCOLS))
    except OSError as error:
        source.close()
        raise CaptureRefusedError(
            f"interface {interface} cannot be listened on: {error.strerror}; see that it is up ('ip link'), or give "
            "another --interface"
        ) from error
    return source


def _packet_socket() -> socket.socket:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)  # hears nothing until it is bound


def _link(interface: str, source: socket.socket) -> int:
    kind = source.getsockname()[3]
    if kind not in _LINKS:
        raise CaptureRefusedError(
            f"interface {interface} is of hardware type {kind}, whose packets are not read; accepted are Ethernet, "
            "loopback and tunnels of bare IP"
        )
    return _LINKS[kind]


class _Ear:
    """Packets from a socket to a reader, in batches."""

    def __init__(self, source: socket.socket, draft: Draft, link: int) -> None:
        self.source = source
        self.draft = draft
        self.reader = Reader(draft)
        self.interface = Interface(link)
        self.digest = hashlib.sha256()
        self.bytes = 0
        self.number = 1

    def run(self, limits: Limits, stop: Callable[[], bool]) -> float:
        """Listen; returns for how many seconds."""
        began = time.monotonic()
        passed = 0.0
        while passed < limits.seconds:
            if stop():
                self.draft.cut_short(
                    f"stopped after {passed:.0f} of {limits.seconds:.0f} seconds; what was heard is kept"
                )
                break
            if self.bytes >= limits.bytes:
                self.draft.cut_short(
                    f"{self.bytes} bytes were heard in {passed:.0f} seconds, the most that was asked for; what was heard "
                    "is kept"
                )
                break
            problem = self._batch(min(limits.bytes - self.bytes, _BATCH_BYTES), limits.seconds - passed)
            if problem:
                self.draft.cut_short(problem)
                break
            passed = time.monotonic() - began
        self.reader.finish()
        return passed

    def _batch(self, size: int, seconds: float) -> str:
        """Hear for half a second, or until it is quiet, and read what came; returns what went wrong."""
        ends = time.monotonic() + min(seconds, _BATCH_SECONDS)
        heard, problem = bytearray(), ""
        starts: list[int] = []
        sizes: list[int] = []
        while len(heard) < size and (left := ends - time.monotonic()) > 0:
            if not select.select([self.source], [], [], min(left, _WAKE))[0]:
                break
            try:
                found = self._receive()
            except OSError as error:
                problem = f"the interface stopped to be heard: {error.strerror}; what was heard is kept"
                break
            if found is not None:
                stamp, frame = found
                heard += stamp
                starts.append(len(heard))
                sizes.append(len(frame))
                heard += frame
        if starts:
            self._read(bytes(heard), starts, sizes)
        return problem

    def _read(self, data: bytes, starts: list[int], sizes: list[int]) -> None:
        self.digest.update(data)
        self.bytes += sum(sizes)
        self.reader.take(Batch(data, self.number, starts, sizes, (self.interface,), None, _time))
        self.number += len(starts)

    def _receive(self) -> tuple[bytes, bytes] | None:
        """Time of arrival, and the frame with the VLAN tag that the kernel took out of it."""
        frame, notes, _, sender = self.source.recvmsg(_FRAME, 256)
        if sender[2] == _OUTGOING and sender[3] == _LOOPBACK:
            return None
        stamp = bytes(16)
        for level, kind, data in notes:
            if level == _SOL_PACKET and kind == _AUXDATA and len(data) >= 20:
                status, _, _, _, _, tag, tpid = struct.unpack("=IIIHHHH", data[:20])
                if status & _VLAN_VALID:
                    tpid = tpid if status & _VLAN_TPID_VALID else 0x8100
                    frame = frame[:12] + struct.pack(">HH", tpid, tag) + frame[12:]
            elif level == socket.SOL_SOCKET and kind == _STAMP and len(data) == 16:
                stamp = data
        return stamp, frame

    def tell_losses(self) -> None:
        """Say how many packets came faster than they could be read."""
        try:
            lost = struct.unpack("=II", self.source.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
        except OSError as error:
            self.draft.note(f"how many packets were lost is not known: {errno.errorcode.get(error.errno or 0, error)}")
            return
        if lost:
            detail = f"{lost} packets came faster than they could be read and were lost"
            self.draft.note(detail)
            self.draft.gap(self.draft.file.name, GapReason.TOO_LITTLE_SEEN, detail)


def _time(data: bytes, start: int, interface: Interface) -> datetime | None:
    del interface
    seconds, nanoseconds = struct.unpack_from("@ll", data, start - 16)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1_000) if seconds else None
