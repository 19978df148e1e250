"""What a run may touch: a frozen value that every socket asks before it is opened.

`scope_file.parse_scope` builds it from TOML (the format is described there); on loopback `Scope.loopback` does.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from glasshouse.model.observation import Gap, GapReason
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import SafetyClass

__all__ = [
    "PACE_NAMES", "Address", "EndpointEntry", "MulticastRules", "Network", "PaceName", "PortMap", "Refusal",
    "RefusalCode", "Scope", "ScopeError", "Transport", "networks_of",
]  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Transport = Literal["tcp", "udp"]
PaceName = Literal["gentle", "approved", "lab"]
PACE_NAMES: tuple[PaceName, ...] = ("gentle", "approved", "lab")
RefusalCode = Literal["missing", "expired", "not-yet", "outside", "excluded", "link-local", "not-a-host"]

_BROADCAST = ipaddress.IPv4Address("255.255.255.255")


class ScopeError(ValueError):
    """A scope that cannot be used; the text names key, value, what is accepted and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address may not be touched."""

    code: RefusalCode
    detail: str

    def gap(self, where: str, protocol: str | None = None) -> Gap:
        """The refusal as a gap of the collection."""
        return Gap(where, GapReason.OUT_OF_SCOPE, protocol, self.detail)


@dataclass(frozen=True, slots=True)
class PortMap:
    """Standard port -> port where the service listens.

    `ports` serves TCP, and UDP too where there is no `udp` table at all.
    """

    ports: tuple[tuple[int, int], ...] = ()
    udp: tuple[tuple[int, int], ...] | None = None

    def table(self, transport: Transport) -> tuple[tuple[int, int], ...]:
        """The pairs that hold for `transport`."""
        return self.udp if transport == "udp" and self.udp is not None else self.ports

    def actual(self, transport: Transport, standard: int) -> int | None:
        """Where the service of a standard port listens; None = the map does not name it."""
        return next((there for port, there in self.table(transport) if port == standard), None)

    def standard(self, transport: Transport, actual: int) -> int | None:
        """The standard port behind a real one; None = the map does not name it."""
        return next((port for port, there in self.table(transport) if there == actual), None)


@dataclass(frozen=True, slots=True)
class EndpointEntry:
    """One `[[endpoint]]`: an address with ports of its own, or one of several devices behind one address."""

    name: str
    address: str
    ports: PortMap


@dataclass(frozen=True, slots=True)
class MulticastRules:
    """That the run may ask multicast groups, on which interface (its address), and where groups listen elsewhere."""

    interface: str
    ports: PortMap = PortMap()
    protocols: tuple[str, ...] | None = None  # None = every protocol that has a group
    broadcast: str | None = None  # the broadcast address of the interface's network; None = nothing is broadcast


@dataclass(frozen=True, slots=True)
class Scope:
    """The authority of a run. Nothing is sent to an address for which `permits` gives a refusal.

    `rate` is the requests per second at pace "approved". `sha256` is the digest of the file, None on loopback.
    Times are aware; None = unbounded.
    """

    ranges: tuple[Network, ...]
    exclude: tuple[Network, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    approver: str | None = None
    max_class: SafetyClass = SafetyClass.FAMILY_READ
    pace: PaceName = "gentle"
    rate: float = 100.0
    ports: PortMap = PortMap()
    endpoints: tuple[EndpointEntry, ...] = ()
    multicast: MulticastRules | None = None
    domain: str = DEFAULT_DOMAIN
    sha256: str | None = None
    contact: str | None = None  # whom the network's people call about the run
    touch_anyway: tuple[Network, ...] = ()  # addresses that are asked although the do-not-touch list knows them
    _shared: frozenset[str] = field(init=False, default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        seen = [entry.address for entry in self.endpoints]
        object.__setattr__(self, "_shared", frozenset(a for a in seen if seen.count(a) > 1))

    @classmethod
    def loopback(cls, targets: Iterable[str]) -> Scope:
        """On loopback the targets are the scope. Raises ScopeError for a target that is not loopback."""
        ranges: list[Network] = []
        for target in targets:
            try:
                found = networks_of(target, strict=False)
            except (ValueError, TypeError):
                found = ()
            if not found or not all(network.is_loopback for network in found):
                raise ScopeError(
                    f"target {target} is not loopback; without a scope file only loopback addresses (127.0.0.0/8, "
                    "::1) are accepted; write one with 'glasshouse scope new' and give it with --scope"
                )
            ranges += found
        return cls(tuple(ranges), pace="lab")

    def at_pace(self, pace: PaceName) -> Scope:
        """The same scope at another pace."""
        return replace(self, pace=pace)

    @property
    def is_loopback(self) -> bool:
        """Whether nothing but this machine itself can be reached under it."""
        return bool(self.ranges) and all(network.is_loopback for network in self.ranges)

    def may_touch_anyway(self, address: str) -> bool:
        """Whether the scope names this address for being asked in spite of the do-not-touch list."""
        return _within(_parsed(address), self.touch_anyway)

    def is_shared(self, address: str) -> bool:
        """Whether several endpoints share this address, told apart by their ports alone."""
        return address in self._shared

    def entries_at(self, address: str) -> tuple[EndpointEntry, ...]:
        """The endpoint entries at an address."""
        return tuple(entry for entry in self.endpoints if entry.address == address)

    def permits(self, address: str, now: datetime) -> Refusal | None:
        """None = may be touched now; else why not. `address` is an IP address in text form; `now` is aware."""
        return self.period(now) or self.place(address)

    def place(self, address: str) -> Refusal | None:
        """None = may be touched while the scope is in force; else why not."""
        try:
            ip = _parsed(address)
        except ValueError:
            return Refusal(
                "not-a-host", f"{address!r} is not an IP address; names are resolved before the scope is asked"
            )
        return self._place(ip)

    def period(self, now: datetime) -> Refusal | None:
        """None = the scope is in force at `now`; else why not."""
        if not self.ranges:
            return Refusal("missing", "the scope names no range; nothing may be touched")
        if self.not_before is not None and now < self.not_before:
            return Refusal("not-yet", f"the scope begins at {self.not_before.isoformat()}")
        if self.not_after is not None and now > self.not_after:
            return Refusal("expired", f"the scope ended at {self.not_after.isoformat()}")
        return None

    def _place(self, ip: Address) -> Refusal | None:
        if ip.is_multicast or ip.is_unspecified or ip == _BROADCAST:
            return Refusal("not-a-host", f"{ip} is not the address of one host")
        if _within(ip, self.exclude):
            return Refusal("excluded", f"{ip} is excluded by the scope")
        if not _within(ip, self.ranges):
            return Refusal("outside", f"{ip} lies outside the ranges of the scope")
        if isinstance(ip, ipaddress.IPv6Address) and ip.is_link_local:
            return Refusal(
                "link-local", f"{ip} is link-local and names no interface; use a global or unique local address"
            )
        return self._edge(ip)

    def _edge(self, ip: Address) -> Refusal | None:
        for network in self.ranges:
            plain = isinstance(network, ipaddress.IPv4Network) and network.prefixlen <= 30 and ip in network
            if plain and ip == network.broadcast_address:
                return Refusal("not-a-host", f"{ip} is the broadcast address of {network}")
        return None


def networks_of(text: str, *, strict: bool = True) -> tuple[Network, ...]:
    """The networks that make up a network, an address, or a range first-last (192.0.2.10-20 for short).

    `strict`: a network with host bits is an error. Raises ValueError or TypeError for anything else.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        return (ipaddress.ip_network(first, strict=strict),)
    if last.isascii() and last.isdigit() and "." in first:
        last = first[: first.rindex(".") + 1] + last
    return tuple(ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last)))


@lru_cache(maxsize=1_024)  # asked before every packet, for the few hosts under way
def _parsed(address: str) -> Address:
    return ipaddress.ip_address(address)


def _within(ip: Address, networks: Sequence[Network]) -> bool:
    return any(ip.version == network.version and ip in network for network in networks)
