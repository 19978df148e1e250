"""Leases of Windows Server (`Get-DhcpServerv4Lease | Export-Csv`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.columns import canonical
from glasshouse.sources.importers.leases import Lease, Leases
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="windows-leases",
    title="Windows Server DHCP leases (CSV)",
    suffixes=(".csv",),
    references=(
        Reference(
            "Get-DhcpServerv4Lease", "https://learn.microsoft.com/powershell/module/dhcpserver/get-dhcpserverv4lease"
        ),
    ),
    lost=("client identifiers that are no MAC address", "descriptions"),
    limitations=(
        "times are local to the server and in its language: they stay unknown unless in ISO form with a zone",
    ),
)

_USED = frozenset(("ipaddress", "clientid", "hostname", "addressstate", "leaseexpirytime"))


def _score(headers: Sequence[str]) -> int:
    names = {canonical(header) for header in headers}
    return len(names & _USED) if {"ipaddress", "clientid", "addressstate"} <= names else 0


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The heading of the exported objects, also below a `#TYPE` line."""
    return any(find_heading(rows, _score)[1] for rows in head_tables(head))


def read(draft: Draft) -> None:
    """Read row after row."""
    leases = Leases(draft)
    with open_table(draft, _score) as table:
        names = [canonical(header) for header in table.headers]
        draft.mapping = tuple((header, canonical(header)) for header in table.headers if canonical(header) in _USED)
        draft.unknown_columns = tuple(header for header in table.headers if canonical(header) not in _USED)
        for line, row in table.rows:
            values = dict(zip(names, row, strict=False))
            address = address_of(values.get("ipaddress", ""))
            if address is None:
                draft.reject(
                    f"line {line}", f"{values.get('ipaddress', '')[:64]!r} is no address; the row was not read"
                )
            else:
                leases.add(_lease(draft, address, values, line))
    leases.finish()


def _lease(draft: Draft, address: str, values: Mapping[str, str], line: int) -> Lease:
    state = values.get("addressstate", "").strip()
    return Lease(
        address=address,
        mac=mac_of(values.get("clientid", "")),
        # ActiveReservation is a present client with a fixed address
        state="active" if state.lower() in {"active", "activereservation"} else state or "unknown",
        ends=time_of(values.get("leaseexpirytime", ""), draft.zone),
        hostname=values.get("hostname", ""),
        locator=f"line {line}",
    )
