"""Who is there, on this machine's own links: one empty datagram an address makes the system ask for its MAC address (ARP).

Nothing listens at port 9 (discard, RFC 863) and no privilege is needed; the answer stands in the system's neighbour table.
Dark addresses are told from a second or two of waiting instead of several connections each. An address that could not be
primed is not taken for dark: it is asked like any other. Three facts of Linux shape this file:

- for an address that does not answer the system repeats its question (`mcast_solicit`, 3 by default), so an address costs
  up to three ARP packets; switches that inspect ARP shut a port at 15 a second;
- one socket holds a few hundred unresolved datagrams and then drops more without an error: a new one every 48 addresses;
- the neighbour table holds 1,024 entries by default (`gc_thresh3`): 400 addresses at a time.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from glasshouse.sources.active.governor import Clock, Governor
from glasshouse.sources.active.link import link_lost
from glasshouse.sources.active.neighbours import line_for
from glasshouse.sources.active.packets import Note, Sent, digest
from glasshouse.sources.active.scope import Scope
from glasshouse.sources.active.stopping import RunStoppedError
from glasshouse.sources.active.targets import Host

__all__ = ["ARP_TRIES", "CHUNK", "PRIME_PORT", "Primer", "on_link_networks"]

PRIME_PORT = 9
CHUNK = 400
ARP_TRIES = 3
_A_SOCKET = 48
_POLL = 0.2
_WAIT = 3.4  # seconds: three questions a second apart, and a little
_ROUTES, _TABLE = Path("/proc/net/route"), Path("/proc/net/arp")
_MAX_BYTES = 1 << 20
_UP, _GATEWAY = 0x1, 0x2  # linux/route.h


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError:  # no such table here: then nothing is on a link that we know of
        return b""


def _datagram_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    return sock


@dataclass(frozen=True, slots=True)
class Primer:
    """Primes addresses; the defaults are this machine's tables and sockets."""

    routes: Callable[[], bytes] = lambda: _read(_ROUTES)
    table: Callable[[], bytes] = lambda: _read(_TABLE)
    open_socket: Callable[[], socket.socket] = _datagram_socket

    def split(self, hosts: Sequence[Host]) -> tuple[tuple[Host, ...], tuple[Host, ...]]:
        """The hosts on this machine's own IPv4 links, and the others."""
        networks = on_link_networks(self.routes())
        near = tuple(host for host in hosts if _within(host.address, networks))
        keys = {host.key for host in near}
        return near, tuple(host for host in hosts if host.key not in keys)

    async def dark(
        self, hosts: Sequence[Host], scope: Scope, governor: Governor, clock: Clock, note: Note
    ) -> frozenset[str]:
        """Prime the hosts, at most `CHUNK`, and return the addresses that nobody answered for."""
        primed: list[str] = []
        with ExitStack() as sockets:
            for address in dict.fromkeys(host.address for host in hosts):
                if len(primed) % _A_SOCKET == 0:
                    sock = sockets.enter_context(self.open_socket())
                await governor.arp_turn(ARP_TRIES)
                now = clock.now()
                if scope.permits(address, now) is not None:
                    continue
                note(Sent(now, "prime", address, "udp", PRIME_PORT, 0, digest(b"")))
                try:
                    sock.sendto(b"", (address, PRIME_PORT))
                except OSError as error:  # the address stays unprimed, and is asked like any other
                    reason = link_lost(error, primed[-1] if primed else None)
                    if reason is not None:
                        raise RunStoppedError(reason) from error
                    sock = sockets.enter_context(self.open_socket())
                    continue
                primed.append(address)
            return await self._unanswered(primed, clock)

    async def _unanswered(self, primed: Sequence[str], clock: Clock) -> frozenset[str]:
        waited = 0.0
        missing = self._without_mac(primed)
        while missing and waited < _WAIT:
            await clock.sleep(_POLL)
            waited += _POLL
            missing = self._without_mac(missing)
        return frozenset(missing)

    def _without_mac(self, addresses: Iterable[str]) -> list[str]:
        table = self.table()
        lines = {line.split(maxsplit=1)[0]: line for line in table.splitlines()[1:] if line.strip()}
        found = {address: lines.get(address.encode("ascii"), b"") for address in addresses}
        return [address for address, line in found.items() if line_for(address, b"\n" + line) is None]


def on_link_networks(table: bytes) -> tuple[ipaddress.IPv4Network, ...]:
    """The networks of /proc/net/route that are reached without a gateway (proc(5): hexadecimal, host byte order)."""
    found = []
    for line in table.splitlines()[1:]:
        parts = line.split()
        try:
            target, flags, mask = (int(parts[place], 16) for place in (1, 3, 7))
        except (ValueError, IndexError):
            continue
        if flags & _UP and not flags & _GATEWAY and mask:
            octets = target.to_bytes(4, "little"), mask.to_bytes(4, "little")
            length = f"{int.from_bytes(octets[1], 'big'):032b}".rstrip("0").count("1")
            found.append(ipaddress.IPv4Network((octets[0], length), strict=False))
    return tuple(found)


def _within(address: str, networks: Sequence[ipaddress.IPv4Network]) -> bool:
    ip = ipaddress.ip_address(address)
    return isinstance(ip, ipaddress.IPv4Address) and not ip.is_loopback and any(ip in network for network in networks)
