"""The packet ledger holds what left, before it left, and is compared with what the network recorded."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from glasshouse.sources.active import MemoryJournal, Scope, Vantage, parse_scope, scan
from glasshouse.sources.active.packets import FileLedger, LedgerError, Sent, read_ledger
from glasshouse.sources.active.reconciling import Recorded, reconcile
from glasshouse.sources.active.stopping import RunStoppedError

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
SCOPE = parse_scope('ranges = ["192.0.2.0/24"]\nexclude = ["192.0.2.66"]', "")
ME = "192.0.2.5"
LEDGER = (
    Sent(AT, "connect", "192.0.2.9", "tcp", 80, source=ME),
    Sent(AT, "data", "192.0.2.9", "tcp", 80, 3, "aa", ME),
    Sent(AT, "datagram", "192.0.2.9", "udp", 37020, 3, "bb", ME),
)
RECORD = (
    Recorded(ME, "192.0.2.9", "tcp", 80, AT, opens=1, source_port=50_000),
    Recorded("192.0.2.9", ME, "tcp", 50_000, AT),
    Recorded(ME, "192.0.2.9", "udp", 37020, AT, sha256="bb"),
)


async def scanned(hosts, scope, clock, note, **more):
    found = scan(hosts, scope, collection="c", journal=MemoryJournal(), clock=clock, vantage=Vantage(note=note), **more)
    return [result async for result in found]


def test_every_exchange_stands_in_the_ledger_with_its_bytes(services, clock, device, loopback, tmp_path):
    path = tmp_path / "packets.jsonl"

    async def run():
        async with services() as lab:
            http, udp = await lab.http(lambda _: PAGE), await lab.udp(lambda _: None)
            with FileLedger(path) as ledger:
                await scanned([device({80: http}, {37020: udp})], loopback, clock, ledger.note)
            return lab, http, udp

    lab, http, udp = asyncio.run(run())
    told = list(read_ledger(path))
    assert {item.source for item in told} == {"127.0.0.1"}
    assert {(item.kind, item.port) for item in told} == {("connect", http), ("data", http), ("datagram", udp)}
    sent = sorted(hashlib.sha256(data).hexdigest() for data in lab.received)
    assert sorted(item.sha256 for item in told if item.kind != "connect") == sent
    assert sum(item.kind == "connect" for item in told) == lab.accepted
    assert sum(item.size for item in told) == sum(len(data) for data in lab.received)


def test_a_ledger_is_continued_and_a_torn_line_cut_off(tmp_path):
    path = tmp_path / "packets.jsonl"
    for item in LEDGER[:2]:
        with FileLedger(path) as ledger:
            ledger.note(item)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":"2026')
    assert list(read_ledger(path)) == list(LEDGER[:2])
    with FileLedger(path) as ledger:
        ledger.note(LEDGER[2])
    assert list(read_ledger(path)) == list(LEDGER)


@pytest.mark.parametrize("line", [b"[]", b'{"at": 3}', b"\xff", b'{"kind":"other"}', b"x" * 5_000])
def test_a_line_that_is_none_is_an_error_that_names_it(tmp_path, line):
    path = tmp_path / "packets.jsonl"
    path.write_bytes(line + b"\n")
    with pytest.raises(LedgerError, match="line 1"):
        list(read_ledger(path))
    with pytest.raises(LedgerError, match="no packet ledger"):
        list(read_ledger(tmp_path / "none"))


def test_without_a_ledger_that_can_be_written_nothing_leaves(services, clock, device, loopback):
    def full(_sent):
        raise RunStoppedError("no room")

    async def run():
        async with services() as lab:
            host = device({80: await lab.http(lambda _: PAGE)}, {37020: await lab.udp(lambda _: None)})
            with pytest.raises(RunStoppedError):
                await scanned([host], loopback, clock, full)
            return lab

    lab = asyncio.run(run())
    assert (lab.accepted, lab.received) == (0, [])


def test_a_record_that_shows_the_same_agrees():
    found = reconcile(LEDGER, RECORD, SCOPE)
    assert found.agrees
    assert (found.sent, found.recorded, found.ours, found.matched, found.sources) == (3, 3, 2, 2, (ME,))
    assert found.as_json()["agrees"] is True


def test_each_difference_is_told_apart():
    record = (
        replace(RECORD[0], source_port=1),
        replace(RECORD[0], source_port=2),
        Recorded(ME, "192.0.2.9", "udp", 37020, AT, sha256="cc"),
        Recorded(ME, "198.51.100.1", "udp", 53, AT, sha256="dd"),
    )
    ledger = (*LEDGER, Sent(AT, "connect", "192.0.2.66", "tcp", 443, source=ME))
    found = reconcile(ledger, record, SCOPE)
    assert not found.agrees
    assert found.unseen == (("192.0.2.66", "tcp", 443),)
    assert [(key, count) for key, count, _ in found.unsent] == [
        (("192.0.2.9", "tcp", 80), 1),
        (("198.51.100.1", "udp", 53), 1),
    ]
    assert found.other_bytes == ((("192.0.2.9", "udp", 37020), 1),)
    assert {key[0] for key, _ in found.outside} == {"192.0.2.66", "198.51.100.1"}


def test_packets_of_other_machines_and_other_hours_are_not_ours():
    other = Recorded("192.0.2.77", "198.51.100.1", "tcp", 80, AT, opens=1)
    late = Recorded(ME, "198.51.100.1", "tcp", 80, AT + timedelta(hours=1), opens=1)
    assert reconcile(LEDGER, (*RECORD, other, late), SCOPE).agrees


def test_a_record_without_our_addresses_does_not_agree():
    hidden = [replace(item, source="203.0.113.1") for item in RECORD if item.source == ME]
    assert not reconcile(LEDGER, hidden, SCOPE).agrees
    assert reconcile(LEDGER, hidden, SCOPE, ["203.0.113.1"]).agrees  # as the record shows them, behind translation


def test_on_loopback_replies_are_not_taken_for_our_packets():
    sent = (Sent(AT, "connect", "127.0.0.1", "tcp", 8080, source="127.0.0.1"),)
    record = (
        Recorded("127.0.0.1", "127.0.0.1", "tcp", 8080, AT, opens=1, source_port=50_000),
        Recorded("127.0.0.1", "127.0.0.1", "tcp", 50_000, AT, opens=1, source_port=8080),
    )
    assert reconcile(sent, record, Scope.loopback(["127.0.0.1"])).agrees


def test_groups_that_the_scope_grants_are_inside_it():
    text = 'ranges = ["192.0.2.0/24"]\n[multicast]\ninterface = "192.0.2.5"\n'
    group = (Sent(AT, "group", "239.255.255.250", "udp", 37020, 1, "ee", ME),)
    seen = (Recorded(ME, "239.255.255.250", "udp", 37020, AT, sha256="ee"),)
    assert reconcile(group, seen, parse_scope(text, "")).agrees
    assert reconcile(group, seen, Scope(SCOPE.ranges)).outside
