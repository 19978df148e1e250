"""From a brand to who makes what it sells: only as far as a source goes, never for a seller of several makers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from glasshouse.model.party import Lineage, Party
from glasshouse.model.provenance import Basis
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

__all__ = ["Knowledge", "maker_of"]

_OWN = frozenset(("maker",))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class Knowledge:
    """What attribution may know beside the evidence: who makes what, and which names are makers."""

    def __init__(self, lineage: Iterable[Lineage], parties: Iterable[Party]) -> None:
        self._rows: dict[str, list[Lineage]] = defaultdict(list)
        for row in lineage:
            self._rows[row.brand].append(row)
        self._makers = {party.id: party.source.basis for party in parties if party.kind in _OWN}

    def rows(self, brand: str) -> tuple[Lineage, ...]:
        """The lineage rows of `brand`; () where nothing is recorded."""
        return tuple(self._rows.get(brand, ()))

    def is_maker(self, slug: str) -> bool:
        """Whether `slug` designs and produces equipment itself."""
        return slug in self._makers

    def own_make(self, slug: str) -> Strength:
        """How far the name of a maker says that the device is of its own make."""
        return _capped(Strength.SUPPORTING, self._makers[slug])


def maker_of(
    brand: str, model: str | None, knowledge: Knowledge, made_on: date | None = None
) -> tuple[str, Strength, Message] | None:
    """`(maker, how far the brand supports it, why)`; None: not recorded, sold from several sources, or in part.

    A row of the series decides before a row of the whole brand; rows that disagree decide nothing. A row of other years
    than the one the unit was made in says nothing of it; without that day, all years count.
    """
    rows = tuple(row for row in knowledge.rows(brand) if made_on is None or made_on in row.when)
    series = [row for row in rows if row.model_pattern and model and _fits(row.model_pattern, model)]
    if series:
        makers = {row.maker for row in series}
        if len(makers) == 1 and series[0].maker is not None:
            strength = _least(series)
            because = Message.of(
                "series of {brand} that {maker} makes, by {source}",
                brand=brand, maker=series[0].maker, source=series[0].source.reference.title,
            )  # fmt: skip
            return series[0].maker, strength, because
        return None
    whole = [row for row in rows if row.model_pattern is None]
    if not knowledge.rows(brand) and knowledge.is_maker(brand):
        because = Message.of("{brand} makes what it sells under its own name", brand=brand)
        return brand, knowledge.own_make(brand), because
    if whole and knowledge.is_maker(brand):
        return (
            brand,
            Strength.INDICATIVE,
            Message.of("{brand} makes most of what it sells; some of it came from others", brand=brand),
        )
    makers = {row.maker for row in whole}
    if len(makers) != 1 or whole[0].maker is None:
        return None
    because = Message.of(
        "{brand} is a brand of {maker}, by {source}",
        brand=brand, maker=whole[0].maker, source=whole[0].source.reference.title,
    )  # fmt: skip
    return whole[0].maker, _least(whole), because


def _capped(strength: Strength, basis: Basis) -> Strength:
    """What is only recalled indicates, whatever strength is written beside it."""
    return min(strength, Strength.INDICATIVE) if basis is Basis.RECALLED else strength


def _least(rows: Iterable[Lineage]) -> Strength:
    return min(_capped(row.strength, row.source.basis) for row in rows)


def _fits(pattern: str, model: str) -> bool:
    text = model.strip().upper()
    rest = text.partition(" ")[2]
    return bool(_compiled(pattern).match(text) or (rest and _compiled(pattern).match(rest)))
