"""The do-not-touch list: an address with a sign is a gap, unless the scope names it; its ports are never connected to."""

from __future__ import annotations

import asyncio

import pytest

from glasshouse.datapack import load
from glasshouse.matching.oui import Table
from glasshouse.model.observation import GapReason
from glasshouse.model.protocol import SafetyClass
from glasshouse.protocols import by_name
from glasshouse.sources.active import Vantage, parse_scope
from glasshouse.sources.active.asking import Run, ask_host
from glasshouse.sources.active.engine import menu_of
from glasshouse.sources.active.fragile import fragile_ports, sign_of, signs
from glasshouse.sources.active.governor import Governor, pace_of
from glasshouse.sources.active.multicast import Heard
from glasshouse.sources.active.plan import CONNECT_PORTS, Known, Step, after_hearing
from glasshouse.sources.active.targets import Host
from glasshouse.sources.active.wire import NotAllowedError, Wire

TEXT = 'ranges = ["192.0.2.0/24"]\n'
SCOPE = parse_scope(TEXT, "")
NAMED = parse_scope(TEXT + 'touch_anyway = ["192.0.2.50"]\n', "")
LINE = b"192.0.2.50       0x1         0x2         00:80:77:01:02:03     *        eth0"
WSD = b"<Types>wsdp:Device wprt:PrintDeviceType</Types><XAddrs>http://192.0.2.50:631/</XAddrs>"


class NoWire:
    def __getattr__(self, name):
        raise AssertionError("nothing may be sent")


def asked(scope, neighbour, raws, clock):
    menu = menu_of(scope, "c")
    run = Run(scope, menu, Governor(pace_of(scope), clock), NoWire(), clock, "c", "HQ", lambda _: neighbour)
    host, speaker = Host("192.0.2.50", "default"), by_name("ws-discovery")
    heard = [Heard(host, speaker, raw, clock.now(), None, 3702) for raw in raws]
    return asyncio.run(ask_host(run, host, heard))


@pytest.mark.parametrize(("neighbour", "raws", "sign"), [(LINE, (), "00:80:77"), (None, (WSD,), "PrintDeviceType")])
def test_a_sign_makes_a_gap_and_nothing_is_sent(clock, neighbour, raws, sign):
    result = asked(SCOPE, neighbour, raws, clock)
    (gap,) = result.gaps
    assert (gap.reason, gap.where) == (GapReason.NOT_LOOKED_AT, "192.0.2.50")
    assert sign in gap.detail
    assert "touch_anyway" in gap.detail
    assert result.packets_sent == 0
    assert len(result.sightings) == len(raws)  # what it said by itself is kept


def test_what_the_scope_names_is_asked(clock):
    assert sign_of("192.0.2.50", NAMED, LINE, ()) is None
    assert sign_of("192.0.2.51", NAMED, LINE, ()) is not None
    assert sign_of("127.0.0.1", SCOPE, LINE, (WSD,)) is None
    assert any("AssertionError" in gap.detail for gap in asked(NAMED, LINE, (), clock).gaps)  # it did try


def test_no_sign_no_gap():
    camera = LINE.replace(b"00:80:77", b"00:40:8c")
    assert sign_of("192.0.2.50", SCOPE, camera, (b"<Types>dn:NetworkVideoTransmitter</Types>",)) is None
    assert sign_of("192.0.2.50", SCOPE, LINE.replace(b"00:80:77:01:02:03", b"02:00:80:77:01:02"), ()) is None


def test_ports_of_the_list_are_not_connected_to(clock):
    assert not fragile_ports() & set(CONNECT_PORTS)
    wire = Wire(SCOPE, pace_of(SCOPE), clock, lambda *_: True)
    with pytest.raises(NotAllowedError, match="do-not-touch"):
        asyncio.run(wire.connect(Host("192.0.2.50", "default"), Step("connect", "tcp", 9100)))
    speaker = by_name("ws-discovery")
    heard = after_hearing(Known(Host("192.0.2.50", "default")), speaker, 3702, WSD.replace(b"631", b"9100"))
    assert heard.named == ()


def test_no_protocol_asks_at_a_port_of_the_list():
    for speaker in menu_of(SCOPE, "c", vantage=Vantage()).speakers:
        if speaker.DOC.safety > SafetyClass.PASSIVE:
            assert not fragile_ports() & set(speaker.DOC.ports)


def test_every_sign_has_a_basis_and_every_prefix_is_registered():
    table = Table(load().oui)
    for sign in signs():
        assert sign.basis == ("registry" if sign.kind == "mac" else "recalled")  # the other texts were not reread
        assert sign.source
        if sign.kind == "mac":
            assert table.registrant(sign.value + ":00:00:00") is not None, sign
        elif sign.kind == "port":
            assert 0 < int(sign.value) < 65_536
