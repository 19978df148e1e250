"""The review as values: what was asked, what was found, what was not seen. Reports are made from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from glasshouse.model.identity import Identity
from glasshouse.model.merit import Merit, Posture
from glasshouse.model.missed import Missed, SourceUsed, Unreached
from glasshouse.model.observation import Collection, Field, Gap, Observation, Rejected, Sighting
from glasshouse.model.place import PropertyFacts, Site
from glasshouse.model.provenance import MadeBy
from glasshouse.model.restriction import Outcome
from glasshouse.model.text import Message
from glasshouse.model.time import AsOf, FiveTimes
from glasshouse.model.validation import Validation
from glasshouse.model.verdict import Judgement

__all__ = ["CheckStep", "Coverage", "Device", "Event", "Finding", "PackAge", "Review"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A flagged verdict of one regime on one asset, with its five times."""

    id: str
    asset: str
    regime: str
    outcome: Outcome
    times: FiveTimes


@dataclass(frozen=True, slots=True)
class CheckStep:
    """How a stranger repeats a decisive observation without us: a read-only command, or where to look."""

    observation: str
    what: Message
    command: str | None = None  # curl, openssl, nc ...; None where it is a place on a label


@dataclass(frozen=True, slots=True)
class Device:
    """One judged asset in a review, with everything that lies under its answer."""

    id: str
    property: str
    identity: Identity
    judgement: Judgement
    merit: Merit
    posture: Posture
    addresses: tuple[str, ...]
    ports: tuple[tuple[int, str], ...]  # (port, "tcp" | "udp") that answered
    observations: tuple[Observation, ...]
    fields: tuple[Field, ...]
    sightings: tuple[Sighting, ...]
    explanation: tuple[Message, ...]  # two sentences for a non-engineer
    check: tuple[CheckStep, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one property's collections looked at and what they did not see."""

    property: str
    asked: int
    answered: int
    silent: int
    refused: int
    unreachable: int
    other_equipment: int  # hosts that are no surveillance equipment: counted, without outcome
    too_little_seen: int
    attested: int = 0
    gaps: tuple[Gap, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    unread_recorders: tuple[str, ...] = ()  # recorders none of whose channels was read: address, or device id
    sources: tuple[SourceUsed, ...] = ()
    missed: Missed | None = None  # None: not reckoned (a sum over properties)


@dataclass(frozen=True, slots=True)
class PackAge:
    """How old a data pack is."""

    pack: str
    version: str
    digest: str
    dated: datetime | None
    items: int


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the append-only, hash-chained log. `commitment` is salted, so the value behind it can be erased."""

    sequence: int
    at: datetime
    kind: str
    subject: str
    commitment: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything a report shows."""

    title: str
    as_of: AsOf
    made_at: datetime
    made_by: MadeBy
    jurisdiction: str
    roles: tuple[str, ...]
    acts: tuple[str, ...]
    properties: tuple[Site, ...]
    devices: tuple[Device, ...]
    coverage: tuple[Coverage, ...]
    collections: tuple[Collection, ...]
    rejected: tuple[Rejected, ...]
    packs: tuple[PackAge, ...]
    next_steps: tuple[Message, ...] = field(default=())
    facts: PropertyFacts = field(default_factory=PropertyFacts)
    names: tuple[tuple[str, str], ...] = ()  # party slug -> the name people know; a slug without one is shown as it is
    validation: Validation = field(default_factory=Validation)  # what was measured of the words of strength

    def devices_of(self, site: str) -> tuple[Device, ...]:
        """The devices of the property called `site`."""
        return tuple(device for device in self.devices if device.property == site)
