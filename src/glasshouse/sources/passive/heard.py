"""One thing heard in a capture, before it is an observation, and where in the capture it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from glasshouse.model.observation import SaidBy

__all__ = ["Heard", "Where"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Who said it (`address`, else `mac`), under which probe word, and the bytes."""

    probe: str
    raw: bytes
    address: str | None = None
    mac: str | None = None
    port: int | None = None
    request: str | None = None
    protocol: str | None = None
    said_by: SaidBy = SaidBy.DEVICE


@dataclass(frozen=True, slots=True)
class Where:
    """Packet number (from 1), time (UTC; None = not recorded), and 802.1Q VLAN numbers, outermost first."""

    packet: int
    at: datetime | None
    vlans: tuple[int, ...] = ()

    def __str__(self) -> str:
        tags = ".".join(map(str, self.vlans))
        return f"packet {self.packet}, VLAN {tags}" if tags else f"packet {self.packet}"
