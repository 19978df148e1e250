"""The emulated property: every device that stands in it, as values. This list is also the truth (see `truth`)."""

from __future__ import annotations

from glasshouse.lab import site_dahua, site_hikvision, site_noise, site_others
from glasshouse.lab.device import Device

__all__ = ["DEVICES", "by_name"]

DEVICES: tuple[Device, ...] = (
    *site_hikvision.DEVICES,
    *site_dahua.DEVICES,
    *site_others.DEVICES,
    *site_noise.DEVICES,
)


def by_name(name: str) -> Device:
    """The device of a name. Raises KeyError when there is none."""
    for device in DEVICES:
        if device.name == name:
            return device
    raise KeyError(name)
