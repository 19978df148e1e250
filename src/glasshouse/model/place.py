"""Properties and what is known about them that no packet tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from glasshouse.model.ids import content_id

__all__ = ["DEFAULT_DOMAIN", "FactValue", "PropertyFact", "PropertyFacts", "Site"]

DEFAULT_DOMAIN = "default"  # routing domain: within one, an address means one endpoint


@dataclass(frozen=True, slots=True)
class Site:
    """A property of the organisation under review (a building, a campus, a floor)."""

    name: str

    @property
    def id(self) -> str:
        """Content-derived id."""
        return content_id("prop", self.name)


FactValue = str | bool | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyFact:
    """One fact with its source and date. `level` says what `key` names: a property, a space or a device."""

    level: Literal["property", "space", "device"]
    key: str
    name: str  # jurisdiction roles tenure custodian landlord legal_entity purposes site_class owner acquired_on ...
    value: FactValue
    source: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """All facts given for a review; what is not in it is unknown."""

    facts: tuple[PropertyFact, ...] = field(default=())

    def lookup(self, name: str, *keys: str) -> PropertyFact | None:
        """The fact `name` for the first of `keys` (most specific first) that has one; None = unknown."""
        for key in keys:
            for fact in self.facts:
                if fact.name == name and fact.key == key:
                    return fact
        return None
