"""From sealed evidence to devices: decode, match, fuse, identify, judge, assess. Stateless; the review stores it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from glasshouse.app.coverage import CONTACT
from glasshouse.app.judging import most_severe
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.app.query import Frame, query_from, roles_of
from glasshouse.attribution import identify, partition
from glasshouse.attribution.contradictions import PARTIES
from glasshouse.attribution.explain import check_steps, sentences
from glasshouse.attribution.identity import is_video_platform
from glasshouse.judgement import judge
from glasshouse.matching.fields import fields_of
from glasshouse.merits import assess
from glasshouse.merits.posture import posture_of
from glasshouse.model.identity import Asset, Decision, Identity
from glasshouse.model.ids import content_id
from glasshouse.model.merit import MeritDevice
from glasshouse.model.observation import (
    DocumentLine,
    Endpoint,
    Field,
    Gap,
    GapReason,
    Interface,
    Observation,
    SaidBy,
    Sighting,
)
from glasshouse.model.place import PropertyFacts
from glasshouse.model.review import Device, Finding
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.time import FiveTimes
from glasshouse.model.truth import Truth

__all__ = ["Evidence", "Found", "devices_of", "identities_of", "merit_device", "read_evidence", "spans_of"]

NOWHERE = "unassigned"  # evidence that names no property


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sightings of a run, each distinct observation decoded and matched once."""

    observations: Mapping[str, Observation]
    sightings: Mapping[str, tuple[Sighting, ...]]  # by observation
    fields: Mapping[str, tuple[Field, ...]]
    signals: Mapping[str, tuple[Signal, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """The devices that are judged, and per property what is not: other equipment, and hosts seen too little."""

    devices: tuple[Device, ...]
    other: Mapping[str, int]
    little: Mapping[str, tuple[Gap, ...]]


def read_evidence(
    sightings: Sequence[Sighting], knowledge: KnowledgeBase, tick: Callable[[int, int], None]
) -> Evidence:
    """Decode and match. `tick(done, total)` is told of the progress."""
    observations: dict[str, Observation] = {}
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        identifier = sighting.observation.id
        observations.setdefault(identifier, sighting.observation)
        seen[identifier].append(sighting)
    fields: dict[str, tuple[Field, ...]] = {}
    signals: dict[str, tuple[Signal, ...]] = {}
    for count, (identifier, observation) in enumerate(observations.items(), start=1):
        found = fields_of(observation)
        signals[identifier] = knowledge.identifier.hearing.signals(observation, found)
        fields[identifier] = (*found, *_labels(identifier, seen[identifier]))
        tick(count, len(observations))
    return Evidence(observations, {name: tuple(group) for name, group in seen.items()}, fields, signals)


def _labels(observation: str, sightings: Sequence[Sighting]) -> Iterator[Field]:
    """A source's own name for the device joins what it speaks of, within that source."""
    for sighting in sightings:
        if sighting.device is not None:
            yield Field(observation, "source.device", f"{sighting.collection}:{sighting.device}")


def spans_of(evidence: Evidence) -> dict[str, tuple[tuple[datetime, datetime], ...]]:
    """For which times each observation speaks: its sightings' moments; a lease until its end."""
    spans: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
    for identifier, sightings in evidence.sightings.items():
        ends = _ends(evidence.fields[identifier])
        moments = sorted({item.seen_at for item in sightings if item.seen_at is not None})
        spans[identifier] = tuple((moment, max(moment, ends) if ends else moment) for moment in moments)
    return spans


def _ends(fields: Sequence[Field]) -> datetime | None:
    for field in fields:
        if field.name == "dhcp.ends":
            try:
                moment = datetime.fromisoformat(field.value)
            except ValueError:  # a lease file of another program may say "never"
                return None
            return moment if moment.tzinfo is not None else None
    return None


def identities_of(
    evidence: Evidence, knowledge: KnowledgeBase, decisions: Sequence[Decision]
) -> Iterator[tuple[Identity, list[Observation]]]:
    """Every asset that the evidence shows: its identity and its observations, by asset id."""
    for asset in partition(tuple(evidence.observations.values()), evidence.fields, decisions, spans_of(evidence)):
        observations = [evidence.observations[name] for name in asset.observations]
        fields = [field for name in asset.observations for field in evidence.fields[name]]
        signals = [signal for name in asset.observations for signal in evidence.signals[name]]
        yield identify(asset, observations, fields, signals, knowledge.identifier.knowledge, decisions), observations


def devices_of(
    evidence: Evidence,
    knowledge: KnowledgeBase,
    facts: PropertyFacts,
    frame: Frame,
    decisions: Sequence[Decision],
    identified_at: datetime,
) -> Found:
    """Every asset identified; those that are or may be in question judged and assessed."""
    found: list[Device] = []
    other: dict[str, int] = defaultdict(int)
    little: dict[str, list[Gap]] = defaultdict(list)
    for identity, observations in identities_of(evidence, knowledge, decisions):
        asset = identity.asset
        place = _property(observations)
        kind = _kind(identity, knowledge, frame)
        if kind == "other":
            other[place] += 1
        elif kind == "little":
            little[place] += _too_little(asset, observations)
        else:
            found.append(_device(asset, place, identity, evidence, knowledge, facts, frame, identified_at))
    return Found(tuple(sorted(found, key=_order)), dict(other), {name: tuple(gaps) for name, gaps in little.items()})


def _property(observations: Sequence[Observation]) -> str:
    names = [item.subject.property for item in observations if item.subject.property]
    return names[0] if names else NOWHERE


def _kind(identity: Identity, knowledge: KnowledgeBase, frame: Frame) -> str:
    """Judged, other equipment, or seen too little.

    Judged is what is or may be surveillance equipment, and whatever is of a party that some rule names.
    """
    maker = identity.value(Facet.MAKER) or identity.value(Facet.BRAND)
    # where evidence contradicts itself each side counts: what may be of a named party is looked at
    sides = {value for item in identity.contradictions if item.facet in PARTIES for value in item.values}
    names = sides | ({maker} if maker else set())
    if identity.is_surveillance is Truth.YES or any(_is_named(name, knowledge, frame) for name in sorted(names)):
        return "judged"
    if identity.is_surveillance is Truth.NO:
        return "other"
    video = is_video_platform(identity.value(Facet.PLATFORM) or "")
    known = any(identity.get(facet) for facet in (Facet.MAKER, Facet.BRAND, Facet.DEVICE_CLASS, Facet.FIRMWARE_ORIGIN))
    return "judged" if known or video or sides else "little"


def _is_named(slug: str, knowledge: KnowledgeBase, frame: Frame) -> bool:
    day = frame.as_of.valid_on
    named = knowledge.pack.rules.named()
    return slug in named or any(
        knowledge.parties.affiliation(slug, party, day).value is Truth.YES for party in sorted(named)
    )


def _too_little(asset: Asset, observations: Sequence[Observation]) -> list[Gap]:
    """One gap a device that answered something; a bare row of a table or a MAC address alone is no device."""
    answered = [item for item in observations if item.protocol != CONTACT and item.said_by is SaidBy.DEVICE]
    if not answered:
        return []
    address = next((item.subject.address for item in observations if isinstance(item.subject, Endpoint)), None)
    line = next((item.subject.line for item in observations if isinstance(item.subject, DocumentLine)), None)
    where = address or (f"line {line}" if line else asset.id)
    probes = ", ".join(sorted({item.probe for item in answered}))
    detail = f"answered {probes}; nothing in it tells what it is ({asset.id})"
    return [Gap(where, GapReason.TOO_LITTLE_SEEN, None, detail)]


def _device(
    asset: Asset,
    place: str,
    identity: Identity,
    evidence: Evidence,
    knowledge: KnowledgeBase,
    facts: PropertyFacts,
    frame: Frame,
    identified_at: datetime,
) -> Device:
    observations = tuple(evidence.observations[name] for name in asset.observations)
    fields = {name: evidence.fields[name] for name in asset.observations}
    addresses = _addresses(observations)
    keys = _keys(identity, observations, addresses, place)
    acts = frame.acts_for(roles_of(facts, frame, keys))
    judgement = most_severe(
        [judge(query_from(identity, facts, frame, keys, act), knowledge.pack.rules, knowledge.parties) for act in acts]
    )
    exposure = facts.lookup("exposure", *keys) or facts.lookup("network", *keys)
    met = _ports(observations)
    tcp = {port: state for (port, proto), state in met.items() if proto == "tcp"}
    posture = posture_of(observations, fields, tcp, cast("str", exposure.value) if exposure else None)
    merit = assess(
        merit_device(identity),
        posture,
        frame.as_of.valid_on,
        knowledge.pack.advisories,
    )
    sightings = tuple(item for name in asset.observations for item in evidence.sightings[name])
    return Device(
        id=asset.id,
        property=place,
        identity=identity,
        judgement=judgement,
        merit=merit,
        posture=posture,
        addresses=addresses,
        ports=tuple(sorted(port for port, state in met.items() if state == "open")),
        observations=observations,
        fields=tuple(field for name in asset.observations for field in fields[name]),
        sightings=sightings,
        explanation=sentences(identity),
        check=check_steps(identity, observations),
        findings=tuple(
            Finding(
                id=content_id("find", asset.id, verdict.regime),
                asset=asset.id,
                regime=verdict.regime,
                outcome=verdict.outcome,
                times=FiveTimes(_first_seen(sightings), identified_at),
            )
            for verdict in judgement.verdicts
            if verdict.outcome.flagged
        ),
    )


def merit_device(identity: Identity) -> MeritDevice:
    """What grading may know of a device. A maker that is only indicated would pick advisories by a guess."""
    return MeritDevice(
        maker=identity.value(Facet.MAKER) if identity.strength(Facet.MAKER) >= Strength.SUPPORTING else None,
        model=identity.value(Facet.MODEL),
        firmware=identity.value(Facet.FIRMWARE),
        firmware_built_on=identity.day(Facet.FIRMWARE_BUILT_ON),
    )


def _first_seen(sightings: Sequence[Sighting]) -> datetime | None:
    return min((item.seen_at for item in sightings if item.seen_at), default=None)


def _addresses(observations: Sequence[Observation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.subject.address for item in observations if isinstance(item.subject, Endpoint)))


def _keys(
    identity: Identity, observations: Sequence[Observation], addresses: Sequence[str], place: str
) -> tuple[str, ...]:
    """The names by which facts may speak of the device, most specific first; the property last."""
    macs = [item.subject.mac for item in observations if isinstance(item.subject, Interface)]
    named = [identity.value(Facet.MAC), identity.value(Facet.SERIAL), *macs, *addresses, identity.asset.id]
    return (*dict.fromkeys(name for name in named if name), place)


def _ports(observations: Sequence[Observation]) -> dict[tuple[int, str], str]:
    """What the active engine met at each (port, protocol) it tried; open somewhere counts as open."""
    met: dict[tuple[int, str], str] = {}
    for item in observations:
        if item.protocol == CONTACT:
            for port, proto, state in json.loads(item.raw)["ports"]:
                if met.get((port, proto)) != "open":
                    met[port, proto] = state
    return met


def _order(device: Device) -> tuple[object, ...]:
    name = device.identity.value(Facet.BRAND) or device.identity.value(Facet.MAKER) or "~"
    return (device.property, -device.judgement.overall, name, device.addresses, device.id)
