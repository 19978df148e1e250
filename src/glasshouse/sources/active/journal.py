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
        """(address, domain) of every finished host: these are not asked again."""
        ...


class MemoryJournal:
    """A journal for runs that need not survive."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str], HostResult] = {}

    def host_done(self, address: str, domain: str, result: HostResult) -> None:
        """Remember the host."""
        self._results[address, domain] = result

    def done_hosts(self) -> frozenset[tuple[str, str]]:
        """The hosts remembered."""
        return frozenset(self._results)

    def results(self) -> Iterator[HostResult]:
        """Every finished host, in order."""
        yield from self._results.values()


class FileJournal:
    """A journal file. `head` describes the run (collection, scope digest, targets ...) for whoever resumes it.

    Raises JournalError where the file is damaged before its last line, or belongs to nothing we know.
    """

    def __init__(self, path: Path, file: FileIO, head: Mapping[str, object], results: list[HostResult]) -> None:
        self.path = path
        self.head = head
        self._file = file
        self._unflushed = 0
        self._results = {result.key: result for result in results}

    @classmethod
    def create(cls, path: Path, head: Mapping[str, object]) -> FileJournal:
        """Start a journal. Raises JournalError if the file exists."""
        try:
            file = path.open("xb", buffering=0)
        except FileExistsError:
            raise JournalError(f"journal {path} exists already; resume that run, or choose another file") from None
        journal = cls(path, file, head, [])
        journal._append({"head": dict(head)})
        return journal

    @classmethod
    def resume(cls, path: Path) -> FileJournal:
        """Open a journal again; a torn last line is cut off."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise JournalError(
                f"journal {path} does not exist; name the collection of a run that was started"
            ) from None
        tables, length = _whole_lines(path, data)
        if not tables or "head" not in tables[0]:
            raise JournalError(f"journal {path} has no head line; it is no journal, or its run never began: start anew")
        results = [_result(path, number, table) for number, table in enumerate(tables[1:], 2)]
        file = path.open("r+b", buffering=0)
        file.truncate(length)
        file.seek(length)
        head = tables[0]["head"]
        return cls(path, file, head if isinstance(head, Mapping) else {}, results)

    def host_done(self, address: str, domain: str, result: HostResult) -> None:
        """Write the host; wait for the disk if it said anything."""
        self._append({"host": to_json(result)}, flush=bool(result.sightings))
        self._results[address, domain] = result

    def done_hosts(self) -> frozenset[tuple[str, str]]:
        """Every host in the file."""
        return frozenset(self._results)

    def results(self) -> Iterator[HostResult]:
        """Every finished host, in the order of the file."""
        yield from self._results.values()

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
        self._unflushed += 1
        if flush or self._unflushed >= _FLUSH_EVERY:
            os.fsync(self._file.fileno())
            self._unflushed = 0


def _whole_lines(path: Path, data: bytes) -> tuple[list[dict[str, object]], int]:
    """The tables of the leading intact lines, and how many bytes these lines take."""
    tables: list[dict[str, object]] = []
    length = 0
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        table = _table(line)
        if number == len(lines) or table is None:
            if any(_table(later) is not None for later in lines[number:]):
                raise JournalError(
                    f"journal {path} is damaged in line {number}, before its end; a kill tears the last line only: "
                    "keep the file as it is and start a new run"
                )
            break
        tables.append(table)
        length += len(line) + 1
    return tables, length


def _table(line: bytes) -> dict[str, object] | None:
    digest, _, text = line.partition(b" ")
    if not text or sha256_hex(text)[:16].encode("ascii") != digest:
        return None
    with contextlib.suppress(ValueError):
        table = json.loads(text)
        if isinstance(table, dict):
            return table
    return None


def _result(path: Path, number: int, table: Mapping[str, object]) -> HostResult:
    host = table.get("host")
    try:
        return from_json(host if isinstance(host, Mapping) else {})
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"journal {path} line {number} is intact but not understood ({error!r}); it was written by another version: "
            "resume with that version, or start a new run"
        ) from None
