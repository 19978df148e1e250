"""The values an emulated site is written in: devices, their services, and a device placed at an address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

__all__ = ["Device", "Placed", "Service", "Transport"]

Transport = Literal["tcp", "udp"]

_NAMESPACE = uuid.UUID("9d1f0a52-6f0e-4f3c-8a44-2f6b1f6f5f10")  # of this lab, so that device UUIDs never change


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a device: which protocol it speaks on which standard port.

    `styles` are the page sets an HTTP service answers from, tried in order; other protocols need none.
    """

    protocol: str
    port: int
    transport: Transport = "tcp"
    styles: tuple[str, ...] = ()
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """One emulated device, which is also the truth about it.

    `brand` is what the box says, `maker` who produced it, both party slugs; None = there is nothing to know or to
    say. `host` is the part of the address that follows the site's two leading octets. `claims` are further texts
    its replies carry, by name (`realm`, `server`, `onvif.manufacturer` ...): what the unit says, not what it is.
    `contradicts` names the facets about which its own replies disagree.
    """

    name: str
    host: str
    kind: str
    brand: str | None
    maker: str | None
    is_surveillance: bool | None
    device_class: str | None
    services: tuple[Service, ...]
    model: str | None = None
    serial: str | None = None
    mac: str | None = None
    firmware: str | None = None
    firmware_origin: str | None = None
    claims: tuple[tuple[str, str], ...] = ()
    contradicts: tuple[str, ...] = ()
    hostile: bool = False
    note: str = ""

    @property
    def uuid(self) -> str:
        """The device's own stable UUID (ONVIF endpoint, UPnP UDN)."""
        return str(uuid.uuid5(_NAMESPACE, self.name))


@dataclass(frozen=True, slots=True)
class Placed:
    """A device at its address. `ports` maps (transport, standard port) to the port where it listens.

    `clock` is the device's own clock (UTC); `elsewhere` is an (address, port) outside the scope, for devices that
    try to lead a client there.
    """

    device: Device
    address: str
    ports: Mapping[tuple[str, int], int]
    clock: Callable[[], datetime]
    elsewhere: tuple[str, int]
    _claims: Mapping[str, str] = field(default_factory=dict)

    def port(self, standard: int, transport: Transport = "tcp") -> int:
        """Where the service of a standard port listens."""
        return self.ports[(transport, standard)]

    def claim(self, name: str, default: str = "") -> str:
        """A text that this device's replies carry."""
        return self._claims.get(name, default)

    def url(self, path: str, standard: int = 80, scheme: str = "http") -> str:
        """An address of this device itself: the only kind of URL an honest device names."""
        return f"{scheme}://{self.address}:{self.port(standard)}{path}"
