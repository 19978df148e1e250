"""Milestone hardware lists, as installers keep them for adding cameras: addresses, names and drivers, and passwords."""

from __future__ import annotations

from collections.abc import Sequence

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers import inventory
from glasshouse.sources.importers.columns import canonical
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="milestone-hardware",
    title="Milestone XProtect hardware list (CSV)",
    suffixes=(".csv",),
    references=(
        Reference("Milestone XProtect: add hardware from a CSV file", "https://doc.milestonesys.com/"),
        Reference("MilestoneSystemsInc/PowerShellSamples", "https://github.com/milestonesystemsinc/PowerShellSamples"),
    ),
    lost=("user names and passwords",),
    limitations=("driver numbers are kept as written: they name a driver, not a maker",),
)

_COLUMNS = {
    "HardwareAddress": "address",
    "HardwareName": "name",
    "HardwareDriverID": "driver-number",
    "DriverNumber": "driver-number",
    "GroupPath": "location",
}
_BESIDE = frozenset(("hardwaredriverid", "drivernumber", "hardwarepassword", "grouppath"))


def _score(headers: Sequence[str]) -> int:
    names = {canonical(header) for header in headers}
    return len(names) if "hardwareaddress" in names and names & _BESIDE else 0


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with a hardware address and a driver, group or password."""
    return any(find_heading(rows, _score)[1] for rows in head_tables(head))


def read(draft: Draft) -> None:
    """Read the rows as an inventory whose headings are Milestone's."""
    draft.column_map = {**_COLUMNS, **(draft.column_map or {})}
    with open_table(draft, _score) as table:
        columns = inventory.take_columns(draft, table.headers)
        inventory.read_rows(draft, columns, table.rows, tool="Milestone XProtect")
