"""Priming: dark addresses are found without connections, within the rate, and no address is lost to a full socket."""

from __future__ import annotations

import asyncio
import errno
import ipaddress

import pytest

from glasshouse.model.observation import GapReason
from glasshouse.sources.active import MemoryJournal, Vantage, expand, parse_scope, scan
from glasshouse.sources.active.engine import Budget
from glasshouse.sources.active.governor import Governor, pace_of
from glasshouse.sources.active.priming import CHUNK, Primer, on_link_networks
from glasshouse.sources.active.stopping import RunStoppedError
from glasshouse.sources.active.targets import Host

SCOPE = parse_scope('ranges = ["198.18.0.0/22"]\nexclude = ["198.18.0.9"]', "")
ROUTES = (
    b"Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    b"eth0 00000000 010012C6 0003 0 0 0 00000000 0 0 0\n"
    b"eth0 000012C6 00000000 0001 0 0 0 00FCFFFF 0 0 0\n"
    b"eth0 000064CB 010012C6 0003 0 0 0 00FFFFFF 0 0 0\n"
    b"broken line\n"
)
HEAD = b"IP address HW type Flags HW address Mask Device\n"


class Link:
    """A link with a neighbour table; a socket of it drops what goes beyond `room` unresolved addresses, silently."""

    def __init__(self, alive, room=300, fails=()):
        self.alive, self.room, self.fails = set(alive), room, set(fails)
        self.asked = []
        self.entries = {}
        self.most = 0
        self.sockets = 0

    def open(self):
        self.sockets += 1
        return Socket(self)

    def table(self):
        rows = [f"{a} 0x1 {'0x2' if m else '0x0'} {m or '00:00:00:00:00:00'} * eth0" for a, m in self.entries.items()]
        self.most = max(self.most, len(rows))
        return HEAD + "\n".join(rows).encode()


class Socket:
    def __init__(self, link):
        self.link, self.used = link, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def sendto(self, data, target):
        assert data == b""
        assert target[1] == 9
        if target[0] in self.link.fails:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        self.link.asked.append(target[0])
        self.used += 1
        if self.used <= self.link.room:
            self.link.entries[target[0]] = "02:00:00:00:00:01" if target[0] in self.link.alive else None


def primer(link):
    return Primer(lambda: ROUTES, link.table, link.open)


def primed(link, hosts, clock, scope=SCOPE, note=lambda _: None):
    governor = Governor(pace_of(scope), clock)
    return asyncio.run(primer(link).dark(hosts, scope, governor, clock, note))


def hosts(count):
    first = int(ipaddress.ip_address("198.18.0.1"))
    return [Host(str(ipaddress.ip_address(first + n)), "default") for n in range(count)]


def test_routes_without_a_gateway_are_on_the_link():
    assert on_link_networks(ROUTES) == (ipaddress.ip_network("198.18.0.0/22"),)
    assert on_link_networks(b"") == ()
    near, rest = primer(Link(())).split(
        [Host(a, "d") for a in ("198.18.3.9", "203.0.113.9", "127.0.0.1", "2001:db8::1")]
    )
    assert [host.address for host in near] == ["198.18.3.9"]
    assert [host.address for host in rest] == ["203.0.113.9", "127.0.0.1", "2001:db8::1"]


def test_only_who_answers_is_not_dark_and_exclusions_get_nothing(fake_clock):
    link, sent = Link({"198.18.0.3", "198.18.0.7"}), []
    dark = primed(link, hosts(12), fake_clock, note=sent.append)
    assert dark == {f"198.18.0.{n}" for n in range(1, 13)} - {"198.18.0.3", "198.18.0.7", "198.18.0.9"}
    assert "198.18.0.9" not in link.asked
    assert [(item.kind, item.port, item.size) for item in sent] == [("prime", 9, 0)] * 11


def test_no_device_is_lost_to_a_socket_that_is_full(fake_clock):
    everybody = hosts(CHUNK)
    link = Link({host.address for host in everybody}, room=60)
    assert primed(link, everybody, fake_clock) == frozenset()
    assert link.sockets >= CHUNK // 48


def test_an_address_that_could_not_be_primed_is_not_dark(fake_clock):
    link = Link((), fails={"198.18.0.5"})
    assert primed(link, hosts(8), fake_clock) == {f"198.18.0.{n}" for n in (1, 2, 3, 4, 6, 7, 8)}


def test_a_lost_link_is_no_dark_network(fake_clock):
    link = Link(())

    def down(_data, _target):
        raise OSError(errno.ENETDOWN, "Network is down")

    broken = Socket(link)
    broken.sendto = down
    link.open = lambda: broken
    with pytest.raises(RunStoppedError, match="interface is down"):
        primed(link, hosts(3), fake_clock)


@pytest.mark.parametrize(("pace", "most"), [("gentle", 10.0), ("approved", 100.0)])
def test_arp_packets_stay_below_the_pace(fake_clock, pace, most):
    link, moments = Link(()), []
    primed(link, hosts(40), fake_clock, SCOPE.at_pace(pace), lambda _: moments.append(fake_clock.monotonic()))
    windows = [sum(start <= moment < start + 1 for moment in moments) for start in moments]
    assert max(windows) * 3 <= most + 3  # each address is asked for three times; one falls on the edge


def test_a_scan_asks_only_who_is_there(fake_clock):
    link, sent = Link({"198.18.0.3"}), []
    budget = Budget(host_connects=0, host_requests=0)
    vantage = Vantage(neighbours=lambda _: None, note=sent.append, primer=primer(link), budget=budget)
    journal = MemoryJournal()

    async def run():
        found = scan(
            expand(["198.18.0.1-6"], SCOPE), SCOPE, collection="c", journal=journal, clock=fake_clock, vantage=vantage
        )
        return {result.address: result async for result in found}

    results = asyncio.run(run())
    assert {item.kind for item in sent} == {"prime"}
    dark = {address for address, result in results.items() if result.state == "silent"}
    assert dark == {f"198.18.0.{n}" for n in (1, 2, 4, 5, 6)}
    assert results["198.18.0.1"].gaps[0].reason is GapReason.SILENT
    assert results["198.18.0.3"].state == "skipped"  # its turn came; this test's budget is nothing
    assert ("198.18.0.1", "default") in journal.done_hosts()
