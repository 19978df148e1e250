"""Finding the device that a user means."""

from __future__ import annotations

from glasshouse.app.errors import UserError
from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet

__all__ = ["find_device"]


def find_device(review: Review, text: str) -> Device:
    """The device called by its id (or the beginning of it), an address, a MAC address or a serial number.

    Raises UserError where none or several fit.
    """
    wanted = text.strip().lower()
    found = [device for device in review.devices if wanted in _names(device)]
    if not found and len(wanted) >= 4:
        found = [device for device in review.devices if _bare(device.id).startswith(wanted.removeprefix("asset_"))]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(device.id for device in found[:8])
        raise UserError(f"{text!r} fits {len(found)} devices ({several}); name one by its id")
    known = ", ".join(_label(device) for device in review.devices[:5])
    raise UserError(
        f"no judged device is called {text!r}; accepted: a device id or its beginning, an address, a MAC address, a "
        f"serial number. There are {len(review.devices)}{f', for instance {known}' if known else ''}; "
        "'glasshouse device list' shows all"
    )


def _bare(identifier: str) -> str:
    return identifier.removeprefix("asset_")


def _names(device: Device) -> frozenset[str]:
    values = (device.id, *device.addresses, device.identity.value(Facet.MAC), device.identity.value(Facet.SERIAL))
    return frozenset(value.lower() for value in values if value)


def _label(device: Device) -> str:
    return device.addresses[0] if device.addresses else device.id
