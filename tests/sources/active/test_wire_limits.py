"""The sockets: hostile servers stay within limits, and only allowed bytes leave for permitted addresses."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import UTC, datetime

import pytest

from glasshouse.model.protocol import Limits, SafetyClass
from glasshouse.sources.active import LoopClock
from glasshouse.sources.active.governor import pace_of
from glasshouse.sources.active.plan import Step
from glasshouse.sources.active.scope import PortMap, Scope
from glasshouse.sources.active.targets import Host
from glasshouse.sources.active.wire import NotAllowedError, OutOfScopeError, Wire

LIMITS = Limits(reply_bytes=4_096, seconds=0.4)


def ask(speaker, *, tls=False):
    return Step("ask", speaker.DOC.transport, speaker.DOC.ports[0], speaker, speaker.requested[0], tls=tls)


@pytest.fixture
def wire(loopback, clock):
    def build(scope=loopback, allow=lambda *_: True):
        return Wire(scope, pace_of(loopback), clock, allow)

    return build


def exchange(services, wire, device, speaker, handler):
    """One exchange with a TCP server; returns the reply and how long it took."""

    async def run():
        async with services() as lab:
            port = await lab.tcp(handler)
            begun = time.monotonic()
            reply = await wire().exchange(device({80: port}), ask(speaker))
            return reply, time.monotonic() - begun

    return asyncio.run(run())


async def endless(_reader, writer):
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def mute(reader, _writer):
    await reader.read()


async def drip(_reader, writer):
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hang_up(reader, _writer):
    await reader.read(1)


async def answer(reader, writer):
    await reader.readline()
    writer.write(b"half ")
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.write(b"and half\n")
    await writer.drain()
    await reader.read()


def test_a_reply_in_pieces_is_read_until_its_frame(services, wire, device, speaker):
    reply, took = exchange(services, wire, device, speaker("x"), answer)
    assert (reply.state, reply.data, reply.cut) == ("answered", (b"half and half\n",), None)
    assert reply.sent == 5
    assert took < 2


def test_an_endless_stream_is_cut_at_the_limit(services, wire, device, speaker):
    reply, took = exchange(services, wire, device, speaker("x"), endless)
    assert (reply.state, reply.cut, reply.received) == ("answered", "bytes", 4_096)
    assert took < 2


def test_a_silent_server_costs_its_seconds_and_no_more(services, wire, device, speaker):
    reply, took = exchange(services, wire, device, speaker("x"), mute)
    assert (reply.state, reply.data) == ("silent", ())
    assert took < 2


def test_a_slow_drip_does_not_extend_the_deadline(services, wire, device, speaker):
    reply, took = exchange(services, wire, device, speaker("x"), drip)
    assert (reply.state, reply.cut) == ("answered", "seconds")
    assert 0 < reply.received < 60
    assert took < 2


def test_a_connection_closed_without_a_word_is_said_to_be_that(services, wire, device, speaker):
    reply, _ = exchange(services, wire, device, speaker("x"), hang_up)
    assert reply.state in {"empty", "refused"}
    assert reply.data == ()


def test_listening_sends_nothing(services, wire, device, speaker):
    heard = []

    async def greet(reader, writer):
        writer.write(bytes(16))
        await writer.drain()
        heard.append(await reader.read())

    listener = speaker("x", data=b"", limits=Limits(reply_bytes=16, seconds=0.4))
    reply, _ = exchange(services, wire, device, listener, greet)
    assert (reply.data, reply.sent) == ((bytes(16),), 0)
    assert heard in ([b""], [])


def test_a_server_that_speaks_no_tls_is_malformed_not_unreachable(services, wire, device, speaker):
    handshake = speaker("x", data=b"", read_until="handshake")
    reply, _ = exchange(services, wire, device, handshake, answer)
    assert reply.state in {"malformed", "silent"}

    async def rude(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        await writer.drain()

    reply, _ = exchange(services, wire, device, handshake, rude)
    assert reply.state == "malformed"
    assert "TLS" in reply.detail


def test_connects_tell_open_from_closed(services, wire, device):
    async def run():
        async with services() as lab:
            port = await lab.tcp(mute)
            host = device({80: port, 81: 1})
            return [await wire().connect(host, Step("connect", "tcp", number)) for number in (80, 81)]

    assert asyncio.run(run()) == ["open", "closed"]


def test_a_datagram_is_answered_refused_or_lost(services, wire, device, speaker):
    async def run():
        async with services() as lab:
            talks = await lab.udp(lambda data: b"re: " + data)
            mutes = await lab.udp(lambda _: None)
            udp = speaker("x", transport="udp", ports=(7,))
            hosts = (device(udp={7: talks}), device(udp={7: mutes}), device(udp={7: 1}))
            return [await wire().exchange(host, ask(udp)) for host in hosts]

    talks, mutes, nobody = asyncio.run(run())
    assert talks.data == (b"re: ASK\r\n",)
    assert mutes.state == "silent"
    assert nobody.state in {"refused", "silent"}


def test_datagrams_from_another_address_are_no_reply(wire, device, speaker):
    async def run():
        loop = asyncio.get_running_loop()

        class Impostor(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, _data, source):
                other = socket.socket(type=socket.SOCK_DGRAM)
                try:
                    other.bind(("127.0.0.7", 0))
                    other.sendto(b"I am the device\n", source)
                finally:
                    other.close()

        transport, _ = await loop.create_datagram_endpoint(Impostor, ("127.0.0.1", 0))
        try:
            port = transport.get_extra_info("sockname")[1]
            return await wire().exchange(device(udp={7: port}), ask(speaker("x", transport="udp", ports=(7,))))
        finally:
            transport.close()

    try:
        reply = asyncio.run(run())
    except OSError:
        pytest.skip("only 127.0.0.1 can be bound here")
    assert (reply.state, reply.data) == ("silent", ())


def test_bytes_that_are_not_on_the_list_do_not_leave(services, wire, device, speaker):
    asked = []

    def deny(*what):
        asked.append(what)
        return False

    async def run():
        async with services() as lab:
            port = await lab.tcp(mute)
            with pytest.raises(NotAllowedError, match="allow-list"):
                await wire(allow=deny).exchange(device({80: port}), ask(speaker("x")))
            return lab.accepted

    assert asyncio.run(run()) == 0
    assert asked == [("x", "127.0.0.1", 80, b"ASK\r\n")]


def test_a_request_above_the_ceiling_does_not_leave(clock, device, speaker):
    scope = Scope.loopback(["127.0.0.1"])
    low = Scope(scope.ranges, max_class=SafetyClass.DISCOVERY, pace="lab")
    wire = Wire(low, pace_of(low), clock, lambda *_: True)
    with pytest.raises(NotAllowedError, match="max_class"):
        asyncio.run(wire.exchange(device({80: 1}), ask(speaker("x"))))


def test_the_scope_is_asked_at_every_socket(wire, speaker, device):
    outside = Host("127.0.0.2", "default")
    with pytest.raises(OutOfScopeError, match="outside"):
        asyncio.run(wire().exchange(outside, ask(speaker("x"))))
    with pytest.raises(OutOfScopeError, match="outside"):
        asyncio.run(wire().connect(outside, Step("connect", "tcp", 80)))
    ended = Scope(Scope.loopback(["127.0.0.1"]).ranges, not_after=datetime(2026, 1, 1, tzinfo=UTC), pace="lab")
    late = Wire(ended, pace_of(ended), LoopClock(lambda: datetime(2026, 1, 2, tzinfo=UTC)), lambda *_: True)
    with pytest.raises(OutOfScopeError, match="ended"):
        asyncio.run(late.connect(device({80: 1}), Step("connect", "tcp", 80)))


def test_a_port_of_another_endpoint_is_not_touched(wire, device):
    with pytest.raises(NotAllowedError, match="does not belong"):
        asyncio.run(wire().connect(device({80: 1}), Step("connect", "tcp", 443)))


def test_ipv6_is_spoken_as_well(clock, speaker):
    scope = Scope.loopback(["::1"])
    wire = Wire(scope, pace_of(scope), clock, lambda *_: True)

    async def run():
        try:
            server = await asyncio.start_server(answer_and_close, "::1", 0)
        except OSError:
            pytest.skip("no IPv6 on this machine")
        try:
            port = server.sockets[0].getsockname()[1]
            host = Host("::1", "default", (PortMap(((80, port),)),), only_mapped=True)
            reply = await wire.exchange(host, ask(speaker("x")))
            udp = speaker("y", transport="udp", ports=(7,))
            silent = await wire.exchange(Host("::1", "default", (PortMap(((7, 1),)),)), ask(udp))
            return reply, silent
        finally:
            server.close()
            await asyncio.sleep(0.01)

    reply, silent = asyncio.run(run())
    assert reply.data == (b"half and half\n",)
    assert silent.state in {"refused", "silent"}


async def answer_and_close(reader, writer):
    await reader.readline()
    writer.write(b"half and half\n")
    await writer.drain()
    writer.close()
