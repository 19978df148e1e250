"""Advisories as values: what a record says is affected, and where each statement comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from glasshouse.merits.models import ModelPattern
from glasshouse.model.provenance import Basis

__all__ = ["Advisories", "Advisory", "Affected", "AffectedRange", "Cvss", "DecisionRow", "Epss", "RangeKind"]

RangeKind = Literal["version", "build_date", "exact", "label", "all", "unparsed"]
# In KEV, exposed to the internet, automatable, total technical impact
DecisionRow = tuple[bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class AffectedRange:
    """Versions a record calls affected. `introduced` is inside, `fixed` outside, `last_affected` inside.

    `label`: a version that a record merely names; it may be either end of a range. `conflict`: another source
    contradicts this range. `examined`: an exact version that was examined, where others may be affected too.
    `raw` is the source's own text.
    """

    kind: RangeKind
    introduced: str | None = None
    build_introduced: date | None = None
    fixed: str | None = None
    build_fixed: date | None = None
    last_affected: str | None = None
    build_last_affected: date | None = None
    exact: str | None = None
    build_exact: date | None = None
    raw: str = ""
    basis: Basis = Basis.SOURCED
    conflict: bool = False
    examined: bool = False
    source: str = ""  # where it is not the advisory's own


@dataclass(frozen=True, slots=True)
class Affected:
    """Models and their ranges, which are OR-ed.

    `scope`: "models" = `patterns` name them; "maker" = the maker's whole range; "none" = the record names no model.
    `certain_models`: the source says that only some models of the series are meant.
    """

    text: str
    scope: Literal["models", "maker", "none"]
    patterns: tuple[ModelPattern, ...]
    ranges: tuple[AffectedRange, ...]
    certain_models: bool = False
    platforms: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Cvss:
    """One body's score; the scores of different bodies are all kept."""

    version: str
    vector: str
    score: float
    by: str


@dataclass(frozen=True, slots=True)
class Epss:
    """EPSS probability with the day it was scored; shown, never multiplied in."""

    score: float
    on: date


@dataclass(frozen=True, slots=True)
class Advisory:
    """One record. `makers` are join keys and nothing else. Automatable and impact are CISA's SSVC, None = not told."""

    id: str
    title: str
    makers: tuple[str, ...]
    affected: tuple[Affected, ...]
    source: str
    basis: Basis
    published: date | None = None
    cvss: tuple[Cvss, ...] = ()
    automatable: bool | None = None
    total_impact: bool | None = None
    epss: Epss | None = None
    condition: str = ""
    note: str = ""
    end_of_life: bool = False
    models_cut: str = ""  # the record lists more models than the snapshot holds, and which part was read


@dataclass(frozen=True)
class Advisories:
    """A snapshot: advisories, KEV dates, decision table, and the digest that results name."""

    advisories: tuple[Advisory, ...]
    kev: Mapping[str, date]
    decisions: Mapping[DecisionRow, str]
    digest: str
    _by_maker: dict[str, tuple[Advisory, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, list[Advisory]] = {}
        for advisory in self.advisories:
            for maker in advisory.makers:
                index.setdefault(maker, []).append(advisory)
        object.__setattr__(self, "_by_maker", {maker: tuple(found) for maker, found in index.items()})

    def of_maker(self, maker: str) -> tuple[Advisory, ...]:
        """The advisories that name `maker` (a slug), by id."""
        return self._by_maker.get(maker, ())
