"""Which names have been seen, exactly and in bounded memory: digests, the older ones sorted in temporary files."""

from __future__ import annotations

import mmap
import tempfile
from contextlib import ExitStack
from hashlib import blake2b
from types import TracebackType
from typing import Self

__all__ = ["Seen"]

_RECENT = 1_000_000  # digests that are kept as such: about 100 MB
_DIGEST = 16  # bytes; two names with one digest are not to be expected in any input
_FILTER = 1 << 27  # bytes of the filter that spares looking into the files for names that are new
_MASK = _FILTER * 8 - 1


class Seen:
    """A set of names that can only grow; use it in `with`. Raises OSError where the temporary folder is full."""

    def __init__(self) -> None:
        self._recent: set[bytes] = set()
        self._filter = bytearray()
        self._files: list[mmap.mmap] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def add(self, name: str) -> bool:
        """Add a name; False if it was there."""
        digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        if digest in self._recent or (self._files and self._in_files(digest)):
            return False
        self._recent.add(digest)
        if len(self._recent) >= _RECENT:
            self._to_file()
        return True

    def _to_file(self) -> None:
        self._filter = self._filter or bytearray(_FILTER)
        for digest in self._recent:
            for bit in _bits(digest):
                self._filter[bit >> 3] |= 1 << (bit & 7)
        file = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # closed by the stack
        file.write(b"".join(sorted(self._recent)))
        file.flush()
        self._files.append(self._open.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
        self._recent.clear()

    def _in_files(self, digest: bytes) -> bool:
        if not all(self._filter[bit >> 3] & 1 << (bit & 7) for bit in _bits(digest)):
            return False
        return any(_holds(file, digest) for file in self._files)


def _bits(digest: bytes) -> tuple[int, int, int]:
    """Three places in the filter."""
    return (
        int.from_bytes(digest[:5]) & _MASK,
        int.from_bytes(digest[5:10]) & _MASK,
        int.from_bytes(digest[10:15]) & _MASK,
    )


def _holds(file: mmap.mmap, digest: bytes) -> bool:
    low, high = 0, len(file) // _DIGEST
    while low < high:
        middle = (low + high) // 2
        if file[middle * _DIGEST : (middle + 1) * _DIGEST] < digest:
            low = middle + 1
        else:
            high = middle
    return file[low * _DIGEST : (low + 1) * _DIGEST] == digest
