"""Journals: a killed run, resumed, ends with what an uninterrupted one would have, and asks nobody twice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, Gap, GapReason, Observation, SaidBy, Sighting
from glasshouse.sources.active import FileJournal, JournalError, scan
from glasshouse.sources.active.result import HostResult, PortState, from_json, to_json

SRC = Path(__file__).resolve().parents[3] / "src"


def pages(head):
    return b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 2\r\n\r\n" + head[5:7]


def result(name, raw=b"\x00\xff reply"):
    seen = Observation(
        Endpoint("192.0.2.1", "HQ", name), "other", raw, request="ask", port=80, protocol="x", said_by=SaidBy.DEVICE
    )
    gap = Gap("192.0.2.1", GapReason.TIMED_OUT, "rtsp", "détail")
    return HostResult(
        "192.0.2.1", name, "answered", (PortState(80, "tcp", "open"),), (Sighting(seen, "c1", None),), (gap,), 3, 99
    )


def observations(results):
    return {sighting.observation.id for result in results for sighting in result.sightings}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20))
def test_a_result_survives_its_json_form(raw, name):
    assert from_json(to_json(result(name, raw))) == result(name, raw)


def test_a_journal_is_read_back(tmp_path):
    with FileJournal.create(tmp_path / "j", {"targets": ["192.0.2.0/24"]}) as journal:
        journal.host_done("192.0.2.1", "a", result("a"))
    with FileJournal.resume(tmp_path / "j") as journal:
        assert journal.head == {"targets": ["192.0.2.0/24"]}
        assert journal.done_hosts() == {("192.0.2.1", "a")}
        assert list(journal.results()) == [result("a")]


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_last_line_is_cut_off_and_written_over(tmp_path, kept):
    path = tmp_path / "j"
    with FileJournal.create(path, {}) as journal:
        for name in ("a", "b"):
            journal.host_done("192.0.2.1", name, result(name))
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], lines[2][:kept]]))
    with FileJournal.resume(path) as journal:
        assert journal.done_hosts() == {("192.0.2.1", "a")}
        journal.host_done("192.0.2.1", "c", result("c"))
    with FileJournal.resume(path) as journal:
        assert journal.done_hosts() == {("192.0.2.1", "a"), ("192.0.2.1", "c")}


def test_damage_before_the_end_is_no_torn_line(tmp_path):
    path = tmp_path / "j"
    with FileJournal.create(path, {}) as journal:
        for name in ("a", "b"):
            journal.host_done("192.0.2.1", name, result(name))
    path.write_bytes(path.read_bytes().replace(b'"answered"', b'"silent"', 1))
    with pytest.raises(JournalError, match="line 2"):
        FileJournal.resume(path)


def test_what_is_no_journal_is_said_to_be_none(tmp_path):
    (tmp_path / "j").write_bytes(b"hello\n")
    with pytest.raises(JournalError, match="no head line"):
        FileJournal.resume(tmp_path / "j")
    with pytest.raises(JournalError, match="does not exist"):
        FileJournal.resume(tmp_path / "other")
    with pytest.raises(JournalError, match="exists already"):
        FileJournal.create(tmp_path / "j", {})


def test_an_interrupted_run_resumed_equals_an_uninterrupted_one(tmp_path, services, clock, device, loopback):
    async def run():
        async with services() as lab:
            hosts = [device({80: await lab.http(pages)}, name=f"d{n}") for n in range(12)]
            shared = {"collection": "c1", "clock": clock}
            with FileJournal.create(tmp_path / "whole", {}) as journal:
                whole = [r async for r in scan(hosts, loopback, journal=journal, **shared)]
            asked_by_whole = len(lab.received)
            with FileJournal.create(tmp_path / "torn", {}) as journal:
                running = scan(hosts, loopback, journal=journal, **shared)
                first = [await anext(running) for _ in range(5)]
                await running.aclose()
            with FileJournal.resume(tmp_path / "torn") as journal:
                done = journal.done_hosts()
                before = list(journal.results())
                rest = [r async for r in scan(hosts, loopback, journal=journal, **shared)]
            return whole, first, done, before, rest, asked_by_whole

    whole, first, done, before, rest, _ = asyncio.run(run())
    assert {r.key for r in first} <= done
    assert not {r.key for r in rest} & done
    assert observations(before) | observations(rest) == observations(whole)
    assert len(before) + len(rest) == 12


SCRIPT = """
    import asyncio, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from glasshouse.sources.active import FileJournal, LoopClock, Scope, scan
    from glasshouse.sources.active.scope import PortMap
    from glasshouse.sources.active.targets import Host

    async def run(path, port, count):
        hosts = [Host("127.0.0.1", f"d{n}", (PortMap(((80, port),)),), only_mapped=True) for n in range(count)]
        journal = FileJournal.resume(path) if path.exists() else FileJournal.create(path, {})
        scope = Scope.loopback(["127.0.0.1"])
        clock = LoopClock(lambda: datetime(2026, 1, 1, tzinfo=UTC))
        async for result in scan(hosts, scope, collection="c1", journal=journal, clock=clock, protocols=["http"]):
            print(result.domain, flush=True)

    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
"""


def test_a_killed_process_loses_nothing_and_repeats_nothing(tmp_path, services):
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path / "j")]

    def start(port):
        return subprocess.Popen([*command, str(port), "60"], stdout=subprocess.PIPE, text=True)

    def kill_after(port, lines):
        process = start(port)
        reported = [process.stdout.readline().strip() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        return reported

    def finish(port):
        out, _ = start(port).communicate(timeout=20)
        return out.split()

    async def run():
        async with services() as lab:
            port = await lab.http(pages)
            reported = await asyncio.to_thread(kill_after, port, 10)
            with FileJournal.resume(tmp_path / "j") as journal:
                done = journal.done_hosts()
            lab.received.clear()
            rest = await asyncio.to_thread(finish, port)
            return reported, done, rest, len(lab.received)

    reported, done, rest, asked = asyncio.run(run())
    assert {("127.0.0.1", name) for name in reported} <= done
    assert {("127.0.0.1", name) for name in rest} == {("127.0.0.1", f"d{n}") for n in range(60)} - done
    assert asked == len(rest)
    with FileJournal.resume(tmp_path / "j") as journal:
        assert len(journal.done_hosts()) == 60
        assert len(observations(journal.results())) == 60


def test_active_collection_runs_on_a_bare_interpreter():
    """-S leaves site-packages out: what is imported then is the standard library and this package."""
    code = """
        import sys
        sys.path.insert(0, sys.argv[1])
        from glasshouse.sources.active import Scope, expand, menu_of
        from glasshouse.sources.active.plan import Known, next_step
        scope = Scope.loopback(["127.0.0.1"])
        menu = menu_of(scope, "c1")
        for host in expand(["127.0.0.1"], scope):
            assert next_step(Known(host), menu) is not None
        third = {name for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", "") or "")}
        assert not third, third
    """
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", textwrap.dedent(code), str(SRC)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < 10


def test_skipped_hosts_are_tried_again_and_the_later_result_holds(tmp_path):
    skipped = HostResult("192.0.2.1", "a", "skipped", gaps=(Gap("192.0.2.1", GapReason.BUDGET),))
    with FileJournal.create(tmp_path / "j", {}) as journal:
        journal.host_done("192.0.2.1", "a", skipped)
        assert journal.done_hosts() == frozenset()
    with FileJournal.resume(tmp_path / "j") as journal:
        assert journal.done_hosts() == frozenset()
        assert list(journal.results()) == [skipped]
        journal.host_done("192.0.2.1", "a", result("a"))
        assert list(journal.results()) == [result("a")]
    with FileJournal.resume(tmp_path / "j") as journal:
        assert list(journal.results()) == [result("a")]
