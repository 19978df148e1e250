"""One thing heard in a capture, before it is an observation."""

from __future__ import annotations

from dataclasses import dataclass

from glasshouse.model.observation import SaidBy

__all__ = ["Heard"]


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
