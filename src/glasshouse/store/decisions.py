"""People's and programs' words about identity. Never changed: a withdrawal is a further decision.

Each is signed with the store's key in the event log: who made it is the name in it; the signature says that this
store recorded it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping, select

from glasshouse.model.identity import Decision
from glasshouse.model.ids import canonical_json
from glasshouse.model.signal import Facet
from glasshouse.store import schema
from glasshouse.store.codec import clean, from_json, from_time, to_json, to_time
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog
from glasshouse.store.keys import SigningKey, verify_signature
from glasshouse.store.problem import StoreProblem

__all__ = ["Decisions"]


class Decisions:
    """Merge, split, attribute, withdraw."""

    def __init__(self, database: Database, events: EventLog, key: SigningKey) -> None:
        self._database, self._events, self._key = database, events, key

    def add(self, decision: Decision) -> None:
        """Store, sign and log `decision`. Raises StoreError for an id that is taken or a withdrawal of nothing."""
        row = _row(decision)
        public, signature = self._key.sign(canonical_json(row))
        with self._database.write() as connection:
            known = set(connection.scalars(select(schema.decisions.c.id)))
            self._refuse(decision, known)
            connection.execute(schema.decisions.insert().values(row))
            told = {**row, "key": public, "signature": signature}
            self._events.append_in(connection, f"decision.{decision.kind}", decision.id, told, decision.at)

    def all(self) -> tuple[Decision, ...]:
        """Every decision, oldest first, the withdrawn ones and their withdrawals included."""
        query = select(schema.decisions).order_by(schema.decisions.c.at, schema.decisions.c.id)
        with self._database.read() as connection:
            return tuple(_value(row) for row in connection.execute(query).mappings())

    def verify(self) -> tuple[StoreProblem, ...]:
        """Decisions that the event log does not tell, or not so, or whose signature does not fit; () = all hold."""
        query = (
            select(schema.events.c.subject, schema.event_values.c.value)
            .join(schema.event_values)
            .where(schema.events.c.kind.startswith("decision."))
        )
        with self._database.read() as connection:
            logged = {subject: from_json(value) for subject, value in connection.execute(query)}
            rows = [dict(row) for row in connection.execute(select(schema.decisions)).mappings()]
        return tuple(problem for row in rows for problem in _problems(row, logged.get(row["id"])))

    def _refuse(self, decision: Decision, known: set[str]) -> None:
        if decision.id in known:
            raise self._error(f"decision {decision.id} is stored already", "a new id")
        unknown = sorted(set(decision.subjects) - known) if decision.kind == "withdraw" else []
        if unknown:
            raise self._error(f"decision {unknown[0]} cannot be withdrawn: it is not stored", "ids of stored decisions")

    def _error(self, what: str, accepted: str) -> StoreError:
        return StoreError(what, self._database.where, accepted, "list the decisions and check the id")


def _problems(row: dict[str, Any], told: dict[str, Any] | None) -> Iterator[StoreProblem]:
    where = f"decision {row['id']}"
    if told is None:
        yield StoreProblem(where, "the event log does not tell of it")
    elif {name: told.get(name) for name in row} != row:
        yield StoreProblem(where, "was changed: the event log tells it otherwise")
    # decisions of stores made before decisions were signed carry none; the chain of the log still holds them
    elif "signature" in told and not verify_signature(told["key"], canonical_json(row), told["signature"]):
        yield StoreProblem(where, "its signature does not fit")


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "kind": decision.kind,
        "subjects": to_json(list(decision.subjects)),
        "reason": clean(decision.reason),
        "made_by": clean(decision.by),
        "at": from_time(decision.at),
        "facet": decision.facet.value if decision.facet else None,
        "value": None if decision.value is None else clean(decision.value),
    }


def _value(row: RowMapping) -> Decision:
    return Decision(
        id=row["id"],
        kind=row["kind"],
        subjects=tuple(from_json(row["subjects"])),
        reason=row["reason"],
        by=row["made_by"],
        at=to_time(row["at"]),
        facet=Facet(row["facet"]) if row["facet"] else None,
        value=row["value"],
    )
