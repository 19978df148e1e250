"""The one clock of the program."""

from __future__ import annotations

from datetime import UTC, date, datetime

__all__ = ["now", "today"]


def now() -> datetime:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the one place where the clock is read


def today() -> date:
    """The present day in UTC."""
    return now().date()
