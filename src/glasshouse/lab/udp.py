"""UDP plumbing of the emulated site: one socket a service, replies from the device's own address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

__all__ = ["Datagrams", "is_loopback", "open_socket"]

_DATAGRAM = 8_192  # larger queries are ignored


def is_loopback(address: str) -> bool:
    """Whether an IPv4 address is in 127.0.0.0/8. Others are never answered."""
    return address.startswith("127.")


class Datagrams(asyncio.DatagramProtocol):
    """Answers each datagram with what `answer` gives for it."""

    def __init__(self, answer: Callable[[bytes], tuple[bytes, ...]]) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport to answer through."""
        # a cast, not a check: before Python 3.12 the selector loop's datagram transport is no DatagramTransport
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Sends the replies to the sender, if it is on loopback."""
        if self._transport is None or len(data) > _DATAGRAM or not is_loopback(addr[0]):
            return
        for reply in self._answer(data):
            self._transport.sendto(reply, addr)

    def error_received(self, exc: Exception) -> None:
        """A client that closed its port before the answer came; nothing to do."""


async def open_socket(where: tuple[str, int], protocol: Datagrams) -> asyncio.DatagramTransport:
    """A bound UDP socket. Address reuse lets a scanner bind the same port on all addresses to hear replies."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setblocking(False)
        made.bind(where)
    except OSError:
        made.close()
        raise
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: protocol, sock=made)
    return transport
