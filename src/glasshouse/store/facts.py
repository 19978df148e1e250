"""Facts about properties, and statements: a person's word with the file it came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, select

from glasshouse.model.ids import content_id
from glasshouse.model.observation import Statement
from glasshouse.model.place import FactValue, PropertyFact, PropertyFacts
from glasshouse.store import schema
from glasshouse.store.codec import clean, from_json, from_time, maybe_time, to_json, to_time
from glasshouse.store.database import Database, insert_ignore
from glasshouse.store.events import EventLog

__all__ = ["Facts"]


class Facts:
    """What no packet tells. The same fact from the same source on the same day is stored once."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database, self._events = database, events

    def add(self, facts: Iterable[PropertyFact], *, at: datetime) -> None:
        """Store and log `facts`."""
        rows = [_fact_row(fact) for fact in facts]
        with self._database.write() as connection:
            known = set(connection.scalars(select(schema.property_facts.c.id)))
            fresh = {row["id"]: row for row in rows if row["id"] not in known}
            insert_ignore(connection, schema.property_facts, list(fresh.values()))
            for row in fresh.values():
                self._events.append_in(connection, "fact.added", row["id"], row, at)

    def all(self) -> PropertyFacts:
        """Every stored fact, the newest first, so that a look-up meets it first; undated ones last."""
        table = schema.property_facts
        query = select(table).order_by(table.c.on_day.is_(None), table.c.on_day.desc(), table.c.id)
        with self._database.read() as connection:
            return PropertyFacts(tuple(_fact(row) for row in connection.execute(query).mappings()))

    def add_statement(self, statement: Statement, *, at: datetime) -> str:
        """Store and log `statement`; returns its content-derived id."""
        body = _statement_body(statement)
        name = content_id("stmt", body)
        row = {"id": name, "author": clean(statement.author), "made_on": body["made_on"], "body": to_json(body)}
        with self._database.write() as connection:
            known = connection.scalar(select(schema.statements.c.id).where(schema.statements.c.id == name))
            if known is None:
                connection.execute(schema.statements.insert().values(row))
                self._events.append_in(connection, "statement.added", name, body, at)
        return name

    def statements(self) -> tuple[Statement, ...]:
        """Every statement, oldest first."""
        query = select(schema.statements).order_by(schema.statements.c.made_on, schema.statements.c.id)
        with self._database.read() as connection:
            return tuple(_statement(from_json(row["body"])) for row in connection.execute(query).mappings())


def _value_json(value: FactValue) -> list[Any]:
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, tuple):
        return ["list", list(value)]
    return ["plain", value]


def _value(text: str) -> FactValue:
    kind, value = from_json(text)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "list":
        return tuple(value)
    plain: str | bool = value
    return plain


def _fact_row(fact: PropertyFact) -> dict[str, Any]:
    row = {
        "level": fact.level,
        "subject": clean(fact.key),
        "name": clean(fact.name),
        "value": to_json(_value_json(fact.value)),
        "source": clean(fact.source),
        "on_day": fact.on.isoformat() if fact.on else None,
    }
    return {"id": content_id("fact", *row.values()), **row}


def _fact(row: RowMapping) -> PropertyFact:
    on = date.fromisoformat(row["on_day"]) if row["on_day"] else None
    return PropertyFact(row["level"], row["subject"], row["name"], _value(row["value"]), row["source"], on)


def _statement_body(statement: Statement) -> dict[str, Any]:
    return {
        "author": statement.author,
        "capacity": statement.capacity,
        "spaces": list(statement.spaces),
        "made_on": from_time(statement.made_on),
        "text": statement.text,
        "inspected": statement.inspected,
        "file_sha256": statement.file_sha256,
        "expires": from_time(statement.expires) if statement.expires else None,
        "devices": list(statement.devices),
    }


def _statement(body: dict[str, Any]) -> Statement:
    changed = {
        "spaces": tuple(body["spaces"]),
        "made_on": to_time(body["made_on"]),
        "expires": maybe_time(body["expires"]),
        "devices": tuple(body["devices"]),
    }
    return Statement(**{**body, **changed})
