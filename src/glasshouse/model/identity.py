"""Identities: what evidence says a device is, facet by facet, and the decisions that made it one device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from glasshouse.model.signal import DeviceClass, Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth

__all__ = ["Asset", "Attribution", "Contradiction", "Decision", "Identity", "Link"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A facet's value, how strongly, and every signal behind it. No constructor without a signal or a decision."""

    facet: Facet
    value: str
    strength: Strength
    signals: tuple[Signal, ...]
    reasoning: tuple[Message, ...] = ()  # which step of the ladder or of the lineage gave it

    def __post_init__(self) -> None:
        if not self.signals and not self.reasoning:
            raise ValueError(f"attribution of {self.facet.value} {self.value!r} has no evidence")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Evidence that cannot all be true of one unmodified device; both sides stay."""

    facet: Facet
    values: tuple[str, ...]
    note: Message
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Why two observations belong to one asset (or, from a decision, do not)."""

    left: str
    right: str
    because: Message
    # "mac:44:19:b6:00:00:01", "serial:...", "onvif:...", "address:...", "device:...", "decision:..."; with "apart:"
    # before it: why another asset that shares the key or the place is another unit
    key: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's or a program's stored word about identity: merge, split, attribute, or withdrawal of one of these."""

    id: str
    kind: Literal["merge", "split", "attribute", "withdraw"]
    # observation ids, and keys of the unit ("mac:44:19:b6:00:00:01@Maple House") by which the decision holds for later
    # evidence of it; for "withdraw" the decision id
    subjects: tuple[str, ...]
    reason: str
    by: str
    at: datetime
    facet: Facet | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """Observations taken for one device. `id` depends on its strongest keys, not on the order of evidence."""

    id: str
    observations: tuple[str, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything evidence says about one asset. Facets without an attribution are unknown, not absent."""

    asset: Asset
    attributions: tuple[Attribution, ...]
    contradictions: tuple[Contradiction, ...]
    is_surveillance: Truth
    device_class: DeviceClass | None
    looked_for: tuple[Message, ...] = ()  # looked for and not found
    alternatives: tuple[Message, ...] = ()  # other explanations considered, with what speaks for or against
    settle: tuple[Message, ...] = ()  # the cheapest observations that would settle a doubt

    def get(self, facet: Facet) -> Attribution | None:
        """The attribution of `facet`; None = unknown."""
        for attribution in self.attributions:
            if attribution.facet is facet:
                return attribution
        return None

    def value(self, facet: Facet) -> str | None:
        """The value of `facet`; None = unknown."""
        found = self.get(facet)
        return found.value if found else None

    def strength(self, facet: Facet) -> Strength:
        """The strength of `facet`; NONE when unknown."""
        found = self.get(facet)
        return found.strength if found else Strength.NONE

    def day(self, facet: Facet) -> date | None:
        """A date facet (FIRMWARE_BUILT_ON, MADE_ON) as a date; None = unknown."""
        text = self.value(facet)
        return date.fromisoformat(text) if text else None
