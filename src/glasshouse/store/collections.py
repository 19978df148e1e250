"""Collections: begun, filled while open, sealed once, and never added to again.

begin -> open --seal--> sealed | partial
           ^ resume after a kill: same id, units already committed are skipped
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, select

from glasshouse.model.ids import sha256_hex
from glasshouse.model.observation import Collection, Gap, Rejected
from glasshouse.model.place import Site
from glasshouse.store import schema
from glasshouse.store.database import Database, insert_ignore
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog
from glasshouse.store.merkle import InclusionProof
from glasshouse.store.problem import StoreProblem
from glasshouse.store.rows import collection_row, gap_row, to_collection, to_gap, to_rejected
from glasshouse.store.seals import Opening, content_problems, open_leaf, prove_leaf, write_leaves

__all__ = ["Collections"]


class Collections:
    """Repository of collections, with the seal over their whole content."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database, self._events = database, events

    def begin(self, collection: Collection, *, at: datetime, scope: str | None = None) -> None:
        """Store `collection` as open, with the text of the scope whose SHA-256 is its `authority`.

        Beginning the same one again resumes it. Raises StoreError for a sealed one, or an authority without text.
        """
        if scope is not None and sha256_hex(scope.encode()) != collection.authority:
            raise self._error("the scope's text does not hash to the collection's authority", "the text as it was read")
        with self._database.write() as connection:
            if scope is not None:
                insert_ignore(connection, schema.scopes, [{"sha256": collection.authority, "text": scope}])
            self._require_scope(connection, collection.authority)
            if self._state(connection, collection.id) is not None:
                self._require_open(connection, collection.id)
                return
            row = collection_row(replace(collection, state="open", merkle_root=None))
            connection.execute(schema.collections.insert().values(row))
            if collection.property is not None:
                site = Site(row["property"])
                insert_ignore(connection, schema.properties, [{"id": site.id, "name": site.name}])
            insert_ignore(connection, schema.gaps, [gap_row(collection.id, gap) for gap in collection.gaps])
            told = {name: value for name, value in row.items() if name not in {"merkle_root", "state"}}
            self._events.append_in(connection, "collection.begun", collection.id, told, at)

    def cover(self, collection: str, covered: Iterable[str]) -> None:
        """Add what the run looked at, answered or not. Raises StoreError when sealed."""
        with self._database.write() as connection:
            self._require_open(connection, collection)
            known = to_collection(self._row(connection, collection), ()).covered
            merged = tuple(dict.fromkeys((*known, *covered)))
            self._update(connection, replace(self._get(connection, collection), covered=merged))

    def finish(self, collection: str, *, ended: datetime, clock_offset_seconds: float | None = None) -> None:
        """Record the end of the run and what the clock was off by. Raises StoreError when sealed."""
        with self._database.write() as connection:
            self._require_open(connection, collection)
            value = self._get(connection, collection)
            offset = value.clock_offset_seconds if clock_offset_seconds is None else clock_offset_seconds
            self._update(connection, replace(value, ended=ended, clock_offset_seconds=offset))

    def seal(self, collection: str, *, at: datetime, partial: bool = False) -> str:
        """Close `collection` over its whole content, the silent included; returns the Merkle root (hexadecimal).

        The root goes into the collection and the event log in one transaction. `partial`: the run did not reach
        its end. Raises StoreError when unknown or sealed already.
        """
        state: Literal["sealed", "partial"] = "partial" if partial else "sealed"
        with self._database.write() as connection:
            self._require_open(connection, collection)
            root, size = write_leaves(connection, collection)
            change = schema.collections.update().where(schema.collections.c.id == collection)
            connection.execute(change.values(merkle_root=root, state=state))
            told = {"root": root, "leaves": size, "state": state}
            self._events.append_in(connection, "collection.sealed", collection, told, at)
        return root

    def get(self, collection: str) -> Collection:
        """The collection called `collection`, with its gaps. Raises StoreError."""
        with self._database.read() as connection:
            return self._get(connection, collection)

    def all(self, state: Literal["open", "sealed", "partial"] | None = None) -> tuple[Collection, ...]:
        """Every collection by time of start, or those in `state`."""
        query = select(schema.collections.c.id).order_by(schema.collections.c.started, schema.collections.c.id)
        if state is not None:
            query = query.where(schema.collections.c.state == state)
        with self._database.read() as connection:
            return tuple(self._get(connection, name) for name in connection.scalars(query).all())

    def rejected(self, collection: str) -> tuple[Rejected, ...]:
        """What of its inputs could not be used."""
        table = schema.rejected
        query = (
            select(table).where(table.c.collection == collection).order_by(table.c.file, table.c.locator, table.c.id)
        )
        with self._database.read() as connection:
            return tuple(to_rejected(row) for row in connection.execute(query).mappings())

    def properties(self) -> tuple[Site, ...]:
        """The properties any collection was about."""
        with self._database.read() as connection:
            return tuple(Site(name) for name in connection.scalars(select(schema.properties.c.name).order_by("name")))

    def scope(self, sha256: str) -> str:
        """The text of the scope with this SHA-256. Raises StoreError."""
        with self._database.read() as connection:
            found = connection.scalar(select(schema.scopes.c.text).where(schema.scopes.c.sha256 == sha256))
        if found is None:
            raise self._error(f"scope {sha256} is not stored", "the SHA-256 of a stored scope")
        return str(found)

    def inclusion_proof(self, observation: str, collection: str) -> InclusionProof:
        """That `observation` lay under the seal of `collection`; shows its salted commitment only."""
        with self._database.read() as connection:
            return prove_leaf(connection, collection, observation)

    def open_leaf(self, observation: str, collection: str) -> Opening:
        """Salt and content that open the proof's commitment, for whom the evidence may be shown to."""
        with self._database.read() as connection:
            return open_leaf(connection, collection, observation)

    def verify_seals(self) -> tuple[StoreProblem, ...]:
        """Recompute every seal from its content; () = all hold."""
        with self._database.read() as connection:
            return content_problems(connection)

    def _get(self, connection: Connection, collection: str) -> Collection:
        table = schema.gaps
        query = select(table).where(table.c.collection == collection).order_by(table.c.place, table.c.id)
        row = self._row(connection, collection)
        gaps: tuple[Gap, ...] = tuple(to_gap(item) for item in connection.execute(query).mappings())
        return to_collection(row, gaps)

    def _row(self, connection: Connection, collection: str) -> RowMapping:
        query = select(schema.collections).where(schema.collections.c.id == collection)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise self._error(f"collection {collection} is not stored", "the id of a stored collection")
        return row

    def _update(self, connection: Connection, collection: Collection) -> None:
        change = schema.collections.update().where(schema.collections.c.id == collection.id)
        connection.execute(change.values(collection_row(collection)))

    def _state(self, connection: Connection, collection: str) -> str | None:
        return connection.scalar(select(schema.collections.c.state).where(schema.collections.c.id == collection))

    def _require_open(self, connection: Connection, collection: str) -> None:
        if self._row(connection, collection)["state"] != "open":
            raise self._error(f"collection {collection} is sealed and takes no additions", "an open collection")

    def _require_scope(self, connection: Connection, authority: str | None) -> None:
        known = select(schema.scopes.c.sha256).where(schema.scopes.c.sha256 == authority)
        if authority is not None and connection.scalar(known) is None:
            raise self._error(
                "the text of the scope that authorises the collection is not stored", "scope text with it"
            )

    def _error(self, what: str, accepted: str) -> StoreError:
        return StoreError(what, self._database.where, accepted, "begin another collection or give what is asked for")
