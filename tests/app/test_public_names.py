"""`import glasshouse as gh`: what is public is listed, sorted and there."""

from __future__ import annotations

import inspect
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import glasshouse as gh

ROOT = Path(__file__).resolve().parents[2]


def test_the_public_names_are_sorted_and_unique():
    assert list(gh.__all__) == sorted(set(gh.__all__))


def test_the_public_names_are_the_ones_that_can_be_had():
    homes = set(gh._HOMES)
    assert set(gh.__all__) == homes | {"__version__"}


@pytest.mark.parametrize("name", gh.__all__)
def test_every_public_name_can_be_imported_and_is_documented(name):
    value = getattr(gh, name)
    if name != "__version__":
        assert inspect.getdoc(value)
        assert value.__name__ == name


def test_the_verbs_of_the_interfaces_are_there():
    assert {"identify", "judge", "assess", "scan", "open_store"} <= set(gh.__all__)
    assert inspect.isasyncgenfunction(gh.scan)


def test_another_name_is_told():
    with pytest.raises(AttributeError, match="public names are in"):
        _ = gh.no_such_name


def test_a_star_import_gives_exactly_the_public_names():
    code = "before = set(globals())\nfrom glasshouse import *\nprint(*sorted(set(globals()) - before - {'before'}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == sorted(gh.__all__)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r}))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder / ran.stdout.split()[-1]


def test_the_wheel_holds_every_data_pack(wheel):
    with zipfile.ZipFile(wheel) as opened:
        assert opened.testzip() is None
        inside = {name: opened.read(name) for name in opened.namelist()}
    packs = [path for path in (ROOT / "data").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(packs) >= 7
    for path in packs:
        assert inside.get(f"glasshouse/_data/{path.relative_to(ROOT / 'data').as_posix()}") == path.read_bytes(), path


def test_the_wheel_holds_templates_catalogues_and_migrations(wheel):
    with zipfile.ZipFile(wheel) as opened:
        inside = set(opened.namelist())
    source = ROOT / "src"
    kept = {
        path.relative_to(source).as_posix()
        for path in (source / "glasshouse").rglob("*")
        if path.is_file() and path.suffix in {".py", ".po", ".html", ".css", ".js", ".j2"}
    }
    assert kept - inside == set()
    assert not [name for name in inside if "tests/" in name or "__pycache__" in name]
