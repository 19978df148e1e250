"""Rows of one device brought and kept together: order of first appearance, whole devices a batch, bounded devices."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.schema import ANSWER_SCHEMA

__all__ = [
    "BYTES",
    "DEVICE_BYTES",
    "DEVICE_LINES",
    "ROWS",
    "Allowance",
    "Answers",
    "answer",
    "by_device",
    "whole_devices",
]

Answers = Callable[[pa.RecordBatch], pa.RecordBatch]
"""Observations (with `line`) to answers: `BatchIdentifier.answers`."""

ROWS = 20_000  # rows that are identified at once
BYTES = 8 << 20  # bytes that are identified at once, as far as devices are smaller
DEVICE_LINES = 10_000  # lines of one device that are read: far more than any device sends
DEVICE_BYTES = 32 << 20  # bytes of replies of one device that are read
_LEFT_OUT = f"the device has more than {DEVICE_LINES} lines or {DEVICE_BYTES >> 20} MiB; what follows was left out"
_SIZED = ("raw", "fields", "json")


class Allowance:
    """What has been taken of each device; memory grows with the devices that it is asked about."""

    def __init__(self, spare: int = 0) -> None:
        self._used: dict[str, tuple[int, int]] = {}
        self._lines = DEVICE_LINES + spare

    def keep(self, device: str | None, size: int) -> bool:
        """Whether a row of `size` bytes is still read; a device has always a first row."""
        if device is None:
            return True
        lines, taken = self._used.get(device, (0, 0))
        if lines >= self._lines or taken > DEVICE_BYTES:
            return False
        self._used[device] = (lines + 1, taken + size)
        return True

    def kept(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of `batch` that are still read."""
        wanted = [self.keep(*row) for row in zip(batch["device"].to_pylist(), sizes(batch).to_pylist(), strict=True)]
        return batch if all(wanted) else batch.filter(pa.array(wanted))


def sizes(batch: pa.RecordBatch) -> pa.Array:
    """Bytes of the reply of each row."""
    total = pa.array([0] * batch.num_rows, pa.int64())
    for name in _SIZED:
        if name in batch.schema.names:
            total = pc.add(total, pc.fill_null(pc.binary_length(batch[name]), 0))
    return total


def answer(batch: pa.RecordBatch, identify: Answers) -> pa.RecordBatch:
    """The answers of whole devices, in order of first appearance; a device beyond its bound carries an error."""
    device = batch["device"]
    over = _over(batch) if device.null_count < len(device) else ()
    if not over:
        return identify(batch)
    answers = identify(Allowance().kept(batch))
    errors = [
        _joined(error) if named in over else error
        for named, error in zip(answers["device"].to_pylist(), answers["error"].to_pylist(), strict=True)
    ]
    at = answers.schema.get_field_index("error")
    return answers.set_column(at, ANSWER_SCHEMA.field("error"), pa.array(errors, pa.string()))


def _over(batch: pa.RecordBatch) -> frozenset[str]:
    if batch.num_rows <= DEVICE_LINES and batch.nbytes <= DEVICE_BYTES:
        return frozenset()
    rows = pa.table({"device": batch["device"], "size": sizes(batch)})
    found = rows.group_by("device").aggregate([("size", "sum"), ("size", "count")])
    beyond = pc.or_(pc.greater(found["size_count"], DEVICE_LINES), pc.greater(found["size_sum"], DEVICE_BYTES))
    return frozenset(name for name in found.filter(beyond)["device"].to_pylist() if name is not None)


def _joined(error: str | None) -> str:
    return _LEFT_OUT if error is None else f"{error}; {_LEFT_OUT}"


def by_device(table: pa.Table) -> Iterator[tuple[pa.RecordBatch, list[int]]]:
    """The rows of `table` in batches of whole devices, each with the lines at which its devices first appear.

    Devices come in order of first appearance and their rows in order of `line`.
    """
    if not table.num_rows:
        return
    table = table.append_column("first", _firsts(table))
    table = table.take(pc.sort_indices(table, [("first", "ascending"), ("line", "ascending")]))
    firsts: list[int] = table["first"].to_pylist()
    table = table.drop_columns(["first"])
    rows = max(1, min(ROWS, len(firsts) * BYTES // max(table.nbytes, 1)))
    start = 0
    while start < len(firsts):
        end = bisect_right(firsts, firsts[min(start + rows, len(firsts)) - 1], start)
        (batch,) = table.slice(start, end - start).combine_chunks().to_batches()
        yield batch, sorted(set(firsts[start:end]))
        start = end


def _firsts(table: pa.Table) -> pa.ChunkedArray:
    """For each row the first line of its device; its own line where it has no device."""
    device = table["device"].combine_chunks().dictionary_encode()
    codes = pa.table({"code": device.indices, "line": table["line"]})
    least = codes.filter(pc.is_valid(codes["code"])).group_by("code").aggregate([("line", "min")]).sort_by("code")
    return pc.coalesce(pc.take(least["line_min"].combine_chunks(), device.indices), table["line"])


def whole_devices(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches that never split a device, from batches in which the rows of a device follow one another.

    The device at the end of a batch waits for the next one; of a device beyond its bound only one row more waits.
    """
    held: list[pa.RecordBatch] = []
    allowance = Allowance(spare=1)
    for batch in batches:
        devices = batch["device"].to_pylist()
        start = _last_run(devices)
        if held and start == 0 and devices and devices[0] == held[0]["device"][0].as_py():
            held.append(allowance.kept(batch))
            continue
        if start or held:
            yield from _together([*held, batch.slice(0, start)])
        allowance = Allowance(spare=1)
        held = [allowance.kept(batch.slice(start))] if start < len(devices) else []
    yield from _together(held)


def _last_run(devices: list[str | None]) -> int:
    """Where the rows of the last device begin; the length where the last row has no device."""
    start = len(devices)
    while start and devices[start - 1] is not None and devices[start - 1] == devices[-1]:
        start -= 1
    return start


def runs(batch: pa.RecordBatch) -> Iterator[tuple[str | None, int, int]]:
    """Device, start and end of every run of rows of one device; rows without device are one run."""
    devices: list[str | None] = batch["device"].to_pylist()
    start = 0
    for at in range(1, len(devices) + 1):
        if at == len(devices) or devices[at] != devices[start]:
            yield devices[start], start, at
            start = at


def _together(parts: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    filled = [part for part in parts if part.num_rows]
    if filled:
        yield pa.concat_batches(filled)
