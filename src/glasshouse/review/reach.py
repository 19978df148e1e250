"""Networks that were declared for a property and from which nothing is known."""

from __future__ import annotations

import ipaddress
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from glasshouse.model.missed import Unreached

__all__ = ["Network", "unreached"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def unreached(declared: Sequence[Network], asked: Sequence[Network], known: Iterable[str]) -> tuple[Unreached, ...]:
    """The declared networks that hold none of the `known` addresses, in order, each once.

    `asked` are the networks that were asked: a declared one that overlaps none of them was not looked at.
    """
    addresses = [ipaddress.ip_address(address) for address in known if _is_address(address)]
    found: dict[int, list[int]] = {
        version: sorted(int(one) for one in addresses if one.version == version) for version in (4, 6)
    }
    return tuple(
        Unreached(str(network), any(network.version == other.version and network.overlaps(other) for other in asked))
        for network in dict.fromkeys(declared)
        if not _holds(network, found[network.version])
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:  # a host name, as some sources give
        return False
    return True


def _holds(network: Network, addresses: Sequence[int]) -> bool:
    place = bisect_left(addresses, int(network.network_address))
    return place < len(addresses) and addresses[place] <= int(network.broadcast_address)
