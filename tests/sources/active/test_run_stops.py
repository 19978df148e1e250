"""Stop file, signals and a lost link end all traffic; the run stays resumable."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys

import pytest

from glasshouse.sources.active import MemoryJournal, Vantage, scan
from glasshouse.sources.active import link as link_module
from glasshouse.sources.active.link import flags_of, interface_of, link_lost, link_watch, mac_of_interface
from glasshouse.sources.active.packets import source_for
from glasshouse.sources.active.stopping import RunStoppedError, stop_file_watch, until_stopped


async def mute(reader, _writer):
    await reader.read()


async def forever():
    await asyncio.Event().wait()


def test_a_stop_file_ends_a_scan_and_its_connections(services, clock, device, loopback, tmp_path):
    stop, journal, sent = tmp_path / "STOP", MemoryJournal(), []

    async def run():
        async with services() as lab:
            host = device({80: await lab.tcp(mute), 554: await lab.tcp(mute)})
            other = device({443: await lab.tcp(mute)}, name="other")

            def note(packet):
                sent.append(packet)
                if packet.kind == "data":
                    stop.touch()

            async def work():
                vantage = Vantage(note=note)
                async for _ in scan(
                    [host, other], loopback, collection="c", journal=journal, clock=clock, vantage=vantage
                ):
                    pass

            with pytest.raises(RunStoppedError, match="stop file"):
                await until_stopped(work(), stop_file_watch(stop))
            count = len(sent)
            await asyncio.sleep(0.5)
            return count, lab.at_once

    count, open_now = asyncio.run(run())
    assert len(sent) == count
    assert open_now == 0
    assert not journal.done_hosts()  # asked again when the run is resumed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_and_handlers_are_put_back(number):
    before = signal.getsignal(number)

    async def run():
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
        await until_stopped(forever())

    with pytest.raises(RunStoppedError, match=number.name):
        asyncio.run(run())
    assert signal.getsignal(number) is before


def test_work_that_ends_by_itself_or_fails_is_left_alone():
    async def done():
        await asyncio.sleep(0)

    async def broken():
        raise ValueError("its own")

    asyncio.run(until_stopped(done(), lambda: None))
    with pytest.raises(ValueError, match="its own"):
        asyncio.run(until_stopped(broken()))


def test_an_interface_that_goes_down_is_named():
    flags = {"eth7": 0x1043, "eth8": 0x1002}
    watch = link_watch(["eth7", "eth8", "never"], flags.get)
    assert watch() is None  # eth8 was down at the start: the run says what it meets
    flags["eth7"] = 0x1003  # unplugged
    assert "eth7 is down" in watch()
    del flags["eth7"]
    assert "eth7 is down" in watch()


@pytest.mark.skipif(sys.platform != "linux", reason="interfaces are asked as Linux answers")
def test_the_loopback_interface_is_known_and_up():
    assert interface_of("127.0.0.1") == "lo"
    assert flags_of("lo") & 0x41 == 0x41
    assert mac_of_interface("lo") is None
    assert flags_of("no-such-if") is None
    assert link_watch(["lo"])() is None


def test_errors_that_mean_a_lost_link(monkeypatch):
    assert "down" in link_lost(OSError(errno.ENETDOWN, "x"), None)
    assert link_lost(OSError(errno.ENETUNREACH, "x"), None) is None  # nothing was ever reached: no way there
    assert link_lost(OSError(errno.ENETUNREACH, "x"), "127.0.0.1") is None  # that way is still known
    assert link_lost(OSError(errno.EHOSTUNREACH, "x"), "127.0.0.1") is None

    def none(_address):
        return None

    none.cache_clear = lambda: None
    monkeypatch.setattr(link_module, "source_for", none)
    assert "no way to 127.0.0.1" in link_lost(OSError(errno.ENETUNREACH, "x"), "127.0.0.1")


def test_a_lost_link_ends_the_scan_and_the_host_is_not_taken_for_absent(services, clock, device, loopback, monkeypatch):
    journal = MemoryJournal()

    async def run():
        async with services() as lab:
            host = device({80: await lab.tcp(mute)})

            async def down(*_args):
                raise OSError(errno.ENETDOWN, "Network is down")

            monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", down, raising=False)
            async for _ in scan([host], loopback, collection="c", journal=journal, clock=clock):
                pass

    with pytest.raises(RunStoppedError, match="interface is down"):
        asyncio.run(run())
    assert not journal.done_hosts()


def test_the_way_to_loopback_is_known():
    assert source_for("127.0.0.1") == "127.0.0.1"
    assert interface_of("192.0.2.250") is None


def test_a_stop_is_seen_soon(tmp_path):
    stop = tmp_path / "STOP"

    async def run():
        asyncio.get_running_loop().call_later(0.05, stop.touch)
        with pytest.raises(RunStoppedError):
            await asyncio.wait_for(until_stopped(forever(), stop_file_watch(stop)), 10)

    asyncio.run(run())
