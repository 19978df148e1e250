"""What every reader of evidence files shares: the file, the preview it becomes, and the draft in between.

Reading is two steps. `preview` reads a file and says what it holds, with every rejected row and unknown
column; nothing is stored. Applying is the app storing the same `Preview` value.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import BinaryIO, Protocol

from glasshouse.model.ids import sha256_hex
from glasshouse.model.observation import (
    DocumentLine,
    Endpoint,
    Gap,
    GapReason,
    Interface,
    Observation,
    Rejected,
    Sighting,
    Subject,
)
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import ImporterDoc

__all__ = [
    "HEAD_BYTES",
    "MAX_REJECTED",
    "MAX_ROWS",
    "Draft",
    "ImportFile",
    "ImportProblem",
    "Importer",
    "Preview",
    "cap",
]

HEAD_BYTES = 262_144  # what recognising a format may look at
MAX_ROWS = 5_000_000  # rows, records or packets that one preview reads
MAX_REJECTED = 1_000  # rejected rows listed one by one; the rest is counted
MAX_NOTES = 200
VALUE_CHARACTERS = 4_096  # of one cell or attribute


class ImportProblem(Exception):  # noqa: N818 - the name of the interface; it is a sentence for the user
    """A file as a whole cannot be imported: what happened, to what, what is accepted, what to do."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A named source of bytes that can be opened again and again.

    `open` yields the content (decompressed where the file was compressed); `sha256` is of the file as it lies
    on disk. A stream whose `cut` attribute is a non-empty text after reading ended early, for that reason.
    """

    name: str
    open: Callable[[], BinaryIO]
    sha256: str

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> ImportFile:
        """A file that is already in memory (standard input, an upload, a test)."""
        return cls(name, lambda: io.BytesIO(data), sha256_hex(data))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file holds, before anything is stored.

    `sightings` carry collection "" until `in_collection`; `mapping` pairs each header that was used
    with the field it became; `covered` is what the source looked at, answered or not; `partial` says that the file
    ended or a bound was reached before everything was read.
    """

    importer: str
    file: str
    sha256: str
    sightings: tuple[Sighting, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    rows_read: int = 0
    rows_used: int = 0
    covered: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    partial: bool = False
    notes: tuple[str, ...] = ()

    def in_collection(self, collection: str) -> tuple[Sighting, ...]:
        """The sightings as part of the collection with this id."""
        return tuple(replace(sighting, collection=collection) for sighting in self.sightings)


def cap(text: str, characters: int = VALUE_CHARACTERS) -> str:
    """Bound one foreign value and take the control characters out (they could break lines of `raw` apart)."""
    text = text[:characters]
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()


@dataclass(slots=True)
class Draft:
    """A preview being written by one importer; the only mutable value of this room."""

    importer: str
    file: ImportFile
    property: str | None = None
    domain: str = DEFAULT_DOMAIN
    column_map: Mapping[str, str] | None = None
    zone: tzinfo | None = None  # of times that name none; None = such times stay unknown
    encoding: str | None = None  # named by the operator; None = recognise
    rows_read: int = 0
    rows_used: int = 0
    partial: bool = False
    unknown_columns: tuple[str, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    covered: dict[str, None] = field(default_factory=dict)
    gaps: dict[Gap, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    _sightings: dict[tuple[Observation, datetime | None, str | None], Sighting] = field(default_factory=dict)
    _rejected: list[Rejected] = field(default_factory=list)
    _rejected_more: int = 0

    @contextlib.contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """Open the file; when its container turns out to be cut short, the preview becomes partial."""
        with self.file.open() as opened:
            yield opened
            reason = getattr(opened, "cut", "")
        if reason:
            self.cut_short(str(reason))

    def cut_short(self, reason: str) -> None:
        """Say that not everything was read, and why."""
        self.partial = True
        self.gap(self.file.name, GapReason.INTERRUPTED, reason)

    def more_rows(self) -> bool:
        """Count one more row; False when the bound is reached (the preview then is partial)."""
        if self.rows_read >= MAX_ROWS:
            self.cut_short(f"only the first {MAX_ROWS} rows are read; split the file to import the rest")
            return False
        self.rows_read += 1
        return True

    def endpoint(self, address: str) -> Endpoint:
        """The endpoint of an address in the property and routing domain of this import."""
        return Endpoint(address, self.property, self.domain)

    def subject(self, address: str | None, mac: str | None, line: str) -> Subject:
        """Whom a row is about: its address, else its MAC address, else the line itself."""
        if address:
            return self.endpoint(address)
        if mac:
            return Interface(mac, self.property)
        return DocumentLine(self.file.sha256, line, self.property)

    def see(self, observation: Observation, seen_at: datetime | None, locator: str, device: str | None = None) -> None:
        """Take an observation into the preview; the same one at the same time is one sighting."""
        sighting = Sighting(observation, "", seen_at, locator, device)
        self._sightings.setdefault((observation, seen_at, device), sighting)

    def reject(self, locator: str, problem: str, *, fatal: bool = False) -> None:
        """Record something that could not be used."""
        if fatal or len(self._rejected) < MAX_REJECTED:
            self._rejected.append(Rejected(self.file.name, locator, problem, fatal))
        else:
            self._rejected_more += 1

    def gap(self, where: str, reason: GapReason, detail: str = "", protocol: str | None = None) -> None:
        """Record something in reach that was not seen."""
        if len(self.gaps) < MAX_ROWS:
            self.gaps.setdefault(Gap(where, reason, protocol, detail))

    def note(self, text: str) -> None:
        """Tell the operator something that changes how the file was read."""
        if len(self.notes) < MAX_NOTES:
            self.notes.setdefault(text)

    def preview(self) -> Preview:
        """The finished value."""
        if self._rejected_more:
            self.note(f"{self._rejected_more} further rejected rows are counted here and not listed")
        return Preview(
            importer=self.importer,
            file=self.file.name,
            sha256=self.file.sha256,
            sightings=tuple(self._sightings.values()),
            rejected=tuple(self._rejected),
            unknown_columns=self.unknown_columns,
            mapping=self.mapping,
            rows_read=self.rows_read,
            rows_used=self.rows_used,
            covered=tuple(self.covered),
            gaps=tuple(self.gaps),
            partial=self.partial,
            notes=tuple(self.notes),
        )


class Importer(Protocol):
    """What a module of one format offers.

    `recognises` looks at content alone (`name` is for the message of a mislabelled file, never a reason);
    `read` fills the draft and raises nothing but `ImportProblem`.
    """

    DOC: ImporterDoc

    def recognises(self, name: str, head: bytes, /) -> bool:
        """Whether `head`, the first bytes of the content, is of this format."""
        ...

    def read(self, draft: Draft, /) -> None:
        """Read the whole file of `draft` into it."""
        ...
