"""The engine end to end over real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from glasshouse.model.observation import Endpoint, GapReason, SaidBy
from glasshouse.model.protocol import Limits, SafetyClass
from glasshouse.sources.active import (
    Budget,
    LoopClock,
    MemoryJournal,
    Scope,
    ScopeError,
    Tally,
    Vantage,
    parse_scope,
    scan,
)
from glasshouse.sources.active.neighbours import line_for, no_neighbours
from glasshouse.sources.active.scope import MulticastRules, PortMap
from glasshouse.sources.active.summary import MULTICAST
from glasshouse.sources.active.targets import Host

PAGE = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 2\r\n\r\nhi"
MATCH = b'<?xml version="1.0"?><ProbeMatch><DeviceSN>X</DeviceSN></ProbeMatch>'


async def collect(hosts, scope, clock, journal=None, **more):
    journal = journal or MemoryJournal()
    return [r async for r in scan(hosts, scope, collection="c1", journal=journal, clock=clock, **more)]


def rtsp(_head):
    return b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: X\r\n\r\n"


async def mute(reader, _writer):
    await reader.read()


def pages(head):
    return PAGE if head.startswith(b"GET / ") else b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"


def test_a_device_is_asked_what_its_replies_suggest(services, clock, device, loopback):
    async def run():
        async with services() as lab:
            ports = {80: await lab.http(pages), 554: await lab.http(rtsp)}
            host = device(ports, {37020: await lab.udp(lambda _: MATCH)}, name="cam")
            results = await collect([host], loopback, clock, site="HQ")
            return results, lab

    (result,), lab = asyncio.run(run())
    assert (result.address, result.domain, result.state, result.gaps) == ("127.0.0.1", "cam", "answered", ())
    seen = [sighting.observation for sighting in result.sightings]
    assert {(o.probe, o.request, o.port) for o in seen} >= {
        ("sadp", "SADP inquiry", 37020),
        ("http", "GET /", 80),
        ("rtsp", "OPTIONS", 554),
        ("isapi", "GET /ISAPI/System/deviceInfo", 80),
    }
    assert {o.subject for o in seen} == {Endpoint("127.0.0.1", "HQ", "cam")}
    assert {o.said_by for o in seen} == {SaidBy.DEVICE}
    assert next(o for o in seen if o.probe == "http").raw == PAGE
    assert {s.collection for s in result.sightings} == {"c1"}
    assert all(s.seen_at == datetime(2026, 11, 23, 12, tzinfo=UTC) for s in result.sightings)
    assert {(p.port, p.proto, p.state) for p in result.ports} == {
        (80, "tcp", "open"),
        (554, "tcp", "open"),
        (37020, "udp", "open"),
    }
    assert lab.most_at_once == 1  # one connection a host at a time, even at pace lab
    assert result.bytes_sent == sum(len(data) for data in lab.received)


def test_a_host_that_only_refuses_is_counted(clock, device, loopback):
    (result,) = asyncio.run(collect([device({80: 1})], loopback, clock))
    assert (result.state, result.sightings) == ("refused", ())


def test_a_host_that_accepts_and_says_nothing_is_a_gap(services, clock, device, loopback, speaker):
    async def run():
        async with services() as lab:
            vantage = Vantage((speaker("x"),), lambda *_: True)
            return await collect([device({80: await lab.tcp(mute)})], loopback, clock, vantage=vantage)

    (result,) = asyncio.run(run())
    assert result.state == "refused"
    assert [gap.reason for gap in result.gaps] == [GapReason.TIMED_OUT, GapReason.TOO_LITTLE_SEEN]


def test_targets_outside_the_scope_are_skipped_with_a_reason(services, clock, loopback):
    async def run():
        async with services() as lab:
            port = await lab.tcp(mute)
            host = Host("127.0.0.2", "default", (PortMap(((80, port),)),), only_mapped=True)
            return await collect([host], loopback, clock), lab.accepted

    (result,), accepted = asyncio.run(run())
    assert accepted == 0
    assert (result.state, result.packets_sent) == ("skipped", 0)
    assert [gap.reason for gap in result.gaps] == [GapReason.OUT_OF_SCOPE]


def test_nothing_leads_out_of_the_scope(services, clock):
    """Redirects, XAddrs and locations that name another endpoint are recorded and never followed."""

    async def run():
        async with services() as outside, services() as lab:
            trap = await outside.tcp(mute)
            led = f"http://127.0.0.1:{trap}/onvif/device_service http://127.0.0.2:{trap}/x".encode()
            moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % trap
            probe = b"<ProbeMatches>onvif://www.onvif.org/type/video <XAddrs>" + led + b"</XAddrs></ProbeMatches>"
            http, udp = await lab.http(lambda _: moved), await lab.udp(lambda _: probe)
            scope = parse_scope(
                f'ranges = ["127.0.0.1"]\npace = "lab"\n[[endpoint]]\nname = "cam"\naddress = "127.0.0.1"\n'
                f"ports = {{ 80 = {http} }}\nudp = {{ 3702 = {udp} }}\n"
                f'[[endpoint]]\nname = "other"\naddress = "127.0.0.1"\n',
                "",
            )
            host = Host("127.0.0.1", "cam", (scope.endpoints[0].ports,), only_mapped=True)
            results = await collect([host], scope, clock)
            return results, outside.accepted

    (result,), accepted = asyncio.run(run())
    assert accepted == 0
    assert result.state == "answered"


def test_at_most_25_requests_and_the_rest_is_a_gap(services, clock, device, loopback, speaker):
    async def run():
        async with services() as lab:
            port = await lab.http(lambda _: b"a line\n")
            crowd = tuple(speaker(f"p{n:02}", data=b"GET\r\n\r\n") for n in range(30))
            results = await collect([device({80: port})], loopback, clock, vantage=Vantage(crowd, lambda *_: True))
            return results, lab.received

    (result,), received = asyncio.run(run())
    assert len(received) == 25
    assert [(gap.reason, gap.protocol) for gap in result.gaps] == [(GapReason.BUDGET, f"p{n}") for n in range(25, 30)]


def test_a_host_that_keeps_silent_is_left_alone(services, clock, device, loopback, speaker):
    async def run():
        async with services() as lab:
            port = await lab.tcp(mute)
            brief = Limits(reply_bytes=100, seconds=0.05)
            crowd = tuple(speaker(f"p{n}", limits=brief) for n in range(6))
            results = await collect([device({80: port})], loopback, clock, vantage=Vantage(crowd, lambda *_: True))
            return results, lab.accepted

    (result,), accepted = asyncio.run(run())
    assert accepted == 1 + 3  # the connect, and three requests without an answer
    assert GapReason.SILENT in {gap.reason for gap in result.gaps}


def test_a_defect_at_one_host_is_a_gap_and_the_run_goes_on(services, clock, device, loopback, speaker):
    class Broken(speaker):
        def hints(self, _raw):
            raise RuntimeError("defect")

    async def run():
        async with services() as lab:
            hosts = [device({80: await lab.http(lambda _: b"line\n")}, name=name) for name in ("a", "b")]
            vantage = Vantage((Broken("x", data=b"GET\r\n\r\n"),), lambda *_: True)
            return await collect(hosts, loopback, clock, vantage=vantage)

    results = asyncio.run(run())
    assert len(results) == 2
    assert all("defect" in result.gaps[0].detail for result in results)
    assert all(result.state == "answered" for result in results)  # what was heard is kept


def test_cancelling_stops_all_traffic_within_a_second(services, clock, device, loopback, speaker):
    async def run():
        async with services() as lab:
            port = await lab.tcp(mute)
            patient = (speaker("x", limits=Limits(seconds=30.0)),)
            hosts = [device({80: port}, name=f"d{n}") for n in range(200)]
            task = asyncio.create_task(collect(hosts, loopback, clock, vantage=Vantage(patient, lambda *_: True)))
            for _ in range(500):
                if lab.accepted >= 100:
                    break
                await asyncio.sleep(0.01)
            begun = time.monotonic()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            took = time.monotonic() - begun
            await asyncio.sleep(0.1)
            before, open_now = lab.accepted, lab.at_once
            await asyncio.sleep(0.2)
            return took, open_now, lab.accepted - before

    took, open_now, later = asyncio.run(run())
    assert took < 1.0
    assert (open_now, later) == (0, 0)


def test_the_scope_ending_during_a_run_ends_the_asking(services, device, loopback):
    moments = iter(range(1_000))
    clock = LoopClock(lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(moments)))
    scope = Scope(loopback.ranges, not_after=datetime(2026, 1, 1, 0, 0, 4, tzinfo=UTC), pace="lab")

    async def run():
        async with services() as lab:
            return await collect([device({80: await lab.http(pages)})], scope, clock), lab.received

    (result,), _ = asyncio.run(run())
    assert GapReason.OUT_OF_SCOPE in {gap.reason for gap in result.gaps}


def test_pace_lab_is_refused_where_a_target_is_not_loopback(clock):
    scope = Scope((*Scope.loopback(["127.0.0.1"]).ranges,), pace="lab")
    with pytest.raises(ScopeError, match=r"192\.0\.2\.1"):
        asyncio.run(collect([Host("192.0.2.1", "default")], scope, clock))


def test_an_unknown_protocol_is_refused_before_anything_is_sent(clock, loopback, device):
    with pytest.raises(ScopeError, match="sapd"):
        asyncio.run(collect([device({80: 1})], loopback, clock, protocols=["sapd"]))


def test_the_summary_counts_every_target_once(services, clock, device, loopback):
    async def run():
        async with services() as lab:
            hosts = [device({80: await lab.http(pages)}, name="a"), device({80: 1}, name="b"), Host("127.0.0.9", "c")]
            return await collect(hosts, loopback, clock)

    tally = Tally()
    for result in asyncio.run(run()):
        tally.add(result)
    table = tally.as_json("c1", 1.23456)
    assert table["targets"] == {"asked": 3, "answered": 1, "refused": 1, "silent": 0, "unreachable": 0, "skipped": 1}
    assert table["seconds"] == 1.235
    assert table["packets_sent"] > 0
    refused = [gap["address"] for gap in table["gaps"] if gap["reason"] == "out of scope"]
    assert refused == ["127.0.0.9"]  # a busy machine may add a gap of time


def test_progress_tells_how_far_the_run_is(clock, device, loopback):
    told = []
    hosts = [device({80: 1}, name=name) for name in "abc"]
    asyncio.run(collect(hosts, loopback, clock, progress=told.append))
    assert [(step.done, step.total) for step in told] == [(1, 3), (2, 3), (3, 3)]


@pytest.fixture
def certificate(tmp_path):
    """PEM file with key and self-signed certificate for CN=camera.test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera.test")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, start, start + timedelta(days=9_000))
    made = builder.sign(key, hashes.SHA256())
    path = tmp_path / "device.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_certificate_and_page_of_a_tls_port(clock, device, loopback, certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def serve(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(PAGE)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        try:
            port = server.sockets[0].getsockname()[1]
            return await collect([device({443: port})], loopback, clock, protocols=["http", "tls-cert"])
        finally:
            server.close()
            await asyncio.sleep(0.05)

    (result,) = asyncio.run(run())
    seen = {sighting.observation.probe: sighting.observation for sighting in result.sightings}
    assert (seen["http"].raw, seen["http"].port) == (PAGE, 443)
    protocol, _, pem = seen["tls-cert"].raw.partition(b"\n")
    assert protocol.startswith(b"Protocol: TLSv1.")
    written = certificate.read_bytes()
    assert pem.strip() in written.replace(b"\r", b"")
    assert seen["tls-cert"].request == "handshake"


def _answering(group, port, reply):
    """A device that has joined a group on loopback; None where the system does not let it."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", port))
        member = struct.pack("4s4s", socket.inet_aton(group), socket.inet_aton("127.0.0.1"))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError:
        sock.close()
        pytest.skip("multicast on loopback is not available here")
    sock.setblocking(False)

    async def serve():
        loop = asyncio.get_running_loop()
        while True:
            _, source = await loop.sock_recvfrom(sock, 65_536)
            await loop.sock_sendto(sock, reply, source)

    return sock, serve


def _multicast(clock, scope, hosts, speaker, group, port, reply=b"I am here\n"):
    async def run():
        sock, serve = _answering(group, port, reply)
        task = asyncio.create_task(serve())
        try:
            found = (
                speaker("finder", transport="udp", ports=(9,), safety=SafetyClass.DISCOVERY, multicast=((group, 9),)),
            )
            return await collect(
                hosts,
                scope,
                clock,
                vantage=Vantage(found, lambda *what: what[3] == b"ASK\r\n", neighbours=no_neighbours),
            )
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            sock.close()

    return asyncio.run(run())


def test_multicast_replies_belong_to_the_host_that_sent_them(clock, speaker):
    ports = PortMap(((9, 41_909),))
    scope = Scope(Scope.loopback(["127.0.0.1"]).ranges, pace="lab", multicast=MulticastRules("127.0.0.1", ports))
    results = _multicast(
        clock, scope, [Host("127.0.0.1", "default", (PortMap(),), only_mapped=True)], speaker, "239.255.42.42", 41_909
    )
    round_itself, host = results
    assert (round_itself.domain, round_itself.state, round_itself.packets_sent) == (MULTICAST, "answered", 1)
    (sighting,) = host.sightings
    assert (sighting.observation.raw, sighting.observation.port) == (b"I am here\n", 9)
    assert (sighting.observation.protocol, sighting.observation.request) == ("finder", "ask")
    assert host.state == "answered"


def test_multicast_replies_from_outside_the_scope_are_counted_not_kept(clock, speaker):
    ports = PortMap(((9, 41_910),))
    scope = Scope(Scope.loopback(["127.0.0.9"]).ranges, pace="lab", multicast=MulticastRules("127.0.0.1", ports))
    host = Host("127.0.0.9", "default", (PortMap(),), only_mapped=True)
    results = _multicast(clock, scope, [host], speaker, "239.255.42.43", 41_910)
    assert [gap.reason for gap in results[0].gaps] == [GapReason.OUT_OF_SCOPE]
    assert all(not result.sightings for result in results)


def test_questions_of_other_programs_are_no_replies(clock, speaker):
    ports = PortMap(((9, 41_912),))
    scope = Scope(Scope.loopback(["127.0.0.1"]).ranges, pace="lab", multicast=MulticastRules("127.0.0.1", ports))
    host = Host("127.0.0.1", "default", (PortMap(),), only_mapped=True)
    results = _multicast(clock, scope, [host], speaker, "239.255.42.45", 41_912, reply=b"ASK\r\n")
    assert all(not result.sightings for result in results)


def test_without_a_multicast_table_no_group_is_asked(clock, speaker, loopback, device):
    results = _multicast(clock, loopback, [device({80: 1})], speaker, "239.255.42.44", 41_911)
    assert [result.domain for result in results] == ["device"]


ARP = b"""IP address       HW type     Flags       HW address            Mask     Device
192.0.2.7        0x1         0x2         44:19:b6:00:00:01     *        eth0
192.0.2.8        0x1         0x0         00:00:00:00:00:00     *        eth0
"""


def test_the_neighbour_table_gives_complete_entries_only():
    assert b"44:19:b6:00:00:01" in (line_for("192.0.2.7", ARP) or b"")
    assert line_for("192.0.2.8", ARP) is None
    assert line_for("192.0.2.70", ARP) is None
    assert line_for("192.0.2.7", b"\xff\n1 2 3") is None


def test_a_mac_from_the_neighbour_table_is_the_infrastructures_word(services, clock, device, loopback, speaker):
    async def run():
        async with services() as lab:
            port = await lab.http(lambda _: b"line\n")
            vantage = Vantage((speaker("x", data=b"GET\r\n\r\n"),), lambda *_: True, Budget(), lambda _: b"a line")
            return await collect([device({80: port})], loopback, clock, vantage=vantage)

    (result,) = asyncio.run(run())
    (mac,) = [s.observation for s in result.sightings if s.observation.probe == "mac"]
    assert (mac.raw, mac.said_by) == (b"a line", SaidBy.INFRASTRUCTURE)
