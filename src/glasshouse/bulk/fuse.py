"""Devices whose rows lie far apart, fused in bounded memory: split by device, answered part by part, merged in order.

Rows wait in memory as long as they are few. Beyond that they go to files in a temporary folder, split by a hash of the
device so that one part fits memory (a part that does not is split again); each part is answered on its own, and the
answers, each tagged with the line at which its device first appeared, are merged by that line.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.grouping import Allowance, Answers, answer, by_device
from glasshouse.bulk.schema import ANSWER_SCHEMA

__all__ = ["SpillError", "fuse"]

IN_MEMORY = 64 << 20  # bytes of rows that wait in memory, and of one part
_PARTS_BITS = 6
_PARTS = 1 << _PARTS_BITS
_DEEPEST = 4  # splits of one row: 64 ** 4 parts; what is then still too large is a single device
_RUN_ROWS = 512  # answers in one block of a run: memory of a merge is 64 of them
_RUN_SCHEMA = ANSWER_SCHEMA.append(pa.field("first", pa.int64()))


class SpillError(Exception):
    """The temporary folder is full or cannot be written."""


def fuse(batches: Iterable[pa.RecordBatch], identify: Answers) -> Iterator[pa.RecordBatch]:
    """The answers of `batches` (of `OBSERVATION_SCHEMA`, `line` ascending) in order of first appearance.

    As long as no row names a device every batch is answered at once. Raises SpillError.
    """
    waiting: list[pa.RecordBatch] = []
    size = 0
    rows: Iterator[pa.RecordBatch] = iter(batches)
    for batch in rows:
        if batch["device"].null_count < batch.num_rows:
            rows = chain([batch], rows)
            break
        yield identify(batch)
    for batch in rows:
        waiting.append(batch)
        size += batch.nbytes
        if size > IN_MEMORY:
            yield from _spilled(_then(waiting, rows), identify)
            return
    if waiting:
        for batch, _ in by_device(pa.Table.from_batches(waiting)):
            yield answer(batch, identify)


def _then(waiting: list[pa.RecordBatch], rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    while waiting:
        yield waiting.pop(0)
    yield from rows


def _spilled(batches: Iterator[pa.RecordBatch], identify: Answers) -> Iterator[pa.RecordBatch]:
    with _folder() as folder:
        runs = [_answered(part, folder, identify, depth=1) for part in _split(batches, folder, depth=0)]
        for table in _merged(runs):
            yield from table.drop_columns(["first"]).combine_chunks().to_batches()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of our own that is gone afterwards; trouble in it is told as such."""
    try:
        with tempfile.TemporaryDirectory(prefix="glasshouse-", ignore_cleanup_errors=True) as name:
            yield Path(name)
    except OSError as error:
        raise SpillError(f"{tempfile.gettempdir()}: {error}") from error


class _File:
    """Batches in a file of the temporary folder: written once, read once, then gone. `size` is bytes in memory."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as made:
            self._path = made.name
        self._sink = pa.OSFile(self._path, "wb")
        self._writer = pa.ipc.new_stream(self._sink, schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))
        self.size = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)
        self.size += batch.nbytes

    def close(self) -> None:
        self._writer.close()
        self._sink.close()

    def read(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(self._path) as file:
            yield from pa.ipc.open_stream(file)
        Path(self._path).unlink()


def _split(batches: Iterable[pa.RecordBatch], folder: Path, depth: int) -> list[_File]:
    """The rows in files by device; a row without device is a device of its own. `depth` picks the bits of the hash."""
    files: dict[int, _File] = {}
    shift = depth * _PARTS_BITS
    for batch in batches:
        named = zip(batch["device"].to_pylist(), batch["line"].to_pylist(), strict=True)
        # hash() is keyed anew in every process, so that no input can be made to fall into one part.
        parts = [(hash(line if device is None else device) >> shift) & (_PARTS - 1) for device, line in named]
        for part, rows in _scattered(batch, parts):
            if part not in files:
                files[part] = _File(folder, batch.schema)
            files[part].write(rows)
    for file in files.values():
        file.close()
    return list(files.values())


def _scattered(batch: pa.RecordBatch, parts: list[int]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows of each part, in their order."""
    counts = [0] * _PARTS
    for part in parts:
        counts[part] += 1
    ordered = batch.take(pc.sort_indices(pa.array(parts, pa.uint8())))
    for part, (count, end) in enumerate(zip(counts, accumulate(counts), strict=True)):
        if count:
            yield part, ordered.slice(end - count, count)


def _answered(part: _File, folder: Path, identify: Answers, depth: int) -> _File:
    """The answers of a part as a run: a file ordered by first line. The part is gone afterwards."""
    run = _File(folder, _RUN_SCHEMA)
    if part.size > IN_MEMORY and depth < _DEEPEST:
        runs = [_answered(one, folder, identify, depth + 1) for one in _split(part.read(), folder, depth)]
        for table in _merged(runs):
            _write_run(run, table)
    else:
        table = pa.Table.from_batches(_bounded(part))
        for batch, firsts in by_device(table):
            answers = answer(batch, identify).append_column(_RUN_SCHEMA.field("first"), pa.array(firsts, pa.int64()))
            _write_run(run, pa.Table.from_batches([answers]))
    run.close()
    return run


def _bounded(part: _File) -> Iterator[pa.RecordBatch]:
    """The rows of a part; where splitting did not make it small, what is beyond the bound of a device stays out."""
    if part.size <= IN_MEMORY:
        yield from part.read()
        return
    allowance = Allowance(spare=1)
    for batch in part.read():
        yield allowance.kept(batch)


def _write_run(run: _File, table: pa.Table) -> None:
    for batch in table.combine_chunks().to_batches(max_chunksize=_RUN_ROWS):
        run.write(batch)


class _Head:
    """The block of a run that stands next to be merged."""

    def __init__(self, run: _File) -> None:
        self._blocks = run.read()
        self.more = True
        self._load()

    def _load(self) -> None:
        block: Any = next(self._blocks, None)
        self.more = block is not None
        self._block = block
        self._firsts: list[int] = block["first"].to_pylist() if block is not None else []
        self._at = 0

    @property
    def last(self) -> int:
        """First line of the last answer in the block."""
        return self._firsts[-1]

    def upto(self, bound: int) -> pa.RecordBatch:
        """The answers up to `bound`."""
        start, self._at = self._at, bisect_right(self._firsts, bound, self._at)
        taken = self._block.slice(start, self._at - start)
        if self._at == len(self._firsts):
            self._load()
        return taken


def _merged(runs: Iterable[_File]) -> Iterator[pa.Table]:
    """The answers of all runs by first line: up to the least end of a block nothing else can come between."""
    heads = [head for head in map(_Head, runs) if head.more]
    while heads:
        bound = min(head.last for head in heads)
        yield pa.Table.from_batches([head.upto(bound) for head in heads]).sort_by("first")
        heads = [head for head in heads if head.more]
