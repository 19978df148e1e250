"""Which observations are of one device: union of what shares a key, whatever the order of evidence.

Keys, from strong to weak: own MAC address, serial number, own UUID (each within a property); then the endpoint
(property, routing domain, address), the interface, the channel, the mounting point, the line of a document. An
address joins unless what answers there says different serials or MAC addresses: then a lease has passed on, and the
units stay apart. Decisions of people merge and split; a withdrawn decision counts no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from glasshouse.model.identity import Asset, Decision, Link
from glasshouse.model.ids import content_id
from glasshouse.model.observation import (
    Channel,
    DocumentLine,
    Endpoint,
    Field,
    Interface,
    MountingPoint,
    Observation,
    SaidBy,
)
from glasshouse.model.text import Message

__all__ = ["active", "partition"]

Key = tuple[str, ...]  # kind first
_STRONG = {
    "id.mac": "mac",
    "id.serial": "serial",
    "id.uuid": "onvif",
    "mac.address": "mac",
    "dhcp.mac": "mac",
    "source.device": "device",
}
_RANK = ("mac", "serial", "onvif", "device", "interface", "address", "channel", "place", "line")
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


@dataclass(slots=True)
class _Known:
    """What one observation says about itself."""

    observation: Observation
    strong: set[Key] = field(default_factory=set)
    weak: Key | None = None
    tag: tuple[str, ...] = ()  # splits it is part of: keys join only within one tag


class _Union:
    def __init__(self, items: Iterable[str]) -> None:
        self._parent = {item: item for item in items}

    def find(self, item: str) -> str:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, left: str, right: str) -> bool:
        a, b = sorted((self.find(left), self.find(right)))
        self._parent[b] = a
        return a != b


def _moment(decision: Decision) -> tuple[object, ...]:
    """Order in time; at one moment a withdrawal comes after what it withdraws."""
    return (decision.at, decision.kind == "withdraw", decision.id)


def active(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions in force, oldest first: what a later one withdraws is out, unless that was withdrawn itself."""
    withdrawn: set[str] = set()
    kept: list[Decision] = []
    for decision in sorted(decisions, key=_moment, reverse=True):
        if decision.id in withdrawn:
            continue
        if decision.kind == "withdraw":
            withdrawn.update(decision.subjects)
        else:
            kept.append(decision)
    return tuple(reversed(kept))


def partition(
    observations: Sequence[Observation],
    fields: Mapping[str, Sequence[Field]],
    decisions: Sequence[Decision] = (),
) -> tuple[Asset, ...]:
    """The assets that `observations` show; `fields` by observation id. Ordered by asset id."""
    in_force = active(decisions)
    known = {one.id: _known(one, fields.get(one.id, ()), in_force) for one in observations}
    union = _Union(sorted(known))
    links: list[Link] = []
    _join_strong(known, union, links)
    _join_weak(known, union, links)
    for decision in in_force:
        if decision.kind == "merge":
            present = sorted(set(decision.subjects) & known.keys())
            for other in present[1:]:
                _link(union, links, present[0], other, Message.of("merged by a decision"), f"decision:{decision.id}")
    return _assets(known, union, links)


def _known(observation: Observation, fields: Sequence[Field], decisions: Sequence[Decision]) -> _Known:
    place = getattr(observation.subject, "property", None) or ""
    known = _Known(observation, weak=_weak(observation))
    for one in fields:
        kind = _STRONG.get(one.name)
        if kind is not None:
            said = "seen" if observation.said_by is SaidBy.INFRASTRUCTURE else "said"
            known.strong.add((kind, place, one.value.casefold(), said))
    if isinstance(observation.subject, Interface):
        known.strong.add(("mac", place, observation.subject.mac, "seen"))
    known.tag = tuple(sorted(one.id for one in decisions if one.kind == "split" and observation.id in one.subjects))
    return known


def _weak(observation: Observation) -> Key | None:
    subject = observation.subject
    place = subject.property or ""
    if isinstance(subject, Endpoint):
        return ("address", place, subject.domain, subject.address)
    if isinstance(subject, Channel):
        return ("channel", place, subject.recorder, str(subject.number))
    if isinstance(subject, MountingPoint):
        return ("place", place, subject.name)
    if isinstance(subject, DocumentLine):
        return ("line", place, subject.file_sha256, subject.line)
    return None


def _link(union: _Union, links: list[Link], left: str, right: str, because: Message, key: str) -> None:
    if union.join(left, right):
        links.append(Link(left, right, because, key))


def _join_strong(known: Mapping[str, _Known], union: _Union, links: list[Link]) -> None:
    holders: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for identifier, one in sorted(known.items()):
        for key in sorted(one.strong):
            holders[(one.tag, *key[:3])].append(identifier)
    for group, members in sorted(holders.items(), key=str):
        kind, value = str(group[1]), str(group[3])
        for other in members[1:]:
            _link(union, links, members[0], other, _BECAUSE[kind], f"{kind}:{value}")


def _join_weak(known: Mapping[str, _Known], union: _Union, links: list[Link]) -> None:
    """Join what shares a place, judged on the groups that strong keys made, all places at once."""
    roots = {identifier: union.find(identifier) for identifier in known}
    strong: dict[str, set[Key]] = defaultdict(set)
    places: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for identifier, one in sorted(known.items()):
        strong[roots[identifier]] |= one.strong
        if one.weak is not None:
            places[(one.tag, *one.weak)].append(identifier)
    for group, members in sorted(places.items(), key=str):
        kind, value = str(group[1]), "/".join(map(str, group[3:]))
        keyed = {roots[member] for member in members if strong[roots[member]]}
        moved = any(_conflict(strong[a], strong[b]) for a in keyed for b in keyed if a < b)
        joined = [member for member in members if not moved or not strong[roots[member]]]
        for other in joined[1:]:
            _link(union, links, joined[0], other, _BECAUSE[kind], f"{kind}:{value}")


def _conflict(left: set[Key], right: set[Key]) -> bool:
    """Whether two groups of evidence cannot be one unit: serials that differ, or MACs told by the same side."""
    for kind, sides in (("serial", ("said", "seen")), ("mac", ("said",)), ("mac", ("seen",))):
        a = {key[2] for key in left if key[0] == kind and key[3] in sides}
        b = {key[2] for key in right if key[0] == kind and key[3] in sides}
        if a and b and not a & b:
            return True
    return False


def _assets(known: Mapping[str, _Known], union: _Union, links: Sequence[Link]) -> tuple[Asset, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for identifier in sorted(known):
        groups[union.find(identifier)].append(identifier)
    linked: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        linked[union.find(link.left)].append(link)
    assets = [
        Asset(_asset_id([known[member] for member in members]), tuple(members), tuple(linked[root]))
        for root, members in groups.items()
    ]
    return tuple(sorted(assets, key=lambda one: one.id))


def _asset_id(members: Sequence[_Known]) -> str:
    """From the strongest kind of key the asset has: stable while weaker evidence comes and goes."""
    keys = {key[:3] for one in members for key in one.strong} | {one.weak for one in members if one.weak}
    tags = sorted({tag for one in members for tag in one.tag})
    for kind in _RANK:
        held = sorted(key for key in keys if key[0] == kind)
        if held:
            return content_id("asset", held[0], tags)
    return content_id("asset", sorted(one.observation.id for one in members), tags)
