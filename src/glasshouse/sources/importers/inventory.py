"""Rows of an inventory to observations; what a CSV file and a spreadsheet have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from glasshouse.model.observation import Observation, SaidBy
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.columns import Columns, map_columns
from glasshouse.sources.redact import strip_text
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["IDENTIFYING", "read_rows", "score", "take_columns"]

# A table without one of these says nothing about a device.
IDENTIFYING = frozenset(("address", "mac", "manufacturer", "model", "serial", "firmware", "name", "text"))


def score(draft: Draft, headers: Sequence[str]) -> int:
    """How many columns of a would-be heading are known; 0 unless one of them identifies a device."""
    columns = map_columns(headers, draft.column_map)
    return columns.known if not IDENTIFYING.isdisjoint(columns.fields) else 0


def take_columns(draft: Draft, headers: Sequence[str]) -> Columns:
    """Map a heading and record the mapping and the unknown columns in the preview."""
    columns = map_columns(headers, draft.column_map)
    draft.mapping = tuple(dict.fromkeys((*draft.mapping, *columns.mapping)))
    draft.unknown_columns = tuple(dict.fromkeys((*draft.unknown_columns, *columns.unknown)))
    if columns.secret:
        names = ", ".join(cap(headers[place], 64) for place in columns.secret)
        draft.note(f"credentials were left out: column {names}")
    return columns


def read_rows(
    draft: Draft,
    columns: Columns,
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    sheet: str | None = None,
    said_by: SaidBy = SaidBy.PERSON,
    tool: str | None = None,
) -> None:
    """Turn each row into one inventory-text observation, and one of the MAC address where an address stands beside it."""
    where = f"sheet {cap(sheet, 64)}, line " if sheet else "line "
    key = f"{cap(sheet, 64)}:" if sheet else ""
    for line, row in rows:
        if any(cell.strip() for cell in row[len(columns.fields) :]):
            draft.reject(
                f"{where}{line}",
                f"the row has {len(row)} cells and the heading {len(columns.fields)}: its values may stand under the "
                "wrong headings. Put cells that hold the delimiter in quotation marks",
            )
            continue
        values = _values(columns, row)
        if IDENTIFYING.isdisjoint(values):
            draft.reject(f"{where}{line}", "the row has no value that says anything about a device")
            continue
        _see_row(draft, values, _any_secret(columns, row), (f"{where}{line}", f"{key}{line}"), said_by, tool)


def _values(columns: Columns, row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, cell in zip(columns.fields, row, strict=False):
        if field is None:
            continue
        text = strip_text(cap(cell))
        if text:
            found[field] = text
    return found


def _any_secret(columns: Columns, row: Sequence[str]) -> bool:
    return any(place < len(row) and row[place].strip() for place in columns.secret)


def _see_row(
    draft: Draft, values: dict[str, str], secret: bool, places: tuple[str, str], said_by: SaidBy, tool: str | None
) -> None:
    locator, line = places
    address, mac = address_of(values.get("address", "")), mac_of(values.get("mac", ""))
    if "address" in values and address is None:
        draft.note(f"{locator}: {values['address'][:64]!r} is no IP address; the row is kept without one")
    if "mac" in values and mac is None:
        draft.note(f"{locator}: {values['mac'][:64]!r} is the MAC address of no single device; kept as text")
        values["mac-text"] = values.pop("mac")
    values |= {"address": address} if address else {}
    values |= {"mac": mac} if mac else {}
    seen_at = time_of(values.get("seen-at", ""), draft.zone)
    fields = tuple((name if name == "text" else f"inventory.{name}", text) for name, text in values.items())
    if secret:
        fields = (*fields, ("inventory.credentials", "present"))
    subject = draft.subject(address, mac, line)
    draft.see(Observation(subject, "inventory-text", fields=fields, said_by=said_by, tool=tool), seen_at, locator)
    if address and mac:
        draft.see(Observation(subject, "mac", raw=mac.encode(), said_by=said_by, tool=tool), seen_at, locator)
    draft.rows_used += 1
