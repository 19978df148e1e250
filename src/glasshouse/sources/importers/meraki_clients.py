"""Clients of a Meraki network (JSON of the dashboard's API)."""

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
    name="meraki-clients",
    title="Meraki network clients (JSON)",
    suffixes=(".json",),
    references=(
        Reference(
            "Meraki Dashboard API: get network clients",
            "https://developer.cisco.com/meraki/api-v1/get-network-clients/",
        ),
    ),
    lost=("users, 802.1X identities, groups and policies", "traffic"),
    limitations=(
        "maker, operating system and predicted type are Meraki's guess: they support and do not prove",
        "the CSV of the dashboard has headings that users choose; it is read as an inventory",
    ),
)

_GUESSES = {
    "manufacturer": "inventory.mac-vendor",
    "os": "inventory.os-guess",
    "deviceTypePrediction": "inventory.device-type",
}
_PLACE = {
    "recentDeviceName": "inventory.switch",
    "recentDeviceMac": "inventory.switch",
    "recentDeviceSerial": "inventory.switch-serial",
    "switchport": "inventory.switch-port",
    "ssid": "inventory.wireless-network",
    "vlan": "inventory.vlan",
    "namedVlan": "inventory.vlan",
    "recentDeviceConnection": "inventory.connection",
    "status": "inventory.status",
}


def _is_client(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("mac"), str) and not {
        "recentDeviceSerial",
        "recentDeviceMac",
        "deviceTypePrediction",
    }.isdisjoint(value)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with a MAC address and the device that saw it last, or a predicted type."""
    return any(_is_client(value) for value in first_objects(head))


def read(draft: Draft) -> None:
    """Read client after client."""
    unread = Unread(
        *_PLACE, *_GUESSES, "id", "mac", "ip", "ip6", "firstSeen", "lastSeen", "dhcpHostname", "mdnsName", "description",
        "notes",
    )  # fmt: skip
    for record in records(draft):
        value = record.value
        mac = mac_of(text(value, "mac"))
        if record.error is not None or not isinstance(value, Mapping) or mac is None:
            draft.reject(record.where, record.error or "the record has no MAC address of one client; it was not read")
        else:
            unread.take(value)
            _see(draft, record, value, mac)
    unread.tell(draft)


def _see(draft: Draft, record: Record, value: Mapping[str, Any], mac: str) -> None:
    address = address_of(text(value, "ip")) or address_of(text(value, "ip6"))
    subject = draft.endpoint(address) if address else Interface(mac, draft.property)
    entry = Entry(draft, subject, record.where, time_of(text(value, "lastSeen")), "Meraki")
    entry.macs([mac])
    said = SaidBy.INFRASTRUCTURE
    if name := text(value, "dhcpHostname"):
        entry.reply("dhcp", fields=pairs(("dhcp.hostname", name), ("dhcp.mac", mac)), said_by=said)
    entry.reply("mdns", fields=pairs(("mdns.host", text(value, "mdnsName"))), said_by=said)
    entry.row(said, *((field, text(value, key)) for key, field in _PLACE.items()))
    entry.row(SaidBy.TOOL, *((field, text(value, key)) for key, field in _GUESSES.items()))
    people = (("inventory.name", text(value, "description")), ("inventory.description", text(value, "notes")))
    entry.row(SaidBy.PERSON, *people)
    draft.rows_used += 1
