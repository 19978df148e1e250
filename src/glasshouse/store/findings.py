"""Findings with their five times, which are set once each and logged."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, select

from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Finding
from glasshouse.model.time import FiveTimes
from glasshouse.store import schema
from glasshouse.store.codec import from_time, maybe_time
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog

__all__ = ["Findings", "Moment"]

Moment = Literal["observed", "identified", "seen", "confirmed", "notified"]
_MOMENTS = tuple(field.name for field in fields(FiveTimes))


class Findings:
    """One finding per asset and regime; a later review meets the same one again."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database, self._events = database, events

    def save(self, finding: Finding, *, at: datetime) -> Finding:
        """Store `finding`, or renew the outcome of the stored one; a time that is set stays. Returns what is stored."""
        with self._database.write() as connection:
            stored = self._same(connection, finding)
            if stored is None:
                row = _row(finding)
                connection.execute(schema.findings.insert().values(row))
                self._events.append_in(connection, "finding.opened", finding.id, row, at)
                return finding
            return self._renew(connection, stored, finding, at)

    def mark(self, finding: str, moment: Moment, when: datetime, *, at: datetime, by: str) -> Finding:
        """Set one of the five times. Raises StoreError when it is set already: it happened once."""
        with self._database.write() as connection:
            stored = self._get(connection, finding)
            if getattr(stored.times, moment) is not None:
                raise self._error(f"finding {finding} was {moment} before", "a time that is not set")
            told = {"when": from_time(when), "by": by}
            self._set(connection, finding, {moment: told["when"]})
            self._events.append_in(connection, f"finding.{moment}", finding, told, at)
            return self._get(connection, finding)

    def get(self, finding: str) -> Finding:
        """The finding called `finding`. Raises StoreError."""
        with self._database.read() as connection:
            return self._get(connection, finding)

    def all(self) -> tuple[Finding, ...]:
        """Every finding by asset and regime."""
        query = select(schema.findings).order_by(schema.findings.c.asset, schema.findings.c.regime)
        with self._database.read() as connection:
            return tuple(_value(row) for row in connection.execute(query).mappings())

    def _renew(self, connection: Connection, stored: Finding, finding: Finding, at: datetime) -> Finding:
        change: dict[str, Any] = {
            name: from_time(moment)
            for name in _MOMENTS
            if (moment := getattr(finding.times, name)) is not None and getattr(stored.times, name) is None
        }
        if finding.outcome is not stored.outcome:
            change["outcome"] = finding.outcome.word
        if change:
            self._set(connection, stored.id, change)
            self._events.append_in(connection, "finding.renewed", stored.id, change, at)
        return self._get(connection, stored.id)

    def _same(self, connection: Connection, finding: Finding) -> Finding | None:
        table = schema.findings
        query = select(table).where(table.c.asset == finding.asset, table.c.regime == finding.regime)
        row = connection.execute(query).mappings().first()
        return None if row is None else _value(row)

    def _get(self, connection: Connection, finding: str) -> Finding:
        query = select(schema.findings).where(schema.findings.c.id == finding)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise self._error(f"finding {finding} is not stored", "the id of a stored finding")
        return _value(row)

    def _set(self, connection: Connection, finding: str, change: dict[str, Any]) -> None:
        connection.execute(schema.findings.update().where(schema.findings.c.id == finding).values(change))

    def _error(self, what: str, accepted: str) -> StoreError:
        return StoreError(what, self._database.where, accepted, "list the findings and check the id")


def _row(finding: Finding) -> dict[str, Any]:
    times = {name: getattr(finding.times, name) for name in _MOMENTS}
    return {
        "id": finding.id,
        "asset": finding.asset,
        "regime": finding.regime,
        "outcome": finding.outcome.word,
        **{name: None if moment is None else from_time(moment) for name, moment in times.items()},
    }


def _value(row: RowMapping) -> Finding:
    times = FiveTimes(**{name: maybe_time(row[name]) for name in _MOMENTS})
    return Finding(row["id"], row["asset"], row["regime"], Outcome.parse(row["outcome"]), times)
