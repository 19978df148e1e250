"""Whether this machine still has its way to the network: a run that has lost it would take every device for absent."""

from __future__ import annotations

import errno
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from glasshouse.sources.active.packets import source_for

__all__ = ["interface_of", "link_lost", "link_watch", "mac_of_interface"]

_CLASS = Path("/sys/class/net")  # Linux, sysfs: one folder an interface
_SIOCGIFADDR = 0x8915  # linux/sockios.h
_GONE = frozenset({"down", "lowerlayerdown", "notpresent"})  # RFC 2863 ifOperStatus, as Linux words it


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
    if sys.platform != "linux":
        return None
    import fcntl  # noqa: PLC0415  # not everywhere

    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without address
                answer = fcntl.ioctl(sock.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                if socket.inet_ntoa(answer[20:24]) == source:
                    return name
    return None


def mac_of_interface(name: str, folder: Path = _CLASS) -> str | None:
    """The MAC address of an interface; None = it has none or it cannot be told here."""
    try:
        return (folder / name / "address").read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def link_watch(names: Iterable[str], folder: Path = _CLASS) -> Callable[[], str | None]:
    """A function that says which of these interfaces is down, and None while all are up.

    One that cannot be told at the start, or that is down then, is not watched.
    """
    watched = tuple(name for name in names if _problem(folder / name) is None)

    def problem() -> str | None:
        return next((found for name in watched if (found := _problem(folder / name)) is not None), None)

    return problem


def _problem(interface: Path) -> str | None:
    try:
        state = (interface / "operstate").read_text(encoding="ascii").strip()
    except OSError:
        state = "notpresent"
    if state not in _GONE:
        return None
    return f"interface {interface.name} is {state}; connect it, then resume the run"
