"""Whether a fingerprint fires on what another maker's fingerprints give as their examples: then one of the two errs.

A brand and whoever makes what it sells are no rivals, nor are two brands of one maker: their devices answer alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from glasshouse.matching.index import Matcher
from glasshouse.model.party import Lineage
from glasshouse.model.signal import Facet, Fingerprint

__all__ = ["Kin", "kin", "rivals"]

_NAMING = frozenset((Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN))
Kin = Mapping[str, frozenset[str]]


def kin(lineage: Iterable[Lineage]) -> Kin:
    """Every brand of the lineage and itself with its makers, those that make a part of its range included."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in lineage:
        found[row.brand].add(row.brand)
        if row.maker is not None:
            found[row.brand].add(row.maker)
    return {brand: frozenset(makers) for brand, makers in found.items()}


def rivals(fingerprints: Sequence[Fingerprint], related: Kin) -> Iterator[tuple[Fingerprint, str, Fingerprint]]:
    """Every (fingerprint, example, other fingerprint of another party that gives this example)."""
    matcher = Matcher(fingerprints)
    named = {one.id: _named(one) for one in fingerprints}
    for owner in fingerprints:
        if not named[owner.id]:
            continue
        for example in owner.examples:
            for other, _ in matcher.match(owner.field, example):
                apart = other.probes and owner.probes and not set(other.probes) & set(owner.probes)
                if not apart and not _agree(named[other.id], named[owner.id], related):
                    yield other, example, owner


def _named(fingerprint: Fingerprint) -> frozenset[str]:
    return frozenset(value for facet, value, _ in fingerprint.says if facet in _NAMING and "{" not in value)


def _agree(left: frozenset[str], right: frozenset[str], related: Kin) -> bool:
    """Whether every party that `left` names is kin to one that `right` names."""

    def family(party: str) -> frozenset[str]:
        return related.get(party, frozenset((party,)))

    return all(any(family(one) & family(other) for other in right) for one in left)
