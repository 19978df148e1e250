"""Parquet in and out for the stateless commands; row groups at a time, so that size does not matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from glasshouse.app.errors import UserError

__all__ = ["read_lines", "write_rows"]

ROWS = 10_000
COLUMNS = [
    "id",
    "device",
    "observations",
    "is_surveillance",
    "device_class",
    "brand",
    "maker",
    "firmware_origin",
    "platform",
    "chipset_maker",
    "model",
    "firmware",
    "firmware_built_on",
    "serial",
    "made_on",
    "mac",
    "strength",
    "evidence",
    "contradictions",
    "error",
    "line",
]  # of the identify answer; one schema for the whole file


def read_lines(file: str) -> Iterator[bytes]:
    """The rows of a Parquet file as JSON lines. Raises UserError for a file that is none."""
    import pyarrow as pa  # noqa: PLC0415  # slow to import, needed for this format alone
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        source = pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise UserError(f"{file} cannot be read as Parquet: {error}; give a Parquet file or JSON Lines") from error
    with source:
        for batch in source.iter_batches(batch_size=ROWS):
            for row in batch.to_pylist():
                yield json.dumps({key: value for key, value in row.items() if value is not None}, default=str).encode()


def write_rows(rows: Iterable[dict[str, object]], file: Path) -> None:
    """Write answers to Parquet: plain values as columns, lists and objects as JSON text. Raises UserError."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    kinds = {"is_surveillance": pa.bool_(), "line": pa.int64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    waiting = iter(rows)
    try:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            while group := list(islice(waiting, ROWS)):
                flat = [{key: _flat(value) for key, value in row.items()} for row in group]
                writer.write_table(pa.Table.from_pylist(flat, schema=schema))
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}; give another --output") from error


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
