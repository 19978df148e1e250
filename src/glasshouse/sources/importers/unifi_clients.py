"""Clients of a UniFi Network controller (JSON of stat/sta and stat/alluser)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glasshouse.model.observation import Interface, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.json_values import Unread, text
from glasshouse.sources.importers.records import Record, first_objects, records
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="unifi-clients",
    title="UniFi Network clients (JSON)",
    suffixes=(".json",),
    references=(Reference("Art-of-WiFi/UniFi-API-client", "https://github.com/Art-of-WiFi/UniFi-API-client"),),
    lost=(
        "traffic, radio and guest values",
        "fingerprint numbers: what they stand for is not documented",
        "keys of networks",
    ),
    limitations=(
        "names are typed by people, prefixes come from the controller's own table",
        "addresses of clients that are gone (last_ip, fixed_ip) are kept as text and are no presence",
    ),
)

_PLACE = {
    "sw_mac": "inventory.switch",
    "last_uplink_name": "inventory.switch",
    "last_uplink_mac": "inventory.switch",
    "sw_port": "inventory.switch-port",
    "last_uplink_remote_port": "inventory.switch-port",
    "ap_mac": "inventory.access-point",
    "essid": "inventory.wireless-network",
    "network": "inventory.network",
    "last_connection_network_name": "inventory.network",
    "vlan": "inventory.vlan",
    "last_ip": "inventory.last-address",
    "fixed_ip": "inventory.fixed-address",
}
_MARKS = frozenset(("is_wired", "sw_mac", "last_uplink_mac", "essid", "ap_mac"))


def _is_client(value: Mapping[str, Any]) -> bool:
    return (
        isinstance(value.get("mac"), str)
        and not _MARKS.isdisjoint(value)
        and ("oui" in value or "first_seen" in value or "last_seen" in value)
    )


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with a MAC address, an uplink or a wireless network, and a time or a prefix's name."""
    return any(_is_client(value) for value in first_objects(head, "data"))


def read(draft: Draft) -> None:
    """Read client after client."""
    unread = Unread(*_PLACE, "mac", "ip", "hostname", "name", "note", "oui", "first_seen", "last_seen", "is_wired")
    for record in records(draft, "data"):
        value = record.value
        mac = mac_of(text(value, "mac"))
        if record.error is not None or not isinstance(value, Mapping) or mac is None:
            draft.reject(record.where, record.error or "the record has no MAC address of one client; it was not read")
        else:
            unread.take(value)
            _see(draft, record, value, mac)
    unread.tell(draft)


def _see(draft: Draft, record: Record, value: Mapping[str, Any], mac: str) -> None:
    address = address_of(text(value, "ip"))
    subject = draft.endpoint(address) if address else Interface(mac, draft.property)
    entry = Entry(draft, subject, record.where, time_of(text(value, "last_seen")), "UniFi Network")
    entry.macs([mac])
    name = text(value, "hostname")
    if name:
        entry.reply("dhcp", fields=pairs(("dhcp.hostname", name), ("dhcp.mac", mac)), said_by=SaidBy.INFRASTRUCTURE)
    entry.row(SaidBy.INFRASTRUCTURE, *((field, text(value, key)) for key, field in _PLACE.items()))
    entry.row(SaidBy.TOOL, ("inventory.mac-vendor", text(value, "oui")))
    entry.row(SaidBy.PERSON, ("inventory.name", text(value, "name")), ("inventory.description", text(value, "note")))
    draft.rows_used += 1
