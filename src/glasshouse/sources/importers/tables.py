"""Delimited text as a table: delimiter and heading row recognised, rows numbered by their first line."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from glasshouse.sources.document import Draft, ImportProblem
from glasshouse.sources.importers.texts import head_text, lines, text_of

__all__ = ["DELIMITERS", "HEADING_ROWS", "Table", "find_heading", "head_tables", "open_table"]

DELIMITERS = (",", ";", "\t", "|")
HEADING_ROWS = 20  # titles and blank rows that may stand above the heading
MAX_COLUMNS = 1_000

Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and the numbered rows below it."""

    headers: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


def find_heading(rows: Sequence[Sequence[str]], score: Score) -> tuple[int, int]:
    """Place and score of the row that looks most like a heading; (-1, 0) when none does. The first of equals wins."""
    best, place = 0, -1
    for number, row in enumerate(rows[:HEADING_ROWS]):
        points = score(row) if len(row) <= MAX_COLUMNS else 0
        if points > best:
            best, place = points, number
    return place, best


def head_tables(head: bytes) -> Iterator[list[list[str]]]:
    """The first rows of a head under each delimiter that occurs in it, for recognising a format."""
    text = head_text(head)
    if text is None:
        return
    start = list(islice(io.StringIO(text, newline=""), HEADING_ROWS))
    for delimiter in DELIMITERS:
        if any(delimiter in line for line in start) or delimiter == ",":
            yield _parsed(start, delimiter)


def _parsed(start: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(csv.reader(start, delimiter=delimiter))
    return rows


def _choose(start: Sequence[str], score: Score) -> tuple[str, int, int]:
    """Delimiter, heading place (in parsed rows) and score."""
    found = [(delimiter, *find_heading(_parsed(start, delimiter), score)) for delimiter in DELIMITERS]
    return max(found, key=lambda choice: choice[2])


@contextlib.contextmanager
def open_table(draft: Draft, score: Score) -> Iterator[Table]:
    """Open the file as a table whose heading is the row with the highest `score` (number of known columns).

    Raises:
        ImportProblem: no row among the first `HEADING_ROWS` scores; the message names the columns found.
    """
    with text_of(draft) as text:
        start = list(islice(lines(text), HEADING_ROWS))
    delimiter, place, best = _choose(start, score)
    if best == 0:
        raise ImportProblem(no_heading(draft.file.name, _parsed(start, ",")))
    with text_of(draft) as text:
        reader = csv.reader(lines(text), delimiter=delimiter)
        headers = list(islice(reader, place + 1))[-1]
        if place:
            draft.note(f"the heading was found in line {reader.line_num}; the lines above it were not read")
        yield Table(tuple(headers), _rows(draft, reader, len(headers)))


def no_heading(name: str, rows: Sequence[Sequence[str]]) -> str:
    """What to say of a table without a known heading."""
    first = next((row for row in rows if any(cell.strip() for cell in row)), [])
    shown = ", ".join(cell.strip()[:40] for cell in first[:20]) or "none"
    return (
        f"{name} is a table, but no heading was recognised in its first {HEADING_ROWS} rows. Columns found: {shown}. "
        "Known are, in English or French, such as: ip address, mac address, manufacturer, model, serial number, "
        "firmware, name, location. Rename the headings, or give a column map."
    )


def _rows(draft: Draft, reader: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, counted; one that cannot be parsed is rejected by its line."""
    row: list[str] = []
    while True:
        line = getattr(reader, "line_num", 0) + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as problem:
            if draft.more_rows():
                draft.reject(f"line {line}", f"the row cannot be read ({problem}); is a quotation mark left open?")
                continue
            return
        if not any(cell.strip() for cell in row):
            continue
        if not draft.more_rows():
            return
        yield line, row
    if row and len(row) < width and not _ends_with_newline(draft):
        draft.cut_short(f"the last row has {len(row)} of {width} cells and no line end: the file may be cut short")


def _ends_with_newline(draft: Draft) -> bool:
    tail = b""
    with draft.file.open() as stream:
        while chunk := stream.read(1 << 20):
            tail = (tail + chunk)[-4:]
    return tail.rstrip(b"\x00")[-1:] in {b"\n", b"\r"}
