"""Parties looked up by any of their names, and what belongs to whom on a day. Names match exactly, never nearly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import Enum

from glasshouse.model.party import Party, Relation, RelationKind
from glasshouse.model.provenance import Basis
from glasshouse.model.truth import Truth

__all__ = ["Affiliation", "Manner", "PartyBook", "name_key"]

_CONTROL = frozenset({RelationKind.SUBSIDIARY_OF, RelationKind.CONTROLLED_BY, RelationKind.BRAND_OF})
_OPEN = frozenset({RelationKind.JOINT_VENTURE_OF, RelationKind.DISPUTED_OWNER})
_OWNERSHIP = _CONTROL | _OPEN
_RANK = {"entity": 0, "maker": 1, "chipset-maker": 2, "brand": 3}
_DEPTH = 8
_NEAR_POINTS = 5.0  # a stake this close to the threshold is a question, not an answer
_RESEMBLES = 0.7


class Manner(Enum):
    """How an affiliate is tied to the party it is compared with."""

    SAME = "same"
    SUBSIDIARY = "subsidiary"
    GROUP = "parent or sister"
    MINORITY = "minority holding"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Whether a party belongs to another on a day, how, and by which relations."""

    value: Truth
    manner: Manner
    path: tuple[Relation, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether a relation on the path is one that sources contradict each other about."""
        return any(step.kind is RelationKind.DISPUTED_OWNER for step in self.path)


def _not_tied() -> Affiliation:
    return Affiliation(Truth.NO, Manner.NONE)


def name_key(name: str) -> str:
    """A name without case, accents of width, and punctuation: words joined by "-". Nothing else is forgiven.

    >>> name_key("Hangzhou Hikvision Digital Technology Co., Ltd.")
    'hangzhou-hikvision-digital-technology-co-ltd'
    """
    folded = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("’", "")
    return "-".join("".join(char if char.isalnum() else " " for char in folded).split())


class PartyBook:
    """All parties and relations of a pack. Rows with one id are one party: the legal entity's row wins, names add up."""

    __slots__ = ("_by_key", "_down", "_parties", "_up")

    def __init__(self, parties: Iterable[Party], relations: Iterable[Relation]) -> None:
        self._parties = _merged(parties)
        self._by_key = _index(self._parties.values())
        self._up: dict[str, list[Relation]] = {}
        self._down: dict[str, list[Relation]] = {}
        for relation in sorted(relations, key=_relation_order):
            self._up.setdefault(relation.party, []).append(relation)
            self._down.setdefault(relation.of, []).append(relation)

    @classmethod
    def of(cls, parties: Iterable[Party], relations: Iterable[Relation]) -> PartyBook:
        """The book over the values of a parties pack."""
        return cls(parties, relations)

    def __contains__(self, party_id: str) -> bool:
        return party_id in self._parties

    def __iter__(self) -> Iterator[Party]:
        return iter(self._parties.values())

    def resolve(self, name: str) -> Party | None:
        """The party with this slug, id, name or alias; None = no pack knows it."""
        found = self._by_key.get(name_key(name))
        return self._parties[found] if found else None

    def canonical(self, name: str) -> str:
        """The party's id, or the normalised name where no pack knows it."""
        found = self.resolve(name)
        return found.id if found else name_key(name)

    def relations_of(self, party: str) -> tuple[Relation, ...]:
        """Every relation of `party` (an id) to others, oldest first."""
        return tuple(self._up.get(party, ()))

    def affiliation(self, party: str, of: str, on: date, threshold: float = 50.0) -> Affiliation:
        """Whether `party` belongs to the group of `of` on the day, by ids; `threshold` in percent, exceeded to count.

        A path over recalled, disputed or joint ownership is UNKNOWN, never YES; so is a stake near the threshold.
        """
        if party == of:
            return Affiliation(Truth.YES, Manner.SAME)
        below = self._owned_by(party, of, on, threshold)
        if below.value is Truth.YES:
            return below
        candidates = (
            below,
            _as_group(self._owned_by(of, party, on, threshold)),
            self._common_owner(party, of, on, threshold),
            self._minority(party, of, on, threshold),
            self._minority(of, party, on, threshold),
        )
        for wanted in (Truth.YES, Truth.UNKNOWN):
            for candidate in candidates:
                if candidate.value is wanted:
                    return candidate
        return _not_tied()

    def once(self, party: str, of: str, on: date) -> Relation | None:
        """The ownership by `of` (or a company that `of` owned) that ended on or before the day; None = none recorded."""
        ended = (
            step
            for step in self.relations_of(party)
            if step.kind in _CONTROL and step.when.end is not None and step.when.end <= on
        )
        for step in ended:
            last = step.when.end
            if step.of == of or (last and self._owned_by(step.of, of, _day_before(last), 50.0).value is not Truth.NO):
                return step
        return None

    def changed(self, party: str, of: str) -> bool:
        """Whether the party belonged to `of` at some times and, as recorded, not at others."""
        return any(
            step.kind in _OWNERSHIP
            and (step.when.start is not None or step.when.end is not None)
            and self._reaches(step.of, of)
            for step in self.relations_of(party)
        ) and any(step.kind in _CONTROL and not self._reaches(step.of, of) for step in self.relations_of(party))

    def reported_producers(self, party: str, on: date) -> tuple[Relation, ...]:
        """Reports and lists that say somebody else makes what `party` sells, as of the day. Questions, not proof."""
        return tuple(
            step for step in self.relations_of(party) if step.kind is RelationKind.REPORTED_PRODUCER and on in step.when
        )

    def predecessor(self, party: str, on: date) -> Relation | None:
        """The recorded succession of `party` as of the day; None = none."""
        for step in self.relations_of(party):
            if step.kind is RelationKind.SUCCESSOR_OF and on in step.when:
                return step
        return None

    def resembles(self, name: str, ids: Iterable[str]) -> str | None:
        """The id among `ids` that `name` looks like without being it: a shared word or a near spelling; None = none."""
        key = name_key(name)
        words = {key, *key.split("-")}
        for party_id in sorted(ids):
            near = any(SequenceMatcher(None, word, party_id).ratio() >= _RESEMBLES for word in words)
            if near and key != party_id:
                return party_id
        return None

    def _owned_by(self, party: str, of: str, on: date, threshold: float) -> Affiliation:
        best = _not_tied()
        for path in self._paths_up(party, of, on, threshold):
            value = Truth.all(_certainty(step, threshold) for step in path)
            if value is Truth.YES:
                return Affiliation(Truth.YES, Manner.SUBSIDIARY, path)
            best = Affiliation(Truth.UNKNOWN, Manner.SUBSIDIARY, path)
        return best

    def _paths_up(self, party: str, of: str, on: date, threshold: float) -> Iterator[tuple[Relation, ...]]:
        stack: list[tuple[str, tuple[Relation, ...]]] = [(party, ())]
        while stack:
            at, path = stack.pop()
            for step in self._up.get(at, ()):
                if step.kind not in _OWNERSHIP or on not in step.when or len(path) >= _DEPTH:
                    continue
                if _certainty(step, threshold) is Truth.NO or any(step.of == seen.party for seen in path):
                    continue
                longer = (*path, step)
                if step.of == of:
                    yield longer
                else:
                    stack.append((step.of, longer))

    def _common_owner(self, party: str, of: str, on: date, threshold: float) -> Affiliation:
        best = _not_tied()
        for owner in sorted(self.owners(of, on) & self.owners(party, on)):
            left, right = self._owned_by(party, owner, on, threshold), self._owned_by(of, owner, on, threshold)
            value = left.value & right.value
            if value is Truth.YES:
                return Affiliation(value, Manner.GROUP, (*left.path, *right.path))
            if value is Truth.UNKNOWN:
                best = Affiliation(value, Manner.GROUP, (*left.path, *right.path))
        return best

    def owners(self, party: str, on: date) -> frozenset[str]:
        """The ids of all parties above `party` by ownership on the day, certain or not."""
        found: set[str] = set()
        queue = [party]
        while queue:
            for step in self._up.get(queue.pop(), ()):
                if step.kind in _OWNERSHIP and on in step.when and step.of not in found:
                    found.add(step.of)
                    queue.append(step.of)
        return frozenset(found)

    def _minority(self, holder: str, held: str, on: date, threshold: float) -> Affiliation:
        for step in self._up.get(holder, ()):
            if step.kind is RelationKind.MINORITY_HOLDER_OF and step.of == held and on in step.when:
                return Affiliation(_stake(step, threshold), Manner.MINORITY, (step,))
        return _not_tied()

    def _reaches(self, party: str, of: str) -> bool:
        if party == of:
            return True
        seen, queue = {party}, [party]
        while queue:
            for step in self._up.get(queue.pop(), ()):
                if step.kind in _CONTROL and step.of not in seen:
                    if step.of == of:
                        return True
                    seen.add(step.of)
                    queue.append(step.of)
        return False


def _merged(parties: Iterable[Party]) -> dict[str, Party]:
    rows: dict[str, list[Party]] = {}
    for party in parties:
        rows.setdefault(party.id, []).append(party)
    merged: dict[str, Party] = {}
    for party_id in sorted(rows):
        same = sorted(rows[party_id], key=lambda row: (_RANK.get(row.kind, 9), row.name, row.aliases))
        first = same[0]
        aliases = dict.fromkeys(alias for row in same for alias in (*row.aliases, row.name) if alias != first.name)
        country = next((row.country for row in same if row.country), None)
        merged[party_id] = Party(first.id, first.name, first.kind, country, tuple(aliases), first.source, first.note)
    return merged


def _index(parties: Iterable[Party]) -> dict[str, str]:
    listed = sorted(parties, key=lambda party: (_RANK.get(party.kind, 9), party.id))
    index: dict[str, str] = {}
    for party in listed:  # an id is nobody else's name
        index[name_key(party.id)] = party.id
    for party in listed:
        for name in (party.name, *party.aliases):
            index.setdefault(name_key(name), party.id)
    return index


def _relation_order(relation: Relation) -> tuple[str, str, str, str, str]:
    start, end = relation.when.start, relation.when.end
    return (
        relation.party,
        start.isoformat() if start else "",
        end.isoformat() if end else "9999",
        relation.kind.value,
        relation.of,
    )


def _certainty(step: Relation, threshold: float) -> Truth:
    if step.kind is RelationKind.DISPUTED_OWNER or step.source.basis is Basis.RECALLED:
        return Truth.UNKNOWN
    if step.kind is RelationKind.JOINT_VENTURE_OF:
        return _stake(step, threshold)
    return Truth.YES


def _stake(step: Relation, threshold: float) -> Truth:
    if step.share is None:
        return Truth.UNKNOWN
    if step.source.basis is not Basis.RECALLED and step.share > threshold:
        return Truth.YES
    return Truth.UNKNOWN if step.share > threshold - _NEAR_POINTS else Truth.NO


def _as_group(found: Affiliation) -> Affiliation:
    return Affiliation(found.value, Manner.GROUP, found.path) if found.value is not Truth.NO else found


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
