"""Signals: what a fingerprint, grammar or registry says about one facet of one observation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from glasshouse.model.provenance import Source
from glasshouse.model.strength import Strength

__all__ = ["DeviceClass", "Facet", "Fingerprint", "Signal"]


class Facet(Enum):
    """The questions about a device that are answered apart from each other."""

    BRAND = "brand"
    MAKER = "maker"
    FIRMWARE_ORIGIN = "firmware_origin"
    PLATFORM = "platform"
    CHIPSET = "chipset_maker"
    MODEL = "model"
    FIRMWARE = "firmware"
    FIRMWARE_BUILT_ON = "firmware_built_on"
    SERIAL = "serial"
    MADE_ON = "made_on"
    MAC = "mac"
    DEVICE_CLASS = "device_class"
    # the device's own stable id (ONVIF endpoint reference, UPnP UDN): joins, never names a maker
    DEVICE_ID = "device_id"
    ACTIVATED = "activated"


class DeviceClass(Enum):
    """Closed list of the interfaces; OTHER is something that is no surveillance equipment."""

    CAMERA = "camera"
    RECORDER = "recorder"
    ENCODER = "encoder"
    INTERCOM = "intercom"
    ACCESS_CONTROL = "access-control"
    VIDEO_SERVER = "video-server"
    THERMAL = "thermal"
    BODY_WORN = "body-worn"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signal:
    """One match: `fingerprint` says `facet` has `value`, with `strength` if it stood alone.

    `witness` names what was heard (observation and field): two signals from one witness count once.
    `start`, `end`: byte span in the observation; None where the value has no single place.
    """

    observation: str
    facet: Facet
    value: str
    strength: Strength
    fingerprint: str
    witness: str
    excerpt: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A pattern over one field, and what it says; loaded from `data/fingerprints/`.

    `says` maps facet to a value; "{name}" stands for the named capture of the pattern.
    `unless` are patterns over the same field that veto it.
    """

    id: str
    field: str
    pattern: str
    says: tuple[tuple[Facet, str, Strength], ...]
    source: Source
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    unless: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()  # corpus ids, cited not copied
    note: str = ""
    probes: tuple[str, ...] = ()  # empty: any probe that yields the field
