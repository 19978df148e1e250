"""DHCP leases to observations: an active lease is a presence at an address, any other is history of an interface."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from glasshouse.model.observation import Observation, SaidBy
from glasshouse.sources.document import Draft, cap

__all__ = ["Lease", "Leases"]

MAX_LEASES = 2_000_000


@dataclass(frozen=True, slots=True)
class Lease:
    """One lease as its server wrote it. Times are UTC; `ends` None = not said, or never."""

    address: str
    mac: str | None
    state: str
    seen_at: datetime | None = None
    ends: datetime | None = None
    hostname: str = ""
    vendor_class: str = ""
    relay: str = ""  # circuit or remote id that a relay agent added: a switch port
    locator: str = ""


class Leases:
    """The leases of one file: of one address and holder the last counts, of one address the last holder."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.found: dict[tuple[str, str | None], Lease] = {}
        self.holder: dict[str, str | None] = {}
        self.newest: datetime | None = None

    def add(self, lease: Lease) -> None:
        """Take the next lease of the file."""
        if len(self.found) >= MAX_LEASES:
            self.draft.cut_short(f"only the first {MAX_LEASES} leases are kept")
            return
        self.found.pop((lease.address, lease.mac), None)
        self.found[lease.address, lease.mac] = lease
        self.holder[lease.address] = lease.mac
        if lease.seen_at is not None and (self.newest is None or lease.seen_at > self.newest):
            self.newest = lease.seen_at

    def finish(self) -> None:
        """Put every lease into the preview.

        A lease that says active but ended before the newest entry of the file was written is stale: history too.
        """
        for lease in self.found.values():
            if self.holder[lease.address] != lease.mac:
                self._history(replace(lease, state=f"superseded ({lease.state})"))
            elif lease.state != "active":
                self._history(lease)
            elif lease.ends is not None and self.newest is not None and lease.ends < self.newest:
                self._history(replace(lease, state="active, but ended before the file was last written"))
            else:
                self._present(lease)

    def _present(self, lease: Lease) -> None:
        subject = self.draft.endpoint(lease.address)
        raw = _raw(("address", lease.address), *_pairs(lease))
        self._see(Observation(subject, "dhcp", raw=raw, said_by=SaidBy.INFRASTRUCTURE), lease)
        if lease.mac is not None:
            self._see(Observation(subject, "mac", raw=lease.mac.encode(), said_by=SaidBy.INFRASTRUCTURE), lease)
        self.draft.rows_used += 1

    def _history(self, lease: Lease) -> None:
        if lease.mac is None:
            self.draft.note(f"{lease.locator}: {lease.address} is {lease.state} and names no MAC address; not kept")
            return
        subject = self.draft.subject(None, lease.mac, "")
        raw = _raw(("last-address", lease.address), *_pairs(lease))
        self._see(Observation(subject, "dhcp", raw=raw, said_by=SaidBy.INFRASTRUCTURE), lease)
        self.draft.rows_used += 1

    def _see(self, observation: Observation, lease: Lease) -> None:
        self.draft.see(observation, lease.seen_at, lease.locator)


def _pairs(lease: Lease) -> tuple[tuple[str, str], ...]:
    return (
        ("mac", lease.mac or ""),
        ("hostname", lease.hostname),
        ("vendor-class", lease.vendor_class),
        ("relay", lease.relay),
        ("state", lease.state),
        ("ends", lease.ends.isoformat() if lease.ends else ""),
    )


def _raw(*pairs: tuple[str, str]) -> bytes:
    """`key=value` lines; values cannot hold a line end."""
    return "\n".join(f"{key}={cap(value, 512)}" for key, value in pairs if value).encode("utf-8", "replace")
