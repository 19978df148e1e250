"""Two runs side by side: what became of each device. Silence closes nothing: a device that is not seen again stays."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from glasshouse.model.missed import SourceList
from glasshouse.model.text import Message
from glasshouse.review.reach import Network

__all__ = ["Change", "Run", "Seen", "State", "compare"]


class State(Enum):
    """What became of a device between two runs."""

    NEW = "new"
    BACK = "back"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    SILENT = "silent"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Seen:
    """A device in one run.

    `keys` name the unit wherever it is ("mac:44:19:b6:00:00:01", "serial:..."); `places` are (routing domain, address)
    or ("", mounting point); `facets` are the facts known of it; `lists` are those on which it stands.
    """

    asset: str
    property: str
    keys: frozenset[str] = frozenset()
    places: frozenset[tuple[str, str]] = frozenset()
    facets: tuple[tuple[str, str], ...] = ()
    lists: frozenset[SourceList] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """What one run saw and what it asked, by property.

    `asked` are networks that were scanned, `unasked` addresses in them that were left out, `silent` addresses that were
    asked in vain, `answered` places where something was met, `lists` the lists that were read.
    """

    devices: tuple[Seen, ...]
    asked: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    unasked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    silent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answered: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[SourceList]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One device and what became of it. `before` or `after` is None where that run did not see it.

    `facets` are the facts that both runs know and that differ: (name, before, after).
    """

    state: State
    reason: Message
    before: Seen | None
    after: Seen | None
    facets: tuple[tuple[str, str, str], ...] = ()


def compare(before: Run, after: Run, earlier: frozenset[str] = frozenset()) -> tuple[Change, ...]:
    """One change a device, those of `after` first.

    `earlier` holds asset ids and keys of devices that runs older than `before` saw: such a device is back, not new.
    """
    pairs = _pairs(before.devices, after.devices)
    matched = {old.asset for old in pairs.values()}
    return (
        *(_seen(pairs.get(device.asset), device, earlier) for device in after.devices),
        *(_unseen(device, after) for device in before.devices if device.asset not in matched),
    )


def _pairs(before: Sequence[Seen], after: Sequence[Seen]) -> dict[str, Seen]:
    """The earlier sight of each later device, by asset id: first by id, then by a key of the unit, then by its place."""
    found: dict[str, Seen] = {}
    for names in (_names, _units, _places):
        taken = {old.asset for old in found.values()}
        known: dict[object, list[Seen]] = {}
        for old in before:
            if old.asset not in taken:
                for name in names(old):
                    known.setdefault(name, []).append(old)
        for new in after:
            if new.asset not in found:
                fits = (old for name in sorted(names(new), key=repr) for old in known.get(name, ()))
                fitting = next((one for one in fits if one.asset not in taken and _can_be(one, new)), None)
                if fitting is not None:
                    found[new.asset] = fitting
                    taken.add(fitting.asset)
    return found


def _names(device: Seen) -> Iterable[object]:
    return (device.asset,)


def _units(device: Seen) -> Iterable[object]:
    return device.keys


def _places(device: Seen) -> Iterable[object]:
    return [(device.property, *place) for place in device.places]


def _can_be(old: Seen, new: Seen) -> bool:
    """No kind of key is known of both with nothing in common: two MAC addresses are two units."""
    if old.asset == new.asset or old.keys & new.keys:
        return True
    kinds = _kinds(old.keys) & _kinds(new.keys)
    return not kinds


def _kinds(keys: frozenset[str]) -> set[str]:
    return {key.partition(":")[0] for key in keys}


def _seen(old: Seen | None, new: Seen, earlier: frozenset[str]) -> Change:
    if old is None:
        if new.asset in earlier or new.keys & earlier:
            return Change(
                State.BACK,
                Message.of("An older run saw it, the earlier of the two did not."),
                None,
                new,
            )
        return Change(State.NEW, Message.of("No earlier run saw it. It may have been there before."), None, new)
    now = dict(new.facets)
    facets = tuple((name, value, now[name]) for name, value in old.facets if now.get(name, value) != value)
    if old.property != new.property:
        reason = Message.of("It was at {old} and is at {new}.", old=old.property, new=new.property)
        return Change(State.MOVED, reason, old, new, facets)
    if old.places and new.places and not old.places & new.places:
        reason = Message.of("It was at {old} and is at {new}.", old=_text(old.places), new=_text(new.places))
        return Change(State.MOVED, reason, old, new, facets)
    if facets:
        return Change(State.CHANGED, _changed(old, new, facets), old, new, facets)
    return Change(State.UNCHANGED, Message.of("Nothing that both runs know of it differs."), old, new)


def _changed(old: Seen, new: Seen, facets: tuple[tuple[str, str, str], ...]) -> Message:
    names = ", ".join(name for name, _, _ in facets)
    if old.keys & new.keys:
        return Message.of("The two runs say different things of it: {facets}.", facets=names)
    return Message.of(
        "The two runs say different things of it: {facets}. No MAC address or serial number ties them, so it may be "
        "another unit in its place.",
        facets=names,
    )


def _text(places: frozenset[tuple[str, str]]) -> str:
    return ", ".join(sorted(name for _, name in places))


def _unseen(device: Seen, after: Run) -> Change:
    """Silent where it was looked for, not asked where it was not. Neither says that it is gone."""
    asked = _asked(device, after)
    answered = sorted(name for _, name in device.places & after.answered.get(device.property, frozenset()))
    if answered:
        reason = Message.of(
            "Something answered at {address}, and nothing shows that it is this device. That does not show that the "
            "device is gone.",
            address=", ".join(answered),
        )
        return Change(State.SILENT, reason, device, None)
    if asked:
        reason = Message.of(
            "{address} was asked and nothing came back. That does not show that the device is gone.",
            address=", ".join(asked),
        )
        return Change(State.SILENT, reason, device, None)
    again = (device.lists & after.lists.get(device.property, frozenset())) - {SourceList.SCAN}
    if again:
        reason = Message.of(
            "A list of the kind that held it was read again and does not hold it: {lists}. That does not show that the "
            "device is gone.",
            lists=", ".join(sorted(one.value for one in again)),
        )
        return Change(State.SILENT, reason, device, None)
    return Change(
        State.NOT_ASKED,
        Message.of("The later run neither asked its address nor read a list that held it."),
        device,
        None,
    )


def _asked(device: Seen, after: Run) -> list[str]:
    networks = after.asked.get(device.property, ())
    left_out = after.unasked.get(device.property, frozenset())
    silent = after.silent.get(device.property, frozenset())  # a target that was a host name is in no network
    covers = _within(networks)
    return sorted({name for _, name in device.places if name in silent or (name not in left_out and covers(name))})


def _within(networks: Sequence[Network]) -> Callable[[str], bool]:
    def covers(text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:  # a mounting point, which no scan asks
            return False
        return any(address.version == network.version and address in network for network in networks)

    return covers
