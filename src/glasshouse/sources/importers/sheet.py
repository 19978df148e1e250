"""Tables whose headings are documented: rows as named values, what is not named kept beside them and reported."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.columns import canonical, field_name
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table
from glasshouse.sources.redact import is_secret_name, strip_text

__all__ = ["Layout", "Row", "heads"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by field, and those of unknown columns as `inventory.<heading>`."""

    line: int
    values: Mapping[str, str]
    further: tuple[tuple[str, str], ...]
    secret: bool  # a column with a credential was filled in

    @property
    def where(self) -> str:
        """The locator of the row."""
        return f"line {self.line}"

    def get(self, name: str) -> str:
        """The value of a field; "" where there is none."""
        return self.values.get(name, "")

    def named(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """Pairs of new name and value, by field."""
        return [(name, self.get(key)) for key, name in names.items()]


@dataclass(frozen=True, slots=True)
class Layout:
    """A documented heading: columns by canonical name (`columns.canonical`).

    `needed` must all be there for the format to be recognised; `used` maps a column to its field; `lost` are columns
    that are documented and not carried over.
    """

    needed: frozenset[str]
    used: Mapping[str, str]
    lost: Collection[str] = field(default=())
    most: int = 1_000  # columns: a wider table is another

    def score(self, headers: Sequence[str]) -> int:
        """How many columns of a would-be heading are known; 0 unless the needed ones are there."""
        names = {canonical(header) for header in headers}
        return len(names & self.used.keys()) if self.needed <= names and len(headers) <= self.most else 0

    @contextlib.contextmanager
    def open(self, draft: Draft) -> Iterator[Iterator[Row]]:
        """The rows below the heading; a row with more cells than the heading is rejected.

        Raises:
            ImportProblem: no heading of this layout.
        """
        with open_table(draft, self.score) as table:
            headers = [cap(header, 256) for header in table.headers]
            fields = self._fields(draft, headers)
            secret = _secret(draft, headers)
            yield _rows(draft, table.rows, fields, secret)

    def _fields(self, draft: Draft, headers: Sequence[str]) -> list[str | None]:
        """The field of each column; unknown ones get a name beginning with `inventory.`, None = not carried over."""
        fields: list[str | None] = []
        for header in headers:
            name = canonical(header)
            known = self.used.get(name)
            if known is None and name and name not in self.lost:
                known = f"inventory.{field_name(header)}"
                draft.unknown_columns = tuple(dict.fromkeys((*draft.unknown_columns, header)))
            elif known is not None:
                draft.mapping = (*draft.mapping, (header, known))
            fields.append(known)
        return fields


def heads(layout: Layout, head: bytes) -> bool:
    """Whether the head of a file has a heading of this layout."""
    return any(find_heading(rows, layout.score)[1] for rows in head_tables(head))


def _secret(draft: Draft, headers: Sequence[str]) -> frozenset[int]:
    any_secret = any(is_secret_name(header) for header in headers)
    found = [place for place, header in enumerate(headers) if is_secret_name(header, beside_secret=any_secret)]
    if found:
        draft.note("credentials were left out: column " + ", ".join(cap(headers[place], 64) for place in found))
        draft.unknown_columns = tuple(
            name for name in draft.unknown_columns if name not in {headers[place] for place in found}
        )
    return frozenset(found)


def _rows(
    draft: Draft, rows: Iterator[tuple[int, list[str]]], fields: Sequence[str | None], secret: frozenset[int]
) -> Iterator[Row]:
    for line, cells in rows:
        if any(cell.strip() for cell in cells[len(fields) :]):
            draft.reject(
                f"line {line}",
                f"the row has {len(cells)} cells and the heading {len(fields)}: its values may stand under the wrong "
                "headings. Put cells that hold the delimiter in quotation marks",
            )
            continue
        values: dict[str, str] = {}
        for place, (name, cell) in enumerate(zip(fields, cells, strict=False)):
            if name is not None and place not in secret and (text := strip_text(cap(cell))):
                values.setdefault(name, text)
        further = tuple((name, text) for name, text in values.items() if name.startswith("inventory."))
        filled = any(place < len(cells) and cells[place].strip() for place in secret)
        yield Row(line, values, further, filled)
