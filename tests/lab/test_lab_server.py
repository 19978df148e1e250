"""Starting, stopping, sharing a machine, and the hostile devices."""

import asyncio
import re
import socket
import time
import tomllib
from datetime import UTC, datetime

import pytest

from glasshouse.lab import DEVICES, LabError, LabSite
from glasshouse.lab.limits import make_room
from glasshouse.lab.multicast import Listeners
from glasshouse.sources.active.scope_file import parse_scope

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 15))


async def connect(placed, port):
    return await asyncio.open_connection(placed.address, placed.port(port))


def test_it_stops_within_a_second_even_with_clients_connected():
    async def scenario():
        async with LabSite() as site:
            pairs = [await connect(site.at("mute-host"), 80), await connect(site.at("endless-host"), 8080)]
            pairs += [await connect(site.at("gate-cam"), 554) for _ in range(5)]
            await asyncio.sleep(0.05)
            address = site.at("gate-cam").address, site.at("gate-cam").port(80)
            begun = time.monotonic()
        stopped = time.monotonic() - begun
        for _, writer in pairs:
            writer.transport.abort()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*address)
        return stopped

    assert run(scenario()) < 1.0


def test_it_starts_quickly_and_again_at_once():
    async def scenario():
        begun = time.monotonic()
        for _ in range(3):
            async with LabSite() as site:
                assert len(site.targets) == len(DEVICES)
        return time.monotonic() - begun

    assert run(scenario()) < 3.0


def test_two_sites_run_side_by_side_at_other_ports():
    async def scenario():
        async with LabSite(DEVICES[:3]) as one, LabSite(DEVICES[:3]) as two:
            assert (one.plan.octet, one.plan.base) != (two.plan.octet, two.plan.base)
            for site in (one, two):
                _, writer = await connect(site.at("gate-cam"), 80)
                writer.close()
                await writer.wait_closed()

    run(scenario())


def test_a_taken_port_block_is_named_when_no_other_may_be_tried():
    async def scenario():
        async with LabSite(DEVICES[:3], shared=True) as first:
            with pytest.raises(LabError, match=f"ports from {first.plan.base} in .*Stop what listens there"):
                async with LabSite(DEVICES[:3], shared=True, base=first.plan.base):
                    pass  # pragma: no cover

    run(scenario())


def test_a_single_taken_port_moves_the_whole_site():
    async def scenario():
        async with LabSite(DEVICES[:2], multicast=False) as probe:
            where = (probe.placed[1].address, probe.placed[1].port(80))
            base = probe.plan.base
        with socket.socket() as blocker:
            blocker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            blocker.bind(where)
            blocker.listen()
            async with LabSite(DEVICES[:2], multicast=False) as site:
                assert (site.placed[1].address, site.placed[1].port(80)) != where
                assert site.plan.base != base

    run(scenario())


def test_the_scope_file_is_one_that_the_scanner_accepts():
    async def scenario():
        async with LabSite() as site:
            table = tomllib.loads(site.scope_toml)
            scope = parse_scope(site.scope_toml, "0" * 64)
            assert scope.is_loopback
            assert scope.pace == "lab"
            for placed in site.placed:
                for (transport, standard), there in placed.ports.items():
                    assert scope.ports.actual(transport, standard) == there
            assert scope.multicast.ports.actual("udp", 37020) == site.plan.base + 7020
            assert table["ranges"] == ["127.77.0.0/16".replace("77", str(site.plan.octet))]

    run(scenario())


def test_where_one_address_is_all_there_is_each_device_has_a_block_of_ports():
    async def scenario():
        async with LabSite(shared=True) as site:
            scope = parse_scope(site.scope_toml, "0" * 64)
            assert site.targets == ["127.0.0.1"]
            assert [e.name for e in scope.endpoints] == [d.name for d in DEVICES]
            where = [(transport, port) for p in site.placed for (transport, _), port in p.ports.items()]
            assert len(where) == len(set(where))
            for entry, placed in zip(scope.endpoints, site.placed, strict=True):
                for (transport, standard), there in placed.ports.items():
                    assert entry.ports.actual(transport, standard) == there
            reader, writer = await connect(site.at("lobby-cam"), 80)
            writer.write(b"GET / HTTP/1.1\r\nHost: d\r\n\r\n")
            assert b"/ui/assets/index.js" in await reader.read()
            writer.close()
            await writer.wait_closed()

    run(scenario())


def test_silent_host_accepts_and_says_nothing():
    async def scenario():
        async with LabSite() as site:
            for port in (80, 554):
                reader, writer = await connect(site.at("mute-host"), port)
                writer.write(b"GET / HTTP/1.1\r\n\r\n")
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.3)
                writer.transport.abort()

    run(scenario())


def test_endless_host_streams_slowly_and_fast_and_never_ends():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("endless-host")
            reader, writer = await connect(placed, 80)
            for _ in range(4):
                assert (await asyncio.wait_for(reader.readline(), 2)).endswith(b"\r\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.3)
            writer.transport.abort()
            reader, writer = await connect(placed, 8080)
            total = 0
            while total < 4_000_000:
                total += len(await asyncio.wait_for(reader.read(1_000_000), 2))
            writer.transport.abort()
            _, writer = await connect(site.at("gate-cam"), 80)  # the rest of the site goes on
            writer.transport.abort()

    run(scenario())


def test_stray_host_leads_outside_the_scope_and_the_tripwire_counts_who_follows():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("stray-host")
            reader, writer = await connect(placed, 80)
            writer.write(b"GET / HTTP/1.1\r\nHost: d\r\n\r\n")
            reply = (await reader.read()).decode()
            writer.close()
            await writer.wait_closed()
            address, port = site.plan.elsewhere
            assert f"Location: http://{address}:{port}/" in reply
            scope = parse_scope(site.scope_toml, "0" * 64)
            assert scope.permits(address, NOW).code == "outside"
            assert site.tripped == 0
            _, writer = await asyncio.open_connection(address, port)
            await asyncio.sleep(0.05)
            writer.transport.abort()
            assert site.tripped == 1

    run(scenario())


def test_poison_host_sends_what_a_report_must_not_pass_on():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("poison-host")
            loop = asyncio.get_running_loop()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.setblocking(False)
                client.bind(("127.0.0.1", 0))
                request = b"<Probe><Uuid>A</Uuid><Types>inquiry</Types></Probe>"
                await loop.sock_sendto(client, request, (placed.address, placed.port(37020, "udp")))
                reply = (await asyncio.wait_for(loop.sock_recv(client, 65_535), 2)).decode()
            for piece in ("&quot;&gt;&lt;script&gt;", "\x1b[2J", "=cmd|", "\u202e", "\x00", "9" * 5_000):
                assert piece in reply, piece

    run(scenario())


def test_more_connections_than_a_service_holds_are_closed():
    async def scenario():
        async with LabSite(multicast=False) as site:
            placed = site.at("mute-host")
            pairs = [await connect(placed, 80) for _ in range(65)]
            await asyncio.sleep(0.1)
            closed = [reader.at_eof() or reader.exception() is not None for reader, _ in pairs]
            assert sum(closed) == 1
            for _, writer in pairs:
                writer.transport.abort()

    run(scenario())


def test_without_multicast_on_loopback_the_site_says_so_and_goes_on(monkeypatch):
    async def refuse(*_):
        raise OSError(19, "No such device")

    monkeypatch.setattr(Listeners, "_join", refuse)

    async def scenario():
        async with LabSite() as site:
            assert len(site.notes) == 5
            assert all(
                re.search(r"no multicast for [\w-]+: joining .* failed \(No such device\)", n) for n in site.notes
            )
            _, writer = await connect(site.at("gate-cam"), 80)
            writer.close()
            await writer.wait_closed()

    run(scenario())


def test_a_site_that_is_not_running_says_so():
    with pytest.raises(RuntimeError, match="async with LabSite"):
        _ = LabSite().scope_toml


def test_a_low_limit_of_open_files_is_raised_and_never_lowered():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        make_room(10)
        low = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        make_room(300)
        enough = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        make_room(1)
        kept = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (low, enough, kept) == (266, 556, 556)
