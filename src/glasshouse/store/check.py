"""`store check`: the database's own checks, every blob's hash, every id, every seal, and the event chain."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from glasshouse.store import schema
from glasshouse.store.blobs import Blobs
from glasshouse.store.collections import Collections
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog
from glasshouse.store.problem import StoreProblem
from glasshouse.store.rows import to_observation
from glasshouse.store.tombstones import Tombstones

__all__ = ["check_store"]


def check_store(
    database: Database, blobs: Blobs, collections: Collections, events: EventLog, tombstones: Tombstones
) -> tuple[StoreProblem, ...]:
    """All problems, the harmless leftovers of a killed run last; () = the store is whole."""
    return (
        *_database_problems(database),
        *_blob_problems(database, blobs),
        *_observation_problems(database, blobs),
        *events.verify_chain(),
        *tombstones.verify(),
        *collections.verify_seals(),
        *(StoreProblem(str(path), "no row names this file", harmless=True) for path in blobs.unreferenced()),
    )


def _database_problems(database: Database) -> Iterator[StoreProblem]:
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as connection:
        for (text,) in connection.exec_driver_sql("PRAGMA integrity_check").all():
            if text != "ok":
                yield StoreProblem("database", text)
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            yield StoreProblem(f"{table} row {row}", f"names something that is not in {parent}")


def _blob_problems(database: Database, blobs: Blobs) -> Iterator[StoreProblem]:
    with database.read() as connection:
        query = select(schema.blobs.c.sha256, schema.blobs.c.content)
        for digest, inline in connection.execution_options(yield_per=1000).execute(query):
            try:
                blobs.checked(digest, inline)
            except StoreError as error:
                yield StoreProblem(f"blob {digest}", error.what)


def _observation_problems(database: Database, blobs: Blobs) -> Iterator[StoreProblem]:
    table = schema.observations
    query = select(table.c.id, table.c.body, table.c.raw_sha256, schema.blobs.c.content)
    query = query.select_from(table.outerjoin(schema.blobs))
    with database.read() as connection:
        for name, body, raw, inline in connection.execution_options(yield_per=1000).execute(query):
            try:
                content = b"" if raw is None else blobs.checked(raw, inline)
            except StoreError:
                continue  # told by the check of the blobs
            if to_observation(body, content).id != name:
                yield StoreProblem(f"observation {name}", "was changed: its id does not fit its content")
