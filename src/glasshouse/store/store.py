"""Open a store: a folder with the database, the evidence files and the caches.

.glasshouse/
    glasshouse.db     collections, observations, results, event log
    blobs/aa/<sha256> evidence of 4 KiB and more
    cache/            what can be computed again
    signing-key.pem   signs tombstones; made at first need, mode 0600
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from glasshouse.store.backup import back_up
from glasshouse.store.blobs import Blobs
from glasshouse.store.check import check_store
from glasshouse.store.collections import Collections
from glasshouse.store.database import Database
from glasshouse.store.decisions import Decisions
from glasshouse.store.errors import StoreError
from glasshouse.store.events import EventLog
from glasshouse.store.facts import Facts
from glasshouse.store.findings import Findings
from glasshouse.store.keys import SigningKey
from glasshouse.store.migrate import refuse_foreign, upgrade
from glasshouse.store.observations import Observations
from glasshouse.store.problem import StoreProblem
from glasshouse.store.reviews import Reviews
from glasshouse.store.tombstones import Tombstones

__all__ = ["DATABASE_NAME", "DEFAULT_FOLDER", "Store", "open_store"]

DATABASE_NAME = "glasshouse.db"
DEFAULT_FOLDER = ".glasshouse"


class Store:
    """The repositories, one a noun. Closes itself as a context manager."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.database = database
        self.events = EventLog(database)
        self.blobs = Blobs(database, folder / "blobs")
        self.collections = Collections(database, self.events)
        self.observations = Observations(database, self.blobs)
        key = SigningKey(folder / "signing-key.pem")
        self.decisions = Decisions(database, self.events, key)
        self.reviews = Reviews(database, self.events)
        self.findings = Findings(database, self.events)
        self.facts = Facts(database, self.events)
        self.tombstones = Tombstones(database, self.events, self.blobs, key)

    @property
    def cache(self) -> Path:
        """Folder for what can be computed again."""
        return self.folder / "cache"

    def check(self) -> tuple[StoreProblem, ...]:
        """Everything that is wrong with the store; () = it is whole. Changes nothing."""
        return (
            *self.decisions.verify(),
            *check_store(self.database, self.blobs, self.collections, self.events, self.tombstones),
        )

    def backup(self, path: Path) -> Path:
        """Copy database and evidence to the new folder `path`, whole or not at all. Raises StoreError."""
        return back_up(self.database, self.blobs, path, DATABASE_NAME)

    def close(self) -> None:
        """Give the connections back."""
        self.database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(path_or_url: str | Path = DEFAULT_FOLDER, *, folder: Path | None = None) -> Store:
    """Open the store in a folder, or at a database URL with its files in `folder`; makes and migrates it.

    A folder is the usual form. `sqlite:///DIR/NAME.db` keeps its files in DIR; for `postgresql+psycopg://…` they are
    in `folder`, by default `.glasshouse`. Raises StoreError for a store of a newer program, leaving it untouched.
    """
    url, home = _resolve(path_or_url, folder)
    database = Database(url)
    try:
        _refuse_file(home)
        if url.get_backend_name() != "sqlite" or _exists(url):
            _inspect_untouched(database, url)
        for needed in (home, home / "blobs", home / "cache"):
            needed.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the store's folder cannot be made: {error.strerror}",
            str(home),
            "a folder that can be written",
            "give another folder with --store or mend the permissions",
        ) from error
    with database.write() as connection:
        upgrade(connection)
    return Store(database, home)


def _resolve(path_or_url: str | Path, folder: Path | None) -> tuple[URL, Path]:
    text = str(path_or_url)
    if isinstance(path_or_url, Path) or "://" not in text:
        home = Path(path_or_url)
        return URL.create("sqlite", database=str(home / DATABASE_NAME)), home
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the store's address cannot be read",
            text.split("://", maxsplit=1)[0] + "://...",
            "a folder, sqlite:///FILE, or postgresql+psycopg://HOST/NAME",
            "mend the address",
        ) from error
    if url.get_backend_name() != "sqlite":
        return url, folder or Path(DEFAULT_FOLDER)
    if url.database in {None, "", ":memory:"}:
        raise StoreError(
            "a store in memory would lose its evidence",
            text,
            "a folder or sqlite:///FILE",
            "give a folder with --store",
        )
    return url, folder or Path(str(url.database)).parent


def _exists(url: URL) -> bool:
    return url.database is not None and Path(url.database).exists()


def _refuse_file(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise StoreError(
            "the store's place is a file",
            str(home),
            "a folder, or a path where one can be made",
            "give the folder; a database file goes as sqlite:///FILE",
        )


def _inspect_untouched(database: Database, url: URL) -> None:
    with database.peek(url) as connection:
        refuse_foreign(connection, database.where)
