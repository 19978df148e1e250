"""Which observations the evidence itself ties together: by keys, by places, by the channels of recorders.

Every step is judged on the groups that the step before it left, all keys or places at once, so that the order of
evidence makes no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from glasshouse.attribution.keys import Key, Known, Span, apart_in_time, same_serial
from glasshouse.model.identity import Link
from glasshouse.model.observation import Channel
from glasshouse.model.text import Message

__all__ = ["APART", "Ties", "tie"]

APART = "apart:"
"""Beginning of the key of a link that tells why two assets are not one, though they share a key or a place."""

_BECAUSE = {
    "mac": Message.of("same MAC address"),
    "serial": Message.of("same serial number"),
    "onvif": Message.of("same device UUID"),
    "device": Message.of("the source names them as one device"),
    "interface": Message.of("same interface"),
    "address": Message.of("same address in the same routing domain"),
    "channel": Message.of("same channel of the same recorder"),
    "place": Message.of("same mounting point"),
    "line": Message.of("same line of the same document"),
}
_SEVERAL = Message.of("several units answer at this address or place: a forwarded port, or a lease that passed on")
_CHANNEL = Message.of("the recorder names this address for the channel")
_FIRST = frozenset(("device", "mac", "serial"))
_LAST = frozenset(("onvif",))  # firmware may carry one UUID in every unit: it joins what stands already
_MOST_UNITS = 40  # that one place may show before no two are compared any more: then it is several anyway

Strong = frozenset[tuple[str, str, str, str]]


@dataclass(slots=True)
class Ties:
    """A union of observations, with the reason of each joint."""

    parent: dict[str, str]
    links: list[Link] = field(default_factory=list)
    neighbours: list[Link] = field(default_factory=list)  # groups that one place shows beside each other

    @classmethod
    def none(cls, items: Iterable[str]) -> Ties:
        """Everything for itself."""
        return cls({item: item for item in items})

    def root(self, item: str) -> str:
        """The name of the group that `item` is in: its first observation."""
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def unite(self, left: str, right: str) -> bool:
        """Make one group of two; whether they were two."""
        a, b = sorted((self.root(left), self.root(right)))
        self.parent[b] = a
        return a != b

    def join(self, left: str, right: str, because: Message, key: str) -> None:
        """`unite` with the reason; a joint that changes nothing leaves no link."""
        if self.unite(left, right):
            self.links.append(Link(left, right, because, key))


def tie(known: Mapping[str, Known], shared: Collection[Key] = ()) -> Ties:
    """Everything that evidence ties; keys in `shared` tie nothing."""
    ties = Ties.none(sorted(known))
    _by_key(known, ties, _FIRST, shared)
    _by_place(known, ties)
    _by_key(known, ties, _LAST, shared)
    _by_channel(known, ties)
    return ties


def _by_key(known: Mapping[str, Known], ties: Ties, kinds: Collection[str], shared: Collection[Key]) -> None:
    holders: dict[tuple[tuple[str, ...], Key], list[str]] = defaultdict(list)
    for identifier, one in sorted(known.items()):
        for told in {strong[:3] for strong in one.strong if strong[0] in kinds}:
            if told not in shared:
                holders[one.tag, told].append(identifier)
    for (_, key), members in sorted(holders.items()):
        for other in members[1:]:
            ties.join(members[0], other, _BECAUSE[key[0]], f"{key[0]}:{key[2]}")


def _by_place(known: Mapping[str, Known], ties: Ties) -> None:
    """Join what shares a place, judged on the groups that keys made, all places at once."""
    roots = {identifier: ties.root(identifier) for identifier in known}
    strong = _strong(known, roots)
    places: dict[tuple[tuple[str, ...], Key], list[str]] = defaultdict(list)
    for identifier, one in sorted(known.items()):
        for place in one.places:
            places[one.tag, place].append(identifier)
    for (_, place), members in sorted(places.items()):
        if len(members) > 1:
            because, text = _BECAUSE[place[0]], f"{place[0]}:{'/'.join(place[2:])}"
            groups = _units_at(members, known, roots, strong)
            for group in groups:
                for other in group[1:]:
                    ties.join(group[0], other, because, text)
            for left, right in zip(groups, groups[1:] + groups[:1], strict=True):
                ties.neighbours.append(Link(left[0], right[0], _SEVERAL, f"{APART}{text}"))


def _strong(known: Mapping[str, Known], roots: Mapping[str, str]) -> dict[str, Strong]:
    found: dict[str, set[tuple[str, str, str, str]]] = defaultdict(set)
    for identifier, one in known.items():
        if one.strong:
            found[roots[identifier]] |= one.strong
    return {root: frozenset(keys) for root, keys in found.items()}


@dataclass(slots=True)
class _Unit:
    """What one group of evidence says of itself, and when and on which ports it spoke at one place."""

    keys: Strong
    members: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    ports: set[int | None] = field(default_factory=set)

    def add(self, member: str, one: Known) -> None:
        self.members.append(member)
        self.spans.extend(one.spans)
        self.ports.add(one.observation.port)


def _units_at(
    members: Sequence[str], known: Mapping[str, Known], roots: Mapping[str, str], strong: Mapping[str, Strong]
) -> list[list[str]]:
    """The members of one place by unit: all of them, unless what they say of themselves cannot be one unit."""
    keyed: dict[str, _Unit] = {}
    for member in members:
        root = roots[member]
        if root in strong:
            keyed.setdefault(root, _Unit(strong[root])).add(member, known[member])
    telling = [unit for _, unit in sorted(keyed.items()) if not _only_uuid(unit.keys)]
    if not _several(telling):
        return [list(members)]
    groups = [unit.members for unit in keyed.values()]
    rest: list[str] = []
    for member in members:
        unit = keyed.get(roots[member])
        if unit is not None and not _only_uuid(unit.keys):
            continue
        owner = _unit_of(known[member], telling)
        if owner is not None:
            groups.append([owner.members[0], member])
        elif unit is None:
            rest.append(member)
    return [*groups, rest] if rest else groups


def _only_uuid(keys: Strong) -> bool:
    return all(key[0] == "onvif" for key in keys)


def _several(telling: Sequence[_Unit]) -> bool:
    return len(telling) > _MOST_UNITS or any(_conflict(a, b) for a, b in combinations(telling, 2))


def _conflict(a: _Unit, b: _Unit) -> bool:
    """Whether two groups cannot be one unit, or speak of their place at different times with different MACs.

    A MAC that the network sees beside another that the device reports is no conflict while both are of one time: a
    forwarder or a second interface answers. A lease of another day is of whoever had the address then.
    """
    if conflicting(a.keys, b.keys):
        return True
    left, right = _values(a.keys, "mac"), _values(b.keys, "mac")
    return bool(left and right and not left & right and apart_in_time(a.spans, b.spans))


def conflicting(left: Strong, right: Strong) -> bool:
    """Whether two groups name different serial numbers, or different MACs by the same side (device, network)."""
    a, b = _values(left, "serial"), _values(right, "serial")
    if a and b and not any(same_serial(one, other) for one in a for other in b):
        return True
    for side in ("said", "seen"):
        a, b = _values(left, "mac", side), _values(right, "mac", side)
        if a and b and not a & b:
            return True
    return False


def _values(keys: Strong, kind: str, side: str | None = None) -> set[str]:
    return {key[2] for key in keys if key[0] == kind and side in {None, key[3]}}


def _unit_of(mine: Known, units: Sequence[_Unit]) -> _Unit | None:
    """Whose an observation without a key of its own is, at a place that shows several units: by time, then by port."""
    if len(units) > _MOST_UNITS:
        return None
    near = [unit for unit in units if not apart_in_time(mine.spans, unit.spans)]
    if len(near) == 1 and mine.spans:
        return near[0]
    port = mine.observation.port
    same = [unit for unit in near if port is not None and port in unit.ports]
    return same[0] if len(same) == 1 else None


def _by_channel(known: Mapping[str, Known], ties: Ties) -> None:
    """A recorder's channel that names an address joins the camera there, in the domain named or in the recorder's own.

    Not where the channel names another serial number or MAC than the camera, nor where several channels that cannot
    be one unit name one camera: behind recorders the same private addresses come again and again.
    """
    channels = {identifier: one for identifier, one in known.items() if one.target is not None}
    if not channels:
        return
    roots = {identifier: ties.root(identifier) for identifier in known}
    strong = _strong(known, roots)
    domains = _domains(known)
    there = _roots_at(known, roots)
    wanted: dict[str, dict[str, str]] = defaultdict(dict)  # camera's root -> channel's root -> channel
    for identifier, one in sorted(channels.items()):
        for root in _cameras(one, domains, there):
            mine = roots[identifier]
            if root != mine and not conflicting(strong.get(root, frozenset()), strong.get(mine, frozenset())):
                wanted[root].setdefault(mine, identifier)
    for camera, named in sorted(wanted.items()):
        keys = [strong.get(root, frozenset()) for root in named]
        if len(named) > _MOST_UNITS or any(conflicting(a, b) for a, b in combinations(keys, 2)):
            continue
        for channel in named.values():
            ties.join(camera, channel, _CHANNEL, f"channel:{'/'.join(known[channel].places[0][2:])}")


def _domains(known: Mapping[str, Known]) -> dict[tuple[str, str], set[str]]:
    """(property, address or MAC) -> routing domains in which it was met."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in known.values():
        for place in one.places:
            if place[0] == "address":
                found[place[1], place[3]].add(place[2])
                for key in one.strong:
                    found[place[1], key[2]].add(place[2])
    return found


def _roots_at(known: Mapping[str, Known], roots: Mapping[str, str]) -> dict[tuple[tuple[str, ...], Key], set[str]]:
    found: dict[tuple[tuple[str, ...], Key], set[str]] = defaultdict(set)
    for identifier, one in known.items():
        for place in one.places:
            if place[0] == "address":
                found[one.tag, place].add(roots[identifier])
    return found


def _cameras(
    one: Known, domains: Mapping[tuple[str, str], set[str]], there: Mapping[tuple[tuple[str, ...], Key], set[str]]
) -> Collection[str]:
    """The one unit at the address that a channel names; () where none or several are there, or no domain is known."""
    subject, target = one.observation.subject, one.target
    if target is None or not isinstance(subject, Channel):
        return ()
    kind, place, domain, address = target
    own = {domain} if domain else domains.get((place, subject.recorder.casefold()), set())
    if len(own) != 1:
        return ()
    found = there.get((one.tag, (kind, place, *own, address)), set())
    return found if len(found) == 1 else ()
