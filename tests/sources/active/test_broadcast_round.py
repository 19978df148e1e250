"""Finders that know broadcast only: asked once, at the broadcast address that the scope names, and nowhere else."""

from __future__ import annotations

import asyncio
import socket

import pytest

from glasshouse.protocols import BUILTIN
from glasshouse.sources.active import MemoryJournal, ScopeError, Vantage, expand, parse_scope, scan
from glasshouse.sources.active.multicast import groups_of
from glasshouse.sources.active.neighbours import no_neighbours

BROADCAST = "127.255.255.255"
TEXT = """
ranges = ["127.0.0.0/8"]
max_class = "discovery"
pace = "lab"
[multicast]
interface = "127.0.0.1"
{more}
"""


def scope_with(more):
    return parse_scope(TEXT.replace("{more}", more), "")


class Finder(asyncio.DatagramProtocol):
    def __init__(self):
        self.received = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        self.received.append(data)
        self.transport.sendto(b"\x02" + data[1:5] + b"\x09\x06IP8160", source)


def asked(more, clock):
    """A Vivotek-like finder that hears the broadcast address of loopback; what it heard, and what left."""

    async def run():
        loop = asyncio.get_running_loop()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((BROADCAST, 0))  # hears what is broadcast, and nothing from other machines
        transport, finder = await loop.create_datagram_endpoint(Finder, sock=sock)
        sent = []
        try:
            port = sock.getsockname()[1]
            scope = scope_with(more.replace("{port}", str(port)))
            vantage = Vantage(neighbours=no_neighbours, note=sent.append)
            found = scan(
                expand(["127.0.0.77"], scope), scope, collection="c", journal=MemoryJournal(), clock=clock,
                protocols=["vivotek"], vantage=vantage,
            )  # fmt: skip
            return finder.received, sent, [result async for result in found]
        finally:
            transport.close()

    return asyncio.run(run())


def test_a_finder_is_heard_and_the_device_kept(clock):
    received, sent, results = asked(f'broadcast = "{BROADCAST}"\nports = {{ 10000 = {{port}} }}', clock)
    assert received == [b"\x01GLAS"]
    assert [(item.address, item.kind) for item in sent if item.kind == "group"] == [(BROADCAST, "group")]
    seen = [s.observation for result in results for s in result.sightings]
    assert [(o.protocol, o.request, o.subject.address) for o in seen] == [("vivotek", "Vivotek search", "127.0.0.1")]


def test_without_the_scopes_word_nothing_is_broadcast(clock):
    received, sent, _ = asked("ports = { 10000 = {port} }", clock)
    assert received == []
    assert not [item for item in sent if item.kind == "group"]


@pytest.mark.parametrize("address", ["192.0.2.255", "255.255.255.255", "127.0.0.1", "127.0.0.255", "x", ""])
def test_only_the_broadcast_address_of_a_range_is_accepted(address):
    with pytest.raises(ScopeError, match=r"multicast\.broadcast"):
        scope_with(f'broadcast = "{address}"')


def test_the_interface_must_be_in_that_range():
    text = 'ranges = ["192.0.2.0/25", "198.51.100.0/24"]\n[multicast]\ninterface = "192.0.2.5"\nbroadcast = "{}"\n'
    assert parse_scope(text.replace("{}", "192.0.2.127"), "").multicast.broadcast == "192.0.2.127"
    with pytest.raises(ScopeError, match=r"multicast\.broadcast"):
        parse_scope(text.replace("{}", "198.51.100.255"), "")


def test_every_broadcast_request_is_one_the_finder_has():
    scope = scope_with(f'broadcast = "{BROADCAST}"')
    heard = {
        speaker.DOC.name for speaker in BUILTIN if (BROADCAST, *speaker.DOC.broadcast) in groups_of(speaker, scope)
    }
    assert heard == {"xm", "hanwha", "bosch", "vivotek", "tapo", "foscam", "vstarcam", "sony", "reolink", "dvrip"}
    for speaker in BUILTIN:
        for address, port in groups_of(speaker, scope):
            token = "00000000-0000-4000-8000-000000000000"
            assert speaker.requests(address, port, token), (speaker.DOC.name, address)
