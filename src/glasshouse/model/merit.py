"""Security on its own merits: advisories, posture, factors, level. Country and legal verdict are not inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from glasshouse.model.text import Message

__all__ = [
    "ADVISORY_DECISIONS",
    "AdvisoryFinding",
    "Applicability",
    "Factor",
    "Grade",
    "Merit",
    "MeritDevice",
    "Posture",
]

Grade = Literal["A", "B", "C", "D"]
Applicability = Literal["confirmed", "likely", "possible", "excluded", "disputed"]
ADVISORY_DECISIONS = ("3-days-forensics", "3-days", "14-days", "60-days", "next-upgrade")


@dataclass(frozen=True, slots=True)
class MeritDevice:
    """What grading may know of the device: no brand story, no country, no verdict."""

    maker: str | None = None
    model: str | None = None
    firmware: str | None = None
    firmware_built_on: date | None = None


@dataclass(frozen=True, slots=True)
class Posture:
    """Observed or stated security posture; None = unknown. `services` None = not looked at."""

    exposure: Literal["internet", "internal"] | None = None
    activated: bool | None = None
    auth: Literal["digest", "basic", "none"] | None = None
    tls: str | None = None  # highest version seen: "1.2"; "none" = looked for and absent
    services: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AdvisoryFinding:
    """One advisory whose maker and model match the device."""

    id: str
    title: str
    applicability: Applicability
    reason: Message
    ranges: str  # source text of the range that decided
    source: str
    kev: bool
    decision: str | None  # None when excluded; stricter row when exposure is unknown
    decision_range: tuple[str, str] | None = None
    epss: float | None = None
    epss_date: date | None = None
    cvss: float | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One of V (vulnerabilities), U (update and support), A (access), S (services and transport)."""

    letter: Literal["V", "U", "A", "S"]
    grade: Grade | None  # None prints as "?"
    possible: tuple[Grade, ...]  # the grades it could still take; one when known
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Merit:
    """The merit of a device at a moment: vector first, then the worst, with the interval the unknowns leave."""

    factors: tuple[Factor, ...]
    level: str  # "A".."D" or "not-graded"
    level_range: tuple[str, str] | None  # (best, worst) it could be; None when not graded
    advisories: tuple[AdvisoryFinding, ...]
    would_change: tuple[Message, ...]
    snapshot: str  # digest of the advisories pack
    maker_practice: tuple[Message, ...] = field(default=())  # beside, never inside

    @property
    def vector(self) -> str:
        """E.g. "V:D U:? A:B S:C"."""
        return " ".join(f"{factor.letter}:{factor.grade or '?'}" for factor in self.factors)
