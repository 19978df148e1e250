"""Multicast on loopback only: one listener a group, which hands each query to every device that speaks the protocol.

The groups are joined on the loopback interface and the devices answer to the sender from their own sockets; nothing
is ever sent to a group. Where the system has no multicast on loopback the site says so and works by unicast.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Mapping

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.ports import LOOPBACK, MULTICAST, Plan, shifted
from glasshouse.lab.udp import is_loopback

__all__ = ["Listeners"]

Fan = Callable[[Placed, Service, bytes], tuple[bytes, ...]]


class _Group(asyncio.DatagramProtocol):
    """Gives each query of a group to the function that fans it out."""

    def __init__(self, fan: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._fan = fan

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A query to the group; only loopback senders are heard."""
        if is_loopback(addr[0]) and len(data) <= 8_192:
            self._fan(data, addr)


class Listeners:
    """The listeners of all groups. `start` returns a sentence for each group that could not be joined."""

    def __init__(
        self,
        placed: tuple[Placed, ...],
        plan: Plan,
        transports: Mapping[tuple[str, int], asyncio.DatagramTransport],
        answer: Fan,
    ) -> None:
        self._placed = placed
        self._plan = plan
        self._transports = transports
        self._answer = answer
        self._open: list[asyncio.DatagramTransport] = []

    async def start(self) -> tuple[str, ...]:
        """Joins every group that some device serves."""
        notes: list[str] = []
        for protocol, (group, standard) in MULTICAST.items():
            members = [(p, s) for p in self._placed for s in p.device.services if s.protocol == protocol]
            if not members:
                continue
            try:
                self._open.append(await self._join(group, shifted(standard, self._plan.base), members))
            except OSError as error:
                notes.append(
                    f"no multicast for {protocol}: joining {group} on {LOOPBACK} failed ({error.strerror or error}); "
                    "the devices still answer when asked one by one"
                )
        return tuple(notes)

    def close(self) -> None:
        """Leaves all groups."""
        for transport in self._open:
            transport.abort()
        self._open.clear()

    async def _join(self, group: str, port: int, members: list[tuple[Placed, Service]]) -> asyncio.DatagramTransport:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.setblocking(False)
            # bound to the group, so that the unicast sockets of devices on the same port never compete with it
            made.bind((group if sys.platform != "win32" else LOOPBACK, port))
            membership = socket.inet_aton(group) + socket.inet_aton(LOOPBACK)
            made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        except OSError:
            made.close()
            raise

        def fan(data: bytes, sender: tuple[str, int]) -> None:
            for placed, service in members:
                transport = self._transports[placed.device.name, service.port]
                for reply in self._answer(placed, service, data):
                    with contextlib.suppress(OSError):
                        transport.sendto(reply, sender)

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Group(fan), sock=made)
        return transport
