"""Connections and transactions. SQLite: WAL, foreign keys, busy timeout, every commit synced to disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from glasshouse.store.errors import StoreError

__all__ = ["BUSY_SECONDS", "Database", "insert_ignore"]

BUSY_SECONDS = 30
_FLUSH_SECONDS = 2
_BEGIN = "glasshouse_begin"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit that was acknowledged survives a power cut
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA secure_delete = ON",  # what is erased leaves no bytes in free pages
)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are ours, see _begin
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE for writers: they queue at the start instead of failing in the middle.
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'DEFERRED')}")


class Database:
    """An engine and the words for its place. `read` and `write` are the only ways in."""

    def __init__(self, url: URL) -> None:
        self.where = url.render_as_string(hide_password=True)
        self.engine: Engine = self._engine(url)
        self._writer = self.engine.execution_options(**{_BEGIN: "IMMEDIATE"})

    def _engine(self, url: URL) -> Engine:
        try:
            engine = create_engine(url)
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(
                f"no driver for this database: {error}",
                self.where,
                "a folder, sqlite:///FILE, or postgresql+psycopg://HOST/NAME with psycopg installed",
                "install the driver or give a folder",
            ) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _configure)
            event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; what it changes is rolled back."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is stored and synced, or none. Raises StoreError."""
        with self._translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def peek(self, url: URL) -> Iterator[Connection]:
        """A connection to an existing database that changes no byte of it, for looking before migrating."""
        engine = create_engine("sqlite://", creator=lambda: _open_read_only(str(url.database)))
        engine = engine if url.get_backend_name() == "sqlite" else self.engine
        with self._translated(), engine.connect() as connection:
            yield connection
        engine.dispose()

    def flush_erased(self) -> None:
        """Empty SQLite's write-ahead log, which still holds what was erased. Raises StoreError while it is in use."""
        if self.engine.dialect.name != "sqlite":
            return
        with self._translated():
            connection = self.engine.raw_connection()
            cursor = connection.cursor()
            try:
                cursor.execute(f"PRAGMA busy_timeout = {_FLUSH_SECONDS * 1000}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, left, _ = cursor.fetchone() or (1, 0, 0)
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
                connection.close()
        if busy or left > 0:
            raise StoreError(
                "the value is erased, but the write-ahead log that still holds its bytes is in use",
                f"{self.where}-wal",
                "a store that no other program holds open",
                "end the other programs; the log is emptied when the last one closes the store",
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._explain(error) from error
        except OSError as error:
            raise StoreError(
                f"a file of the store cannot be written or read: {error.strerror or error}",
                str(error.filename or self.where),
                "a writable folder with free space",
                "free space or mend the permissions and run again; nothing that was stored is lost",
            ) from error

    def _explain(self, error: DBAPIError) -> StoreError:
        text = str(error.orig)
        for sign, what, do in _CAUSES:
            if sign in text:
                return StoreError(what, self.where, "a writable, undamaged store with free space", do)
        return StoreError(
            f"the database refused: {text}", self.where, "values that fit the schema", "nothing was stored; report this"
        )


def _open_read_only(path: str) -> sqlite3.Connection:
    # immutable: not even -wal and -shm files are made; with a -wal present another program may be writing
    mode = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(path)}?{mode}", uri=True)


_CAUSES = (
    ("disk is full", "the disk is full", "free space and run again; nothing that was stored is lost"),
    ("readonly database", "the database cannot be written", "mend the permissions of the folder and run again"),
    ("unable to open", "the database cannot be opened", "mend the path or the permissions of the folder"),
    ("disk I/O error", "the disk reports an error", "check the disk; restore the last backup if it is damaged"),
    ("database is locked", "another program holds the database", "wait for it to end and run again"),
    ("not a database", "the file is no database", "give another folder or restore the last backup"),
    ("malformed", "the database is damaged", "keep the folder as it is and restore the last backup"),
    ("sealed", "the collection is sealed and takes no additions", "begin another collection"),
    ("append-only", "this table is append-only", "add a new entry instead"),
    ("FOREIGN KEY", "a row names something that is not stored", "store what it refers to first"),
)


def insert_ignore(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`; those whose key is there already are left as they are (ids are content-derived)."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))
