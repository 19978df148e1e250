"""What this machine and this vantage can do, found out without sending anything."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from glasshouse.app.clock import today
from glasshouse.app.config import Settings, cache_folder
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.protocols import BUILTIN
from glasshouse.sources.active.link import mac_of_interface
from glasshouse.sources.active.priming import Primer, on_link_networks

__all__ = ["Check", "checks"]

State = Literal["ok", "limited", "missing"]
_OLD_PACK = 180  # days


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `state`, what was found, and what follows from it."""

    name: str
    state: State
    found: str
    means: str

    def as_json(self) -> dict[str, object]:
        """A JSON object."""
        return {"check": self.name, "state": self.state, "found": self.found, "means": self.means}


def checks(settings: Settings, knowledge: KnowledgeBase) -> Iterator[Check]:
    """Every check, in order; none sends a packet or opens the store."""
    yield _python()
    yield _privileges()
    yield from _links()
    yield from _reply_ports()
    yield _raw_sockets()
    yield from _packs(knowledge)
    yield Check("store", "ok", settings.store, "reviews and scans are kept here")
    folder = cache_folder()
    yield Check(
        "cache", "ok" if folder else "limited", str(folder or "none"),
        "compiled patterns are kept between runs" if folder else "every run compiles its patterns again",
    )  # fmt: skip


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", "ok", f"{version} on {sys.platform}", "everything is available")


def _privileges() -> Check:
    user: Callable[[], int] | None = getattr(os, "geteuid", None)
    found = "unknown" if user is None else "root" if user() == 0 else "an ordinary user"
    return Check("privileges", "ok", found, "a scan needs none; listening on an interface does")


def _links() -> Iterator[Check]:
    networks = on_link_networks(Primer().routes())
    names = {name for _, name in socket.if_nameindex()} if hasattr(socket, "if_nameindex") else set()
    found = ", ".join(map(str, networks)) or "none"
    means = (
        "who is there is told by ARP, and MAC addresses are seen"
        if networks
        else "every network is reached through a router: no MAC addresses, no discovery groups; import switch tables"
    )
    yield Check("own links", "ok" if networks else "limited", found, means)
    for name in sorted(names - {"lo"}):
        mac = mac_of_interface(name)
        if mac:
            yield Check(f"interface {name}", "ok", mac, "the address that the network's people will see")


def _reply_ports() -> Iterator[Check]:
    """Whether the fixed ports that finders answer to are free on this machine."""
    for speaker in BUILTIN:
        for port in speaker.DOC.reply_ports[:1]:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                try:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    sock.bind(("0.0.0.0", port))  # noqa: S104  # closed at once; nothing is served
                except OSError as error:
                    means = f"replies of {speaker.DOC.name} that come to this port are not heard; end what uses it"
                    yield Check(f"udp port {port}", "limited", error.strerror or "taken", means)


def _raw_sockets() -> Check:
    family = getattr(socket, "AF_PACKET", None)
    if family is None:
        return Check("listening", "missing", "not on this system", "import capture files instead")
    try:
        with socket.socket(family, socket.SOCK_RAW):
            return Check("listening", "ok", "allowed", "passive collection from an interface works")
    except OSError as error:
        means = "passive collection from an interface needs CAP_NET_RAW; import capture files instead"
        return Check("listening", "limited", error.strerror or "refused", means)


def _packs(knowledge: KnowledgeBase) -> Iterator[Check]:
    for pack in knowledge.pack.ages:
        if pack.dated is None:
            yield Check(f"pack {pack.pack}", "limited", "no date", "how old its facts are is not known")
            continue
        days = (today() - pack.dated.date()).days
        old = days > _OLD_PACK
        means = "newer facts may exist; renew the program" if old else "recent"
        found = f"{pack.version}, {days} days old"
        yield Check(f"pack {pack.pack}", "limited" if old else "ok", found, means)
