"""Restrictions as data: dated versions of legal texts, their citations, and the criteria that encode them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum
from typing import Literal

from glasshouse.model.provenance import Basis
from glasshouse.model.text import Title
from glasshouse.model.time import DateRange

__all__ = ["Authority", "Citation", "Outcome", "RestrictionEvent"]


class Outcome(IntEnum):
    """Ordered by severity: prohibited > needs_review > conditional > advisory > not_restricted."""

    NOT_RESTRICTED = 0
    ADVISORY = 1
    CONDITIONAL = 2
    NEEDS_REVIEW = 3
    PROHIBITED = 4

    @property
    def word(self) -> str:
        """The lower-case word used in files and JSON."""
        return self.name.lower()

    @property
    def flagged(self) -> bool:
        """Whether somebody has to act on it."""
        return self >= Outcome.CONDITIONAL

    @classmethod
    def parse(cls, word: str) -> Outcome:
        """The outcome called `word`; raises ValueError naming the accepted words."""
        try:
            return cls[word.upper()]
        except KeyError:
            accepted = ", ".join(member.word for member in reversed(cls))
            raise ValueError(f"outcome {word!r} is unknown; accepted: {accepted}") from None


class Authority(Enum):
    """What an outcome rests on."""

    STATUTE = "statute"
    REGULATION = "regulation"
    ORDER = "order"
    POLICY = "policy"
    STATEMENT = "statement"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a text, and whether its wording was read."""

    title: str
    pinpoint: str
    url: str
    on: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class RestrictionEvent:
    """A dated event in the life of a regime. `on` covers a window where only the month or year is known.

    `known_on`: the day it became public, where that is not its date.
    """

    on: DateRange
    event: Literal[
        "announced",
        "in-force",
        "amended",
        "stayed",
        "vacated-in-part",
        "removal-deadline",
        "expired",
        "proposed",
        "challenged",
        "stay-denied",
        "suspended-by-agreement",
        "waiver",
    ]
    note: Title
    citation: Citation
    known_on: date | None = None
    extra: tuple[tuple[str, str], ...] = field(default=())
