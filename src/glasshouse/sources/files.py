"""Opening evidence files from disk, with bounds: size, number, decompression."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from glasshouse.model.observation import Rejected
from glasshouse.sources.document import ImportFile, ImportProblem

__all__ = ["MAX_FILE", "MAX_FILES", "MAX_RATIO", "open_folder", "open_source"]

MAX_FILE = 2 * 1024**3  # bytes, as it lies on disk and again after decompression
MAX_RATIO = 200  # of decompressed to compressed; text logs reach about 30
_RATIO_FREE = 16 * 1024 * 1024  # small outputs may be as regular as they like
MAX_FILES = 10_000
MAX_DEPTH = 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class _Inflated(io.RawIOBase):
    """A gzip stream that stops at a size, at a ratio, and where the file was cut (`cut` then says so)."""

    def __init__(self, inner: BinaryIO, compressed: int, name: str) -> None:
        super().__init__()
        self.cut = ""
        self._inner = inner
        self._gzip = gzip.GzipFile(fileobj=inner)
        self._name = name
        self._limit = min(MAX_FILE, max(_RATIO_FREE, compressed * MAX_RATIO))
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer protocol has no name in 3.11
        if self.cut:
            return 0
        try:
            data = self._gzip.read1(len(buffer))
        except (EOFError, OSError, zlib.error) as problem:
            self.cut = f"the compressed file ends early or is damaged ({problem}); what came before was read"
            return 0
        self._given += len(data)
        if self._given > self._limit:
            raise ImportProblem(
                f"{self._name} expands to more than {self._limit} bytes, which no log of its size does; "
                "decompress it yourself and import the parts that matter"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._gzip.close()
        self._inner.close()
        super().close()


class _Buffered(io.BufferedReader):
    """A buffered reader that lets `cut` of its raw stream through."""

    @property
    def cut(self) -> str:
        """Why the stream ended before its container said so; empty when it did not."""
        return str(getattr(self.raw, "cut", ""))


def _reason(problem: OSError) -> str:
    return problem.strerror or type(problem).__name__


def _digest(path: Path) -> tuple[str, int, bytes]:
    """SHA-256, size and first bytes of a regular file."""
    try:
        if not path.is_file():
            kind = "does not exist" if not path.exists() else "is no regular file"
            raise ImportProblem(f"{path} {kind}; give a file, or a folder of files")
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > MAX_FILE:
                raise ImportProblem(
                    f"{path} has {size} bytes; at most {MAX_FILE} are read. Split it and import the parts"
                )
            start = stream.read(4)
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest(), size, start
    except (OSError, ValueError) as problem:
        reason = _reason(problem) if isinstance(problem, OSError) else str(problem)
        raise ImportProblem(
            f"{path} cannot be read: {reason}. Check that it exists and that you may read it"
        ) from problem


def open_source(path: str | os.PathLike[str], name: str | None = None) -> ImportFile:
    """Check a file and make it an `ImportFile`; gzip is recognised by content and undone while reading.

    Raises:
        ImportProblem: it cannot be read, is empty, too large, or compressed in a way that is not accepted.
    """
    location = Path(path)
    digest, size, start = _digest(location)
    shown = name or location.name
    if size == 0:
        raise ImportProblem(f"{shown} is empty (0 bytes): nothing can be imported from it. Export or copy it again.")
    if start.startswith(_ZSTD):
        raise ImportProblem(f"{shown} is compressed with zstd; decompress it, or compress it with gzip")

    def opened() -> BinaryIO:
        try:
            plain = location.open("rb")
        except OSError as problem:
            raise ImportProblem(f"{shown} cannot be read any more: {_reason(problem)}") from problem
        if start.startswith(_GZIP):
            return _Buffered(_Inflated(plain, size, shown), 1 << 16)
        return plain

    return ImportFile(shown, opened, digest)


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            if depth < MAX_DEPTH:
                yield from _walk(entry, depth + 1)
        elif entry.is_file():
            yield entry


def open_folder(path: str | os.PathLike[str]) -> tuple[ImportFile | Rejected, ...]:
    """Every file under a folder in order of its path; hidden files and symbolic links are skipped.

    A file that cannot be opened is a `Rejected` in its place. At most `MAX_FILES` files, `MAX_DEPTH` folders deep.

    Raises:
        ImportProblem: the folder cannot be read, or holds nothing.
    """
    folder = Path(path)
    found: list[ImportFile | Rejected] = []
    try:
        for place in _walk(folder, 0):
            shown = place.relative_to(folder).as_posix()
            if len(found) == MAX_FILES:
                found.append(
                    Rejected(
                        shown, "file", f"only the first {MAX_FILES} files are read; give the rest apart", fatal=True
                    )
                )
                break
            try:
                found.append(open_source(place, shown))
            except ImportProblem as problem:
                found.append(Rejected(shown, "file", str(problem), fatal=True))
    except OSError as problem:
        raise ImportProblem(f"the folder {folder} cannot be read: {_reason(problem)}") from problem
    if not found:
        raise ImportProblem(f"the folder {folder} holds no file that is not hidden; give a file or another folder")
    return tuple(found)
