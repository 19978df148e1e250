"""Dates and times as the law and the evidence use them. Nothing here reads a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["AsOf", "DateRange", "FiveTimes"]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Half-open range of days: `start` is inside, `end` is not; None means unbounded on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"date range ends {self.end} on or before its start {self.start}; the end is exclusive")

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: DateRange) -> bool:
        """Whether some day lies in both ranges."""
        starts_before_other_ends = self.start is None or other.end is None or self.start < other.end
        other_starts_before_end = other.start is None or self.end is None or other.start < self.end
        return starts_before_other_ends and other_starts_before_end


@dataclass(frozen=True, slots=True)
class AsOf:
    """The bitemporal moment of a judgement: law valid on a day, as it could be known on a day.

    `known_at` None means: with everything the pack knows.
    """

    valid_on: date
    known_at: date | None = None


@dataclass(frozen=True, slots=True)
class FiveTimes:
    """The five moments of a finding, kept apart because courts ask for each. All UTC; None = has not happened.

    `observed`: the device said it; `identified`: the program named it; `seen`: a person first looked at the
    finding; `confirmed`: a person confirmed it; `notified`: the party concerned was told.
    """

    observed: datetime | None = None
    identified: datetime | None = None
    seen: datetime | None = None
    confirmed: datetime | None = None
    notified: datetime | None = None
