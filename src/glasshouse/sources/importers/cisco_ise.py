"""Endpoints of Cisco ISE (CSV export): what its profiler made of each MAC address."""

from __future__ import annotations

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.sheet import Layout, Row, heads
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="cisco-ise",
    title="Cisco ISE endpoints (CSV)",
    suffixes=(".csv",),
    references=(
        Reference(
            "Cisco Identity Services Engine Administrator Guide",
            "https://www.cisco.com/c/en/us/support/security/identity-services-engine/products-installation-and-configuration-guides-list.html",
            "import and export of endpoints",
        ),
    ),
    lost=("whether policy and group were assigned by hand", "user names and 802.1X identities"),
    limitations=(
        "the heading is from one secondary source",
        "the endpoint policy is the profiler's guess; the description is a person's word and is kept beside it",
        "profiler attributes under other headings are kept and listed as unknown columns",
        "the export names no time: it stays unknown",
    ),
)

_LAYOUT = Layout(
    needed=frozenset(("macaddress", "endpointpolicy", "identitygroup")),
    used={
        "macaddress": "mac",
        "endpointpolicy": "endpoint-policy",
        "identitygroup": "identity-group",
        "description": "description",
        "ip": "address",
    },
    lost=frozenset(("staticassignment", "staticgroupassignment", "portalusername", "username", "user")),
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with MACAddress, EndPointPolicy and IdentityGroup."""
    return heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read row after row."""
    with _LAYOUT.open(draft) as rows:
        for row in rows:
            mac = mac_of(row.get("mac"))
            if mac is None:
                draft.reject(row.where, f"{row.get('mac')[:64]!r} is the MAC address of no single device; not read")
            else:
                _see(draft, row, mac)


def _see(draft: Draft, row: Row, mac: str) -> None:
    entry = Entry(draft, draft.subject(address_of(row.get("address")), mac, str(row.line)), row.where, tool="Cisco ISE")
    entry.macs([mac])
    entry.row(
        SaidBy.TOOL,
        ("inventory.device-type", row.get("endpoint-policy")),
        ("inventory.group", row.get("identity-group")),
        *row.further,
    )
    entry.row(SaidBy.PERSON, ("inventory.description", row.get("description")))
    draft.rows_used += 1
