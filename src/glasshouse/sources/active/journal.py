"""What makes a run resumable: finished hosts are written down before they are reported.

A journal file is JSON Lines. Each line is the first 16 hexadecimal digits of the SHA-256 of its JSON, a space, and
the JSON; the first holds the head of the run, each further one a finished host. Lines are written unbuffered one by
one, so a kill can tear the last line only; it is cut off at the next opening and that host is asked again. The disk
is waited for at every host that said something, and at every 64th line: a power failure costs no evidence.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from glasshouse.model.ids import canonical_json, sha256_hex
from glasshouse.sources.active.result import HostResult, from_json, to_json

__all__ = ["FileJournal", "Journal", "JournalError", "MemoryJournal"]

_FLUSH_EVERY = 64


class JournalError(Exception):
    """A journal that cannot be used; the text names the file, what is wrong and what to do."""


class Journal(Protocol):
    """Where a run notes its finished hosts."""

    def host_done(self, address: str, domain: str, result: HostResult) -> None:
        """Note a finished host; returns once it would survive a kill."""
        ...

    def done_hosts(self) -> frozenset[tuple[str, str]]:
        """(address, domain) of every host that was asked to the end: these are not asked again."""
        ...


class MemoryJournal:
    """A journal for runs that need not survive."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str], HostResult] = {}

    def host_done(self, address: str, domain: str, result: HostResult) -> None:
        """Remember the host."""
        self._results[address, domain] = result

    def done_hosts(self) -> frozenset[tuple[str, str]]:
        """The hosts remembered, those that were skipped apart."""
        return frozenset(key for key, result in self._results.items() if result.state != "skipped")

    def results(self) -> Iterator[HostResult]:
        """Every finished host, in order."""
        yield from self._results.values()


class FileJournal:
    """A journal file. `head` describes the run (collection, scope digest, targets ...) for whoever resumes it.

    Raises JournalError where the file is damaged before its last line, or belongs to nothing we know.
    """

    def __init__(self, path: Path, file: FileIO, head: Mapping[str, object], lines: _Lines) -> None:
        self.path = path
        self.head = head
        self._file = file
        self._lines = lines
        self._unflushed = 0

    @classmethod
    def create(cls, path: Path, head: Mapping[str, object]) -> FileJournal:
        """Start a journal. Raises JournalError if the file exists."""
        try:
            file = path.open("xb", buffering=0)
        except FileExistsError:
            raise JournalError(f"journal {path} exists already; resume that run, or choose another file") from None
        journal = cls(path, file, head, _Lines())
        journal._append({"head": dict(head)})
        return journal

    @classmethod
    def resume(cls, path: Path) -> FileJournal:
        """Open a journal again; a torn last line is cut off."""
        lines = _Lines()
        head: object = None
        torn: int | None = None
        try:
            for number, end, table in _read(path):
                if table is None:
                    torn = torn or number
                    continue
                if torn is not None:
                    raise _damaged(path, torn)
                if number == 1:
                    head = table.get("head")
                else:
                    lines.note(_result(path, number, table), number)
                lines.count, lines.size = number, end
        except FileNotFoundError:
            raise JournalError(
                f"journal {path} does not exist; name the collection of a run that was started"
            ) from None
        if not isinstance(head, Mapping):
            raise JournalError(f"journal {path} has no head line; it is no journal, or its run never began: start anew")
        file = path.open("r+b", buffering=0)
        file.truncate(lines.size)
        file.seek(lines.size)
        return cls(path, file, head, lines)

    def host_done(self, address: str, domain: str, result: HostResult) -> None:
        """Write the host; wait for the disk if it said anything."""
        del address, domain  # the result carries them
        self._append({"host": to_json(result)}, flush=bool(result.sightings))
        self._lines.note(result, self._lines.count)

    def done_hosts(self) -> frozenset[tuple[str, str]]:
        """Every host in the file, those that were skipped apart: what kept them from being asked may have passed."""
        return frozenset(self._lines.done)

    def results(self) -> Iterator[HostResult]:
        """Every finished host, in the order of the file, read from it; of a host asked again the later result."""
        for number, _, table in _read(self.path):
            if table is not None and "host" in table:
                result = _result(self.path, number, table)
                if self._lines.last.get(result.key) == number:
                    yield result

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _append(self, table: Mapping[str, object], *, flush: bool = True) -> None:
        text = canonical_json(table)
        line = sha256_hex(text)[:16].encode("ascii") + b" " + text + b"\n"
        view = memoryview(line)
        while view:  # an unbuffered file may write less than it was given
            view = view[self._file.write(view) :]
        self._lines.count += 1
        self._unflushed += 1
        if flush or self._unflushed >= _FLUSH_EVERY:
            os.fsync(self._file.fileno())
            self._unflushed = 0


@dataclass(slots=True)
class _Lines:
    """What is remembered of a journal's lines; their content stays in the file."""

    count: int = 0
    size: int = 0  # bytes of the intact lines, at resuming
    last: dict[tuple[str, str], int] = field(default_factory=dict)  # host -> number of its line
    done: set[tuple[str, str]] = field(default_factory=set)

    def note(self, result: HostResult, number: int) -> None:
        self.last[result.key] = number
        if result.state != "skipped":
            self.done.add(result.key)


def _read(path: Path) -> Iterator[tuple[int, int, dict[str, object] | None]]:
    """Number, end offset and content of each line; None = the line is not intact."""
    end = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            end += len(line)
            yield number, end, _table(line[:-1]) if line.endswith(b"\n") else None


def _table(line: bytes) -> dict[str, object] | None:
    digest, _, text = line.partition(b" ")
    if not text or sha256_hex(text)[:16].encode("ascii") != digest:
        return None
    with contextlib.suppress(ValueError):
        table = json.loads(text)
        if isinstance(table, dict):
            return table
    return None


def _damaged(path: Path, number: int) -> JournalError:
    return JournalError(
        f"journal {path} is damaged in line {number}, before its end; a kill tears the last line only: "
        "keep the file as it is and start a new run"
    )


def _result(path: Path, number: int, table: Mapping[str, object]) -> HostResult:
    host = table.get("host")
    try:
        return from_json(host if isinstance(host, Mapping) else {})
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"journal {path} line {number} is intact but not understood ({error!r}); it was written by another version: "
            "resume with that version, or start a new run"
        ) from None
