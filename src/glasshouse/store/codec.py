"""Texts in columns: times, JSON, and text that both SQLite and PostgreSQL can hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from glasshouse.store.errors import StoreError

__all__ = ["clean", "from_json", "from_time", "maybe_time", "to_json", "to_time"]


def to_json(value: object) -> str:
    """ASCII JSON, keys sorted: any Python text survives, even lone surrogates and NUL."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def from_json(text: str) -> Any:
    """The value that `to_json` wrote."""
    return json.loads(text)


def from_time(moment: datetime) -> str:
    """ISO 8601 in UTC; a time without zone is an error, since courts ask which clock it was."""
    if moment.tzinfo is None:
        raise StoreError(
            f"the time {moment.isoformat()} has no time zone", "store", "times with a zone", "give the time in UTC"
        )
    return moment.astimezone(UTC).isoformat()


def to_time(text: str) -> datetime:
    """The moment that `from_time` wrote."""
    return datetime.fromisoformat(text)


def maybe_time(text: str | None) -> datetime | None:
    """As `to_time`; None stays unknown."""
    return None if text is None else to_time(text)


def clean(text: str) -> str:
    """`text` with U+FFFD for what a database text cannot hold (NUL, lone surrogates)."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
