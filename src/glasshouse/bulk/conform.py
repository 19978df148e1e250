"""Rows of any table in the columns of `OBSERVATION_SCHEMA`: types are adapted, and where they do not fit, rows are lines."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.schema import OBSERVATION_SCHEMA

__all__ = ["DeviceOf", "conformed", "known_columns", "named", "schema_of"]

DeviceOf = Callable[[bytes], str | None]
"""The device that a line of JSON names, as its reader understands it."""

_OURS = frozenset(("line", "json"))  # columns of a batch that are no columns of the interfaces
_LABELS = ("id", "device")
_LONGEST_LABEL = 512  # characters of an id or device that are read, here as in a line


def known_columns(schema: pa.Schema) -> list[str]:
    """The columns of a table that observations have."""
    return [name for name in OBSERVATION_SCHEMA.names if name in schema.names and name not in _OURS]


def named(batch: pa.RecordBatch, device_of: DeviceOf) -> pa.RecordBatch:
    """A batch with the device that every row names as its reader understands it, also where the row is a whole line."""
    device = batch["device"]
    if (pc.max(pc.utf8_length(device)).as_py() or 0) > _LONGEST_LABEL:
        device = pc.utf8_slice_codeunits(device, 0, _LONGEST_LABEL)
    whole = batch["json"]
    if whole.null_count < batch.num_rows:
        texts = [None if line is None else device_of(line) for line in whole.to_pylist()]
        device = pc.if_else(pc.is_valid(whole), pa.array(texts, pa.string()), device)
    return batch.set_column(batch.schema.get_field_index("device"), "device", device)


def schema_of(told: pa.Schema) -> pa.Schema:
    """The schema of a file's batches: replies may be bytes there, all else is as in `OBSERVATION_SCHEMA`."""
    at = OBSERVATION_SCHEMA.get_field_index("raw")
    kind = told.field("raw").type if "raw" in told.names else pa.string()
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return OBSERVATION_SCHEMA.set(at, pa.field("raw", pa.binary())) if is_bytes else OBSERVATION_SCHEMA


def conformed(batch: pa.RecordBatch, schema: pa.Schema, line: pa.Array, device_of: DeviceOf) -> pa.RecordBatch:
    """The rows in the columns of the schema; where the type of a column does not fit, as whole lines of JSON."""
    count = batch.num_rows
    columns: dict[str, pa.Array] = {field.name: pa.nulls(count, field.type) for field in schema}
    columns["line"] = line
    fitted = {name: _fitted(batch[name], schema.field(name)) for name in known_columns(batch.schema)}
    if any(column is None for column in fitted.values()):
        lines, devices = _lines(batch, device_of)
        columns |= {"json": pa.array(lines, pa.binary()), "device": pa.array(devices, pa.string())}
    else:
        columns |= fitted
    return pa.RecordBatch.from_pydict(columns, schema=schema)


def _fitted(column: pa.Array, field: pa.Field) -> pa.Array | None:
    """`column` as the type of `field`; None where its values are of another kind."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not _fits(column.type, field):
        return None
    try:
        column = column.cast(field.type)
    except pa.ArrowInvalid:  # a number that does not fit: the line-by-line way tells what is wrong with it
        return None
    return pc.utf8_slice_codeunits(column, 0, _LONGEST_LABEL) if field.name in _LABELS else column


def _fits(kind: pa.DataType, field: pa.Field) -> bool:
    if kind == field.type or pa.types.is_null(kind):
        return True
    if field.name == "port":
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
    if field.name in _LABELS and pa.types.is_integer(kind):
        return True
    if field.name == "seen_at" and pa.types.is_timestamp(kind):
        return True
    if pa.types.is_binary(field.type):
        return bool(pa.types.is_large_binary(kind))
    return bool(pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _lines(batch: pa.RecordBatch, device_of: DeviceOf) -> tuple[list[bytes], list[str | None]]:
    """The rows as lines of JSON, and the device that each names."""
    rows = batch.select(known_columns(batch.schema)).to_pylist(maps_as_pydicts="lossy")
    told = [{name: value for name, value in row.items() if value is not None and value == value} for row in rows]  # noqa: PLR0124  # not a number
    lines = [_json(row) for row in told]
    return lines, list(map(device_of, lines))


def _json(row: dict[str, object]) -> bytes:
    raw = row.get("raw")
    if isinstance(raw, bytes):
        row |= {"raw": base64.b64encode(raw).decode(), "encoding": "base64"}
    return json.dumps(row, default=str).encode()
