"""Evidence bytes by SHA-256: small ones in the table, others as files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, func, select

from glasshouse.model.ids import sha256_hex
from glasshouse.store import schema
from glasshouse.store.database import Database, insert_ignore
from glasshouse.store.errors import StoreError

__all__ = ["INLINE_BYTES", "Blobs"]

INLINE_BYTES = 4096  # below this a row is cheaper than a file
_PART = ".part"
_AT_ONCE = 500  # parameters of one query


class Blobs:
    """`<store>/blobs/aa/<sha256>`; the row is committed after the file is on disk."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store `content`, return its SHA-256 (hexadecimal). Raises StoreError."""
        with self._database.write() as connection:
            return self.put_in(connection, content)

    def put_in(self, connection: Connection, content: bytes) -> str:
        """As `put`, within a write transaction of the caller."""
        return self.put_all_in(connection, (content,))[0]

    def put_all_in(self, connection: Connection, contents: Sequence[bytes]) -> list[str]:
        """As `put_in`, for many at once; SHA-256 in the order of `contents`."""
        digests = [sha256_hex(content) for content in contents]
        rows = {
            digest: {
                "sha256": digest,
                "size": len(content),
                "content": content if len(content) < INLINE_BYTES else None,
            }
            for digest, content in zip(digests, contents, strict=True)
        }
        large = {
            digest: content
            for digest, content in zip(digests, contents, strict=True)
            if rows[digest]["content"] is None
        }
        for digest in large.keys() - self._known(connection, large):
            self._write_file(digest, large[digest])
        insert_ignore(connection, schema.blobs, list(rows.values()))
        return digests

    def _known(self, connection: Connection, digests: Iterable[str]) -> set[str]:
        table = schema.blobs
        wanted = list(digests)
        return {
            digest
            for at in range(0, len(wanted), _AT_ONCE)
            for digest in connection.scalars(
                select(table.c.sha256).where(table.c.sha256.in_(wanted[at : at + _AT_ONCE]))
            )
        }

    def get(self, digest: str) -> bytes:
        """The bytes whose SHA-256 is `digest`; checked on every read. Raises StoreError."""
        with self._database.read() as connection:
            return self.get_in(connection, digest)

    def get_in(self, connection: Connection, digest: str) -> bytes:
        """As `get`, within a transaction of the caller."""
        row = connection.execute(select(schema.blobs.c.content).where(schema.blobs.c.sha256 == digest)).first()
        if row is None:
            raise self._missing(digest, "is not stored")
        return self.checked(digest, row.content)

    def checked(self, digest: str, inline: bytes | None) -> bytes:
        """The bytes of `digest`: `inline` as a row gave them, else the file. Raises StoreError when they changed."""
        content = self._read_file(digest) if inline is None else bytes(inline)
        if sha256_hex(content) != digest:
            raise self._missing(digest, "has changed since it was stored")
        return content

    def path(self, digest: str) -> Path:
        """Where the file of `digest` is, if it is a file."""
        return self.folder / digest[:2] / digest

    def files(self) -> Iterator[Path]:
        """Every file under the folder, leftovers of interrupted writes included."""
        return (path for path in sorted(self.folder.glob("*/*")) if path.is_file())

    def on_disk(self) -> tuple[str, ...]:
        """The digests that are files according to the table."""
        with self._database.read() as connection:
            query = (
                select(schema.blobs.c.sha256).where(schema.blobs.c.content.is_(None)).order_by(schema.blobs.c.sha256)
            )
            return tuple(connection.scalars(query))

    def unreferenced(self) -> tuple[Path, ...]:
        """Files that no row names: leftovers of a killed write, harmless, removed by `sweep`."""
        known = set(self.on_disk())
        return tuple(path for path in self.files() if path.name not in known)

    def sweep(self) -> tuple[Path, ...]:
        """Remove what `unreferenced` lists. Holds the writer's lock, so that no write is under way."""
        with self._database.write() as connection:
            query = select(schema.blobs.c.sha256).where(schema.blobs.c.content.is_(None))
            known = set(connection.scalars(query))
            gone = tuple(path for path in self.files() if path.name not in known)
            for path in gone:
                path.unlink()
        return gone

    def delete_unused_in(self, connection: Connection, digest: str) -> bool:
        """Erase the blob of `digest` unless an observation still needs it. The caller removes the file after commit."""
        uses = select(func.count()).where(schema.observations.c.raw_sha256 == digest)
        if connection.scalar(uses):
            return False
        connection.execute(schema.blobs.delete().where(schema.blobs.c.sha256 == digest))
        return True

    def _write_file(self, digest: str, content: bytes) -> None:
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{digest}.{os.getpid()}{_PART}")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        _sync_folder(target.parent)

    def _read_file(self, digest: str) -> bytes:
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise self._missing(digest, "is missing on disk") from error

    def _missing(self, digest: str, what: str) -> StoreError:
        return StoreError(
            f"evidence sha256:{digest} {what}",
            str(self.folder),
            "blobs as they were stored",
            "keep the folder as it is and restore the file from the last backup",
        )


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; a no-op where folders cannot be opened (Windows)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
