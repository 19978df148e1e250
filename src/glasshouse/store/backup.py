"""Backup of a store while it is in use: SQLite's backup API, then the evidence files that the copy names."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from glasshouse.store.blobs import Blobs
from glasshouse.store.database import Database
from glasshouse.store.errors import StoreError

__all__ = ["back_up"]


def back_up(database: Database, blobs: Blobs, path: Path, name: str) -> Path:
    """Copy to the new folder `path`: it appears when all is copied, or not at all.

    The signing key stays behind: a restored store makes its own, and old tombstones carry the public key they were
    signed with. Raises StoreError.
    """
    source = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or source is None:
        raise StoreError(
            "this backup copies SQLite stores", database.where, "a store in a folder", "use pg_dump and copy blobs/"
        )
    if path.exists():
        raise StoreError("the backup's place is taken", str(path), "a path where nothing is", "give another path")
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _copy(Path(source), blobs, part, name)
        part.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"the backup failed: {error}",
            str(path),
            "a writable place with room for the whole store",
            "free space or give another path; the store itself is untouched",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return path


def _copy(source: Path, blobs: Blobs, part: Path, name: str) -> None:
    (part / "cache").mkdir(parents=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(part / name)) as new:
        old.backup(new)
        files = new.execute("SELECT sha256 FROM blobs WHERE content IS NULL").fetchall()
    # The rows are committed after their files, so every file the copy names is there.
    for (digest,) in files:
        target = part / "blobs" / digest[:2] / digest
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(blobs.path(digest), target)
