"""NetBox objects (JSON of its API): devices, interfaces and addresses as people recorded them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.columns import field_name
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.json_values import at, flat, text
from glasshouse.sources.importers.records import Record, first_objects, records
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="netbox",
    title="NetBox devices, interfaces and addresses (JSON of the API)",
    suffixes=(".json",),
    references=(
        Reference(
            "netbox-community/netbox", "https://github.com/netbox-community/netbox", "netbox/dcim/api/serializers_"
        ),
        Reference("NetBox: REST API", "https://netboxlabs.com/docs/netbox/integrations/rest-api/"),
    ),
    lost=("local configuration contexts: they may hold credentials", "cables, tenants and tags"),
    limitations=(
        "typed by people: it names places and links units, and proves nothing about one",
        "the envelope of lists is recalled; further pages are not fetched",
        "the CSV of its pages has columns that users choose; it is read as an inventory",
    ),
)

_LISTS = ("results",)
_DEVICE = {
    "inventory.manufacturer": (("device_type", "manufacturer", "name"), ("device_type", "manufacturer", "display")),
    "inventory.model": (("device_type", "model"), ("device_type", "display")),
    "inventory.name": (("name",), ("display",)),
    "inventory.serial": (("serial",),),
    "inventory.asset-tag": (("asset_tag",),),
    "inventory.device-type": (("role", "name"), ("role", "display"), ("device_role", "name")),
    "inventory.platform": (("platform", "name"), ("platform", "display")),
    "inventory.site": (("site", "name"), ("site", "display")),
    "inventory.location": (("location", "name"), ("location", "display")),
    "inventory.rack": (("rack", "name"), ("rack", "display")),
    "inventory.status": (("status", "value"),),
    "inventory.description": (("description",),),
    "inventory.comments": (("comments",),),
}
_ADDRESSES = ("primary_ip", "primary_ip4", "primary_ip6", "oob_ip")


def _is_device(value: Mapping[str, Any]) -> bool:
    return (
        isinstance(at(value, "device_type"), Mapping)
        and "model" in value["device_type"]
        and ("primary_ip" in value or "site" in value)
    )


def _is_interface(value: Mapping[str, Any]) -> bool:
    return isinstance(at(value, "device"), Mapping) and not {"mac_address", "primary_mac_address"}.isdisjoint(value)


def _is_address(value: Mapping[str, Any]) -> bool:
    return (
        isinstance(at(value, "address"), str)
        and not {"assigned_object", "nat_inside", "dns_name"}.isdisjoint(value)
        and "family" in value
    )


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with a device type of a model, an interface of a device, or an address with what it is assigned to."""
    return any(
        _is_device(value) or _is_interface(value) or _is_address(value) for value in first_objects(head, *_LISTS)
    )


def read(draft: Draft) -> None:
    """Read object after object."""
    with draft.file.open() as stream:
        head = stream.read(4_096)
    if re.search(rb'"next"\s*:\s*"', head):
        draft.cut_short("the file is one page of several (next is set); export the other pages too")
    for record in records(draft, *_LISTS):
        value = record.value
        if record.error is not None or not isinstance(value, Mapping):
            draft.reject(record.where, record.error or "the record is no JSON object of NetBox")
        elif _is_device(value):
            _see_device(draft, record, value)
        elif _is_interface(value):
            _see_part(draft, record, value, text(value, "device", "id"), text(value, "device", "name"))
        elif _is_address(value):
            holder = at(value, "assigned_object")
            _see_part(draft, record, value, text(holder, "device", "id"), text(holder, "device", "name"))
        else:
            draft.reject(record.where, "the object is no device, interface or address of NetBox; it was not read")


def _first(value: Mapping[str, Any], paths: tuple[tuple[str, ...], ...]) -> str:
    return next((found for path in paths if (found := text(value, *path))), "")


def _custom(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for line in flat(at(value, "custom_fields"), 100):
        name, _, found = line.partition("=")
        yield f"inventory.{field_name(name)}", found


def _see_device(draft: Draft, record: Record, value: Mapping[str, Any]) -> None:
    found = (address_of(text(value, name, "address")) for name in _ADDRESSES)
    addresses = [address for address in found if address]
    subject = draft.subject(addresses[0] if addresses else None, None, record.path or str(record.line))
    seen_at = time_of(text(value, "last_updated"))
    entry = Entry(draft, subject, record.where, seen_at, "NetBox", text(value, "id") or None)
    pairs = [(field, _first(value, paths)) for field, paths in _DEVICE.items()]
    further = [
        ("inventory.address-further", address) for address in dict.fromkeys(addresses) if address != addresses[0]
    ]
    entry.row(SaidBy.PERSON, *pairs, *further, *_custom(value))
    draft.rows_used += 1


def _see_part(draft: Draft, record: Record, value: Mapping[str, Any], device: str, name: str) -> None:
    """An interface or an address: whose it is."""
    written = text(value, "mac_address") or text(value, "primary_mac_address", "mac_address")
    mac, address = mac_of(written), address_of(text(value, "address"))
    if mac is None and address is None:
        if written:
            draft.reject(record.where, f"{written[:64]!r} is the MAC address of no single device")
        else:
            draft.note("interfaces without a MAC address and addresses of no host were not used")
        return
    subject = draft.subject(address, mac, "")
    entry = Entry(draft, subject, record.where, time_of(text(value, "last_updated")), "NetBox", device or None)
    entry.macs([mac] if mac else [], SaidBy.PERSON)
    entry.row(
        SaidBy.PERSON,
        ("inventory.name", name),
        ("inventory.interface", text(value, "name")),
        ("inventory.dns-name", text(value, "dns_name")),
        ("inventory.description", text(value, "description")),
    )
    draft.rows_used += 1
