"""When: events as they could be known, and whether a day lies before, in or after the window of an event."""

from __future__ import annotations

from datetime import date, timedelta

from glasshouse.model.restriction import Regime, RestrictionEvent
from glasshouse.model.time import AsOf, DateRange
from glasshouse.model.truth import Truth

__all__ = ["confidential", "happened", "reached", "started", "visible"]


def visible(event: RestrictionEvent, as_of: AsOf) -> bool:
    """Whether the event could be known on the day the question is asked with (always, where that is not limited)."""
    return as_of.known_at is None or event.known_on is None or event.known_on <= as_of.known_at


def confidential(regime: Regime, as_of: AsOf) -> tuple[RestrictionEvent, ...]:
    """Events that had happened by the day asked about and were not public on the day of knowledge."""
    return tuple(
        event
        for event in regime.events
        if event.key and not visible(event, as_of) and reached(event.on, as_of.valid_on) is not Truth.NO
    )


def reached(window: DateRange, day: date) -> Truth:
    """Whether the event had come by `day`, its own day included; UNKNOWN inside a window of several days."""
    if window.start is not None and day < window.start:
        return Truth.NO
    if window.end is None or (window.start is None and day < window.end):
        return Truth.YES if window.start is not None else Truth.UNKNOWN
    one_day = window.start is not None and window.end - window.start == timedelta(days=1)
    return Truth.YES if one_day or day >= window.end else Truth.UNKNOWN


def started(event: RestrictionEvent, as_of: AsOf, *, after: bool = False) -> Truth:
    """Whether what begins with the event has begun. `after`: the day of the event itself is still outside."""
    if not visible(event, as_of):
        return Truth.NO
    day = as_of.valid_on - timedelta(days=1) if after and as_of.valid_on > date.min else as_of.valid_on
    return reached(event.on, day)


def happened(regime: Regime, key: str | None, as_of: AsOf) -> Truth:
    """Whether the event called `key` has come, as known; NO without a key."""
    return Truth.NO if key is None else started(regime.event(key), as_of)
