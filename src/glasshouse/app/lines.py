"""Input of the stateless commands: lines of a file or of standard input, unpacked while they are read.

What the input is, gzip, zstd, Parquet or plain lines, is told by its first bytes, never by its name. Memory is bounded
whatever the input holds: a line beyond the bound is cut, and the rest of it is read past.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from glasshouse.app.errors import UserError

__all__ = ["MAX_LINE", "Lines", "Source", "input_lines", "open_source"]

MAX_LINE = 16 << 20  # bytes of one line; a longer one arrives cut to one byte more, so that its reader can tell
_BLOCK = 8 << 20  # bytes read at once
_STEP = 16 << 10  # bytes unpacked at once

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PARQUET = b"PAR1"
_MAGIC = 4


@dataclass(frozen=True, slots=True)
class Source:
    """An opened input: its `name` for messages, its bytes, and what its first bytes say it is."""

    name: str
    stream: BinaryIO
    compression: str | None = None
    parquet: bool = False

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.stream is not _stdin():
            self.stream.close()


def open_source(name: str | None) -> Source:
    """Open file `name`; `-` or None is standard input. Raises UserError when it cannot be opened or read."""
    standard = name in {None, "-"}
    shown = "standard input" if standard else str(name)
    try:
        stream = _stdin() if standard else cast("BinaryIO", open(str(name), "rb"))  # noqa: PTH123, SIM115  # a path or a device
        head = _peek(stream)
    except OSError as error:
        raise UserError(
            f"{shown} cannot be read: {error.strerror}; give a file of JSON Lines, or - for stdin"
        ) from error
    compression = "gzip" if head.startswith(_GZIP) else "zstd" if head.startswith(_ZSTD) else None
    return Source(shown, stream, compression, head == _PARQUET)


def _stdin() -> BinaryIO:
    return sys.stdin.buffer


def _peek(stream: BinaryIO) -> bytes:
    """The first bytes, left unread. Where the reader has no `peek` (a stand-in for standard input), it can seek."""
    if isinstance(stream, io.BufferedReader):
        return stream.peek(_MAGIC)[:_MAGIC]
    head = stream.read(_MAGIC)
    stream.seek(-len(head), io.SEEK_CUR)
    return head


class Lines:
    """The lines of a source, without their ends, in blocks of whole lines.

    Iterating never raises: an input that breaks off (a damaged or cut archive, a failing disk) ends there, and
    `problem` then says what was wrong and after which line.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._count = 0
        self.problem: UserError | None = None

    def __iter__(self) -> Iterator[bytes]:
        for block in self.blocks():
            yield from block

    def blocks(self) -> Iterator[list[bytes]]:
        """Lists of lines, each as many as came with one read: a slow producer is answered line by line."""
        try:
            with contextlib.closing(self._source):
                yield from self._counted(_split(_reader(self._source)))
        except OSError as error:
            packed = f"{self._source.compression} data are damaged or cut" if self._source.compression else "failed"
            self.problem = UserError(
                f"{self._source.name}: reading ended after line {self._count}: {packed} ({error}); what came before was "
                "answered. Give the whole file again"
            )

    def _counted(self, blocks: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
        for block in blocks:
            self._count += len(block)
            yield block


def _reader(source: Source) -> Callable[[int], bytes]:
    """A function that reads up to so many unpacked bytes, and gives b"" at the end."""
    if source.compression is None:
        return getattr(source.stream, "read1", source.stream.read)
    import pyarrow as pa  # noqa: PLC0415  # slow to import, needed for archives alone

    return _Unpacked(pa.input_stream(source.stream, compression=source.compression)).read


class _Unpacked:
    """Reads in small steps, so that of an archive that breaks off all but the last step is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._broken: OSError | None = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; raises OSError once nothing more can be read of a broken archive."""
        if self._broken is not None:
            raise self._broken
        steps: list[bytes] = []
        try:
            while len(steps) * _STEP < size and (step := self._stream.read(_STEP)):
                steps.append(step)
        except OSError as error:
            if not steps:
                raise
            self._broken = error
        return b"".join(steps)


def _split(read: Callable[[int], bytes]) -> Iterator[list[bytes]]:
    """Whole lines from blocks of bytes; what stands after the last line end is a line too."""
    rest: list[bytes] = []
    size = 0
    while block := read(_BLOCK):
        head, end, tail = block.rpartition(b"\n")
        if not end:
            size += len(tail)
            if size <= MAX_LINE + len(tail):  # beyond the bound the line is only read past
                rest.append(tail)
            continue
        lines = head.split(b"\n")
        lines[0] = b"".join((*rest, lines[0]))[: MAX_LINE + 1]
        rest, size = [tail], len(tail)
        yield lines
    last = b"".join(rest)
    if last:
        yield [last[: MAX_LINE + 1]]


def input_lines(name: str | None) -> Iterator[bytes]:
    """The lines of file `name`; `-` or None is standard input. Raises UserError where it cannot be read to its end."""
    lines = Lines(open_source(name))
    yield from lines
    if lines.problem is not None:
        raise lines.problem
