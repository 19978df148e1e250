"""JSON documents as a stream of records: one object a line, one array of them, or an envelope that holds the array."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO, NoReturn

from glasshouse.sources.document import Draft, ImportProblem

__all__ = ["MAX_ARRAY", "MAX_LINE", "Record", "first_objects", "records"]

MAX_LINE = 16 * 1024 * 1024
MAX_ARRAY = 64 * 1024 * 1024  # an array is held in memory; one object a line is not
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 5
_BETWEEN = re.compile(r"[ \t\r\n,]*")


@dataclass(frozen=True, slots=True)
class Record:
    """One value of the document with its line (or place in the array), from 1. `error` set: the text is no JSON.

    `path` is its JSONPath where the document is an array or an envelope and lines mean nothing.
    """

    line: int
    value: object = None
    error: str | None = None
    path: str = ""

    @property
    def where(self) -> str:
        """The place of the record for a reader: its line, or its path."""
        return self.path or f"line {self.line}"


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name occurs twice in one object, so that readers would disagree about it")
    return value


_decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant)


def _decode(line: int, text: bytes) -> Record:
    try:
        return Record(line, _decoder.decode(text.decode("utf-8")))
    except RecursionError:
        return Record(line, error="the JSON is nested too deeply")
    except UnicodeDecodeError as problem:
        return Record(line, error=f"the text is not UTF-8 (byte {problem.start}); save the file as UTF-8")
    except ValueError as problem:
        return Record(line, error=f"the text is no JSON ({str(problem)[:200]})")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines without their end; None in place of a line that is too long."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) <= MAX_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)
        yield number, None


def records(draft: Draft, *lists: str) -> Iterator[Record]:
    """The records of a file, counted in `draft.rows_read`; blank lines are none.

    `lists` are the keys (`data`, `result.hits`) under which an envelope of this format holds its records. A file that
    is one array or one object over many lines is accepted up to `MAX_ARRAY` bytes.
    """
    with draft.stream() as stream:
        start = stream.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield from _whole(draft, (start + stream.read(MAX_ARRAY)).decode("utf-16", "replace").encode(), lists)
            return
    with draft.stream() as stream:
        first = stream.readline(MAX_LINE + 1).removeprefix(codecs.BOM_UTF8)
        if first.lstrip()[:1] == b"[" or (lists and _is_envelope(first, lists)):
            yield from _whole(draft, first + stream.read(MAX_ARRAY + 1), lists)
            return
    with draft.stream() as stream:
        last = None
        for number, text in _lines(stream):
            if text is None:
                yield Record(number, error=f"the line is longer than {MAX_LINE} bytes")
                continue
            text = text.removeprefix(codecs.BOM_UTF8) if number == 1 else text  # noqa: PLW2901
            if not text.strip():
                continue
            if not draft.more_rows():
                return
            record = _decode(number, text)
            last = (record, text)
            yield record
        if last and last[0].error and not last[1].endswith(b"\n"):
            draft.cut_short(f"the last line ({last[0].line}) ends in the middle; the lines before it were read")


def _is_envelope(line: bytes, lists: tuple[str, ...]) -> bool:
    """Whether a first line begins one document: a line of JSON Lines is a whole object without the list."""
    record = _decode(1, line)
    return record.error is not None or _members(record.value, lists) is not None


def _members(value: object, lists: tuple[str, ...]) -> tuple[str, list[Any]] | None:
    for path in lists:
        found = value
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, list):
            return path, found
    return None


def _whole(draft: Draft, text: bytes, lists: tuple[str, ...] = ()) -> Iterator[Record]:
    """A document in memory: an array of records, an envelope, or lines."""
    if len(text) > MAX_ARRAY:
        raise ImportProblem(
            f"{draft.file.name} is one JSON document of more than {MAX_ARRAY} bytes; write one object a line "
            "(JSON Lines) and import that"
        )
    if not text.lstrip().startswith(b"[") and not lists:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and draft.more_rows():
                yield _decode(number, line)
        return
    whole = _decode(1, text)
    if whole.error is not None:
        broken = _open_array if text.lstrip().startswith(b"[") else _open_envelope
        yield from broken(draft, text, whole.error, lists)
        return
    path, members = _members(whole.value, lists) or ("", whole.value)
    under = f"$.{path}" if path else "$"
    for place, value in enumerate(members if isinstance(members, list) else [members]):
        if not draft.more_rows():
            return
        yield Record(place + 1, value, path=f"{under}[{place}]" if isinstance(members, list) else under)


def _open_array(draft: Draft, text: bytes, error: str, lists: tuple[str, ...]) -> Iterator[Record]:  # noqa: ARG001
    """An array that was never closed (an interrupted run): the lines that are whole objects."""
    draft.cut_short(f"the JSON array is not whole ({error}); the lines of it that are whole objects were read")
    for number, line in enumerate(text.splitlines(), 1):
        body = line.strip().strip(b",[]").strip()
        if not body:
            continue
        if not draft.more_rows():
            return
        yield _decode(number, body)


def _open_envelope(draft: Draft, text: bytes, error: str, lists: tuple[str, ...]) -> Iterator[Record]:
    """An envelope that breaks off: the members of its list that are whole; else lines."""
    written = text.decode("utf-8", "replace")
    start = _list_start(written, lists)
    if start is None:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and draft.more_rows():
                yield _decode(number, line)
        return
    draft.cut_short(f"the JSON is not whole ({error}); the members of its list before the break were read")
    for place, value in enumerate(_in_turn(written, start)):
        if not draft.more_rows():
            return
        yield Record(place + 1, value, path=f"$..[{place}]")


def _list_start(text: str, lists: tuple[str, ...]) -> int | None:
    """Where the members of the first list of these names begin."""
    for path in lists:
        found = re.search(rf'"{re.escape(path.rpartition(".")[2])}"\s{{0,16}}:\s{{0,16}}\[', text)
        if found:
            return found.end()
    return None


def _in_turn(text: str, at: int) -> Iterator[Any]:
    """One value after the other, as far as they are whole."""
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # matches the empty text too
        try:
            value, at = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


@lru_cache(maxsize=2)  # the same head is shown to every importer in turn
def _head_text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("utf-8")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").lstrip()


@lru_cache(maxsize=8)
def first_objects(head: bytes, *lists: str) -> tuple[Mapping[str, Any], ...]:
    """The first objects in the head of a document, for recognising it; empty when it is no JSON.

    `lists` as in `records`: of an envelope, the first members of its list.
    """
    text = _head_text(head)
    if not text.startswith(("{", "[")):
        return ()
    found: list[object] = []
    start = _envelope_start(text, lists)
    if start is not None:
        found += islice(_in_turn(text, start), _LOOKED_AT)
    else:
        for line in text.split("\n")[: _LOOKED_AT * 4]:
            found += islice(_in_turn(line, 0), 1)
        if lists and not any(isinstance(value, Mapping) for value in found):
            found += islice(_in_turn(text, 0), 1)
    return tuple(value for value in found if isinstance(value, Mapping))


def _envelope_start(text: str, lists: tuple[str, ...]) -> int | None:
    if text.startswith("["):
        return 1
    first = next(_in_turn(text.partition("\n")[0], 0), None)
    if first is not None and _members(first, lists) is None:
        return None
    return _list_start(text, lists)
