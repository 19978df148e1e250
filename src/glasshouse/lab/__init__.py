"""Emulated surveillance devices on loopback addresses, for demonstrations, training and tests.

The replies are written from the protocol fact sheets, byte by byte; nothing is shared with the decoders, so that
the two check each other. Nothing here sends a packet off this machine.
"""

from __future__ import annotations

from glasshouse.lab.device import Device, Placed, Service
from glasshouse.lab.samples import write_samples
from glasshouse.lab.server import LabError, LabSite, Seen
from glasshouse.lab.site import DEVICES
from glasshouse.lab.truth import EXPECTED, Truth

__all__ = [
    "DEVICES",
    "EXPECTED",
    "Device",
    "LabError",
    "LabSite",
    "Placed",
    "Seen",
    "Service",
    "Truth",
    "write_samples",
]
