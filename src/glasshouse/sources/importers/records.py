"""JSON documents as a stream of records: one object a line, or one array of them."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from glasshouse.sources.document import Draft, ImportProblem

__all__ = ["MAX_ARRAY", "MAX_LINE", "Record", "first_objects", "records"]

MAX_LINE = 16 * 1024 * 1024
MAX_ARRAY = 64 * 1024 * 1024  # an array is held in memory; one object a line is not
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One value of the document with its line (or place in the array), from 1. `error` set: the text is no JSON."""

    line: int
    value: object = None
    error: str | None = None


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


def records(draft: Draft) -> Iterator[Record]:
    """The records of a file, counted in `draft.rows_read`; blank lines are none.

    A file that is one array is accepted up to `MAX_ARRAY` bytes.
    """
    with draft.stream() as stream:
        start = stream.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield from _whole(draft, (start + stream.read(MAX_ARRAY)).decode("utf-16", "replace").encode())
            return
    with draft.stream() as stream:
        if start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[":
            yield from _whole(draft, stream.read(MAX_ARRAY + 1).removeprefix(codecs.BOM_UTF8))
            return
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


def _whole(draft: Draft, text: bytes) -> Iterator[Record]:
    """A document in memory: an array of records, or lines."""
    if len(text) > MAX_ARRAY:
        raise ImportProblem(
            f"{draft.file.name} is one JSON array of more than {MAX_ARRAY} bytes; write one object a line "
            "(JSON Lines) and import that"
        )
    if not text.lstrip().startswith(b"["):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and draft.more_rows():
                yield _decode(number, line)
        return
    whole = _decode(1, text)
    if whole.error is not None:
        yield from _open_array(draft, text, whole.error)
        return
    for place, value in enumerate(whole.value if isinstance(whole.value, list) else [whole.value], 1):
        if not draft.more_rows():
            return
        yield Record(place, value)


def _open_array(draft: Draft, text: bytes, error: str) -> Iterator[Record]:
    """An array that was never closed (an interrupted run): the lines that are whole objects."""
    draft.cut_short(f"the JSON array is not whole ({error}); the lines of it that are whole objects were read")
    for number, line in enumerate(text.splitlines(), 1):
        body = line.strip().strip(b",[]").strip()
        if not body:
            continue
        if not draft.more_rows():
            return
        yield _decode(number, body)


def first_objects(head: bytes) -> list[Mapping[str, Any]]:
    """The first objects in the head of a document, for recognising it; empty when it is no JSON."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("utf-8")
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").lstrip()
    found: list[object] = []
    if text.startswith("["):
        text = text[1:].lstrip()
        for _ in range(_LOOKED_AT):
            try:
                value, end = _decoder.raw_decode(text)
            except (ValueError, RecursionError):
                break
            found.append(value)
            text = text[end:].lstrip(" \t\r\n,")
        return [value for value in found if isinstance(value, Mapping)]
    for line in text.split("\n")[: _LOOKED_AT * 4]:
        if not line.strip():
            continue
        try:
            found.append(_decoder.decode(line))
        except (ValueError, RecursionError):
            continue
    return [value for value in found if isinstance(value, Mapping)]
