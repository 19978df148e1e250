"""The columns of observations and of answers: what a record batch of either holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

__all__ = ["ANSWER_SCHEMA", "OBSERVATION_SCHEMA", "REPEATING", "answer_batch", "answer_rows"]

OBSERVATION_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("device", pa.string()),
        ("probe", pa.string()),
        ("protocol", pa.string()),
        ("port", pa.int64()),
        ("request", pa.string()),
        ("raw", pa.string()),  # binary is read as well: the reply's own bytes
        ("encoding", pa.string()),
        ("seen_at", pa.string()),
        ("address", pa.string()),
        ("domain", pa.string()),
        ("said_by", pa.string()),
        ("tool", pa.string()),
        ("fields", pa.string()),  # JSON text of an object
        ("line", pa.int64()),  # number of the line in its source; without it rows count from 1
        ("json", pa.binary()),  # the whole line as it stood, where it does not fit these columns: they are then ignored
    ]
)
"""An observation a row. Every column may be missing, columns of other names are ignored."""

_KINDS = {"is_surveillance": pa.bool_(), "line": pa.int64()}
NESTED = ("observations", "strength", "not_yet_validated", "evidence", "contradictions")
ANSWER_SCHEMA = pa.schema(
    [
        (name, _KINDS.get(name, pa.string()))
        for name in (
            "id", "device", "observations", "is_surveillance", "device_class", "brand", "maker", "firmware_origin",
            "platform", "chipset_maker", "model", "firmware", "firmware_built_on", "serial", "made_on", "mac",
            "strength", "not_yet_validated", "evidence", "contradictions", "error", "line",
        )
    ]
)  # fmt: skip
"""An answer a row; lists and objects are JSON text. `line` is given where neither id nor device is."""
REPEATING = tuple(name for name in ANSWER_SCHEMA.names if name not in {"id", "observations", "evidence"})
"""The columns of answers whose values repeat, so that a file holds each of them once. Evidence names its row."""


def flat(value: object) -> object:
    """A value as it stands in a column: lists and objects as JSON text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def answer_batch(answers: Iterable[Mapping[str, object]]) -> pa.RecordBatch:
    """Answers as the interfaces shape them, as one batch of `ANSWER_SCHEMA`."""
    columns: dict[str, list[object]] = {name: [] for name in ANSWER_SCHEMA.names}
    for answer in answers:
        for name, column in columns.items():
            column.append(flat(answer.get(name)))
    return pa.RecordBatch.from_pydict(columns, schema=ANSWER_SCHEMA)


def answer_rows(batch: pa.RecordBatch) -> list[dict[str, object]]:
    """The answers of a batch as the interfaces shape them; `error` and `line` only where they say something."""
    rows: Sequence[dict[str, object]] = batch.to_pylist()
    return [_row(row) for row in rows]


def _row(row: dict[str, object]) -> dict[str, object]:
    if row["line"] is not None:
        return {"id": None, "line": row["line"], "error": row["error"]}
    shown = {name: json.loads(str(value)) if name in NESTED and value else value for name, value in row.items()}
    del shown["line"]
    if shown["error"] is None:
        del shown["error"]
    return shown
