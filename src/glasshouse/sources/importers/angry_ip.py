"""Angry IP Scanner's results (XML, CSV): who answered, and the scanner's own table of MAC prefixes, kept apart."""

from __future__ import annotations

from collections.abc import Mapping

from glasshouse.model.observation import GapReason, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.columns import canonical, field_name
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.sheet import Layout, heads
from glasshouse.sources.importers.xml_stream import elements, root_of
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="angry-ip",
    title="Angry IP Scanner (XML, CSV)",
    suffixes=(".xml", ".csv"),
    references=(
        Reference(
            "angryip/ipscan",
            "https://github.com/angryip/ipscan",
            "src/net/azib/ipscan/exporters/XMLExporter.java, CSVExporter.java",
        ),
    ),
    limitations=(
        "the names of the columns are recalled and in English; others are kept and listed as unknown",
        "the time of the report has twelve hours and no zone: it is not used",
    ),
)

_EMPTY = frozenset(("", "[n/a]", "[n/s]", "n/a", "[timeout]"))
_COLUMNS = {
    "ip": "ip",
    "ping": "ping",
    "hostname": "inventory.name",
    "macaddress": "mac",
    "macvendor": "inventory.mac-vendor",
    "webdetect": "http.server",
    "ports": "inventory.ports",
    "netbiosinfo": "inventory.netbios",
}
_LAYOUT = Layout(
    needed=frozenset(("ip", "ping", "hostname")),
    used=_COLUMNS,
    lost=frozenset(("ttl", "filteredports", "packetloss", "comments")),
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The root element `scanning_report`, or a heading with IP, Ping and Hostname."""
    return root_of(head) == "scanning_report" or heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read host after host; one without an answer is a gap."""
    with draft.file.open() as stream:
        head = stream.read(65_536)
    if root_of(head) != "scanning_report":
        with _LAYOUT.open(draft) as rows:
            for row in rows:
                _see(draft, row.where, row.get("ip"), row.values)
        return
    for host in elements(draft, "scanning_report", ("host",), "Export it again as XML"):
        if host.tag != "host":
            continue
        if not draft.more_rows():
            return
        found: dict[str, str] = {}
        for result in host.iterfind("result"):
            name = cap(result.get("name", ""), 64)
            known = _COLUMNS.get(canonical(name))
            if known is None and canonical(name) not in _LAYOUT.lost and len(found) < 64:
                draft.unknown_columns = tuple(dict.fromkeys((*draft.unknown_columns, name)))
            found.setdefault(known or f"inventory.{field_name(name)}", cap(result.text or "", 1_024))
        _see(draft, f"host {draft.rows_read}", host.get("address", ""), found)


def _see(draft: Draft, where: str, written: str, found: Mapping[str, str]) -> None:
    address = address_of(written)
    values = {name: value for name, value in found.items() if value.strip() not in _EMPTY}
    if address is None:
        draft.reject(where, f"{written[:64]!r} is no IP address; the host was not read")
        return
    draft.covered.setdefault(address)
    mac = mac_of(values.get("mac", ""))
    told = {name: value for name, value in values.items() if name.startswith("inventory.")}
    if mac is None and not told and "http.server" not in values:
        if "ping" not in values:
            draft.gap(address, GapReason.SILENT, "no answer to Angry IP Scanner")
        return
    entry = Entry(draft, draft.endpoint(address), where, tool="Angry IP Scanner")
    entry.macs([mac] if mac else [])
    entry.reply("http", fields=pairs(("http.server", values.get("http.server", ""))), request="GET /")
    entry.row(SaidBy.TOOL, *told.items())
    draft.rows_used += 1
