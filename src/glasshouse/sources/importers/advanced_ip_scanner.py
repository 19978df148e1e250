"""Advanced IP Scanner's results (CSV): who answered; its column Manufacturer is a table of MAC prefixes."""

from __future__ import annotations

from glasshouse.model.observation import GapReason, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.sheet import Layout, Row, heads
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="advanced-ip-scanner",
    title="Advanced IP Scanner (CSV)",
    suffixes=(".csv",),
    references=(Reference("Advanced IP Scanner", "https://www.advanced-ip-scanner.com/"),),
    limitations=(
        "the heading is recalled, not checked against a published sample",
        "the export names no time: it stays unknown",
    ),
)

_LAYOUT = Layout(
    needed=frozenset(("status", "name", "ip", "manufacturer", "macaddress")),
    used={
        "status": "status",
        "name": "inventory.name",
        "ip": "ip",
        "manufacturer": "inventory.mac-vendor",
        "macaddress": "mac",
        "comments": "comments",
    },
    most=7,  # a wider table is somebody's inventory
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading of Status, Name, IP, Manufacturer and MAC address, with hardly a column beside them."""
    return heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read row after row; a host that is off is a gap."""
    draft.note("the column Manufacturer was read as the scanner's table of MAC prefixes, not as the maker of a device")
    with _LAYOUT.open(draft) as rows:
        for row in rows:
            address = address_of(row.get("ip"))
            if address is None:
                draft.reject(row.where, f"{row.get('ip')[:64]!r} is no IP address; the row was not read")
            else:
                _see(draft, row, address)


def _see(draft: Draft, row: Row, address: str) -> None:
    draft.covered.setdefault(address)
    mac = mac_of(row.get("mac"))
    if mac is None and not row.further:
        draft.gap(address, GapReason.SILENT, "no answer to Advanced IP Scanner")
        return
    entry = Entry(draft, draft.endpoint(address), row.where, tool="Advanced IP Scanner")
    entry.macs([mac] if mac else [])
    entry.row(SaidBy.TOOL, *row.further)
    entry.row(SaidBy.PERSON, ("inventory.description", row.get("comments")))
    draft.rows_used += 1
