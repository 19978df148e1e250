"""Evidence that cannot all be true of one unmodified device. Both sides are kept and shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.model.identity import Attribution, Contradiction
from glasshouse.model.observation import Field, SaidBy
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

__all__ = ["find", "observed_macs", "reported_macs"]

Ranked = Mapping[Facet, Sequence[Attribution]]


def find(
    ranked: Ranked, said: Mapping[str, SaidBy], fields: Sequence[Field], knowledge: Knowledge
) -> tuple[Contradiction, ...]:
    """All contradictions among `ranked` (every value of every facet, strongest first) and the MAC addresses seen.

    `said` tells who said each observation, by its id.
    """
    found = [*_rivals(ranked), *_flashed(ranked, knowledge), *_proxied(said, fields)]
    unique: dict[tuple[Facet, tuple[str, ...]], Contradiction] = {}
    for contradiction in found:
        unique.setdefault((contradiction.facet, tuple(sorted(contradiction.values))), contradiction)
    return tuple(unique.values())


def _rivals(ranked: Ranked) -> list[Contradiction]:
    found = []
    for facet in (Facet.MAKER, Facet.BRAND, Facet.FIRMWARE_ORIGIN):
        serious = [one for one in ranked.get(facet, ()) if one.strength >= Strength.SUPPORTING]
        if len(serious) < 2:
            continue
        values = tuple(one.value for one in serious)
        note = Message.of("different evidence names {values}; a clone, a copy or another unit's answer is possible",
                          values=" / ".join(values))  # fmt: skip
        found.append(Contradiction(facet, values, note, _signals(serious)))
    return found


def _flashed(ranked: Ranked, knowledge: Knowledge) -> list[Contradiction]:
    """Brand of one, firmware of another: the box says one thing, the program in it another."""
    brand = _first(ranked, Facet.BRAND)
    origin = _first(ranked, Facet.FIRMWARE_ORIGIN)
    model = _first(ranked, Facet.MODEL)
    if brand is None or origin is None or min(brand.strength, origin.strength) < Strength.SUPPORTING:
        return []
    expected = maker_of(brand.value, model.value if model else None, knowledge)
    if expected is None or expected[0] == origin.value or expected[1] < Strength.SUPPORTING:
        return []
    note = Message.of(
        "sold as {brand}, which {maker} makes, and running firmware of {origin}: flashed with another maker's firmware,"
        " or a label that is not its own",
        brand=brand.value, maker=expected[0], origin=origin.value,
    )  # fmt: skip
    return [Contradiction(Facet.FIRMWARE_ORIGIN, (expected[0], origin.value), note, _signals((brand, origin)))]


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
