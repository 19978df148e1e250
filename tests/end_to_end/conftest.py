"""One full review of the emulated site, shared by all workers of a test run."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from tests.end_to_end.site_in_thread import AS_OF, glasshouse, once


@dataclass(frozen=True)
class LabRun:
    """What `glasshouse lab review` left behind."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @cached_property
    def ended(self) -> dict:
        return json.loads((self.folder / "ended.json").read_text())

    @cached_property
    def report(self) -> Path:
        (line,) = [line for line in self.ended["out"].splitlines() if line.startswith("report: ")]
        return Path(line.removeprefix("report: "))

    @cached_property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in (self.report.parent / "review.jsonl").read_text().splitlines()]

    @property
    def head(self) -> dict:
        return self.lines[0]

    @property
    def devices(self) -> list[dict]:
        return self.lines[1:]

    @cached_property
    def network(self) -> str:
        """The two leading octets of the site, with a dot behind."""
        text = (self.store / "lab" / "scope.toml").read_text()
        return re.search(r'ranges = \["(127\.\d+\.)0\.0/16"\]', text)[1]

    def at(self, host: str) -> list[dict]:
        """The judged devices at a host of the site."""
        return [device for device in self.devices if self.network + host in device["addresses"]]


def _review(folder: Path) -> None:
    begun = time.monotonic()
    done = glasshouse("lab", "review", "--store", folder / "store", "--as-of", AS_OF)
    seconds = time.monotonic() - begun
    told = {"code": done.code, "out": done.out, "err": done.err, "seconds": seconds}
    (folder / "ended.json").write_text(json.dumps(told))


@pytest.fixture(scope="session")
def shared_base(tmp_path_factory, request) -> Path:
    """A folder that all workers of this test run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def lab_run(shared_base) -> LabRun:
    return LabRun(once(shared_base, "lab-run", _review))
