"""What a reader of the emulated site should conclude, per device: the answer key of the site."""

from __future__ import annotations

from dataclasses import dataclass

from glasshouse.lab.device import Device
from glasshouse.lab.site import DEVICES

__all__ = ["EXPECTED", "Truth", "truth_of"]


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth about one device. None = nothing to know, so any confident value would be wrong.

    `contradicts` names the facets about which the device's own replies disagree: there a contradiction should be
    shown instead of a value.
    """

    name: str
    kind: str
    host: str
    brand: str | None
    maker: str | None
    is_surveillance: bool | None
    device_class: str | None
    model: str | None
    serial: str | None
    mac: str | None
    firmware: str | None
    firmware_origin: str | None
    contradicts: tuple[str, ...]
    hostile: bool


def truth_of(device: Device) -> Truth:
    """The answer key's line for a device."""
    return Truth(
        name=device.name,
        kind=device.kind,
        host=device.host,
        brand=device.brand,
        maker=device.maker,
        is_surveillance=device.is_surveillance,
        device_class=device.device_class,
        model=device.model,
        serial=device.serial,
        mac=device.mac,
        firmware=device.firmware,
        firmware_origin=device.firmware_origin,
        contradicts=device.contradicts,
        hostile=device.hostile,
    )


EXPECTED: dict[str, Truth] = {device.name: truth_of(device) for device in DEVICES}
