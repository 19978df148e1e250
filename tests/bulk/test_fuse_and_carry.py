"""Devices whose rows lie apart, in memory and through files; whole devices in a stream of sorted batches."""

from __future__ import annotations

import tempfile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.bulk import fuse as fuse_module
from glasshouse.bulk import grouping
from glasshouse.bulk.fuse import SpillError, fuse
from glasshouse.bulk.grouping import runs, whole_devices
from glasshouse.bulk.schema import OBSERVATION_SCHEMA, answer_batch

DEVICES = st.lists(st.one_of(st.none(), st.sampled_from("abcdefgh"), st.text(max_size=3)), max_size=80)


def observations(devices, first=1, raw="x"):
    columns = {field.name: pa.nulls(len(devices), field.type) for field in OBSERVATION_SCHEMA}
    columns["device"] = pa.array(devices, pa.string())
    columns["line"] = pa.array(range(first, first + len(devices)), pa.int64())
    columns["id"] = pa.array([f"o{at}" for at in range(first, first + len(devices))])
    columns["raw"] = pa.array([raw] * len(devices))
    return pa.RecordBatch.from_pydict(columns, schema=OBSERVATION_SCHEMA)


def batches(devices, size, raw="x"):
    return [observations(devices[at : at + size], at + 1, raw) for at in range(0, len(devices), size)]


def told(batch):
    """Stands in for the identifier: one answer a device, naming its rows, in order of first appearance."""
    groups = {}
    for row in batch.to_pylist():
        groups.setdefault(row["device"] if row["device"] is not None else row["line"], []).append(row)
    return answer_batch(
        {"id": rows[0]["id"], "device": rows[0]["device"], "observations": [row["id"] for row in rows]}
        for rows in groups.values()
    )


def rows_of(answers):
    return [(row["id"], row["device"], row["observations"]) for one in answers for row in one.to_pylist()]


def expected(devices):
    return rows_of([told(observations(devices))])


@pytest.fixture
def small(monkeypatch, tmp_path):
    monkeypatch.setattr(fuse_module, "IN_MEMORY", 8_000)
    monkeypatch.setattr(grouping, "ROWS", 7)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@given(DEVICES, st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_rows_far_apart_are_fused_in_order_of_first_appearance(devices, size):
    assert rows_of(fuse(batches(devices, size), told)) == expected(devices)


@pytest.mark.parametrize("count", [5, 60, 500])
def test_through_files_it_is_the_same_and_nothing_stays(small, count):
    devices = [None if at % 11 == 10 else f"d{at * 7919 % (count // 2 + 1)}" for at in range(count)]
    assert rows_of(fuse(batches(devices, 64), told)) == expected(devices)
    assert list(small.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_a_part_that_is_too_large_is_split_again(monkeypatch):
    depths = set()
    split = fuse_module._split
    monkeypatch.setattr(
        fuse_module, "_split", lambda rows, folder, depth: depths.add(depth) or split(rows, folder, depth)
    )
    devices = [f"d{at % 10}" for at in range(3_000)]
    assert rows_of(fuse(batches(devices, 500), told)) == expected(devices)
    assert {0, 1} <= depths


def test_files_are_gone_when_the_reader_stops_early(small):
    answers = fuse(batches([f"d{at % 300}" for at in range(900)], 100), told)
    next(answers)
    assert list(small.iterdir())
    answers.close()
    assert list(small.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(fuse_module, "IN_MEMORY", 500)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(SpillError, match="absent"):
        list(fuse(batches([f"d{at}" for at in range(200)], 50), told))


def test_rows_without_device_are_answered_batch_by_batch():
    asked = []

    def source():
        for batch in batches([None] * 30, 10):
            asked.append(batch.num_rows)
            yield batch

    answers = fuse(source(), told)
    assert next(answers).num_rows == 10
    assert asked == [10]


@pytest.mark.parametrize("in_memory", [64 << 20, 8_000])
def test_what_a_device_has_beyond_the_bound_is_left_out_and_told(monkeypatch, in_memory):
    monkeypatch.setattr(fuse_module, "IN_MEMORY", in_memory)
    monkeypatch.setattr(grouping, "DEVICE_LINES", 50)
    devices = ["big" if at % 2 else f"d{at}" for at in range(300)]
    answers = {row["device"]: row for one in fuse(batches(devices, 40), told) for row in one.to_pylist()}
    assert answers["big"]["observations"].count("o") == 50
    assert "left out" in answers["big"]["error"]
    assert [one for one, row in answers.items() if row["error"]] == ["big"]


def test_bytes_of_a_device_are_bounded_too(monkeypatch):
    monkeypatch.setattr(grouping, "DEVICE_BYTES", 1_000)
    (answer,) = [row for one in fuse(batches(["big"] * 40, 9, raw="y" * 100), told) for row in one.to_pylist()]
    assert answer["observations"].count("o") == 11  # the one that crosses the bound is still read
    assert "left out" in answer["error"]


@given(DEVICES, st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_no_device_is_split_between_two_calls(devices, size):
    devices = sorted(devices, key=lambda name: (name is not None, name or ""))
    cut = list(whole_devices(batches(devices, size)))
    assert [name for one in cut for name in one["device"].to_pylist()] == devices
    named = [{name for name in one["device"].to_pylist() if name is not None} for one in cut]
    assert sum(map(len, named)) == len(set().union(*named)) if named else devices == []


def test_the_device_that_is_open_waits_and_nothing_else():
    seen = []

    def source():
        for batch in batches(["a", "b", "b", "b", "c", "c"], 2):
            seen.append(batch.num_rows)
            yield batch

    cut = whole_devices(source())
    assert next(cut)["device"].to_pylist() == ["a"]
    assert len(seen) == 1
    assert next(cut)["device"].to_pylist() == ["b", "b", "b"]
    assert [one["device"].to_pylist() for one in cut] == [["c", "c"]]


def test_of_an_endless_device_only_so_much_waits(monkeypatch):
    monkeypatch.setattr(grouping, "DEVICE_LINES", 100)
    (held,) = whole_devices(batches(["big"] * 5_000, 250))
    assert held.num_rows == 101  # one more, so that it is seen to be too much


@given(DEVICES)
@settings(max_examples=40)
def test_runs_cover_every_row_once(devices):
    found = list(runs(observations(devices)))
    assert [name for name, start, end in found for _ in range(start, end)] == devices
    assert [start for _, start, _ in found] == [0, *(end for _, _, end in found)][: len(found)]
