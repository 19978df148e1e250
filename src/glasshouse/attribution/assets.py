"""Which observations are of one device: union of what shares a key, whatever the order of evidence.

Keys, from strong to weak: own MAC address, serial number, own UUID (each within a property); then the endpoint
(property, routing domain, address), the interface, the channel, the mounting point, the line of a document. An
address joins unless what answers there says different serials or MAC addresses, or the network saw another MAC there
on another day: then a lease has passed on, and the units stay apart. What names no unit of its own goes to the one
that spoke at its time or on its port. A key that would tie together units that say different serial numbers is shared
(a clone, a copied address) and ties nothing; both sides carry a note. Decisions of people merge and split; a
withdrawn decision counts no more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from glasshouse.attribution.decisions import active, because, of_kind
from glasshouse.attribution.keys import Key, Known, Span, key_text, known_of, same_serial
from glasshouse.attribution.ties import APART, Ties, tie
from glasshouse.model.identity import Asset, Decision, Link
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Field, Observation, SaidBy
from glasshouse.model.text import Message

__all__ = ["APART", "active", "partition"]

_RANK = ("mac", "serial", "onvif", "device", "interface", "address", "channel", "place", "line")
_ROUNDS = 4  # of finding shared keys; each can only take keys away
_INTERFACES = 2  # wired and wireless: as many MAC addresses as one unit shows without naming both in one reply
_NO_SPANS: Mapping[str, Sequence[Span]] = MappingProxyType({})
_SHARED = {
    "mac": Message.of("the same MAC address, but another serial number: kept apart"),
    "serial": Message.of("the same serial number on units with different MAC addresses: kept apart"),
    "onvif": Message.of("the same device UUID, but another serial number or MAC address: kept apart"),
}


def partition(
    observations: Sequence[Observation],
    fields: Mapping[str, Sequence[Field]],
    decisions: Sequence[Decision] = (),
    spans: Mapping[str, Sequence[Span]] = _NO_SPANS,
) -> tuple[Asset, ...]:
    """The assets that `observations` show. Ordered by asset id.

    `fields` by observation id. `spans`, by observation id, are the times (UTC) for which an observation speaks: the
    moment of a reply, the start and end of a lease; without them no lease is known to be stale.
    """
    in_force = active(decisions)
    tags = _tags(in_force)
    known = {}
    for one in observations:
        identifier = one.id
        mine = fields.get(identifier, ())
        known[identifier] = known_of(one, mine, tags.get(identifier, ()), tuple(spans.get(identifier, ())))
    ties, shared = _settled(known)
    for decision in of_kind(in_force, "merge"):
        _merge(decision, in_force, known, ties)
    return _assets(known, ties, shared, of_kind(in_force, "split"))


def _tags(in_force: Sequence[Decision]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for decision in of_kind(in_force, "split"):
        for subject in decision.subjects:
            found[subject].append(decision.id)
    return {subject: tuple(sorted(splits)) for subject, splits in found.items()}


def _settled(known: Mapping[str, Known]) -> tuple[Ties, frozenset[Key]]:
    """The ties that hold once every shared key is known."""
    shared: frozenset[Key] = frozenset()
    ties = tie(known)
    for _ in range(_ROUNDS):
        more = frozenset(_shared(known, ties)) - shared
        if not more:
            break
        shared |= more
        ties = tie(known, shared)
    return ties, shared


def _shared(known: Mapping[str, Known], ties: Ties) -> Iterable[Key]:
    """Keys that hold a group together at several places, though its devices' own words cannot be of one unit."""
    words: dict[str, list[Known]] = defaultdict(list)
    for identifier, one in known.items():
        if one.strong and one.observation.said_by is SaidBy.DEVICE:
            words[ties.root(identifier)].append(one)
    for group in words.values():
        serials, macs = _classes(group, "serial"), _classes(group, "mac")
        kinds: tuple[str, ...] = ()
        if any(not _alike(serials[0], other) for other in serials[1:]):
            kinds = ("mac", "onvif")
        elif len(macs) > 1:
            kinds = ("serial", "onvif") if len(macs) > _INTERFACES else ("onvif",)
        if kinds:
            yield from _spread(group, kinds)


def _classes(group: Iterable[Known], kind: str) -> list[list[str]]:
    """The values of one kind, those that one reply names together in one class; the class of the longest first."""
    replies = sorted({tuple(sorted(key[2] for key in one.strong if key[0] == kind)) for one in group})
    joined = Ties.none(value for told in replies for value in told)
    for told in replies:
        for other in told[1:]:
            joined.unite(told[0], other)
    classes: dict[str, list[str]] = defaultdict(list)
    for value in sorted(joined.parent, key=lambda one: (-len(one), one)):
        classes[joined.root(value)].append(value)
    return list(classes.values())


def _alike(left: Collection[str], right: Collection[str]) -> bool:
    return any(same_serial(a, b) for a in left for b in right)


def _spread(group: Iterable[Known], kinds: Collection[str]) -> Iterable[Key]:
    """The keys of these kinds that are told at two places or more; a UUID, which firmware may carry, at any."""
    places: dict[Key, set[Key]] = defaultdict(set)
    for one in group:
        for key in one.strong:
            if key[0] in kinds:
                places[key[:3]].update(one.places)
    return [key for key, where in places.items() if len(where) > 1 or key[0] == "onvif"]


def _merge(decision: Decision, in_force: Sequence[Decision], known: Mapping[str, Known], ties: Ties) -> None:
    """Join what the decision names, but for what a later decision set apart."""
    later = {one.id for one in of_kind(in_force, "split") if (one.at, one.id) > (decision.at, decision.id)}
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for member in sorted(_present(decision, known)):
        groups[tuple(tag for tag in known[member].tag if tag in later)].append(member)
    for members in groups.values():
        for other in members[1:]:
            ties.join(members[0], other, because(decision), f"decision:{decision.id}")


def _present(decision: Decision, known: Mapping[str, Known]) -> set[str]:
    """The observations that a decision names, by their ids or by a key of their unit."""
    subjects = set(decision.subjects)
    found = subjects & known.keys()
    if any(not subject.startswith("obs_") for subject in subjects):
        found |= {
            identifier for identifier, one in known.items() if any(key_text(key) in subjects for key in one.strong)
        }
    return found


def _assets(
    known: Mapping[str, Known], ties: Ties, shared: Collection[Key], splits: Sequence[Decision]
) -> tuple[Asset, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for identifier in sorted(known):
        groups[ties.root(identifier)].append(identifier)
    linked: dict[str, list[Link]] = defaultdict(list)
    beside = (link for link in ties.neighbours if ties.root(link.left) != ties.root(link.right))
    for link in (*ties.links, *_apart(known, ties, shared), *beside, *_set_apart(known, splits)):
        linked[ties.root(link.left)].append(link)
    ids = {root: _asset_id([known[one] for one in members], shared) for root, members in groups.items()}
    several = {one for one, count in Counter(ids.values()).items() if count > 1}
    assets = [
        Asset(
            content_id("asset", ids[root], members) if ids[root] in several else ids[root],
            tuple(members),
            tuple(linked[root]),
        )
        for root, members in groups.items()
    ]
    return tuple(sorted(assets, key=lambda one: one.id))


def _apart(known: Mapping[str, Known], ties: Ties, shared: Collection[Key]) -> Iterable[Link]:
    """For each asset with a shared key: a note that names an observation of another asset with the same key."""
    holders: dict[Key, dict[str, str]] = defaultdict(dict)
    for identifier, one in sorted(known.items()) if shared else ():
        for key in one.strong:
            if key[:3] in shared:
                holders[key[:3]].setdefault(ties.root(identifier), identifier)
    for value, by_root in sorted(holders.items()):
        first, *others = by_root.values()
        for other in others:
            yield Link(other, first, _SHARED[value[0]], f"{APART}{value[0]}:{value[2]}")
        if others:
            yield Link(first, others[0], _SHARED[value[0]], f"{APART}{value[0]}:{value[2]}")


def _set_apart(known: Mapping[str, Known], splits: Sequence[Decision]) -> Iterable[Link]:
    """For each split: a note on what was set apart."""
    for decision in splits:
        present = sorted(set(decision.subjects) & known.keys())
        if present:
            yield Link(present[0], present[-1], because(decision), f"decision:{decision.id}")


def _asset_id(members: Sequence[Known], shared: Collection[Key]) -> str:
    """From the strongest kind of key the asset has: stable while weaker evidence comes and goes."""
    keys: set[Key] = {key[:3] for one in members for key in one.strong if key[:3] not in shared}
    keys |= {place for one in members for place in one.places}
    tags = sorted({tag for one in members for tag in one.tag})
    for kind in _RANK:
        held = sorted(key for key in keys if key[0] == kind)
        if held:
            return content_id("asset", held[0], tags)
    return content_id("asset", sorted(one.observation.id for one in members), tags)
