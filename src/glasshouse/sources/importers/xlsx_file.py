"""Inventories as Excel workbooks (.xlsx)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportProblem
from glasshouse.sources.importers import inventory
from glasshouse.sources.importers.tables import HEADING_ROWS, find_heading, no_heading

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="xlsx",
    title="Excel workbook (.xlsx)",
    suffixes=(".xlsx", ".xlsm"),
    references=(Reference("Office Open XML File Formats, SpreadsheetML", "", "ECMA-376 part 1, clause 18"),),
    lost=("formulas (their last computed value is read)", "pictures and comments", "columns with credentials"),
    limitations=("no .xls and no password-protected workbook", "digits beyond the fifteenth of a number"),
)

MAX_WORKBOOK = 128 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_CELLS = 4_000_000  # of the rectangle that a sheet spans: the reader holds it whole
MAX_SHEETS = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})?([0-9]{1,9})[\"']")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A ZIP container with the parts of a workbook; the older container too, so that its problem can be named."""
    return head.startswith(_OLE) or (head.startswith(b"PK\x03\x04") and (b"xl/" in head or b"[Content_Types]" in head))


def _bytes(draft: Draft) -> bytes:
    with draft.stream() as stream:
        data = stream.read(MAX_WORKBOOK + 1)
    if data.startswith(_OLE):
        raise ImportProblem(
            f"{draft.file.name} is an .xls or a password-protected workbook; save it as .xlsx without a password, or as CSV"
        )
    if len(data) > MAX_WORKBOOK:
        raise ImportProblem(f"{draft.file.name} has more than {MAX_WORKBOOK} bytes; save its sheets as CSV")
    return data


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _span(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Cells of the rectangle that a sheet spans, read from its cell references."""
    width = height = 1
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(1 << 20):
            for letters, digits in _CELL.findall(tail + chunk):
                height = max(height, int(digits))
                width = max(width, _column(letters))
            tail = chunk[-64:]
    return width * height


def _check(name: str, data: bytes) -> None:
    """Refuse what the spreadsheet reader would choke on: bombs, and sheets that span the whole grid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 10_000:
                raise ImportProblem(f"{name} expands beyond {MAX_UNPACKED} bytes; save its sheets as CSV")
            if not any(part.filename.startswith("xl/") for part in parts):
                raise ImportProblem(f"{name} is a ZIP file and no Excel workbook; unpack it and import what is in it")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and _span(archive, part) > MAX_CELLS:
                    raise ImportProblem(
                        f"{name}: {part.filename} spans more than {MAX_CELLS} cells; delete the empty rows and columns "
                        "around the table, or save it as CSV"
                    )
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as problem:
        raise _damaged(name, problem) from problem


def _damaged(name: str, problem: BaseException) -> ImportProblem:
    return ImportProblem(
        f"{name} is a damaged or cut Excel workbook ({str(problem)[:200]}); copy it again, or save it as CSV"
    )


def _sheets(name: str, data: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    import python_calamine  # noqa: PLC0415 - only this format needs it

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheet_names[:MAX_SHEETS]:
            yield sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, ImportProblem):
        raise
    except BaseException as problem:
        raise _damaged(name, problem) from problem


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def read(draft: Draft) -> None:
    """Read the table of each sheet that has a known heading; the others are named in a note."""
    data = _bytes(draft)
    _check(draft.file.name, data)
    first: list[list[str]] = []
    used = 0
    for sheet, cells in _sheets(draft.file.name, data):
        start = [[_text(cell) for cell in row] for row in cells[:HEADING_ROWS]]
        first = first or start
        place, known = find_heading(start, partial(inventory.score, draft))
        if not known:
            draft.note(f"sheet {sheet[:64]!r} has no known heading and was not read")
            continue
        used += 1
        columns = inventory.take_columns(draft, start[place])
        inventory.read_rows(draft, columns, _rows(draft, cells, place), sheet=sheet)
    if not used:
        raise ImportProblem(no_heading(draft.file.name, first))


def _rows(draft: Draft, cells: Sequence[Sequence[Any]], heading: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(cells[heading + 1 :], heading + 2):
        texts = [_text(cell) for cell in row]
        if not any(text.strip() for text in texts):
            continue
        if not draft.more_rows():
            return
        yield line, texts
