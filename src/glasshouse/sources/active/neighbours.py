"""The MAC address that this machine's own neighbour table holds for a host on the same link. Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

__all__ = ["Neighbours", "no_neighbours", "proc_net_arp"]

Neighbours = Callable[[str], bytes | None]

_TABLE = Path("/proc/net/arp")  # Linux, proc(5): address, hardware type, flags, hardware address, mask, device
_MAX_BYTES = 1 << 20
_COMPLETE = 0x2  # ATF_COM, linux/if_arp.h
_NOBODY = b"00:00:00:00:00:00"


def no_neighbours(address: str) -> bytes | None:
    """For vantages without a neighbour table."""
    del address
    return None


def proc_net_arp(address: str) -> bytes | None:
    """The line of Linux' ARP table for an IPv4 address; None = not on this link, or no such table here."""
    try:
        with _TABLE.open("rb") as file:
            table = file.read(_MAX_BYTES)
    except OSError:
        return None
    return line_for(address, table)


def line_for(address: str, table: bytes) -> bytes | None:
    """The complete entry of `address` in the text of /proc/net/arp; None = there is none."""
    for line in table.splitlines()[1:]:
        parts = line.split()
        if len(parts) >= 6 and parts[0] == address.encode("ascii") and parts[3] != _NOBODY:
            return line.rstrip() if _flags(parts[2]) & _COMPLETE else None
    return None


def _flags(text: bytes) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
