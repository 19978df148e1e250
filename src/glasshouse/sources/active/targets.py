"""What the operator wrote -> the hosts to ask, bounded. Names are resolved by the caller and then pinned."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from glasshouse.sources.active.scope import Address, PortMap, Scope, Transport

__all__ = ["MAX_ADDRESSES", "Host", "TargetError", "expand", "names_in"]

MAX_ADDRESSES = 65_536
_IPV6_PREFIX = 112  # 65,536 addresses
_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?\Z")
_SHORT_RANGE = re.compile(r"(\d+\.\d+\.\d+\.)(\d+)-(\d{1,3})\Z")


class TargetError(ValueError):
    """A target that cannot be used; the text names it, what is accepted and what to do."""


@dataclass(frozen=True, slots=True)
class Host:
    """One device to ask: an address, or one of several endpoints that share an address.

    `maps` are looked up in order; `only_mapped`: a port that no map names does not belong to this device.
    """

    address: str
    domain: str
    maps: tuple[PortMap, ...] = ()
    only_mapped: bool = False
    asked_as: str | None = None  # the name or range that the operator wrote

    @property
    def key(self) -> tuple[str, str]:
        """What tells hosts apart: address and routing domain."""
        return (self.address, self.domain)

    @property
    def label(self) -> str:
        """How reports name it."""
        return f"{self.address} ({self.domain})" if self.only_mapped else self.address

    def actual(self, transport: Transport, standard: int) -> int | None:
        """Where the service of a standard port listens; None = not a port of this device."""
        for ports in self.maps:
            found = ports.actual(transport, standard)
            if found is not None:
                return found
        return None if self.only_mapped else standard

    def standard(self, transport: Transport, actual: int) -> int:
        """The standard port behind one that a reply names: devices may name either."""
        for ports in self.maps:
            found = ports.standard(transport, actual)
            if found is not None:
                return found
        return actual

    def mapped(self, transport: Transport) -> tuple[int, ...]:
        """The standard ports that some map names."""
        return tuple(dict.fromkeys(port for ports in self.maps for port, _ in ports.table(transport)))


def names_in(texts: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """The host names among `texts`: what the caller resolves before `expand`."""
    known = {entry.name for entry in scope.endpoints}
    return tuple(text for text in texts if text not in known and _addresses(text) is None and _NAME.match(text))


def expand(
    texts: Iterable[str], scope: Scope, names: Mapping[str, tuple[str, ...]] | None = None, limit: int = MAX_ADDRESSES
) -> tuple[Host, ...]:
    """The hosts that networks, addresses, ranges, resolved names and endpoint names of the scope stand for.

    `names` maps each host name to the addresses it resolved to; only these are asked later. Network and broadcast
    addresses of IPv4 networks are left out. Raises TargetError for an unreadable text or too many addresses.
    """
    hosts: dict[tuple[str, str], Host] = {}
    total = 0
    for text in texts:
        for host in _hosts(text, scope, names or {}):
            total += 1
            if total > limit:
                raise TargetError(
                    f"target {text!r} takes the run above {limit:,} addresses; accepted: up to that many; split the "
                    "run, or name the networks that hold devices"
                )
            hosts.setdefault(host.key, host)
    return tuple(hosts.values())


def _hosts(text: str, scope: Scope, names: Mapping[str, tuple[str, ...]]) -> Iterator[Host]:
    for entry in scope.endpoints:
        if text == entry.name:
            yield from (host for host in _at(entry.address, scope, text) if _is_entry(host, text, scope))
            return
    addresses = _addresses(text)
    if addresses is not None:
        for ip in addresses:
            yield from _at(str(ip), scope, text)
    elif text in names:
        for address in names[text]:
            yield from _at(str(ipaddress.ip_address(address)), scope, text)
    elif _NAME.match(text):
        raise TargetError(f"target {text!r} did not resolve to an address; check the name, or give its address")
    else:
        raise TargetError(
            f"target {text!r} is not understood; accepted: an address (192.0.2.10), a network (192.0.2.0/24), a range "
            "(192.0.2.10-192.0.2.20 or 192.0.2.10-20), a host name, the name of an endpoint of the scope"
        )


def _is_entry(host: Host, name: str, scope: Scope) -> bool:
    return not scope.is_shared(host.address) or host.domain == name


def _at(address: str, scope: Scope, text: str) -> Iterator[Host]:
    entries = scope.entries_at(address)
    if scope.is_shared(address):
        for entry in entries:
            yield Host(address, entry.name, (entry.ports,), only_mapped=True, asked_as=text)
        return
    maps = (*(entry.ports for entry in entries), scope.ports)
    given = tuple(ports for ports in maps if ports.ports or ports.udp)
    yield Host(address, scope.domain, given, asked_as=text)


def _addresses(text: str) -> Iterable[Address] | None:
    """The addresses of a network, address or range; None = it is none of these. Raises TargetError if too many."""
    short = _SHORT_RANGE.match(text)
    if short:
        text = f"{short[1]}{short[2]}-{short[1]}{short[3]}"
    try:
        return _range(text) if "-" in text else _network(text)
    except ValueError as error:
        if isinstance(error, TargetError):
            raise
        return None


def _network(text: str) -> Iterable[Address]:
    network = ipaddress.ip_network(text, strict=False)
    if isinstance(network, ipaddress.IPv6Network):
        if network.prefixlen < _IPV6_PREFIX:
            raise TargetError(
                f"target {text!r} holds too many addresses to ask one by one; accepted: IPv6 networks of /112 and "
                "longer; import neighbour tables or DHCPv6 leases and name the addresses"
            )
    elif network.num_addresses > MAX_ADDRESSES:
        raise TargetError(
            f"target {text!r} holds {network.num_addresses:,} addresses; accepted: up to {MAX_ADDRESSES:,}; split it"
        )
    return network.hosts()


def _range(text: str) -> Iterable[Address]:
    first, _, last = text.partition("-")
    start, end = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
    if start.version != end.version or int(end) < int(start):
        raise TargetError(f"target {text!r} is not a range; accepted: first-last, both of one family, in that order")
    if int(end) - int(start) >= MAX_ADDRESSES:
        raise TargetError(f"target {text!r} holds too many addresses; accepted: up to {MAX_ADDRESSES:,}; split it")
    kind = type(start)
    return (kind(number) for number in range(int(start), int(end) + 1))
