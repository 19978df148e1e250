"""Identification on Apache Spark (3.5 and 4.x): the batch function of the local engine inside `mapInArrow`.

The answers are those of the local engine, row for row: every row gets the number that it has in its input, the rows of
a device are brought together by one shuffle, and a device is never split between two calls. Nothing here depends on
the machine or on the attempt, so a task that is run again gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import pyarrow as pa

from glasshouse.bulk.conform import DeviceOf, conformed, known_columns, named, schema_of
from glasshouse.bulk.grouping import Answers, answer, runs, whole_devices
from glasshouse.bulk.lines import read_lines, write_lines
from glasshouse.bulk.schema import ANSWER_SCHEMA, OBSERVATION_SCHEMA

__all__ = ["answered", "identify_spark", "numbered"]

_ROWS = 5_000  # rows that Spark hands over at once
_ROWS_OF_A_TASK = 200_000  # a task that fails is short, and its sort fits memory
_TYPES = {pa.string(): "string", pa.int64(): "bigint", pa.bool_(): "boolean", pa.binary(): "binary"}
_ANSWERS = ANSWER_SCHEMA.append(pa.field("first", pa.int64()))

Block = tuple[str, int]
"""Path of a file, and where the block of it begins that one task reads."""
Make = Callable[[], Answers]
"""Builds the identifier on a worker; it must be picklable, and compare equal to its copies so that it is kept."""


def identify_spark(
    spark: Any, source: str, output: str, make: Make, device_of: DeviceOf, *, ordered: bool = True
) -> None:
    """Identify the observations of `source` into `output`, both folders or files that the cluster can reach.

    Args:
        spark: the `SparkSession`.
        source: JSON Lines (also packed, as far as Spark unpacks them), or Parquet where the path ends so.
        output: a folder that does not exist yet; Parquet where the path ends so, else JSON Lines.
        make: builds the batch function on a worker.
        device_of: the device that a line names.
        ordered: whether answers come in order of first appearance, over all files by path. Without it the answers
            are the same, in no order, and are neither sorted nor kept in between.
    """
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(_ROWS))
    rows, count = _observations(spark, source, device_of)
    partitions = max(spark.sparkContext.defaultParallelism, count // _ROWS_OF_A_TASK)
    functions = _functions()
    key = functions.coalesce(functions.concat(functions.lit("d"), "device"), functions.col("line").cast("string"))
    near = rows.repartition(partitions, key).sortWithinPartitions("device", "line")
    answers = near.mapInArrow(_Identify(make), _ddl(_ANSWERS))
    if ordered:
        # The sort looks at its input twice, once for where to cut: kept, nothing is identified twice.
        answers = answers.persist(_storage()).orderBy("first")
    _write(answers, output)


def _functions() -> Any:
    from pyspark.sql import functions  # type: ignore[import-not-found]  # noqa: PLC0415  # the cluster's own

    return functions


def _storage() -> Any:
    from pyspark import StorageLevel  # type: ignore[import-not-found]  # noqa: PLC0415  # the cluster's own

    return StorageLevel.DISK_ONLY


def _ddl(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_TYPES[field.type]}" for field in schema)


def _observations(spark: Any, source: str, device_of: DeviceOf) -> tuple[Any, int]:
    """The rows of the input in the columns of observations, each with its number; and how many there are."""
    functions = _functions()
    parquet = source.rstrip("/").endswith(".parquet")
    if parquet:
        read = spark.read.parquet(source)
        read = read.select(*known_columns(pa.schema([(name, pa.null()) for name in read.columns])))
    else:
        # Lines end with a line feed alone, and their bytes stay what they are: text would mend them.
        read = spark.read.option("lineSep", "\n").text(source).select(functions.col("value").cast("binary"))
    read = read.withColumn("_file", functions.col("_metadata.file_path"))
    read = read.withColumn("_block", functions.col("_metadata.file_block_start"))
    counts = {(row["_file"], row["_block"]): row["count"] for row in read.groupBy("_file", "_block").count().collect()}
    starts = numbered(counts)
    total = sum(counts.values())
    if not parquet:
        return read.mapInArrow(_ReadLines(starts, device_of), _ddl(OBSERVATION_SCHEMA)), total
    raw = pa.binary() if dict(read.dtypes).get("raw") == "binary" else pa.string()
    return read.mapInArrow(_ReadRows(starts, device_of), _ddl(schema_of(pa.schema([("raw", raw)])))), total


def numbered(counts: Mapping[Block, int]) -> dict[Block, int]:
    """The number of the first row of every block, counted from 1 over all files by path."""
    blocks = sorted(counts)
    before = accumulate((counts[block] for block in blocks), initial=1)
    return dict(zip(blocks, before, strict=False))


def _blocks(batches: Iterable[pa.RecordBatch], starts: Mapping[Block, int]) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Parts of batches that come from one block, with the number of their first row. A block is read by one task."""
    read: dict[Block, int] = {}
    for batch in batches:
        files, places = batch.column("_file").to_pylist(), batch.column("_block").to_pylist()
        owners = list(zip(files, places, strict=True))
        start = 0
        for at in range(1, len(owners) + 1):
            if at == len(owners) or owners[at] != owners[start]:
                before = read.get(owners[start], 0)
                yield batch.slice(start, at - start), starts[owners[start]] + before
                read[owners[start]] = before + at - start
                start = at


@dataclass(frozen=True)
class _ReadLines:
    """Lines to observations."""

    starts: dict[Block, int]
    device_of: DeviceOf

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch, first in _blocks(batches, self.starts):
            yield named(read_lines(batch.column("value").to_pylist(), first), self.device_of)


@dataclass(frozen=True)
class _ReadRows:
    """Rows of Parquet to observations."""

    starts: dict[Block, int]
    device_of: DeviceOf

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch, first in _blocks(batches, self.starts):
            lines = pa.array(range(first, first + batch.num_rows), pa.int64())
            yield conformed(batch, schema_of(batch.schema), lines, self.device_of)


@lru_cache(maxsize=1)
def _made(make: Make) -> Answers:
    """The identifier of this worker process, which serves many tasks."""
    return make()


@dataclass(frozen=True)
class _Identify:
    """Observations, by device and line, to answers, each with the line at which its device first appears."""

    make: Make

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return answered(batches, _made(self.make))


def answered(batches: Iterable[pa.RecordBatch], identify: Answers) -> Iterator[pa.RecordBatch]:
    """The answers to batches in which the rows of a device follow one another by `line`, with a column `first`."""
    for batch in whole_devices(batches):
        lines = batch["line"].to_pylist()
        firsts: list[int] = []
        for device, start, end in runs(batch):
            firsts.extend(lines[start:end] if device is None else lines[start : start + 1])
        yield answer(batch, identify).append_column(_ANSWERS.field("first"), pa.array(firsts, pa.int64()))


def _write(answers: Any, output: str) -> None:
    if output.rstrip("/").endswith(".parquet"):
        answers.drop("first").write.parquet(output)
    else:
        answers.mapInArrow(_as_lines, "value string").write.text(output)


def _as_lines(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        text = write_lines(batch.select(ANSWER_SCHEMA.names).cast(ANSWER_SCHEMA)).decode()
        yield pa.RecordBatch.from_pydict({"value": pa.array(text.split("\n")[:-1], pa.string())})
