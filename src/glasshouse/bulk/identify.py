"""Identification of a record batch: observations in, one answer a device out; the answers of the line-by-line way.

Columns are encoded by their distinct values, every distinct content is worked out once (`heard`), and what a device
that sent nothing else is answered is the answer of its content. Only devices of several rows, and rows out of the
ordinary, are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.attribution import Knowledge
from glasshouse.bulk.columns import FieldRows
from glasshouse.bulk.fusing import Fuser
from glasshouse.bulk.heard import COLUMNS, Heard, Hearer
from glasshouse.bulk.lines import escaped
from glasshouse.bulk.reading import Line, ReadLine, Shape
from glasshouse.bulk.rows import Rows
from glasshouse.bulk.schema import ANSWER_SCHEMA, OBSERVATION_SCHEMA, answer_batch
from glasshouse.matching.signals import Hearing

__all__ = ["ANSWER_SCHEMA", "OBSERVATION_SCHEMA", "BatchIdentifier"]


class BatchIdentifier:
    """Identifies the devices of record batches; keeps what it has worked out, so use one for many batches.

    `read` reads one JSON line (number, bytes); `shape` makes an answer of an identity. Not safe for two threads.
    `shortcuts` False decodes every distinct content as it stands: the slower way to the same answers.
    """

    def __init__(
        self, hearing: Hearing, knowledge: Knowledge, read: ReadLine, shape: Shape, *, shortcuts: bool = True
    ) -> None:
        self._read = read
        self._hearing = hearing
        self._hearer = Hearer(hearing, knowledge, read, shape, shortcuts=shortcuts)
        self._fuser = Fuser(self._hearer, knowledge, shape)

    def answers(self, batch: pa.RecordBatch, first_line: int = 1) -> pa.RecordBatch:
        """One row of `ANSWER_SCHEMA` a device of `batch`, in order of first appearance.

        All rows of a device must be in the batch; a row without device is a device of its own. Where `batch` has no
        column `line`, its rows are numbered from `first_line`.
        """
        if not batch.num_rows:
            return answer_batch(())
        rows = Rows(batch, first_line)
        strange = {at: self._read(number, line) for at, number, line in rows.others()}
        alone, together = _alone(rows, strange)
        if not together:
            return self._of_contents(rows, alone)
        answered = [(group[0], self._fuser.answer(list(self._lines(rows, group, strange)))) for group in together]
        return _in_order(rows, alone, self._of_contents(rows, alone), answered)

    def field_answers(self, batch: pa.RecordBatch, first_line: int = 1) -> pa.RecordBatch:
        """One row of `ANSWER_SCHEMA` for each row of decoded fields: columns of text named by their field.

        Columns with a dot in their name are fields (`http.server`, `onvif.Model`); `id`, `device`, `probe` and
        `said_by` are as in `OBSERVATION_SCHEMA`; without `probe` it is `other`. Every row is a device of its own. The
        answers are those of the same rows given as `fields`.
        """
        rows = FieldRows(batch, self._hearing)
        heard = [self._hearer.heard(one) for one in rows.contents]
        numbers = pa.array(range(first_line, first_line + batch.num_rows), pa.int64())
        return _answered(heard, rows.at, rows.column("id"), rows.column("device"), numbers)

    def _lines(self, rows: Rows, places: Sequence[int], strange: dict[int, Line]) -> Iterator[Line]:
        known = rows.rows([at for at in places if at not in strange])
        for at in places:
            yield strange[at] if at in strange else self._read(*known[at])

    def _of_contents(self, rows: Rows, mask: pa.Array | None) -> pa.RecordBatch:
        """Answers of the rows that are a device each, in their order."""
        contents, at = rows.contents(mask)
        heard = [self._hearer.heard(one) for one in contents]
        return _answered(
            heard, at, *(rows.kept(one, mask) for one in (rows.column("id"), rows.column("device"), rows.lines))
        )


def _answered(
    heard: Sequence[Heard], at: pa.Array, ids: pa.Array, devices: pa.Array, numbers: pa.Array
) -> pa.RecordBatch:
    """The answers of devices that sent one content each: which one, by `at`. Contents that say the same are one."""
    told = list({id(one): one for one in heard}.values())
    number = {id(one): place for place, one in enumerate(told)}
    at = pa.array([number[id(one)] for one in heard], pa.int32()).take(at)
    shown = escaped(ids)
    columns: dict[str, pa.Array] = {
        name: _taken([one.columns[place] for one in told], at, ANSWER_SCHEMA.field(name).type)
        for place, name in enumerate(COLUMNS)
    }
    columns["evidence"] = _evidence(told, at, shown, numbers)
    columns |= {"id": ids, "device": devices, "line": pa.nulls(len(at), pa.int64())}
    columns["observations"] = pc.coalesce(pc.binary_join_element_wise("[", shown, "]", ""), "[]")
    columns["error"] = _taken([one.error for one in told], at, pa.string())
    batch = pa.RecordBatch.from_arrays([columns[name] for name in ANSWER_SCHEMA.names], schema=ANSWER_SCHEMA)
    return batch if all(one.usable for one in told) else _failures(batch, told, at, numbers)


def _taken(values: Sequence[object], at: pa.Array, kind: pa.DataType) -> pa.Array:
    """The value of each row; quick where all rows have the same."""
    if values and all(one == values[0] for one in values):
        return pa.repeat(pa.scalar(values[0], kind), len(at))
    return pa.array(values, kind).take(at)


def _evidence(told: Sequence[Heard], at: pa.Array, shown: pa.Array, numbers: pa.Array) -> pa.Array:
    """The evidence of each row as JSON text, with its own label."""
    if not any(one.evidence for one in told):
        return pa.repeat(pa.scalar("[]"), len(at))
    pieces = pa.array([one.evidence or None for one in told], pa.list_(pa.string())).take(at)
    labels = pc.coalesce(shown, pc.binary_join_element_wise('"line ', numbers.cast(pa.string()), '"', ""))
    return pc.coalesce(pc.binary_join(pieces, labels), "[]")


def _alone(rows: Rows, strange: dict[int, Line]) -> tuple[pa.Array | None, list[list[int]]]:
    """A mask of the rows that are ordinary and a device each (None: all), and the others by device."""
    device = rows.column("device")
    if not strange and device.null_count == rows.count:
        return None, []
    if strange:
        odd = pc.invert(rows.ordinary)
        device = pc.replace_with_mask(device, odd, pa.array([line.device for line in strange.values()], pa.string()))
    code = device.dictionary_encode()
    if not strange and len(code.dictionary) == rows.count - device.null_count:
        return None, []
    counts = dict(zip(*(one.to_pylist() for one in code.indices.value_counts().flatten()), strict=True))
    several = pa.array([counts[number] > 1 for number in range(len(code.dictionary))], pa.bool_())
    shared = pc.fill_null(several.take(code.indices), False)
    together = pc.or_(shared, pc.invert(rows.ordinary)) if strange else shared
    groups: dict[object, list[int]] = {}
    for at, number in zip(
        pc.indices_nonzero(together).to_pylist(), code.indices.filter(together).to_pylist(), strict=True
    ):
        groups.setdefault(("row", at) if number is None else number, []).append(at)
    return pc.invert(together), list(groups.values())


def _in_order(
    rows: Rows, alone: pa.Array | None, single: pa.RecordBatch, answered: Sequence[tuple[int, dict[str, object]]]
) -> pa.RecordBatch:
    """Answers of both ways in order of first appearance."""
    first = pa.array(range(rows.count), pa.int64())
    first = pa.concat_arrays([rows.kept(first, alone), pa.array([at for at, _ in answered], pa.int64())])
    both = pa.concat_batches([single, answer_batch(answer for _, answer in answered)])
    return both.take(pc.array_sort_indices(first))


def _failures(batch: pa.RecordBatch, told: Sequence[Heard], at: pa.Array, numbers: pa.Array) -> pa.RecordBatch:
    """A content that cannot be used and names neither itself nor a device is answered by its line number alone."""
    unusable = pa.array([not one.usable for one in told]).take(at)
    nameless = pc.and_(unusable, pc.and_(pc.is_null(batch["id"]), pc.is_null(batch["device"])))
    shown = {
        name: pc.if_else(nameless, pa.scalar(None, ANSWER_SCHEMA.field(name).type), batch[name])
        for name in batch.schema.names
    }
    shown["error"] = batch["error"]
    shown["line"] = pc.if_else(nameless, numbers, pa.scalar(None, pa.int64()))
    return pa.RecordBatch.from_arrays([shown[name] for name in ANSWER_SCHEMA.names], schema=ANSWER_SCHEMA)
