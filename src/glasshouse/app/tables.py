"""Parquet in and out for the stateless commands; some thousand rows at a time, so that size does not matter."""

from __future__ import annotations

import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from glasshouse.app.errors import UserError
from glasshouse.app.identify import device_of
from glasshouse.app.lines import Source
from glasshouse.bulk.conform import conformed, known_columns, schema_of
from glasshouse.bulk.grouping import BYTES, ROWS
from glasshouse.bulk.schema import ANSWER_SCHEMA, REPEATING

__all__ = ["ParquetRows", "write_parquet"]


class ParquetRows:
    """The rows of a Parquet file as batches of `OBSERVATION_SCHEMA`; `line` is the number of the row.

    Iterating never raises: a file that breaks off ends there, and `problem` then says what was wrong and where.
    """

    def __init__(self, source: Source) -> None:
        """Raises UserError for a file that is no Parquet."""
        self._source = source
        self._count = 0
        self.problem: UserError | None = None
        try:
            self._file = _opened(_seekable(source.stream))
        except (OSError, pa.ArrowException) as error:
            source.close()
            raise UserError(
                f"{source.name} cannot be read as Parquet: {error}; give a Parquet file or JSON Lines"
            ) from error

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            with closing(self._source), self._file:
                yield from self._batches()
        except (OSError, pa.ArrowException) as error:
            self.problem = UserError(
                f"{self._source.name}: reading ended after row {self._count}: {error}; what came before was answered. "
                "Give the whole file again"
            )

    def _batches(self) -> Iterator[pa.RecordBatch]:
        told = self._file.schema_arrow
        schema = schema_of(told)
        for batch in self._file.iter_batches(batch_size=self._rows(), columns=known_columns(told)):
            for part in _cut(batch):
                first = self._count + 1
                lines = pa.array(range(first, first + part.num_rows), pa.int64())
                yield conformed(part, schema, lines, device_of)
                self._count += part.num_rows

    def _rows(self) -> int:
        """Rows to read at once, by what the file says of its size."""
        told = self._file.metadata
        size = sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
        fit: int = told.num_rows * BYTES // max(size, 1)
        return max(1, min(ROWS, fit))


def _opened(stream: BinaryIO) -> pq.ParquetFile:
    told = pq.ParquetFile(stream)
    kind = told.schema_arrow.field("raw").type if "raw" in told.schema_arrow.names else None
    repeats = ["raw"] if kind in {pa.string(), pa.binary(), pa.large_string(), pa.large_binary()} else []
    # Unbuffered: a row group may be larger than memory. A reply that repeats stays in memory once.
    return pq.ParquetFile(
        stream, metadata=told.metadata, read_dictionary=repeats, pre_buffer=False, buffer_size=1 << 20
    )


def _seekable(stream: BinaryIO) -> BinaryIO:
    """The stream, or a temporary copy of what cannot be read from its end, as Parquet must be."""
    if stream.seekable():
        return stream
    copy = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed with the reader
    shutil.copyfileobj(stream, copy, 1 << 20)
    return copy


def _cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Parts of a size that can be unpacked: one short reply, repeated, may stand for very many bytes."""
    if "raw" not in batch.schema.names or not batch.num_rows:
        yield batch
        return
    raw = batch["raw"]
    lengths = pc.binary_length(raw.dictionary).take(raw.indices) if pa.types.is_dictionary(raw.type) else None
    ends = list(accumulate(one or 0 for one in (lengths.to_pylist() if lengths is not None else ())))
    start = 0
    while ends and ends[-1] - (ends[start - 1] if start else 0) > BYTES:
        end = max(start + 1, bisect_left(ends, (ends[start - 1] if start else 0) + BYTES, start))
        yield batch.slice(start, end - start)
        start = end
        if start == len(ends):
            return
    yield batch.slice(start)


def write_parquet(answers: Iterable[pa.RecordBatch], file: Path) -> None:
    """Write answers to Parquet, batch by batch. Raises UserError."""
    try:
        with pq.ParquetWriter(file, ANSWER_SCHEMA, compression="zstd", use_dictionary=list(REPEATING)) as writer:
            for batch in answers:
                writer.write_batch(batch)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}; give another --output") from error
