"""Parties: legal entities and brands, and their dated, sourced relations. No source, no relation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from glasshouse.model.provenance import Source
from glasshouse.model.strength import Strength
from glasshouse.model.time import DateRange

__all__ = ["Lineage", "Party", "Relation", "RelationKind"]


@dataclass(frozen=True, slots=True)
class Party:
    """A legal entity or a brand. `id` is a kebab-case slug; `aliases` are other names and slugs of it."""

    id: str
    name: str
    kind: str  # "maker" | "brand" | "entity" | "chipset-maker"
    country: str | None  # ISO 3166-1 alpha-2; shown, never an input to strength or merit
    aliases: tuple[str, ...]
    source: Source
    note: str = ""


class RelationKind(Enum):
    """How a party relates to another."""

    SUBSIDIARY_OF = "subsidiary-of"
    CONTROLLED_BY = "controlled-by"
    MINORITY_HOLDER_OF = "minority-holder-of"
    JOINT_VENTURE_OF = "joint-venture-of"
    BRAND_OF = "brand-of"
    SUCCESSOR_OF = "successor-of"
    # a report, list or allegation that `of` makes goods the party sells: raises the question, proves nothing
    REPORTED_PRODUCER = "reported-producer"
    # a source that better sources contradict says that `of` owned the party: kept, never decisive
    DISPUTED_OWNER = "disputed-owner"


@dataclass(frozen=True, slots=True)
class Relation:
    """Ownership or succession: `party` stands in `kind` to `of` during `when`; `share` in percent, None = unknown."""

    party: str
    kind: RelationKind
    of: str
    when: DateRange
    source: Source
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who makes what a brand sells: one row of `data/lineage/`. Series- and time-bound where sellers mix makers.

    `strength` caps what brand text alone may say about the maker: recalled rows are indicative at most.
    """

    brand: str
    maker: str | None  # None: mixed seller, never guess
    model_pattern: str | None  # applied to the normalised model text; None = whole brand
    when: DateRange
    strength: Strength
    source: Source
    note: str = ""
