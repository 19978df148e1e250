"""Evidence that cannot all be true of one unmodified device. Both sides are kept and shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.attribution.ties import APART
from glasshouse.model.identity import Attribution, Contradiction, Link
from glasshouse.model.observation import Field, SaidBy
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

__all__ = ["PARTIES", "find", "flashed", "made_on", "observed_macs", "reported_macs", "serious", "unsettled"]

Ranked = Mapping[Facet, Sequence[Attribution]]


PARTIES = (Facet.MAKER, Facet.BRAND, Facet.FIRMWARE_ORIGIN)
"""Facets in which evidence for one value takes strength from another."""

_KEYS = {"mac": Facet.MAC, "serial": Facet.SERIAL, "onvif": Facet.DEVICE_ID}


def find(
    ranked: Ranked,
    said: Mapping[str, SaidBy],
    fields: Sequence[Field],
    knowledge: Knowledge,
    links: Sequence[Link] = (),
) -> tuple[Contradiction, ...]:
    """All contradictions among `ranked` (every value of every facet, strongest first) and the MAC addresses seen.

    `said` tells who said each observation, by its id; `links` are those of the asset, which know of keys that it
    shares with another unit.
    """
    found = [*_rivals(ranked, knowledge), *_flashed(ranked, knowledge), *_proxied(said, fields), *_copied(links)]
    unique: dict[tuple[Facet, tuple[str, ...]], Contradiction] = {}
    for contradiction in found:
        unique.setdefault((contradiction.facet, tuple(sorted(contradiction.values))), contradiction)
    return tuple(unique.values())


def serious(facet: Facet, values: Sequence[Attribution], knowledge: Knowledge) -> list[Attribution]:
    """The values of a facet that evidence supports, strongest first.

    A brand's maker is no rival of the brand: firmware of a rebranded unit keeps naming who wrote it.
    """
    found = [one for one in values if one.strength >= Strength.SUPPORTING]
    if facet is not Facet.BRAND or len(found) < 2:
        return found
    behind = {row.maker for one in found for row in knowledge.rows(one.value) if row.maker != one.value}
    return [one for one in found if one.value not in behind] or found


def unsettled(ranked: Ranked, knowledge: Knowledge) -> frozenset[Facet]:
    """The facets in which neither side wins: evidence for two values is as strong, or brand and firmware disagree.

    What firmware says of a maker is evidence of the firmware: beside the brand of another it does not tell who made
    the unit, however often it says so.
    """
    found = set()
    for facet in PARTIES:
        sides = serious(facet, ranked.get(facet, ()), knowledge)
        if len(sides) > 1 and sides[0].strength == sides[1].strength:
            found.add(facet)
    if flashed(ranked, knowledge) is not None:
        found.add(Facet.MAKER)
    return frozenset(found)


def _rivals(ranked: Ranked, knowledge: Knowledge) -> list[Contradiction]:
    found = []
    for facet in PARTIES:
        sides = serious(facet, ranked.get(facet, ()), knowledge)
        if len(sides) < 2:
            continue
        values = tuple(one.value for one in sides)
        note = Message.of(
            "different evidence names {values}: a copy, changed firmware, or another unit that answers at this address",
            values=" / ".join(values),
        )  # fmt: skip
        found.append(Contradiction(facet, values, note, _signals(sides)))
    return found


def made_on(ranked: Ranked) -> date | None:
    """The day that the unit's serial number claims it was made; None: it claims none."""
    found = _first(ranked, Facet.MADE_ON)
    return date.fromisoformat(found.value) if found is not None and found.strength >= Strength.SUPPORTING else None


def flashed(ranked: Ranked, knowledge: Knowledge) -> tuple[Attribution, str, Attribution] | None:
    """(brand, who makes it by its lineage, firmware origin) where the last two differ; None where they do not."""
    brand = _first(ranked, Facet.BRAND)
    origin = _first(ranked, Facet.FIRMWARE_ORIGIN)
    model = _first(ranked, Facet.MODEL)
    if brand is None or origin is None or min(brand.strength, origin.strength) < Strength.SUPPORTING:
        return None
    expected = maker_of(brand.value, model.value if model else None, knowledge, made_on(ranked))
    if expected is None or expected[0] == origin.value or expected[1] < Strength.SUPPORTING:
        return None
    return brand, expected[0], origin


def _flashed(ranked: Ranked, knowledge: Knowledge) -> list[Contradiction]:
    """Brand of one, firmware of another: the box says one thing, the program in it another."""
    sides = flashed(ranked, knowledge)
    if sides is None:
        return []
    brand, maker, origin = sides
    note = Message.of(
        "sold as {brand}, which {maker} makes, but running firmware of {origin}: flashed with another maker's firmware,"
        " or a label that is not its own",
        brand=brand.value, maker=maker, origin=origin.value,
    )  # fmt: skip
    signals = _signals((brand, origin))
    return [
        Contradiction(facet, (maker, origin.value), note, signals) for facet in (Facet.FIRMWARE_ORIGIN, Facet.MAKER)
    ]


def _copied(links: Sequence[Link]) -> list[Contradiction]:
    """A key that another unit tells too: one of the two copied it, or a factory gave it twice."""
    found = []
    for link in links:
        kind, _, value = link.key.removeprefix(APART).partition(":")
        if link.key.startswith(APART) and kind in _KEYS:
            note = Message.of(
                "another unit, which names itself differently, tells {value} too: one is a copy, or it was given twice",
                value=value,
            )  # fmt: skip
            found.append(Contradiction(_KEYS[kind], (value,), note))
    return found


def reported_macs(said: Mapping[str, SaidBy], fields: Sequence[Field]) -> dict[str, set[str]]:
    """MAC addresses that the device says are its own -> ids of the observations."""
    found: dict[str, set[str]] = defaultdict(set)
    for field in fields:
        if field.name == "id.mac" and said.get(field.observation) is SaidBy.DEVICE:
            found[field.value].add(field.observation)
    return found


def observed_macs(said: Mapping[str, SaidBy], fields: Sequence[Field]) -> dict[str, set[str]]:
    """MAC addresses that the network saw (switch, ARP, DHCP) -> ids of the observations."""
    found: dict[str, set[str]] = defaultdict(set)
    for field in fields:
        if field.name in {"id.mac", "mac.address", "dhcp.mac"} and said.get(field.observation) is SaidBy.INFRASTRUCTURE:
            found[field.value].add(field.observation)
    return found


def _proxied(said: Mapping[str, SaidBy], fields: Sequence[Field]) -> list[Contradiction]:
    """The MAC the device reports is not the one the network sees: a forwarder answers, or the address moved on."""
    reported, observed = reported_macs(said, fields), observed_macs(said, fields)
    if not reported or not observed or reported.keys() & observed.keys():
        return []
    values = (*sorted(reported), *sorted(observed))
    note = Message.of(
        "the device reports {reported}, the network sees {observed}: a port forward or proxy, a second interface,"
        " or an address that passed to another unit",
        reported=", ".join(sorted(reported)), observed=", ".join(sorted(observed)),
    )  # fmt: skip
    return [Contradiction(Facet.MAC, values, note)]


def _first(ranked: Ranked, facet: Facet) -> Attribution | None:
    values = ranked.get(facet, ())
    return values[0] if values else None


def _signals(attributions: Sequence[Attribution]) -> tuple[Signal, ...]:
    return tuple(signal for one in attributions for signal in one.signals)
