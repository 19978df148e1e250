"""Home Assistant's register of devices (`core.device_registry`): what its integrations read, and people's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.json_values import Unread, items, text
from glasshouse.sources.importers.records import Record, first_objects, records
from glasshouse.sources.importers.texts import head_text
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="home-assistant",
    title="Home Assistant device registry (JSON)",
    suffixes=(".device_registry", ".json"),
    references=(
        Reference(
            "home-assistant/core", "https://github.com/home-assistant/core", "homeassistant/helpers/device_registry.py"
        ),
    ),
    lost=("identifiers of integrations", "deleted devices"),
    limitations=(
        "the keys connections, serial_number, hw_version and name_by_user are recalled",
        "maker and model are what an integration read or was told: they support and do not prove",
    ),
)

_LIST = "data.devices"
_READ = {
    "manufacturer": "inventory.manufacturer",
    "model": "inventory.model",
    "model_id": "inventory.model-id",
    "serial_number": "inventory.serial",
    "sw_version": "inventory.firmware",
    "hw_version": "inventory.hardware",
    "name": "inventory.name",
}
_TYPED = {"name_by_user": "inventory.name", "area_id": "inventory.location"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The key of the register, with a list of devices."""
    document = (head_text(head) or "").lstrip()
    return (
        document.startswith("{")
        and '"core.device_registry"' in document[:4_096]
        and any(
            "id" in value and ("manufacturer" in value or "identifiers" in value or "name" in value)
            for value in first_objects(head, _LIST)
        )
    )


def read(draft: Draft) -> None:
    """Read device after device."""
    unread = Unread(*_READ, *_TYPED, "id", "connections", "configuration_url", "modified_at")
    for record in records(draft, _LIST):
        value = record.value
        if record.error is not None or not isinstance(value, Mapping):
            draft.reject(record.where, record.error or "the record is no JSON object of the register")
        else:
            unread.take(value)
            _see(draft, record, value)
    unread.tell(draft)


def _macs(value: Mapping[str, Any]) -> list[str]:
    found = []
    for pair in items(value, "connections"):
        if isinstance(pair, list) and len(pair) == 2 and pair[0] == "mac" and isinstance(pair[1], str):
            found += [mac] if (mac := mac_of(pair[1])) else []
    return found


def _see(draft: Draft, record: Record, value: Mapping[str, Any]) -> None:
    macs = _macs(value)
    address = address_of(text(value, "configuration_url"))  # an address, never followed
    line = record.path or str(record.line)
    subject = draft.subject(address, macs[0] if macs else None, line)
    seen_at = time_of(text(value, "modified_at"))
    entry = Entry(draft, subject, record.where, seen_at, "Home Assistant", text(value, "id") or None)
    entry.macs(macs, SaidBy.TOOL)
    told = entry.row(SaidBy.TOOL, *((field, text(value, key)) for key, field in _READ.items()))
    told |= entry.row(SaidBy.PERSON, *((field, text(value, key)) for key, field in _TYPED.items()))
    if told:
        draft.rows_used += 1
    else:
        draft.reject(record.where, "the device has no name, maker or model")
