"""Inventories as delimited text: spreadsheets saved as CSV, exports of tools without an importer of their own."""

from __future__ import annotations

from functools import partial

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportFile
from glasshouse.sources.importers import inventory
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="csv",
    title="CSV inventory (comma, semicolon or tab)",
    suffixes=(".csv", ".tsv", ".txt"),
    references=(Reference("Common Format and MIME Type for CSV Files", "https://www.rfc-editor.org/rfc/rfc4180"),),
    lost=("columns with credentials: only that one was filled in is kept",),
    limitations=("one table a file", "day-first and month-first dates stay text"),
)


def _draft_of_head() -> Draft:
    return Draft(DOC.name, ImportFile.of_bytes("", b""))


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A row among the first that holds a known heading, or a table of at least two columns in every row."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
        return False
    score = partial(inventory.score, _draft_of_head())
    for rows in head_tables(head):
        widths = {len(row) for row in rows[:-1] if row}
        if find_heading(rows, score)[1] or (len(widths) == 1 and min(widths) > 1):
            return True
    return False


def read(draft: Draft) -> None:
    """Read the table below its heading."""
    with open_table(draft, partial(inventory.score, draft)) as table:
        columns = inventory.take_columns(draft, table.headers)
        inventory.read_rows(draft, columns, table.rows)
