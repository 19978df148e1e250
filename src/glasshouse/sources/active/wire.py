"""The only sockets of active collection.

Every socket is opened for one host, at the address the scope permits at that very moment, and carries one request
that stands on the allow-list, or none. Nothing here follows a redirect, resolves a name, or reads without a bound
on bytes and time. TLS is spoken without verification, because the certificate is what is being looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from glasshouse.model.protocol import Limits
from glasshouse.sources.active.fragile import fragile_ports
from glasshouse.sources.active.governor import Clock, Pace
from glasshouse.sources.active.link import link_lost
from glasshouse.sources.active.packets import Kind, Note, Sent, digest, unnoted
from glasshouse.sources.active.plan import Speaker, Step
from glasshouse.sources.active.result import OpenState
from glasshouse.sources.active.scope import Refusal, Scope
from glasshouse.sources.active.stopping import RunStoppedError
from glasshouse.sources.active.targets import Host
from glasshouse.sources.active.tls import TlsClient, TlsError

__all__ = ["Allow", "NotAllowedError", "OutOfScopeError", "Reply", "Wire"]

Allow = Callable[[str, str, int, bytes], bool]  # protocol, host, standard port, bytes

_CHUNK = 16_384
_MAX_REQUEST = 4_096
_MAX_DATAGRAMS = 16  # of one exchange with one host
_AFTER_FIRST = 0.25  # seconds in which a device may send a second datagram
_UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EACCES, errno.EPERM}
_OPEN_STATES: dict[str, OpenState] = {"refused": "closed", "silent": "silent", "unreachable": "unreachable"}
_IP_RECVERR, _IPV6_RECVERR = 11, 25  # linux/in.h, linux/in6.h; the socket module does not name them before 3.14


class NotAllowedError(RuntimeError):
    """A request that is not on the allow-list was about to be sent: a defect of this program, never of a device."""


class OutOfScopeError(Exception):
    """The scope does not permit the address now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Reply:
    """What one exchange gave. `data`: one item a datagram, or the one stream that was read.

    `state`: answered = bytes came; empty = the connection was closed without any; silent = nothing came in time.
    `cut` says which limit ended the reading before the reply was complete.
    """

    state: Literal["answered", "empty", "refused", "silent", "unreachable", "malformed"]
    data: tuple[bytes, ...] = ()
    sent: int = 0
    packets: int = 0
    cut: Literal["bytes", "seconds"] | None = None
    detail: str = ""

    @property
    def received(self) -> int:
        """Bytes received."""
        return sum(len(item) for item in self.data)


class Wire:
    """Connects and exchanges for one run."""

    def __init__(self, scope: Scope, pace: Pace, clock: Clock, allow: Allow, note: Note = unnoted) -> None:
        self._scope = scope
        self._pace = pace
        self._clock = clock
        self._allow = allow
        self._note = note
        self._reached: str | None = None  # the last address that a packet left for

    def _check_link(self, error: OSError) -> None:
        """Raise RunStoppedError where an error says that this machine has lost its way, not that nobody is there."""
        reason = link_lost(error, self._reached)
        if reason is not None:
            raise RunStoppedError(reason) from error

    async def connect(self, host: Host, step: Step) -> OpenState:
        """Whether the standard TCP port of `step` accepts connections; no byte is sent. Raises OutOfScopeError."""
        seconds = self._pace.connect_seconds if step.attempt == 1 else self._pace.retry_seconds
        try:
            sock = await self._open(host, step, seconds)
        except OSError as error:
            self._check_link(error)
            return _OPEN_STATES[_state_of(error)]
        sock.close()
        return "open"

    async def exchange(self, host: Host, step: Step) -> Reply:
        """Send the request of `step` and read the reply. Raises OutOfScopeError and NotAllowedError."""
        if step.speaker is None or step.request is None:
            raise NotAllowedError(f"step {step.kind} to port {step.port} carries no request")
        self._check(host.address, step)
        if step.transport == "udp":
            return await self._datagrams(host, step, step.request.data)
        return await self._stream(host, step, step.speaker)

    def _check(self, address: str, step: Step) -> None:
        if step.speaker is None or step.request is None:
            return
        name, data = step.speaker.DOC.name, step.request.data
        if step.request.safety > self._scope.max_class:
            raise NotAllowedError(f"{name} {step.request.name!r} lies above the scope's max_class")
        if len(data) > _MAX_REQUEST or not (data == b"" or self._allow(name, address, step.port, data)):
            raise NotAllowedError(f"{name} {step.request.name!r} to port {step.port} is not on the allow-list")

    def _actual(self, host: Host, step: Step) -> int:
        refusal = self._scope.permits(host.address, self._clock.now())
        if refusal is not None:
            raise OutOfScopeError(refusal)
        actual = host.actual(step.transport, step.port)
        if actual is None:
            raise NotAllowedError(f"port {step.port} does not belong to endpoint {host.domain!r} at {host.address}")
        if actual in fragile_ports() and actual == step.port:  # a port map of the scope may lead there
            raise NotAllowedError(f"port {actual} is on the do-not-touch list")
        return actual

    async def _open(self, host: Host, step: Step, seconds: float) -> socket.socket:
        port = self._actual(host, step)
        sock = _socket(host.address, socket.SOCK_STREAM)
        try:
            self._write_down("connect", host, step, port)
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_connect(sock, (host.address, port))
            self._reached = host.address
            _refuse_self(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def _write_down(self, kind: Kind, host: Host, step: Step, port: int, data: bytes = b"") -> None:
        """Before it leaves: what is not in the ledger was not sent."""
        sha256 = None if kind == "connect" else digest(data)
        self._note(Sent(self._clock.now(), kind, host.address, step.transport, port, len(data), sha256))

    async def _stream(self, host: Host, step: Step, speaker: Speaker) -> Reply:
        port = self._actual(host, step)
        reader = _Reader(speaker, step, lambda data: self._write_down("data", host, step, port, data))
        connected = False
        try:
            async with asyncio.timeout(min(speaker.DOC.limits.seconds, self._pace.reply_seconds)):
                sock = await self._open(host, step, self._pace.retry_seconds)
                connected = True
                with contextlib.closing(sock):
                    await reader.run(sock)
        except TimeoutError:
            reader.cut = "seconds"
        except TlsError as error:
            return Reply("malformed", reader.data, reader.sent, 1 + reader.writes, detail=str(error))
        except OSError as error:
            self._check_link(error)
            if not connected:
                return Reply(_state_of(error), packets=1, detail=error.strerror or "")
        return reader.reply(connected=connected)

    async def _datagrams(self, host: Host, step: Step, data: bytes) -> Reply:
        port = self._actual(host, step)
        found: list[bytes] = []
        sent = 0
        loop = asyncio.get_running_loop()
        with contextlib.closing(_socket(host.address, socket.SOCK_DGRAM)) as sock:
            try:
                self._write_down("datagram", host, step, port, data)
                sent = await loop.sock_sendto(sock, data, (host.address, port))
                self._reached = host.address
                await _collect(sock, host.address, step, found, self._pace.datagram_seconds)
            except OSError as error:
                self._check_link(error)
                if not found:
                    return Reply(_state_of(error), sent=sent, packets=1, detail=error.strerror or "")
        return Reply("answered" if found else "silent", tuple(found), sent, 1)


async def _collect(sock: socket.socket, address: str, step: Step, found: list[bytes], seconds: float) -> None:
    """Gather datagrams from `address`, whatever port they come from (some devices answer from another one)."""
    loop = asyncio.get_running_loop()
    limits = step.speaker.DOC.limits if step.speaker else Limits()
    room = limits.reply_bytes
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds) as deadline:
            while room > 0 and len(found) < _MAX_DATAGRAMS:
                data, source = await loop.sock_recvfrom(sock, 65_536)
                if source[0] != address or not data:
                    continue
                found.append(data[:room])
                room -= len(data)
                deadline.reschedule(min(deadline.when() or 0.0, loop.time() + _AFTER_FIRST))


class _Reader:
    """One exchange over a connection; what it has read survives a timeout."""

    def __init__(self, speaker: Speaker, step: Step, note: Callable[[bytes], None]) -> None:
        self._speaker = speaker
        self._step = step
        self._note = note
        self._buffer = bytearray()
        self._whole = False
        self.sent = 0
        self.writes = 0
        self.cut: Literal["bytes", "seconds"] | None = None

    @property
    def data(self) -> tuple[bytes, ...]:
        return (bytes(self._buffer),) if self._buffer else ()

    def reply(self, *, connected: bool) -> Reply:
        cut = None if self._whole else self.cut
        packets = 1 + self.writes
        if self._buffer:
            return Reply("answered", self.data, self.sent, packets, cut)
        state: Literal["silent", "empty"] = "silent" if self.cut == "seconds" or not connected else "empty"
        return Reply(state, (), self.sent, packets)

    async def run(self, sock: socket.socket) -> None:
        request = self._step.request
        if request is None:
            return
        if request.read_until == "handshake":
            tls = TlsClient(sock, self._note)
            await tls.handshake()
            self._count(tls)
            self._buffer += tls.certificate_text()
            self._whole = True
        elif self._step.tls:
            await self._over_tls(TlsClient(sock, self._note), request.data)
        else:
            await self._plain(sock, request.data)

    async def _plain(self, sock: socket.socket, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        if data:
            self.writes, self.sent = 1, len(data)
            self._note(data)
            await loop.sock_sendall(sock, data)
        while not self._full():
            chunk = await loop.sock_recv(sock, _CHUNK)
            if not chunk:
                self._whole = True
                return
            self._take(chunk)

    async def _over_tls(self, tls: TlsClient, data: bytes) -> None:
        try:
            await tls.handshake()
            await tls.send(data)
            while not self._full():
                chunk = await tls.receive(_CHUNK)
                if not chunk:
                    self._whole = True
                    return
                self._take(chunk)
        finally:
            self._count(tls)

    def _count(self, tls: TlsClient) -> None:
        self.sent, self.writes = tls.sent, tls.writes

    def _take(self, chunk: bytes) -> None:
        room = self._speaker.DOC.limits.reply_bytes - len(self._buffer)
        self._buffer += chunk[:room]

    def _full(self) -> bool:
        request = self._step.request
        limit = self._speaker.DOC.limits.reply_bytes
        if request is not None and request.read_until == "frame" and self._buffer:
            self._whole = self._speaker.frame(bytes(self._buffer))
        if not self._whole and len(self._buffer) >= limit:
            self.cut = "bytes"
        return self._whole or len(self._buffer) >= limit


def _state_of(error: OSError) -> Literal["refused", "silent", "unreachable"]:
    """What an error of a socket says about the host; an error of this machine says nothing and is raised."""
    if isinstance(error, ConnectionError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "silent"
    if error.errno in _UNREACHABLE:
        return "unreachable"
    raise error


def _refuse_self(sock: socket.socket) -> None:
    """On loopback, connecting to a free port can end in a connection to itself: nobody listens there."""
    if sock.getsockname() == sock.getpeername():
        raise ConnectionRefusedError(errno.ECONNREFUSED, "connected to itself")


def _socket(address: str, kind: socket.SocketKind) -> socket.socket:
    six = ipaddress.ip_address(address).version == 6
    sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, kind)
    sock.setblocking(False)
    if kind == socket.SOCK_DGRAM:
        sock.bind(("::" if six else "0.0.0.0", 0))  # noqa: S104  # an ephemeral port for the reply; nothing is served
        if sys.platform == "linux":  # report "port unreachable" at once instead of waiting for a reply
            level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if six else (socket.IPPROTO_IP, _IP_RECVERR)
            with contextlib.suppress(OSError):
                sock.setsockopt(level, option, 1)
    return sock
