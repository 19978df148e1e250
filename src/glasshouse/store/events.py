"""The event log: append-only, hash-chained over salted commitments, so that values can be erased and it still holds.

An event's hash is SHA-256(previous hash || canonical event); the event carries commitment = SHA-256(salt || value).
Salts and values lie in a table of their own. Erasing one deletes its row there and logs a signed tombstone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, text

from glasshouse.model.ids import canonical_json
from glasshouse.model.review import Event
from glasshouse.store import schema
from glasshouse.store.codec import clean, from_json, from_time, to_json, to_time
from glasshouse.store.commitments import commit, event_hash, new_salt
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError
from glasshouse.store.problem import StoreProblem

__all__ = ["GENESIS", "EventLog"]

GENESIS = "0" * 64


class EventLog:
    """Append, read, verify. `head` is what a report prints, so that a shortened log is noticed later."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, kind: str, subject: str, value: object, at: datetime) -> Event:
        """Log that `kind` happened to `subject`; `value` is anything canonical JSON can hold. Raises StoreError."""
        with self._database.write() as connection:
            return self.append_in(connection, kind, subject, value, at)

    def append_in(self, connection: Connection, kind: str, subject: str, value: object, at: datetime) -> Event:
        """As `append`, within a write transaction of the caller: the event is stored if what it tells is."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE events IN EXCLUSIVE MODE"))
        last_sequence, previous = _head(connection)
        plain = json.loads(canonical_json(value).decode("utf-8", "surrogatepass"))
        salt, sequence, when = new_salt(), last_sequence + 1, from_time(at)
        told = {"at": when, "kind": clean(kind), "subject": clean(subject), "commitment": commit(salt, plain)}
        digest = event_hash(previous, sequence, **told)
        row = {"sequence": sequence, **told}
        connection.execute(schema.events.insert().values(**row, previous=previous, hash=digest))
        values = {"sequence": sequence, "salt": salt, "value": to_json(plain)}
        connection.execute(schema.event_values.insert().values(values))
        return _to_event({**row, "previous": previous, "hash": digest})

    def head(self) -> tuple[int, str]:
        """(number of events, hash of the last); (0, GENESIS) for an empty log."""
        with self._database.read() as connection:
            return _head(connection)

    def all(self, subject: str | None = None) -> tuple[Event, ...]:
        """Every event in order, or those about `subject`."""
        query = select(schema.events).order_by(schema.events.c.sequence)
        if subject is not None:
            query = query.where(schema.events.c.subject == clean(subject))
        with self._database.read() as connection:
            return tuple(_to_event(row) for row in connection.execute(query).mappings())

    def value(self, sequence: int) -> Any:
        """The value behind an event. Raises StoreError when there is none or it was erased."""
        query = select(schema.event_values.c.value).where(schema.event_values.c.sequence == sequence)
        with self._database.read() as connection:
            found = connection.scalar(query)
        if found is None:
            raise StoreError(
                f"the value of event {sequence} is not there",
                self._database.where,
                "the number of an event whose value was not erased",
                "look for its tombstone",
            )
        return from_json(found)

    def verify_chain(self, known_head: tuple[int, str] | None = None) -> tuple[StoreProblem, ...]:
        """Recompute every hash and every commitment that can be opened; () = the chain holds.

        `known_head` is a `head` somebody kept: the log must still contain it.
        """
        with self._database.read() as connection:
            problems = list(_chain_problems(connection))
            if known_head is not None and not _contains(connection, known_head):
                problems.append(
                    StoreProblem(f"event {known_head[0]}", "the log no longer holds the head that was kept")
                )
        return tuple(problems)


def _head(connection: Connection) -> tuple[int, str]:
    query = select(schema.events.c.sequence, schema.events.c.hash).order_by(schema.events.c.sequence.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, GENESIS) if row is None else (row.sequence, row.hash)


def _contains(connection: Connection, head: tuple[int, str]) -> bool:
    if head == (0, GENESIS):
        return True
    query = select(schema.events.c.hash).where(schema.events.c.sequence == head[0])
    return connection.scalar(query) == head[1]


def _to_event(row: RowMapping | dict[str, Any]) -> Event:
    return Event(
        sequence=row["sequence"],
        at=to_time(row["at"]),
        kind=row["kind"],
        subject=row["subject"],
        commitment=row["commitment"],
        previous=row["previous"],
        hash=row["hash"],
    )


def _chain_problems(connection: Connection) -> Iterator[StoreProblem]:
    joined = schema.events.outerjoin(schema.event_values).outerjoin(
        schema.tombstones, schema.tombstones.c.commitment == schema.events.c.commitment
    )
    query = (
        select(
            schema.events,
            schema.event_values.c.salt,
            schema.event_values.c.value,
            schema.tombstones.c.commitment.label("tombstone"),
        )
        .select_from(joined)
        .order_by(schema.events.c.sequence)
    )
    previous = GENESIS
    for expected, row in enumerate(connection.execute(query).mappings(), start=1):
        if row["sequence"] != expected:
            yield StoreProblem(f"event {row['sequence']}", f"event {expected} is missing before it")
            return
        yield from _event_problems(row, previous)
        previous = row["hash"]


def _event_problems(row: RowMapping, previous: str) -> Iterator[StoreProblem]:
    where = f"event {row['sequence']}"
    if row["previous"] != previous:
        yield StoreProblem(where, "does not continue the event before it")
    told = {name: row[name] for name in ("sequence", "at", "kind", "subject", "commitment")}
    if event_hash(row["previous"], **told) != row["hash"]:
        yield StoreProblem(where, "was changed: its hash does not fit")
    if row["salt"] is None and row["tombstone"] is None:
        yield StoreProblem(where, "its value is gone and no tombstone says why")
    if row["salt"] is not None and commit(row["salt"], from_json(row["value"])) != row["commitment"]:
        yield StoreProblem(where, "its value was changed: the commitment does not fit")
