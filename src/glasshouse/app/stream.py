"""Identification of inputs of any size in bounded memory: few lines one by one, many as record batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from glasshouse.app.config import cache_folder
from glasshouse.app.errors import UserError
from glasshouse.app.identify import Identifier, Line, LineByLine, came_back, device_of, read_line, ready
from glasshouse.app.lines import Lines, Source
from glasshouse.reports.shapes import identity_json

if TYPE_CHECKING:  # some lines are answered without Arrow, which takes long to load
    import pyarrow as pa

    from glasshouse.bulk.grouping import Answers

    Piece: TypeAlias = list[dict[str, object]] | pa.RecordBatch

__all__ = ["AnswerStream", "Rows", "answers_of", "save_parquet", "write_lines_to"]

FEW = 200  # lines that are answered one by one before batches pay for themselves
FEW_BYTES = 1 << 20

Rows = list[dict[str, object]]


def batch_answers() -> Answers:
    """Observations to answers with the packs that came with the program."""
    return answers_of(ready(cache_folder(), bulk=True))


def answers_of(identifier: Identifier) -> Answers:
    """Observations to answers with the pack of `identifier`."""
    from glasshouse.bulk.identify import BatchIdentifier  # noqa: PLC0415  # Arrow is slow to load

    return BatchIdentifier(
        identifier.hearing,
        identifier.knowledge,
        read_line,
        lambda identity, label, device, labels: identity_json(
            identity, id=label, device=device, labels=labels, validation=identifier.pack.validation
        ),
    ).answers


class AnswerStream:
    """The answers to a source, in pieces: lists of answers, or batches of `ANSWER_SCHEMA`.

    `few` answers line by line; `many` builds what answers batches, when there is more than that. `errors` counts the
    answers with an error and keeps the first; `problem` says, once the answers have ended, why the source broke off.
    """

    def __init__(
        self, source: Source, *, grouped: bool, few: Identifier, many: Callable[[], Answers] = batch_answers
    ) -> None:
        self._source = source
        self._grouped = grouped
        self._few = few
        self._build = many
        self.problem: UserError | None = None
        self.errors = 0
        self.first_errors: list[str] = []

    def __iter__(self) -> Iterator[Piece]:
        for piece in self._parquet() if self._source.parquet else self._lines():
            self._count(piece)
            yield piece

    @cached_property
    def _many(self) -> Answers:
        return self._build()

    def _count(self, piece: Piece) -> None:
        if isinstance(piece, list):
            found = [str(row["error"]) for row in piece if "error" in row]
        else:
            found = piece["error"].drop_null().to_pylist()
        self.errors += len(found)
        self.first_errors.extend(found[: 5 - len(self.first_errors)])

    def _parquet(self) -> Iterator[Piece]:
        from glasshouse.app.tables import ParquetRows  # noqa: PLC0415  # Arrow is slow to load

        rows = ParquetRows(self._source)
        yield from self._batches(iter(rows), set())
        self.problem = rows.problem

    def _lines(self) -> Iterator[Piece]:
        lines = Lines(self._source)
        blocks = lines.blocks()
        devices = LineByLine(self._few, grouped=self._grouped)
        count = size = 0
        for block in blocks:
            size += sum(map(len, block))
            if count + len(block) > FEW or size > FEW_BYTES:
                first = min(devices.waiting, default=count + 1)
                held = [devices.waiting.get(number, b"") for number in range(first, count + 1)]
                yield from self._batches(_read(chain([held, block], blocks), first), devices.closed)
                break
            for number, raw in enumerate(block, count + 1):
                yield from ([answer] for answer in devices.take(number, raw))
            count += len(block)
        else:
            yield list(devices.end())
        self.problem = lines.problem

    def _batches(self, batches: Iterator[pa.RecordBatch], closed: set[str]) -> Iterator[Piece]:
        from glasshouse.bulk.fuse import SpillError, fuse  # noqa: PLC0415  # Arrow is slow to load
        from glasshouse.bulk.grouping import whole_devices  # noqa: PLC0415

        if self._grouped:
            yield from self._adjacent(whole_devices(batches), closed)
            return
        try:
            yield from fuse(batches, self._many)
        except SpillError as error:
            raise UserError(
                f"the rows of devices that lie far apart could not be kept in the temporary folder {error}; it needs "
                "about the unpacked size of the input. Set TMPDIR to a folder with more space, or sort the input by "
                "device and use --grouped"
            ) from error

    def _adjacent(self, batches: Iterable[pa.RecordBatch], names: set[str]) -> Iterator[Piece]:
        from glasshouse.app.seen import Seen  # noqa: PLC0415
        from glasshouse.bulk.grouping import answer, runs  # noqa: PLC0415

        with Seen() as closed:
            for name in names:
                closed.add(name)
            for batch in batches:
                done = 0
                for device, start, end in runs(batch):
                    if device is None or closed.add(device):
                        continue
                    if start > done:
                        yield answer(batch.slice(done, start - done), self._many)
                    yield [came_back(line, self._few) for line in _labels(batch.slice(start, end - start))]
                    done = end
                if done < batch.num_rows:
                    yield answer(batch.slice(done), self._many)


def _labels(batch: pa.RecordBatch) -> list[Line]:
    """Number, id and device of the rows, without what they say."""
    told = batch.select(["line", "id", "device", "json"]).to_pylist()
    return [
        Line(row["line"], row["id"] if row["json"] is None else read_line(0, row["json"]).id, row["device"])
        for row in told
    ]


def _read(blocks: Iterable[list[bytes]], first: int) -> Iterator[pa.RecordBatch]:
    from glasshouse.bulk.conform import named  # noqa: PLC0415  # Arrow is slow to load
    from glasshouse.bulk.grouping import BYTES, ROWS  # noqa: PLC0415  # Arrow is slow to load
    from glasshouse.bulk.lines import read_lines  # noqa: PLC0415

    for block in blocks:
        start = 0
        while start < len(block):
            end, size = start, 0
            while end < len(block) and end - start < ROWS and size < BYTES:
                size += len(block[end])
                end += 1
            yield named(read_lines(block[start:end], first), device_of)
            first += end - start
            start = end


def write_lines_to(pieces: Iterable[Piece], file: BinaryIO) -> None:
    """Write answers as JSON Lines, each piece as it comes."""
    for piece in pieces:
        if isinstance(piece, list):
            file.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in piece)
        else:
            from glasshouse.bulk.lines import write_lines  # noqa: PLC0415  # Arrow is slow to load

            file.write(write_lines(piece))
        file.flush()


def save_parquet(pieces: Iterable[Piece], file: Path) -> None:
    """Write answers to a Parquet file. Raises UserError."""
    from glasshouse.app.tables import write_parquet  # noqa: PLC0415  # Arrow is slow to load
    from glasshouse.bulk.schema import answer_batch  # noqa: PLC0415

    write_parquet((answer_batch(piece) if isinstance(piece, list) else piece for piece in pieces), file)
