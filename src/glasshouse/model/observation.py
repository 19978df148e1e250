"""What was received, as received: observations interpret nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal, cast

from glasshouse.model.ids import content_id
from glasshouse.model.place import DEFAULT_DOMAIN

__all__ = [
    "PROBES",
    "Channel",
    "Collection",
    "CollectionKind",
    "DocumentLine",
    "Endpoint",
    "Field",
    "Gap",
    "GapReason",
    "Interface",
    "MountingPoint",
    "Observation",
    "Rejected",
    "SaidBy",
    "Sighting",
    "Statement",
    "Subject",
]

PROBES = (
    "http",
    "isapi",
    "onvif-device-info",
    "onvif-scopes",
    "rtsp",
    "ssdp",
    "upnp-description",
    "mdns",
    "sadp",
    "dhip",
    "dahua-cgi",
    "snmp",
    "tls-cert",
    "dhcp",
    "mac",
    "telnet",
    "ftp",
    "sip",
    "inventory-text",
    "other",
)


class SaidBy(Enum):
    """Who said it, from the most to the least direct."""

    DEVICE = "device"
    INFRASTRUCTURE = "infrastructure"
    TOOL = "tool"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address in a routing domain of a property: 192.168.1.64 exists at every site."""

    address: str
    property: str | None = None
    domain: str = DEFAULT_DOMAIN


@dataclass(frozen=True, slots=True)
class Interface:
    """A MAC address (lower-case, colons)."""

    mac: str
    property: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """Channel `number` (from 1) of a recorder, itself named by any subject key."""

    recorder: str
    number: int
    property: str | None = None


@dataclass(frozen=True, slots=True)
class MountingPoint:
    """A place on a wall or a mast: it outlives the unit that hangs there; the unit may have no address."""

    name: str
    property: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of an imported document that names no address of its own."""

    file_sha256: str
    line: str
    property: str | None = None


Subject = Endpoint | Interface | Channel | MountingPoint | DocumentLine


@dataclass(frozen=True, slots=True)
class Observation:
    """One reply, row or photo as received. `raw` and `fields` exclude each other: rows carry `fields`.

    `id` is derived from the content: the same reply at the same subject is the same observation, whoever
    collected it and whenever; a `Sighting` adds collection and time. `label` is the caller's own id, if any.
    """

    subject: Subject
    probe: str
    raw: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()
    request: str | None = None
    port: int | None = None
    protocol: str | None = None  # names what probe "other" is
    said_by: SaidBy = SaidBy.DEVICE
    tool: str | None = None
    _id: str | None = field(default=None, init=False, repr=False, compare=False)  # worked out once: it is asked often

    @property
    def id(self) -> str:
        """Content-derived id."""
        if self._id is None:
            object.__setattr__(self, "_id", self._content_id())
        return cast("str", self._id)

    def _content_id(self) -> str:
        subject = [type(self.subject).__name__, *(getattr(self.subject, name) for name in self.subject.__slots__)]
        return content_id(
            "obs",
            subject,
            self.probe,
            self.protocol,
            self.port,
            self.request,
            self.raw,
            self.fields,
            self.said_by,
            self.tool,
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """That an observation was made in a collection at a time (UTC); `seen_at` None = the source does not say.

    `device` is the source's own name for the device it speaks of: sightings of one collection that share it are one
    device in the eyes of that source.
    """

    observation: Observation
    collection: str
    seen_at: datetime | None
    locator: str | None = None  # line, XPath or packet number inside a file
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A named value computed from an observation by its protocol's `decode`: a cache, never an input.

    `start` and `end` are the byte span in `raw`; None where the value was not copied from one place.
    """

    observation: str
    name: str
    value: str
    start: int | None = None
    end: int | None = None


class GapReason(Enum):
    """Why something was not seen. Silence is never read as absence."""

    SILENT = "silent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    MALFORMED = "malformed reply"
    OUT_OF_SCOPE = "out of scope"
    BUDGET = "budget spent"
    TOO_LITTLE_SEEN = "too little seen"
    UNKNOWN_CHANNELS = "channels of unknown make"
    NOT_LOOKED_AT = "not looked at"
    UNREADABLE = "unreadable input"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was in reach of a collection and was not seen."""

    where: str  # address, range, channel, file
    reason: GapReason
    protocol: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, line or packet of an input that could not be used: a value in the result, never an abort."""

    file: str
    locator: str
    problem: str  # what happened, what is accepted, what to do
    fatal: bool = False  # the file as a whole is unusable


class CollectionKind(Enum):
    """Which kind of source made a collection."""

    ACTIVE = "active"
    PASSIVE = "passive"
    IMPORT = "import"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Collection:
    """One run of a source, sealed before anything is identified.

    Times are UTC. `covered` lists what the run looked at (addresses, ranges, files), answered or not.
    """

    id: str
    kind: CollectionKind
    operator: str
    authority: str | None  # sha256 of the scope file; None on loopback and for files
    host: str
    vantage: str | None  # interface, VLAN
    tool: str
    arguments: tuple[str, ...]
    started: datetime
    ended: datetime | None = None
    clock_offset_seconds: float | None = None
    property: str | None = None
    covered: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    merkle_root: str | None = None  # set by the seal
    state: Literal["open", "sealed", "partial"] = "open"


@dataclass(frozen=True, slots=True)
class Statement:
    """A person's word: landlord's letter, representation, walk-down. Supporting at most; covers as attested."""

    author: str
    capacity: str
    spaces: tuple[str, ...]
    made_on: datetime
    text: str
    inspected: str = ""
    file_sha256: str | None = None
    expires: datetime | None = None
    devices: tuple[str, ...] = field(default=())
