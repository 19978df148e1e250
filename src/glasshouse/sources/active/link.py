"""Whether this machine still has its way to the network: a run that has lost it would take every device for absent."""

from __future__ import annotations

import errno
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from glasshouse.sources.active.packets import source_for

__all__ = ["flags_of", "interface_of", "link_lost", "link_watch", "mac_of_interface"]

_SIOCGIFFLAGS, _SIOCGIFADDR, _SIOCGIFHWADDR = 0x8913, 0x8915, 0x8927  # linux/sockios.h
_UP_RUNNING = 0x1 | 0x40  # IFF_UP, IFF_RUNNING: switched on, and something is connected


def link_lost(error: OSError, reached: str | None) -> str | None:
    """Why an error of a socket means a lost link; None = it says something about the destination alone.

    `reached` is an address that packets left for before: where no way to it is known any more, the link is gone.
    """
    if error.errno == errno.ENETDOWN:
        return "the network interface is down; connect it, then resume the run"
    if error.errno != errno.ENETUNREACH or reached is None:
        return None
    source_for.cache_clear()
    if source_for(reached) is not None:
        return None
    return f"there is no way to {reached} any more, which was reached before; connect the network, then resume the run"


def interface_of(source: str) -> str | None:
    """The name of the interface that has this IPv4 address; None = none has, or it cannot be told here."""
    names = [name for _, name in socket.if_nameindex()] if hasattr(socket, "if_nameindex") else []
    wanted = socket.inet_aton(source) if ":" not in source else None
    return next((name for name in names if wanted and (_asked(name, _SIOCGIFADDR) or b"")[4:8] == wanted), None)


def mac_of_interface(name: str) -> str | None:
    """The MAC address of an interface; None = it has none or it cannot be told here."""
    mac = (_asked(name, _SIOCGIFHWADDR) or b"")[2:8]
    return mac.hex(":") if any(mac) else None


def flags_of(name: str) -> int | None:
    """The flags of an interface (linux/if.h); None = it is gone, or they cannot be told here."""
    answer = _asked(name, _SIOCGIFFLAGS)
    return None if answer is None else int.from_bytes(answer[:2], sys.byteorder)


def link_watch(names: Iterable[str], flags: Callable[[str], int | None] = flags_of) -> Callable[[], str | None]:
    """A function that says which of these interfaces is down or unplugged, and None while all are up.

    One that cannot be told at the start, or that is down then, is not watched.
    """
    watched = tuple(name for name in names if _is_up(flags(name)))

    def problem() -> str | None:
        lost = next((name for name in watched if not _is_up(flags(name))), None)
        return None if lost is None else f"interface {lost} is down; connect it, then resume the run"

    return problem


def _is_up(flags: int | None) -> bool:
    return flags is not None and flags & _UP_RUNNING == _UP_RUNNING


def _asked(name: str, what: int) -> bytes | None:
    """What the system says of an interface: the 24 bytes after its name (netdevice(7)); None = nothing."""
    if sys.platform != "linux":
        return None
    import fcntl  # noqa: PLC0415  # not everywhere

    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return fcntl.ioctl(sock.fileno(), what, struct.pack("40s", name.encode()[:15]))[16:40]
    return None
