"""Texts that every match of a pattern must hold: what a quick look for plain words needs to know of it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from re import _constants as sre  # type: ignore[attr-defined]  # the parser of the standard library has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["SHORTEST", "required"]

SHORTEST = 3  # characters: what is shorter stands in every text
_REPEATS = frozenset((sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT))


def required(pattern: str, *, words: bool = False) -> frozenset[str] | None:
    """ASCII texts in lower case: every match of `pattern` holds one of them, in some case; None: not known.

    `words`: runs of letters and digits alone, for values whose blanks and marks may be written in other ways (as
    entities, over two lines).

    >>> sorted(required("(?i)^(?:hanwha vision|wisenet)$"))
    ['hanwha vision', 'wisenet']
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what this parser doubts may mean something else to RE2
            return _best(_parser.parse(pattern), words)
    except (re.error, Warning, RecursionError, OverflowError):
        return None


def _best(items: Iterable[tuple[Any, Any]], words: bool) -> frozenset[str] | None:
    """The most telling of the sets that the parts of a sequence give: long words first, then few."""
    found: list[frozenset[str]] = []
    run = ""
    for kind, value in items:
        if kind is sre.LITERAL and 32 <= value < 127 and (chr(value).isalnum() or not words):
            run += chr(value).lower()
            continue
        found.extend(_long(run))
        run = ""
        inside = _inside(kind, value, words)
        if inside is not None:
            found.append(inside)
    found.extend(_long(run))
    return max(found, key=lambda one: (min(map(len, one)), -len(one)), default=None)


def _long(run: str) -> Sequence[frozenset[str]]:
    return (frozenset((run,)),) if len(run) >= SHORTEST else ()


def _inside(kind: Any, value: Any, words: bool) -> frozenset[str] | None:
    if kind is sre.SUBPATTERN:
        return _best(value[3], words)
    if kind is sre.ATOMIC_GROUP:
        return _best(value, words)
    if kind in _REPEATS and value[0] >= 1:
        return _best(value[2], words)
    if kind is sre.BRANCH:
        ways = [_best(way, words) for way in value[1]]
        known = [way for way in ways if way is not None]
        return frozenset().union(*known) if len(known) == len(ways) else None
    return None
