"""A review that was killed at any moment is continued by the same command, and ends like one that was not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from random import Random  # noqa: TID251  # seeded: the points in time are the same in every run

import pytest
from tests.end_to_end.site_in_thread import AS_OF, chosen, command, devices_in, glasshouse, scope_of, serving

from glasshouse.lab import write_samples
from glasshouse.store import open_store

NAMES = ("gate-cam", "lobby-cam", "dock-annke", "hall-dahua", "entrance-axis", "copy-room-printer")
FILES = ("inventory.csv", "scan.nmap.xml")
SEEDED = Random(20261123)
POINTS = sorted(SEEDED.uniform(low, low + 0.25) for low in (0.35, 0.65))  # while collecting, while judging


class Job:
    """One review command against a served site, with its own store."""

    def __init__(self, folder, site, scope, evidence):
        self.folder = folder
        self.arguments = (
            "review", *site.targets, evidence, "--scope", scope, "--as-of", AS_OF, "--property", "P",
            "--store", folder / "store", "--out", folder / "out",
        )  # fmt: skip

    def run(self):
        done = glasshouse(*self.arguments)
        assert done.code == 0, done.err

    def killed_after(self, seconds):
        """Start, kill without warning; True when there was something left to kill."""
        process = subprocess.Popen(
            command(*self.arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(seconds)
        alive = process.poll() is None
        if alive:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        return alive

    def outcome(self):
        """What must not depend on interruptions: observations, assets, verdicts."""
        check = glasshouse("store", "check", "--store", self.folder / "store")
        assert check.code == 0, check.err
        with open_store(self.folder / "store") as store:
            collections = store.collections.all()
            assert {item.state for item in collections} == {"sealed"}
            observations = sorted(
                sighting.observation.id
                for item in collections
                for sighting in store.observations.of_collection(item.id)
            )
            reviews = [review.state for review in store.reviews.all()]
            journals = list((store.folder / "journals").glob("*"))
        assert journals == []
        devices = sorted(
            (d["id"], d["judgement"]["overall"], d["maker"], d["model"], tuple(d["addresses"]), tuple(d["observations"]))
            for d in devices_in(self.folder / "out" / "review.jsonl")
        )  # fmt: skip
        return {"observations": observations, "devices": devices, "reviews": reviews, "collections": len(collections)}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A served site, its scope and evidence, and an uninterrupted run with its duration."""
    folder = tmp_path_factory.mktemp("kill")
    with serving(chosen(*NAMES, udp=False)) as site:
        samples = write_samples(folder / "lab", plan=site.plan, property_name="P")
        evidence = folder / "evidence"
        evidence.mkdir()
        for name in FILES:
            shutil.copy(samples.evidence / name, evidence / name)
        scope = scope_of(site, folder / "scope.toml")
        # Another emulated site on this machine may listen on the standard ports of the finders: ask where nobody is.
        nobody = "[udp]\n" + "".join(f"{port} = 9\n" for port in (1900, 3702, 5353, 37020, 37810))
        scope.write_text(scope.read_text("utf-8").replace("[udp]\n", nobody), encoding="utf-8")

        def job(name):
            (folder / name).mkdir()
            return Job(folder / name, site, scope, evidence)

        whole = job("whole")
        begun = time.monotonic()
        whole.run()
        yield job, whole.outcome(), time.monotonic() - begun


def test_the_uninterrupted_run_is_worth_comparing_with(place):
    _, expected, _ = place
    assert len(expected["observations"]) == len(set(expected["observations"])) > 30
    assert {"prohibited", "needs_review", "not_restricted"} <= {device[1] for device in expected["devices"]}
    assert expected["reviews"] == ["done"]
    assert expected["collections"] == len(FILES) + 1


def same_end(found, expected):
    """Equal results; where a run had ended before it was to be killed, the next one is a review of its own."""
    assert set(found["reviews"]) == {"done"}
    assert found["devices"] == expected["devices"]
    assert set(found["observations"]) == set(expected["observations"])
    times = len(found["reviews"])
    assert len(found["observations"]) == times * len(expected["observations"])
    assert found["collections"] == times * expected["collections"]


@pytest.mark.parametrize("share", POINTS, ids=lambda share: f"{share:.2f}")
def test_a_killed_review_is_continued(place, share):
    job, expected, seconds = place
    mine = job(f"once-{share:.3f}")
    mine.killed_after(seconds * share)
    mine.run()
    same_end(mine.outcome(), expected)


def test_a_review_that_is_killed_again_and_again_gets_there(place):
    job, expected, seconds = place
    mine = job("often")
    killed = [mine.killed_after(seconds * share) for share in (0.3, 0.5)]
    assert killed[0]
    mine.run()
    same_end(mine.outcome(), expected)
