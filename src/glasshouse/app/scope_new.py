"""Writing a scope file: the answers become TOML, which is read back before it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glasshouse.app.errors import UsageError
from glasshouse.model.ids import sha256_hex
from glasshouse.sources.active.scope import Scope, ScopeError
from glasshouse.sources.active.scope_file import parse_scope

__all__ = ["ScopeAnswers", "scope_text", "write_scope"]


@dataclass(frozen=True, slots=True)
class ScopeAnswers:
    """What a scope file says, as it was given; None or empty = not said."""

    ranges: Sequence[str]
    exclude: Sequence[str] = ()
    approver: str | None = None
    contact: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    max_class: str = "family-read"
    pace: str = "gentle"
    rate: int | None = None
    interface: str | None = None
    broadcast: str | None = None


def scope_text(answers: ScopeAnswers) -> str:
    """The TOML text. Texts are written as JSON strings, which are TOML basic strings."""
    lines = [f"ranges = {_list(answers.ranges)}"]
    lines += [f"exclude = {_list(answers.exclude)}"] if answers.exclude else []
    for key in ("approver", "contact", "not_before", "not_after", "max_class", "pace"):
        value = getattr(answers, key)
        lines += [f"{key} = {json.dumps(value)}"] if value else []
    lines += [f"rate = {answers.rate}"] if answers.rate is not None else []
    if answers.interface:
        lines += ["", "[multicast]", f"interface = {json.dumps(answers.interface)}"]
        lines += [f"broadcast = {json.dumps(answers.broadcast)}"] if answers.broadcast else []
    return "\n".join(lines) + "\n"


def write_scope(answers: ScopeAnswers, path: Path) -> Scope:
    """Write the file, never over another, and return what it permits. Raises UsageError."""
    if answers.broadcast and not answers.interface:
        raise UsageError("a broadcast address was given without the interface to send from; give --interface too")
    text = scope_text(answers)
    try:
        scope = parse_scope(text, sha256_hex(text.encode()))
    except ScopeError as error:
        raise UsageError(f"no scope file was written: {error}") from error
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already; what it permits stays as it is: give another name") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; give another name") from error
    return scope


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(value) for value in values) + "]"
