"""The command in this process, quickly; nothing of the caller's settings or working folder counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.end_to_end.site_in_thread import once

from glasshouse.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: object, stdin: str | bytes = "") -> Ran:
    """Run a command in this process. An exception that escapes it is raised here."""
    result = CliRunner().invoke(main, [str(item) for item in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GLASSHOUSE_DATABASE_URL", raising=False)
    monkeypatch.delenv("GLASSHOUSE_LANGUAGE", raising=False)


@pytest.fixture(scope="session")
def glass():
    return run


INVENTORY = """Name,Manufacturer,Model,Serial Number,MAC Address,IP Address,Location
lobby,Hikvision,DS-2CD2143G2-I,DS-2CD2143G2-I20220418AAWRK12340912,bc:9b:5e:20:7a:12,192.0.2.11,Lobby
dock,Dahua,IPC-HDW2431T-AS-S2,6L0B3C7PAJ21F4E,3c:ef:8c:10:44:11,192.0.2.12,Dock
gate,Axis,AXIS P3245-V,ACCC8E305111,ac:cc:8e:30:51:11,192.0.2.13,Gate
"""


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory, request) -> Path:
    """A store with one finished review of a small inventory. Tests read it and leave it as it is."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if hasattr(request.config, "workerinput") else base

    def make(folder: Path) -> None:
        (folder / "inventory.csv").write_text(INVENTORY, encoding="utf-8")
        done = run("review", folder / "inventory.csv", "--property", "P", "--as-of", "2026-11-23",
                   "--store", folder / "store", "--out", folder / "out")  # fmt: skip
        assert done.code == 0, done.err

    return once(base, "cli-reviewed", make) / "store"


@pytest.fixture
def inventory(tmp_path) -> Path:
    file = tmp_path / "inventory.csv"
    file.write_text(INVENTORY, encoding="utf-8")
    return file
