"""Helpers of the end-to-end tests: a small emulated site in a thread of this process, and the command in a process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from glasshouse.lab import DEVICES, Device, LabSite

AS_OF = "2026-11-23"


class StillSite(LabSite):
    """A site whose clocks stand still, so that two runs are told the same bytes."""

    def _clock(self):
        return lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def chosen(*names: str, udp: bool = True) -> tuple[Device, ...]:
    """Devices of the emulated site by name; without UDP no reply repeats the caller's token."""
    devices = [device for device in DEVICES if device.name in names]
    assert len(devices) == len(names)
    if udp:
        return tuple(devices)
    return tuple(replace(d, services=tuple(s for s in d.services if s.transport == "tcp")) for d in devices)


@contextmanager
def serving(devices: Iterable[Device]) -> Iterator[LabSite]:
    """The devices, served until the block ends."""
    site = StillSite(devices, multicast=False)
    ready, stop = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        async with site:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield site
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(5)


def scope_of(site: LabSite, file: Path) -> Path:
    """The site's scope file without multicast: neighbours on this machine stay unasked."""
    file.write_text(site.scope_toml.partition("[multicast]")[0], encoding="utf-8")
    return file


@dataclass(frozen=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str


def command(*arguments: object) -> list[str]:
    """The installed command, as a user calls it."""
    return [str(Path(sys.executable).with_name("glasshouse")), *map(str, arguments)]


def glasshouse(*arguments: object, stdin: bytes = b"", cwd: Path | None = None) -> Done:
    """Run the command to its end."""
    ran = subprocess.run(command(*arguments), input=stdin, capture_output=True, check=False, timeout=120, cwd=cwd)
    return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def devices_in(review: Path) -> list[dict]:
    """The device lines of a review.jsonl."""
    return [json.loads(line) for line in review.read_text(encoding="utf-8").splitlines()[1:]]


def once(base: Path, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once a test run, however many workers ask for it. `base` is shared by them."""
    folder = base / name
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for = time.monotonic() + 120
        while not (folder / "done").exists():
            assert time.monotonic() < wait_for, f"the other worker did not finish {name}"
            time.sleep(0.1)
        return folder
    try:
        make(folder)
    finally:
        (folder / "done").touch()
    return folder
