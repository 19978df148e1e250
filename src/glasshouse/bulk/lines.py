"""JSON Lines to record batches of observations, and record batches of answers to JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.schema import ANSWER_SCHEMA, NESTED, OBSERVATION_SCHEMA

__all__ = ["escaped", "read_lines", "write_lines"]

_LONGEST = 1 << 20  # bytes; longer lines are left to the line-by-line way
_TO_ESCAPE = r'["\\\x00-\x1f]'
_NULL = b"null"


class _Row(msgspec.Struct, gc=False):
    """A line whose values have the types of the columns."""

    id: str | int | None = None
    device: str | int | None = None
    probe: str | None = None
    protocol: str | None = None
    port: int | None = None
    request: str | None = None
    raw: str | None = None
    encoding: str | None = None
    seen_at: str | None = None
    address: str | None = None
    domain: str | None = None
    said_by: str | None = None
    tool: str | None = None
    fields: msgspec.Raw = msgspec.Raw(_NULL)  # never changed


_AS_THEY_ARE = ("probe", "protocol", "request", "raw", "encoding", "seen_at", "address", "domain", "said_by", "tool")
_decode = msgspec.json.Decoder(_Row).decode


def read_lines(lines: Iterable[bytes], first: int) -> pa.RecordBatch:
    """A batch of `OBSERVATION_SCHEMA`; `first` is the number of the first line. Never raises on what a line holds.

    Blank lines are left out. A line that does not fit the columns stands whole in `json`.
    """
    rows: list[_Row] = []
    numbers: list[int] = []
    whole: list[bytes | None] = []
    for number, line in enumerate(lines, first):
        row = _row(line)
        if row is None and not line.strip():
            continue
        rows.append(row or _Row())
        numbers.append(number)
        whole.append(line if row is None else None)
    columns: dict[str, list[object]] = {name: [getattr(row, name) for row in rows] for name in _AS_THEY_ARE}
    columns["id"] = [_text(row.id) for row in rows]
    columns["device"] = [_text(row.device) for row in rows]
    columns["port"] = [row.port for row in rows]
    columns["fields"] = [None if bytes(row.fields) == _NULL else bytes(row.fields).decode() for row in rows]
    columns |= {"line": list(numbers), "json": list(whole)}
    return pa.RecordBatch.from_pydict(columns, schema=OBSERVATION_SCHEMA)


def _row(line: bytes) -> _Row | None:
    """The line as a row; None where the line-by-line way must read it."""
    try:
        if len(line) > _LONGEST or not (line.isascii() or line.decode()):
            return None
        row = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    fits = row.port is None or -(1 << 63) <= row.port < 1 << 63
    return row if fits and bytes(row.fields)[:1] in {b"{", b"n"} else None


def _text(value: str | int | None) -> str | None:
    return str(value) if isinstance(value, int) else value


def escaped(column: pa.Array) -> pa.Array:
    """Each text of a column as JSON text; null stays null."""
    if pc.any(pc.match_substring_regex(column, _TO_ESCAPE)).as_py():
        texts = [None if one is None else json.dumps(one, ensure_ascii=False) for one in column.to_pylist()]
        return pa.array(texts, pa.string())
    return pc.binary_join_element_wise('"', column, '"', "")


def write_lines(batch: pa.RecordBatch) -> bytes:
    """The answers as the interfaces write them, one line each."""
    if not batch.num_rows:
        return b""
    parts: list[object] = ["{"]
    for name in ANSWER_SCHEMA.names[:-2]:
        parts += [f'{", " if len(parts) > 1 else ""}"{name}": ', _value(name, batch[name])]
    error = pc.binary_join_element_wise('"error": ', escaped(batch["error"]), "")
    parts += [pc.coalesce(pc.binary_join_element_wise(", ", error, ""), ""), "}\n", ""]
    told = pc.binary_join_element_wise(*parts)
    line = batch["line"]
    if line.null_count < len(line):
        alone = pc.binary_join_element_wise('{"id": null, "line": ', line.cast(pa.string()), ", ", error, "}\n", "")
        told = pc.coalesce(alone, told)
    text: bytes = told.buffers()[2].to_pybytes()
    return text[: pc.sum(pc.binary_length(told)).as_py()]


def _value(name: str, column: pa.Array) -> pa.Array | str:
    if column.null_count == len(column):
        return "null"
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.string())
    elif name not in NESTED:
        column = escaped(column)
    return pc.coalesce(column, "null")
