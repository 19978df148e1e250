"""Identification of a record batch: observations in, one answer a device out; the answers of the line-by-line way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from glasshouse.attribution import Knowledge, identify
from glasshouse.bulk.schema import ANSWER_SCHEMA, OBSERVATION_SCHEMA, answer_batch
from glasshouse.matching.fields import fields_of
from glasshouse.matching.signals import Hearing
from glasshouse.model.identity import Asset, Identity
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Observation

__all__ = ["ANSWER_SCHEMA", "OBSERVATION_SCHEMA", "BatchIdentifier", "ReadLine", "Shape"]


class ReadLine(Protocol):
    """One line that was read: the caller's ids, and the observation or what was wrong with it."""

    @property
    def number(self) -> int:
        """Number of the line."""

    @property
    def id(self) -> str | None:
        """The caller's id."""

    @property
    def device(self) -> str | None:
        """The caller's name of the device."""

    @property
    def observation(self) -> Observation | None:
        """What was read."""

    @property
    def error(self) -> str | None:
        """What was wrong."""


Shape = Callable[[Identity, str | None, str | None, Mapping[str, str]], dict[str, object]]
"""(identity, id, device, labels of observation ids) -> the answer as the interfaces shape it."""


class BatchIdentifier:
    """Identifies the devices of record batches; keeps what it has decoded, so use one for many batches.

    `read` reads one JSON line (number, bytes); `shape` makes an answer of an identity. Not safe for two threads.
    """

    def __init__(
        self, hearing: Hearing, knowledge: Knowledge, read: Callable[[int, bytes], ReadLine], shape: Shape
    ) -> None:
        self._hearing = hearing
        self._knowledge = knowledge
        self._read = read
        self._shape = shape

    def answers(self, batch: pa.RecordBatch, first_line: int = 1) -> pa.RecordBatch:
        """One row of `ANSWER_SCHEMA` a device of `batch`, in order of first appearance.

        All rows of a device must be in the batch; a row without device is a device of its own. Where `batch` has no
        column `line`, its rows are numbered from `first_line`.
        """
        groups: dict[str, list[ReadLine]] = {}
        for line in self._lines(batch, first_line):
            key = f"d{line.device}" if line.device is not None else f"l{line.number}"
            groups.setdefault(key, []).append(line)
        return answer_batch(self._answer(group) for group in groups.values())

    def _lines(self, batch: pa.RecordBatch, first_line: int) -> Iterator[ReadLine]:
        known = [name for name in OBSERVATION_SCHEMA.names if name in batch.schema.names]
        for number, row in enumerate(batch.select(known).to_pylist(), first_line):
            yield self._read(number if row.get("line") is None else row["line"], _as_json(row))

    def _answer(self, lines: Sequence[ReadLine]) -> dict[str, object]:
        first = lines[0]
        usable = [line.observation for line in lines if line.observation is not None]
        errors = [line.error for line in lines if line.error is not None]
        if not usable and first.device is None and first.id is None:
            return {"id": None, "line": first.number, "error": errors[0] if errors else "nothing to read"}
        names = {line.observation.id: line.id or f"line {line.number}" for line in reversed(lines) if line.observation}
        answer = self._shape(self._identity(usable), first.id, first.device, names)
        answer["observations"] = [line.id for line in lines if line.id is not None]
        if errors:
            answer["error"] = "; ".join(errors[:5])
        return answer

    def _identity(self, observations: Sequence[Observation]) -> Identity:
        unique = {one.id: one for one in observations}
        order = tuple(sorted(unique))
        fields = {key: fields_of(one) for key, one in unique.items()}
        heard = [field for key in order for field in fields[key]]
        signals = [signal for key in order for signal in self._hearing.signals(unique[key], fields[key])]
        asset = Asset(content_id("asset", list(order)), order)
        return identify(asset, [unique[key] for key in order], heard, signals, self._knowledge)


def _as_json(row: dict[str, object]) -> bytes:
    """A row as the line that it stands for."""
    line = row.get("json")
    if isinstance(line, bytes):
        return line
    known = {key: value for key, value in row.items() if value is not None and key not in {"json", "line"}}
    raw, fields = known.get("raw"), known.get("fields")
    if isinstance(raw, bytes):
        known |= _of_bytes(raw)
    if isinstance(fields, str):
        known["fields"] = _object(fields)
    elif isinstance(fields, list):
        known["fields"] = dict(fields)
    return json.dumps(known, default=str).encode()


def _of_bytes(raw: bytes) -> dict[str, object]:
    try:
        return {"raw": raw.decode(), "encoding": "utf-8"}
    except UnicodeDecodeError:
        import base64  # noqa: PLC0415

        return {"raw": base64.b64encode(raw).decode(), "encoding": "base64"}


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
