"""runZero assets as CSV: its own guess about each asset."""

from __future__ import annotations

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.sheet import Layout, Row, heads
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="runzero-csv",
    title="runZero assets (CSV)",
    suffixes=(".csv",),
    references=(Reference("runZero data formats", "https://help.runzero.com/docs/data-formats"),),
    lost=("services and their raw values: export JSON for those", "comments and tags"),
    limitations=(
        "hardware, type and operating system are runZero's guess: they support and do not prove",
        "how lists inside a cell are parted is recalled: blanks, tabs, commas and semicolons are taken",
    ),
)

_GUESSES = {
    "type": "inventory.device-type",
    "os": "inventory.os-guess",
    "hw": "inventory.hardware",
    "newest_mac_vendor": "inventory.mac-vendor",
    "hostname": "inventory.name",
}
_LAYOUT = Layout(
    needed=frozenset(("address", "hw", "os", "newestmac")),
    used={
        "type": "type",
        "os": "os",
        "hw": "hw",
        "address": "address",
        "addressesextra": "addresses_extra",
        "newestmac": "newest_mac",
        "newestmacvendor": "newest_mac_vendor",
        "macs": "macs",
        "hostname": "hostname",
        "lastseenunix": "last_seen_unix",
        "lastseeniso": "last_seen_iso",
        "id": "id",
    },
    lost=frozenset(
        (
            "osversion",
            "addressesscope",
            "newestmacage",
            "macvendors",
            "hostnames",
            "firstseenunix",
            "firstseeniso",
            "lastupdatedunix",
            "lastupdatediso",
            "services",
            "servicecount",
            "comments",
            "tags",
        )
    ),
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with address, hw, os and newest_mac."""
    return heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read row after row."""
    with _LAYOUT.open(draft) as rows:
        for row in rows:
            _see(draft, row)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _see(draft: Draft, row: Row) -> None:
    address = next((found for word in _words(row.get("address")) if (found := address_of(word))), None)
    written = [row.get("newest_mac"), *_words(row.get("macs"))]
    macs = [mac for word in written if (mac := mac_of(word))]
    if address is None and not macs:
        draft.reject(row.where, "the asset has neither an IP address nor a MAC address")
        return
    if address:
        draft.covered.setdefault(address)
    seen_at = time_of(row.get("last_seen_unix")) or time_of(row.get("last_seen_iso"), draft.zone)
    subject = draft.subject(address, macs[0] if macs else None, "")
    entry = Entry(draft, subject, row.where, seen_at, "runZero", row.get("id") or None)
    entry.macs(macs, SaidBy.TOOL)
    further = [("inventory.address-further", word) for word in _words(row.get("addresses_extra"))]
    entry.row(SaidBy.TOOL, *row.named(_GUESSES), *further, *row.further)
    draft.rows_used += 1
