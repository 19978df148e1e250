"""runZero asset exports (JSON, JSON Lines): its own guess about each asset, and the raw values beneath it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.json_values import Unread, at, flat, items, text
from glasshouse.sources.importers.records import Record, first_objects, records
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="runzero",
    title="runZero assets (JSON, JSON Lines)",
    suffixes=(".json", ".jsonl"),
    references=(Reference("runZero data formats", "https://help.runzero.com/docs/data-formats"),),
    lost=("comments, tags, users and vulnerabilities of an asset", "lines of scan data that are no asset"),
    limitations=(
        "hardware, type and operating system are runZero's guess: they support and do not prove",
        "names inside services and attributes are recalled: their values are searched as text",
    ),
)

_GUESSES = {
    "type": "inventory.device-type",
    "os": "inventory.os-guess",
    "hw": "inventory.hardware",
    "hw_vendor": "inventory.manufacturer",
    "hw_product": "inventory.model",
    "hw_version": "inventory.hardware-version",
    "newest_mac_vendor": "inventory.mac-vendor",
}
_TOOL = "runZero"
_SERVICES = 200


def _is_asset(value: Mapping[str, Any]) -> bool:
    return (
        isinstance(value.get("addresses"), list)
        and ("macs" in value or "newest_mac" in value)
        and ("service_count" in value or "hw" in value or "detected_by" in value)
    )


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with addresses, MAC addresses and runZero's own counts or guesses."""
    return any(_is_asset(value) for value in first_objects(head))


def read(draft: Draft) -> None:
    """Read asset after asset."""
    other = 0
    unread = Unread(
        *_GUESSES, "id", "addresses", "macs", "newest_mac", "names", "serialNumbers", "services", "attributes",
        "last_seen", "updated_at",
    )  # fmt: skip
    for record in records(draft):
        value = record.value
        if record.error is not None or not isinstance(value, Mapping):
            draft.reject(record.where, record.error or "the record is no JSON object of runZero")
        elif not _is_asset(value) and "type" in value and "ts" in value:
            other += 1
        else:
            unread.take(value)
            _asset(draft, record, value)
    unread.tell(draft)
    if other:
        draft.note(f"lines of scan data that are no asset were not read: {other}; export the assets for those")


def _asset(draft: Draft, record: Record, value: Mapping[str, Any]) -> None:
    addresses = [found for item in items(value, "addresses") if (found := address_of(str(item)))]
    written = [*items(value, "macs"), at(value, "newest_mac")]
    macs = [mac for item in written if isinstance(item, str) and (mac := mac_of(item))]
    if not addresses and not macs:
        draft.reject(record.where, "the asset has neither an IP address nor a MAC address")
        return
    subject = draft.subject(addresses[0] if addresses else None, macs[0] if macs else None, "")
    seen_at = time_of(text(value, "last_seen") or text(value, "updated_at"))
    entry = Entry(draft, subject, record.where, seen_at, _TOOL, text(value, "id") or None)
    for address in addresses:
        draft.covered.setdefault(address)
    entry.macs(macs, SaidBy.TOOL)
    guesses = [(field, text(value, key)) for key, field in _GUESSES.items()]
    guesses += [("inventory.name", str(name)) for name in items(value, "names")]
    guesses += [("inventory.serial", str(serial)) for serial in items(value, "serialNumbers")]
    guesses += [("inventory.address-further", address) for address in addresses[1:]]
    entry.row(SaidBy.TOOL, *guesses)
    _values(entry, "attributes", None, at(value, "attributes"))
    services = at(value, "services")
    for number, (key, service) in enumerate(services.items() if isinstance(services, Mapping) else ()):
        if number >= _SERVICES:
            draft.note(f"{record.where}: only the first {_SERVICES} services were read")
            break
        _values(entry, "service", _port_of(str(key)), service)
    draft.rows_used += 1


def _port_of(key: str) -> int | None:
    """The port in a key such as `192.0.2.1/80/tcp`."""
    found = [word for word in key.split("/") if word.isascii() and word.isdigit() and len(word) <= 5]
    return int(found[0]) if len(found) == 1 and 0 < int(found[0]) <= 65_535 else None


def _values(entry: Entry, kind: str, port: int | None, found: object) -> None:
    """Values that runZero took out of replies, as `key=value` lines; keys that name secrets are left out."""
    raw = "\n".join(flat(found)).encode("utf-8", "replace")
    entry.reply("other", raw, request=f"runZero {kind}", port=port, protocol=f"runzero-{kind}", said_by=SaidBy.TOOL)
