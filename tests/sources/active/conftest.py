"""Emulated services on loopback for the tests of active collection."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from glasshouse.model.protocol import Limits, ProtocolDoc, Request, SafetyClass
from glasshouse.sources.active import LoopClock
from glasshouse.sources.active.scope import PortMap, Scope
from glasshouse.sources.active.targets import Host

LOCAL = "127.0.0.1"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class FakeClock:
    """Time passes only in `sleep`, and to the earliest sleeper first."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int]] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        mine = (self.time + seconds, len(self.slept))
        heapq.heappush(self._sleepers, mine)
        while True:
            for _ in range(4):  # whoever can run does so before time moves
                await asyncio.sleep(0)
            if self._sleepers[0] == mine:
                heapq.heappop(self._sleepers)
                self.time = max(self.time, mine[0])
                return


@dataclass
class Services:
    """Servers on ephemeral ports of 127.0.0.1, and what they received."""

    servers: list[asyncio.Server] = field(default_factory=list)
    transports: list[asyncio.DatagramTransport] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    accepted: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def tcp(self, handler: Handler) -> int:
        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.accepted += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                self.at_once -= 1
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()

        server = await asyncio.start_server(counted, LOCAL, 0)
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    async def http(self, answer: Callable[[bytes], bytes]) -> int:
        """A server that reads one request, with its body, and answers with bytes."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            self.received.append(head + await reader.readexactly(int(length[1]) if length else 0))
            writer.write(answer(head))
            await writer.drain()

        return await self.tcp(serve)

    async def udp(self, answer: Callable[[bytes], bytes | None]) -> int:
        received = self.received

        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, source):
                received.append(data)
                reply = answer(data)
                if reply is not None:
                    self.transport.sendto(reply, source)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Echo, (LOCAL, 0))
        self.transports.append(transport)
        return transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        for transport in self.transports:
            transport.close()
        for server in self.servers:
            server.close()
        for server in self.servers:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(server.wait_closed(), 1)
        await asyncio.sleep(0.01)


@pytest.fixture
def services():
    """`async with services() as lab:` gives a `Services`."""

    @contextlib.asynccontextmanager
    async def open_services() -> AsyncIterator[Services]:
        lab = Services()
        try:
            yield lab
        finally:
            await lab.close()

    return open_services


@pytest.fixture
def fake_clock():
    return FakeClock()


@pytest.fixture
def clock():
    """Real waiting, fixed wall clock."""
    return LoopClock(lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def device():
    """A host on 127.0.0.1 that owns exactly the ports given: standard port -> real port."""

    def build(tcp: dict[int, int] | None = None, udp: dict[int, int] | None = None, name: str = "device") -> Host:
        ports = PortMap(tuple((tcp or {}).items()), tuple((udp or {}).items()))
        return Host(LOCAL, name, (ports,), only_mapped=True)

    return build


@pytest.fixture
def loopback():
    return Scope.loopback(["127.0.0.1"])


class Fake:
    """A protocol of the tests' own."""

    def __init__(self, name, *, transport="tcp", ports=(80,), data=b"ASK\r\n", safety=SafetyClass.READ, **more):
        self.requested = (Request(more.pop("request", "ask"), data, safety, more.pop("read_until", "frame")),)
        self.hinted = frozenset(more.pop("hints", ()))
        limits = more.pop("limits", Limits(reply_bytes=4_096, seconds=0.4))
        probe = more.pop("probe", "other")
        self.DOC = ProtocolDoc(name, name, probe, ports, transport, safety, (), limits, **more)

    def requests(self, _host, _port, _token):
        return self.requested

    def frame(self, data):
        return data.endswith(b"\n")

    def hints(self, _raw):
        return self.hinted


@pytest.fixture
def speaker():
    return Fake
