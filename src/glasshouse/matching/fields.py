"""An observation's fields: decoded from its bytes by its protocol, or the named values of a structured row."""

from __future__ import annotations

import re

from glasshouse import protocols
from glasshouse.matching import oui
from glasshouse.model.observation import Field, Observation

__all__ = ["fields_of"]

# How the columns of inventories are commonly called; what is not listed becomes inventory.<name>.
_COLUMNS = {
    "manufacturer": "inventory.manufacturer", "vendor": "inventory.manufacturer", "make": "inventory.manufacturer",
    "brand": "inventory.manufacturer", "model": "inventory.model", "device_model": "inventory.model",
    "model_number": "inventory.model", "type": "inventory.type", "device_type": "inventory.type",
    "serial": "inventory.serial", "serial_number": "inventory.serial", "serialnumber": "inventory.serial",
    "mac": "inventory.mac", "mac_address": "inventory.mac", "macaddress": "inventory.mac",
    "ip": "inventory.address", "ip_address": "inventory.address", "address": "inventory.address",
    "firmware": "inventory.firmware", "firmware_version": "inventory.firmware", "version": "inventory.firmware",
    "name": "inventory.name", "device_name": "inventory.name", "hostname": "inventory.name",
    "location": "inventory.location",
}  # fmt: skip
_OWN = {"inventory.mac": "id.mac", "inventory.serial": "id.serial", "inventory.address": "id.address"}
_MOST = 400  # fields of one row
_LONGEST = 65_536  # characters of one value


def fields_of(observation: Observation) -> tuple[Field, ...]:
    """Every named value of `observation`; () where nothing can be read. Never raises on hostile bytes."""
    if observation.fields:
        return tuple(_row(observation))
    decoded = protocols.decode(observation.probe, observation.protocol, observation.raw)
    if len(decoded) <= 1 and observation.raw:
        # A reply pasted out of shape: what the protocol cannot read is still a text.
        rest = protocols.decode("inventory-text", None, observation.raw)
        decoded = (*decoded, *(one for one in rest if one.name == "text"))
    identifier = observation.id
    found = {(one.name, one.value): Field(identifier, one.name, one.value, one.start, one.end) for one in decoded}
    return tuple(found.values())


def _row(observation: Observation) -> list[Field]:
    identifier = observation.id
    found: list[Field] = []
    for name, value in observation.fields[:_MOST]:
        text = value.strip()[:_LONGEST]
        if not text:
            continue
        column = _column(name)
        found.append(Field(identifier, column, text))
        own = _OWN.get(column)
        if own == "id.mac":
            mac = oui.normalise(text)
            if mac is not None and not oui.is_multicast(mac) and mac.strip("0:"):
                found.append(Field(identifier, "id.mac.local" if oui.is_local(mac) else "id.mac", mac))
        elif own is not None:
            found.append(Field(identifier, own, text))
    return found


def _column(name: str) -> str:
    if "." in name or name == "text":
        return name
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return _COLUMNS.get(plain, f"inventory.{plain or 'unnamed'}")
