"""Careful access to JSON of unknown shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from glasshouse.sources.document import Draft, cap
from glasshouse.sources.redact import is_secret_name, strip_text

__all__ = ["Unread", "at", "flat", "items", "number", "text"]

DEPTH = 12
MAX_UNREAD = 200  # keys listed


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


def flat(value: object, most: int = 400) -> Iterator[str]:
    """The values below an object as `path=value` lines, at most `most`; what a name says is a secret is left out."""
    for path, found in islice(_walk(value, "", 0), most):
        yield strip_text(f"{cap(path, 256)}={cap(str(found), 2_048)}")


def _walk(value: object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and depth < DEPTH:
        beside = any(is_secret_name(str(key)) for key in value)
        for key, inner in value.items():
            if not is_secret_name(str(key), beside_secret=beside):
                yield from _walk(inner, f"{path}.{key}".strip("."), depth + 1)
    elif isinstance(value, list) and depth < DEPTH:
        for inner in value:
            yield from _walk(inner, path, depth + 1)
    elif isinstance(value, str | int | float) and value not in {"", None}:
        yield path, value


class Unread:
    """The keys of a file's objects that its importer does not read; told once at the end."""

    def __init__(self, *read: str) -> None:
        self._read = frozenset(read)
        self._found: dict[str, None] = {}

    def take(self, value: Mapping[str, Any]) -> None:
        """Look at the keys of one object."""
        if len(self._found) < MAX_UNREAD:
            self._found |= dict.fromkeys(cap(str(key), 64) for key in value if key not in self._read)

    def tell(self, draft: Draft) -> None:
        """Put them into the preview as a note."""
        if self._found:
            draft.note("keys that are not read: " + ", ".join(sorted(self._found)[:MAX_UNREAD]))
