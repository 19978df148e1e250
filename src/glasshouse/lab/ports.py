"""Where the emulated devices sit: addresses and ports that an ordinary user may bind.

All of 127.0.0.0/8 is loopback. On Linux each of its addresses can be bound without configuration, so every device
gets an address of its own, 127.77.x.y, as on a real network: an address then means one device, and merging by
address can be shown. Other systems configure 127.0.0.1 alone; there the devices share it, each with a block of
ports, and the scope file lists them one by one. Ports below 1024 need privileges, so a standard port p listens at
`base + p % 10000`. The bases lie outside what systems use for outgoing connections where possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from glasshouse.lab.device import Device, Service

__all__ = ["LOOPBACK", "MULTICAST", "Plan", "block_of", "plans", "shifted", "standard_ports"]

LOOPBACK = "127.0.0.1"

# protocol -> (group, standard port): IANA for SSDP, mDNS and WS-Discovery; SADP and DHIP are the makers' own
MULTICAST = {
    "sadp": ("239.255.255.250", 37020),
    "dhip": ("239.255.255.251", 37810),
    "ws-discovery": ("239.255.255.250", 3702),
    "ssdp": ("239.255.255.250", 1900),
    "mdns": ("224.0.0.251", 5353),
}

_BASES = (20_000, 30_000, 40_000, 50_000)
_OCTETS = (77, 78, 79, 80)
_BLOCK = 100  # ports a device has where addresses are shared


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to lay the site out: leading octet and port base; `shared` puts all devices on 127.0.0.1."""

    octet: int
    base: int
    shared: bool

    @property
    def network(self) -> str:
        """The range that holds the devices."""
        return f"{LOOPBACK}/32" if self.shared else f"127.{self.octet}.0.0/16"

    @property
    def lock(self) -> tuple[str, int]:
        """A listener that marks this plan as taken (UDP ports alone would not say so)."""
        return (LOOPBACK, self.base + 999) if self.shared else (f"127.{self.octet}.0.1", self.base + 999)

    @property
    def elsewhere(self) -> tuple[str, int]:
        """A loopback endpoint outside the scope; nothing but a fooled client ever connects to it."""
        return (LOOPBACK, self.base + 998) if self.shared else ("127.200.0.9", shifted(80, self.base))

    def address(self, device: Device) -> str:
        """The address of a device."""
        return LOOPBACK if self.shared else f"127.{self.octet}.{device.host}"

    def ports(self, device: Device, number: int) -> dict[tuple[str, int], int]:
        """Where each service of the device listens; `number` counts the devices from 0."""
        if not self.shared:
            return {(s.transport, s.port): shifted(s.port, self.base) for s in device.services}
        first = block_of(number, self.base)
        keys = dict.fromkeys((s.transport, s.port) for s in device.services)
        if len(keys) > _BLOCK:
            raise ValueError(f"{device.name} has {len(keys)} services; a block of ports holds {_BLOCK}")
        return {key: first + index for index, key in enumerate(keys)}


def shifted(port: int, base: int) -> int:
    """Where a standard port listens: 80 at base 20000 is 20080, 37020 is 27020."""
    return base + port % 10_000


def block_of(number: int, base: int) -> int:
    """First port of the block of device `number` (from 0), where the devices share one address."""
    return base + 1_000 + _BLOCK * number


def plans(*, shared: bool, base: int | None = None) -> Iterator[Plan]:
    """The layouts to try, in order. A given `base` is the only one tried."""
    bases = _BASES if base is None else (base,)
    octets = _OCTETS[:1] if shared else _OCTETS
    for octet in octets:
        for each in bases:
            yield Plan(octet=octet, base=each, shared=shared)


def standard_ports(services: Iterable[Service], transport: str) -> list[int]:
    """The distinct standard ports of some services, sorted."""
    return sorted({s.port for s in services if s.transport == transport})
