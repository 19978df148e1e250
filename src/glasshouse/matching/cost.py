"""What is wrong with a pattern as a pattern: too slow for other engines, too eager, too large. Nothing here is timed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]  # the parser of the standard library has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from glasshouse.matching.patterns import compiled

__all__ = ["LARGEST", "bland", "quadratic", "size"]

LARGEST = (
    4_000  # instructions of an RE2 program, forwards; the largest of the pack that came with the program has a third
)
_MANY = 64  # repetitions from which a bounded repeat counts as unbounded
_REPEATS = frozenset((sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT))
_BLAND = (
    "", " ", "-", "0", "1", "a", "x", "index", "home", "login", "welcome", "unknown", "default", "example", "localhost",
    "server", "device", "host-1", "http", "text/html", "200", "401", "OK", "test", "admin", "root", "192.0.2.1",
    "http://192.0.2.1/", "example.net", "Mozilla/5.0", "1.0.0", "2026-01-01", "00000000-0000-4000-8000-000000000000",
    "the quick brown fox jumps over the lazy dog", "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
)  # fmt: skip


def size(pattern: str) -> int:
    """Instructions of the compiled pattern: the same on every machine, and what time and memory grow with."""
    return int(compiled(pattern).programsize)


def bland(pattern: str) -> str | None:
    """A text that says nothing about anything and that `pattern` matches all the same; None: none was found."""
    program = compiled(pattern)
    return next((text for text in _BLAND if program.search(text) is not None), None)


def quadratic(pattern: str) -> str | None:
    """Why an engine that goes back would need far more than linear time for `pattern`; None: it would not.

    Ours does not go back, but such a pattern is nearly always a mistake, and others read the packs too.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(pattern)
    except (re.error, Warning, RecursionError, OverflowError):
        return None
    return next(_nested(parsed), None) or _meeting(parsed)


def _nested(items: Iterable[tuple[Any, Any]], inside: bool = False) -> Iterator[str]:
    for kind, value in items:
        if kind in _REPEATS:
            endless = value[1] is sre.MAXREPEAT or value[1] >= _MANY
            if endless and inside and value[1] > value[0]:
                yield "repeats without bound what repeats without bound; one of the two repeats is enough"
            yield from _nested(value[2], inside or (endless and _is_bare(value[2])))
        else:
            for part in _parts(kind, value):
                yield from _nested(part, inside)


def _is_bare(items: Any) -> bool:
    """Whether a repeated group can begin and end in its own repeat, so that nothing parts one turn from the next."""
    found = list(items)
    while len(found) == 1 and found[0][0] is sre.SUBPATTERN:
        found = list(found[0][1][3])
    return len(found) == 1 and (found[0][0] in _REPEATS or found[0][0] is sre.BRANCH)


def _parts(kind: Any, value: Any) -> list[Any]:
    if kind is sre.SUBPATTERN:
        return [value[3]]
    if kind is sre.ATOMIC_GROUP:
        return [value]
    return list(value[1]) if kind is sre.BRANCH else []


def _meeting(items: Any) -> str | None:
    """Two endless repeats of anything side by side, with nothing or only what may be missing between them."""
    open_end = False
    for kind, value in items:
        wide = kind in _REPEATS and (value[1] is sre.MAXREPEAT or value[1] >= _MANY) and _is_anything(value[2])
        if wide and open_end:
            return "has two endless repeats of anything side by side; leave one"
        if kind is not sre.AT and not (kind in _REPEATS and value[0] == 0 and not wide):
            open_end = wide
    return next((told for kind, value in items for part in _parts(kind, value) if (told := _meeting(part))), None)


def _is_anything(items: Any) -> bool:
    found = list(items)
    while len(found) == 1 and found[0][0] is sre.SUBPATTERN:
        found = list(found[0][1][3])
    return len(found) == 1 and found[0][0] is sre.ANY
