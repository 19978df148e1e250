"""The data packs made ready: compiled patterns from the cache, parties, rules, advisories. One value a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from glasshouse.app.clock import today
from glasshouse.app.config import cache_folder
from glasshouse.app.errors import UserError
from glasshouse.app.identify import Identifier, ready
from glasshouse.app.made_by import made_by
from glasshouse.datapack import DataPack, PackError, load
from glasshouse.model.provenance import MadeBy

if TYPE_CHECKING:
    from glasshouse.model.partybook import PartyBook

__all__ = ["KnowledgeBase", "open_knowledge"]


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything the pure core is given beside the evidence; each part is read when first asked for."""

    pack: DataPack
    bulk: bool = True

    @cached_property
    def identifier(self) -> Identifier:
        """Decoding, matching, attribution."""
        return ready(cache_folder(), bulk=self.bulk)

    @cached_property
    def parties(self) -> PartyBook:
        """Parties by any of their names, and who belongs to whom."""
        from glasshouse.model.partybook import PartyBook  # noqa: PLC0415  # identifying needs no law

        return PartyBook(self.pack.parties, self.pack.relations)

    @property
    def present_day(self) -> date:
        """Today, or the last day about which the rules know, if that is earlier: never a guess about newer law."""
        return min(today(), self.pack.rules.known_until)

    @cached_property
    def made_by(self) -> MadeBy:
        """Program and pack versions, for every output."""
        return made_by(self.pack.digests)


def open_knowledge(*, bulk: bool = True) -> KnowledgeBase:
    """The packs that came with the program. `bulk` False starts quicker and matches slower.

    Raises UserError where the packs are broken.
    """
    try:
        return KnowledgeBase(load(), bulk)
    except PackError as error:
        raise UserError(f"the data packs cannot be used:\n{error}\nrun 'glasshouse data verify'") from error
