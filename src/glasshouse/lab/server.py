"""The emulated site as a running thing: `async with LabSite() as site`.

Everything is bound to loopback and stops when the block is left. No privileges are needed. The site logs what it was
asked (bounded), and a tripwire outside the scope counts clients that let a reply lead them astray.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from glasshouse.lab.certificates import server_context
from glasshouse.lab.device import Device, Placed, Service
from glasshouse.lab.limits import make_room
from glasshouse.lab.multicast import Listeners
from glasshouse.lab.ports import Plan, plans
from glasshouse.lab.scope_file import scope_toml
from glasshouse.lab.services import TCP, UDP
from glasshouse.lab.site import DEVICES
from glasshouse.lab.udp import Datagrams, open_socket

__all__ = ["LabError", "LabSite", "Seen"]

_STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # the devices' clocks, unless the caller names a time
_CONNECTIONS = 64  # of one service at a time; more are closed at once
_LOG = 8_192


class LabError(Exception):
    """The site could not start; the text says what was tried and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing a device was asked: `request` is the first line or the first 200 bytes."""

    device: str
    protocol: str
    request: bytes


class LabSite:
    """The emulated site.

    `shared` puts all devices on 127.0.0.1 with a block of ports each (None = only where the system has no other
    loopback address); `base` fixes the port base instead of trying several; `started` is the time on the devices'
    clocks. Entering raises LabError when no layout could be bound.
    """

    def __init__(
        self,
        devices: Iterable[Device] = DEVICES,
        *,
        shared: bool | None = None,
        base: int | None = None,
        started: datetime = _STARTED,
        multicast: bool = True,
    ) -> None:
        self.devices: tuple[Device, ...] = tuple(devices)
        self.placed: tuple[Placed, ...] = ()
        self.log: deque[Seen] = deque(maxlen=_LOG)
        self.tripped = 0
        self.notes: tuple[str, ...] = ()
        self._shared = sys.platform != "linux" if shared is None else shared
        self._base = base
        self._started = started
        self._multicast = multicast
        self._plan: Plan | None = None
        self._servers: list[asyncio.Server] = []
        self._datagrams: dict[tuple[str, int], asyncio.DatagramTransport] = {}
        self._listeners: Listeners | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._busy: dict[tuple[str, int], int] = {}

    @property
    def plan(self) -> Plan:
        """The layout in use. Raises RuntimeError before the site has started."""
        if self._plan is None:
            raise RuntimeError("the emulated site is not running; use it as `async with LabSite() as site`")
        return self._plan

    @property
    def targets(self) -> list[str]:
        """The distinct addresses to scan, in the order of the devices."""
        return list(dict.fromkeys(p.address for p in self.placed))

    @property
    def scope_toml(self) -> str:
        """The scope file that permits scanning this site, as TOML text."""
        return scope_toml(self.plan, self.placed)

    def at(self, name: str) -> Placed:
        """The device of a name. Raises KeyError when there is none."""
        for placed in self.placed:
            if placed.device.name == name:
                return placed
        raise KeyError(name)

    async def __aenter__(self) -> Self:
        tried: list[str] = []
        make_room(sum(len(device.services) for device in self.devices))
        for plan in plans(shared=self._shared, base=self._base):
            try:
                await self._start(plan)
            except OSError as error:
                await self._stop()
                tried.append(f"ports from {plan.base} in {plan.network}: {error.strerror or error}")
                if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
                    break
            else:
                return self
        raise LabError(
            "the emulated site could not be started; tried " + "; ".join(tried) + ". Stop what listens there "
            "(another emulated site, perhaps) or give a free port base; 127.0.0.0/8 must be loopback."
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _start(self, plan: Plan) -> None:
        self._plan = plan
        clock = self._clock()
        self.placed = tuple(
            Placed(d, plan.address(d), plan.ports(d, n), clock, plan.elsewhere, dict(d.claims))
            for n, d in enumerate(self.devices)
        )
        await self._listen(plan.lock, self._on_lock)
        await self._listen(plan.elsewhere, self._on_tripwire)
        for placed in self.placed:
            for service in placed.device.services:
                await self._open(placed, service)
        if self._multicast:
            self._listeners = Listeners(self.placed, plan, self._datagrams, self._answer)
            self.notes = await self._listeners.start()

    def _clock(self) -> Callable[[], datetime]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        return lambda: self._started + timedelta(seconds=loop.time() - begun)

    async def _open(self, placed: Placed, service: Service) -> None:
        where = (placed.address, placed.port(service.port, service.transport))
        if service.transport == "udp":
            transport = await open_socket(where, Datagrams(lambda data: self._answer(placed, service, data)))
            self._datagrams[placed.device.name, service.port] = transport
            return
        context = server_context(placed.device) if service.tls else None

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(placed, service, reader, writer)

        server = await asyncio.start_server(handle, *where, ssl=context, limit=16_384)
        self._servers.append(server)

    async def _listen(
        self, where: tuple[str, int], handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
    ) -> None:
        self._servers.append(await asyncio.start_server(handle, *where))

    def _on_lock(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.close()

    def _on_tripwire(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        self.tripped += 1
        writer.close()

    def _answer(self, placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
        self.log.append(Seen(placed.device.name, service.protocol, data[:200]))
        return UDP[service.protocol](placed, service, data)

    async def _serve(
        self, placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        key = (placed.device.name, service.port)
        task = asyncio.current_task()
        if task is None or self._busy.get(key, 0) >= _CONNECTIONS:
            writer.transport.abort()
            return
        self._handlers.add(task)
        self._busy[key] = self._busy.get(key, 0) + 1
        try:
            # a client that goes away mid-answer is its right, not an error of the site
            with contextlib.suppress(ConnectionError, TimeoutError):
                request = await TCP[service.protocol](placed, service, reader, writer)
                self.log.append(Seen(placed.device.name, service.protocol, request[:200]))
        except asyncio.CancelledError:
            writer.transport.abort()
        else:
            writer.close()
        finally:
            self._busy[key] -= 1
            self._handlers.discard(task)

    async def _stop(self) -> None:
        if self._listeners is not None:
            self._listeners.close()
            self._listeners = None
        for server in self._servers:
            server.close()
        for transport in self._datagrams.values():
            transport.abort()
        handlers = tuple(self._handlers)
        for task in handlers:
            task.cancel()
        if handlers:
            await asyncio.wait(handlers, timeout=0.5)
        self._servers.clear()
        self._datagrams.clear()
        self._busy.clear()
        await asyncio.sleep(0)  # lets the closed transports release their sockets
