"""Paces and budgets under a clock that only moves when somebody sleeps."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from glasshouse.sources.active.governor import Budget, Governor, pace_of
from glasshouse.sources.active.scope import Scope
from glasshouse.sources.active.scope_file import parse_scope


def governed(clock, pace="gentle", rate=100, budget=None):
    scope = parse_scope(f'ranges = ["127.0.0.0/8"]\npace = "{pace}"\nrate = {rate}', "")
    return Governor(pace_of(scope), clock, budget)


async def take(governor, clock, ledger, times, starts, took=0.0, connect=False):
    for _ in range(times):
        async with governor.turn(ledger, connect=connect) as spent:
            if spent is not None:
                starts.append(spent)
                continue
            starts.append(clock.monotonic())
            clock.time += took


def gaps_between(starts):
    return [later - earlier for earlier, later in itertools.pairwise(starts)]


def test_gentle_spaces_the_requests_to_one_host(fake_clock):
    starts = []
    governor = governed(fake_clock)
    asyncio.run(take(governor, fake_clock, governor.open(), 10, starts, took=0.1))
    assert min(gaps_between(starts)) >= 0.3 + 0.1 - 1e-9


@pytest.mark.parametrize(("pace", "rate", "limit"), [("gentle", 100, 20), ("approved", 300, 300), ("approved", 40, 40)])
def test_the_rate_of_the_site_holds_over_many_hosts(fake_clock, pace, rate, limit):
    starts = []
    governor = governed(fake_clock, pace, rate)

    async def crowd():
        await asyncio.gather(*(take(governor, fake_clock, governor.open(), 2, starts) for _ in range(100)))

    asyncio.run(crowd())
    starts.sort()
    assert len(starts) == 200
    for first, last in zip(starts, starts[limit:], strict=False):
        assert last - first >= 1.0 - 1e-6


def test_lab_waits_for_nothing(fake_clock):
    starts = []
    governor = governed(fake_clock, "lab")
    asyncio.run(take(governor, fake_clock, governor.open(), 20, starts))
    assert fake_clock.slept == []


@pytest.mark.parametrize("pace", ["gentle", "approved", "lab"])
def test_one_thing_at_a_time_with_a_host_at_every_pace(fake_clock, pace):
    governor = governed(fake_clock, pace)
    ledger = governor.open()
    inside, most = 0, 0

    async def one():
        nonlocal inside, most
        async with governor.turn(ledger):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async def crowd():
        await asyncio.gather(*(one() for _ in range(10)))

    asyncio.run(crowd())
    assert most == 1


def test_requests_and_connects_are_limited_apart(fake_clock):
    governor = governed(fake_clock, "lab", budget=Budget(host_requests=25, host_connects=4))
    ledger = governor.open()
    requests, connects = [], []
    asyncio.run(take(governor, fake_clock, ledger, 27, requests))
    asyncio.run(take(governor, fake_clock, ledger, 5, connects, connect=True))
    assert requests[25:] == ["requests", "requests"]
    assert connects[4:] == ["connects"]


def test_bytes_and_seconds_of_a_host_are_limited(fake_clock):
    governor = governed(fake_clock, "lab", budget=Budget(host_bytes=100, host_seconds=5.0))
    heavy, slow = governor.open(), governor.open()
    starts = []
    heavy.settle(sent=40, received=60, answered=True)
    asyncio.run(take(governor, fake_clock, heavy, 1, starts))
    asyncio.run(take(governor, fake_clock, slow, 3, starts, took=3.0))
    assert starts[0] == "bytes"
    assert starts[3] == "seconds"


def test_the_run_is_limited_too(fake_clock):
    governor = governed(fake_clock, "lab", budget=Budget(run_bytes=50, run_seconds=10.0))
    starts = []

    async def spend():
        ledger = governor.open()
        async with governor.turn(ledger):
            ledger.settle(sent=0, received=50, answered=True)

    asyncio.run(spend())
    asyncio.run(take(governor, fake_clock, governor.open(), 1, starts))
    fake_clock.time += 11
    asyncio.run(take(governor, fake_clock, governor.open(), 1, starts))
    assert starts == ["run bytes", "run seconds"]


def test_a_host_that_slows_is_asked_more_slowly(fake_clock):
    governor = governed(fake_clock)
    starts = []
    asyncio.run(take(governor, fake_clock, governor.open(), 8, starts, took=2.0))
    waits = [gap - 2.0 for gap in gaps_between(starts)]
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(0.6)
    assert waits[-1] == pytest.approx(5.0)  # and no more slowly than that


def test_repeated_silence_ends_the_asking_and_an_answer_resets_it(fake_clock):
    governor = governed(fake_clock, "lab")
    ledger = governor.open()
    starts = []
    for answered in (False, False, True, False, False, None, False):
        ledger.settle(sent=1, received=0, answered=answered)
    asyncio.run(take(governor, fake_clock, ledger, 1, starts))
    assert starts == ["silence"]


def test_approved_never_exceeds_what_the_scope_can_say():
    assert pace_of(Scope((), pace="approved", rate=9_999.0)).rate == 300.0
