from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store.store_evidence import observation

from glasshouse.store import open_store

ROOT = Path(__file__).resolve().parents[2]
HOSTS = 24


def start(folder, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.kill_worker", str(folder), str(HOSTS), *options],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )


def finish(folder):
    process = start(folder)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.endswith("sealed\n")


def kill_after(folder, lines, milliseconds):
    """SIGKILL the worker once it printed `lines` lines and some more time went by; returns what it had acknowledged."""
    process = start(folder, "hold")
    told = [process.stdout.readline().strip() for _ in range(lines)]
    time.sleep(milliseconds / 1000)
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    # a line without its end was cut by the kill
    return {line for line in (*told, *rest.split("\n")[:-1]) if line}


def content(folder):
    """What the store holds, without salts and the hashes that follow from them."""
    with open_store(folder) as store:
        value = store.collections.get("c1")
        return (
            store.observations.of_collection("c1"),
            (value.ended, value.state, value.covered, value.gaps),
            store.observations.units_done("c1"),
            store.blobs.on_disk(),
        )


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    finish(folder)
    return content(folder)


@pytest.mark.parametrize(("lines", "milliseconds"), [(0, 300), (1, 0), (3, 1), (7, 3), (12, 2), (17, 5)])
def test_a_kill_loses_nothing_acknowledged_and_resuming_equals_an_uninterrupted_run(
    tmp_path, uninterrupted, lines, milliseconds
):
    acknowledged = kill_after(tmp_path, lines, milliseconds)
    with open_store(tmp_path) as store:
        assert [problem for problem in store.check() if not problem.harmless] == []
        states = [item.state for item in store.collections.all()]
        assert states in ([], ["open"])
        if states:
            assert acknowledged <= store.observations.units_done("c1")
            stored = {item.observation.id for item in store.observations.of_collection("c1")}
            for number in range(1, HOSTS + 1):
                if f"192.0.2.{number}" in acknowledged:
                    assert observation(number).id in stored
                    assert store.observations.get(observation(number, size=6000, port=8000).id).raw
    finish(tmp_path)
    assert content(tmp_path) == uninterrupted
    with open_store(tmp_path) as store:
        store.blobs.sweep()
        assert store.check() == ()
        assert tuple(path.name for path in store.blobs.files()) == store.blobs.on_disk()


def test_two_writers_at_once_keep_one_chain(tmp_path):
    with open_store(tmp_path):
        pass
    processes = [start(tmp_path) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=60)
    # both fill the same collection; who comes second to the seal is refused, and that is all
    assert 0 in [process.returncode for process in processes]
    with open_store(tmp_path) as store:
        assert store.events.verify_chain() == ()
        assert store.check() == ()
        assert len(store.observations.of_collection("c1")) == 2 * HOSTS
