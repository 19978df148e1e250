"""What a protocol file declares about itself, so that active, passive, fuzz and docs read one description."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from glasshouse.model.provenance import Reference

__all__ = ["Decoded", "ImporterDoc", "Limits", "ProtocolDoc", "Request", "SafetyClass"]


class SafetyClass(IntEnum):
    """How much a request asks of a device; a scope file's `max_class` is the ceiling."""

    PASSIVE = 0  # nothing is sent
    DISCOVERY = 1  # one datagram that such devices expect
    READ = 2  # a plain read that every client sends (GET /, OPTIONS, a TLS handshake, a connect)
    FAMILY_READ = 3  # one maker-specific read without credentials
    CREDENTIALED = 4  # read with owner-supplied credentials


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one exchange."""

    reply_bytes: int = 65_536
    seconds: float = 5.0
    depth: int = 32  # nesting of XML or JSON


@dataclass(frozen=True, slots=True)
class ProtocolDoc:
    """The `DOC` of a protocol file. Docs pages are generated from it."""

    name: str  # kebab-case; the file is protocols/<name with underscores>.py
    title: str
    probe: str  # the probe word of the interfaces that its replies carry
    ports: tuple[int, ...]
    transport: Literal["tcp", "udp", "none"]
    safety: SafetyClass
    references: tuple[Reference, ...]
    limits: Limits = field(default_factory=Limits)
    limitations: tuple[str, ...] = ()
    multicast: tuple[tuple[str, int], ...] = ()  # groups its requests may go to, once per subnet
    reply_ports: tuple[int, ...] = ()  # fixed local ports that replies come to
    reply_groups: tuple[str, ...] = ()  # other groups that replies go to
    broadcast: tuple[int, ...] = ()  # ports its requests may be broadcast to, once per subnet


@dataclass(frozen=True, slots=True)
class Request:
    """One exact request. `name` is what an observation stores in `request`; `data` b"" = connect and listen."""

    name: str
    data: bytes
    safety: SafetyClass
    read_until: Literal["frame", "close", "datagrams", "handshake"] = "frame"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A named value found in a reply, with its byte span where it was copied from one place."""

    name: str
    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class ImporterDoc:
    """The `DOC` of an importer file."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    references: tuple[Reference, ...]
    lost: tuple[str, ...] = ()  # what the import does not carry over
    limitations: tuple[str, ...] = ()
