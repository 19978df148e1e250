"""The lease files of ISC Kea (memfile CSV, IPv4 and IPv6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.columns import canonical
from glasshouse.sources.importers.leases import Lease, Leases
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="kea-leases",
    title="ISC Kea leases (memfile CSV)",
    suffixes=(".csv", ".1", ".2", ".completed"),
    references=(Reference("Kea Administrator Reference Manual, memfile", "https://kea.readthedocs.io/"),),
    lost=("client identifiers and user contexts", "delegated prefixes", "earlier rows of the same address and client"),
)

_STATES = {"0": "active", "1": "declined", "2": "expired-reclaimed", "3": "released"}
_NEEDED = ("address", "validlifetime", "expire", "subnetid")
_USED = frozenset(("address", "hwaddr", "validlifetime", "expire", "hostname", "state", "leasetype"))
_KNOWN = _USED | frozenset(
    [
        "clientid",
        "subnetid",
        "fqdnfwd",
        "fqdnrev",
        "usercontext",
        "poolid",
        "duid",
        "preflifetime",
        "iaid",
        "prefixlen",
        "hwtype",
        "hwaddrsource",
    ]
)
_FOREVER = 0xFFFFFFFF


def _score(headers: Sequence[str]) -> int:
    names = {canonical(header) for header in headers}
    return len(names & _KNOWN) if all(name in names for name in _NEEDED) else 0


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The heading row of a memfile."""
    return any(find_heading(rows[:1], _score)[1] for rows in head_tables(head))


def read(draft: Draft) -> None:
    """Read row after row; of an address the last row counts."""
    leases = Leases(draft)
    with open_table(draft, _score) as table:
        names = [canonical(header) for header in table.headers]
        draft.mapping = tuple((header, canonical(header)) for header in table.headers if canonical(header) in _USED)
        draft.unknown_columns = tuple(header for header in table.headers if canonical(header) not in _KNOWN)
        for line, row in table.rows:
            values = {name: cell.replace("&#x2c", ",") for name, cell in zip(names, row, strict=False)}
            lease = _lease(values, f"line {line}")
            if values.get("leasetype", "0") not in {"0", "IA_NA"}:
                draft.note(f"line {line}: a delegated prefix is no device and was not read")
            elif lease is None:
                draft.reject(f"line {line}", f"{values.get('address', '')[:64]!r} is no address; the row was not read")
            else:
                leases.add(lease)
    leases.finish()


def _lease(values: Mapping[str, str], locator: str) -> Lease | None:
    address = address_of(values.get("address", ""))
    if address is None:
        return None
    state = values.get("state", "").strip()
    ends = time_of(values.get("expire", ""))
    return Lease(
        address=address,
        mac=mac_of(values.get("hwaddr", "")),
        state=_STATES.get(state, f"unknown ({state[:16]})"),
        seen_at=_seen_at(ends, values.get("validlifetime", "")),
        ends=ends,
        hostname=values.get("hostname", ""),
        locator=locator,
    )


def _seen_at(ends: datetime | None, lifetime: str) -> datetime | None:
    """When the client was last heard: the end of the lease less its length."""
    if ends is None or not lifetime.isascii() or not lifetime.isdigit() or int(lifetime[:12]) >= _FOREVER:
        return None
    return ends - timedelta(seconds=int(lifetime))
