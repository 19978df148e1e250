"""On which lists a device stands: the sources of its evidence, those that see in one way taken together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glasshouse.model.missed import SourceList
from glasshouse.model.observation import Channel, Collection, CollectionKind, Sighting

__all__ = ["list_of", "lists_of"]

_IMPORTED: Mapping[str, SourceList] = {
    "isapi-channels": SourceList.RECORDER,
    "dahua-channels": SourceList.RECORDER,
    "milestone-cameras": SourceList.VMS,
    "milestone-hardware": SourceList.VMS,
    "csv": SourceList.INVENTORY,
    "xlsx": SourceList.INVENTORY,
    "netbox": SourceList.INVENTORY,
    "home-assistant": SourceList.INVENTORY,
    "isc-leases": SourceList.DHCP,
    "dnsmasq-leases": SourceList.DHCP,
    "kea-leases": SourceList.DHCP,
    "windows-leases": SourceList.DHCP,
    "ip-neighbours": SourceList.ARP,
    "arp-table": SourceList.ARP,
    "switch-arp": SourceList.ARP,
    "switch-mac-table": SourceList.SWITCH,
    "switch-lldp": SourceList.SWITCH,
    "switch-cdp": SourceList.SWITCH,
    "snmp-walk": SourceList.SWITCH,
    "unifi-clients": SourceList.SWITCH,
    "meraki-clients": SourceList.SWITCH,
    "cisco-ise": SourceList.SWITCH,
    "zeek": SourceList.TRAFFIC,
    "pcap": SourceList.TRAFFIC,
    "shodan": SourceList.INTERNET,
    "censys": SourceList.INTERNET,
    "shadowserver-dhcpdiscover": SourceList.INTERNET,
}
"""Importer -> list. An importer that is not named reads what another scanner got by asking."""


def list_of(collection: Collection) -> SourceList:
    """The list that a collection is part of. Its importer is the last word of its tool.

    A statement is somebody's record; a passive collection without a known importer is traffic.
    """
    if collection.kind is CollectionKind.STATEMENT:
        return SourceList.INVENTORY
    if collection.kind is CollectionKind.PASSIVE:
        return SourceList.TRAFFIC
    if collection.kind is CollectionKind.ACTIVE:
        return SourceList.SCAN
    return _IMPORTED.get(collection.tool.rpartition(" ")[2], SourceList.SCAN)


def lists_of(sightings: Iterable[Sighting], lists: Mapping[str, SourceList]) -> frozenset[SourceList]:
    """The lists on which a device with these sightings stands; `lists` maps collections to lists.

    A channel is what a recorder says of the unit behind it, however that was read.
    """
    return frozenset(
        SourceList.RECORDER if isinstance(item.observation.subject, Channel) else lists[item.collection]
        for item in sightings
        if item.collection in lists
    )
