"""Careful access to JSON of unknown shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glasshouse.sources.document import cap
from glasshouse.sources.redact import strip_text

__all__ = ["at", "items", "number", "text"]


def at(value: object, *path: str) -> Any:
    """What lies under a path of object names; None where the path ends early."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """The text or number under a path, capped and without credentials; "" where there is none."""
    found = at(value, *path)
    if isinstance(found, str):
        return strip_text(cap(found))
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def number(value: object, *path: str) -> int | None:
    """A port number under a path, also written as text."""
    found = text(value, *path)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 5 and int(found) <= 65_535 else None


def items(value: object, *path: str) -> Iterator[Any]:
    """The members of the list under a path; none where it is no list."""
    found = at(value, *path)
    yield from found if isinstance(found, list) else ()
