"""Where a fact in a data pack comes from, and which program and packs made a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

__all__ = ["Basis", "MadeBy", "Reference", "Source"]


class Basis(Enum):
    """How a fact came into a pack. RECALLED facts may lead to review, never to a prohibition."""

    SOURCED = "sourced"  # an excerpt that supports it was read
    MEASURED = "measured"  # somebody tried it
    RECALLED = "recalled"  # from memory: unverified


@dataclass(frozen=True, slots=True)
class Reference:
    """A document a reader can go to: title, address, and the place in it."""

    title: str
    url: str = ""
    pinpoint: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Reference with basis and the day it was read."""

    reference: Reference
    basis: Basis
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The program and pack versions that made a result; every output carries it (`made_by`)."""

    version: str
    commit: str | None
    packs: tuple[tuple[str, str], ...] = field(default=())  # (pack name, "sha256:...")
    program: str = "glasshouse"

    def as_json(self) -> dict[str, object]:
        """The `made_by` object of the interfaces."""
        return {
            "program": self.program,
            "version": self.version,
            "commit": self.commit,
            "packs": dict(self.packs),
        }
