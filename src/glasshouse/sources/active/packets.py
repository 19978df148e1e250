"""The packet ledger: every packet of a run, written down before it leaves.

JSON Lines, one packet a line: time, kind, transport, source as this machine routes it, destination, port as used, number
of bytes and their SHA-256. Lines are written unbuffered, so that a killed run has them all; one that was being written
at the moment of a kill is cut off when the ledger is opened again.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, get_args

from glasshouse.sources.active.scope import Transport
from glasshouse.sources.active.stopping import RunStoppedError

__all__ = ["FileLedger", "Kind", "LedgerError", "Note", "Sent", "digest", "read_ledger", "source_for", "unnoted"]

Kind = Literal["connect", "data", "datagram", "group", "prime"]
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_TRANSPORTS: dict[str, Transport] = {name: name for name in get_args(Transport)}
_MAX_LINE = 4_096


class LedgerError(ValueError):
    """A ledger that cannot be read; the text names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet as the program makes it.

    `kind`: connect = a TCP connection is opened, no byte of ours in it; data = bytes over that connection (of TLS the
    encrypted ones); datagram = UDP to one host; group = UDP to a multicast group or a broadcast address; prime = an
    empty datagram that makes this machine ask for a MAC address. `port` is where it really goes. What the system adds
    by itself (ARP, acknowledgements, repeated segments) is not listed.
    """

    at: datetime
    kind: Kind
    address: str
    transport: Transport
    port: int
    size: int = 0
    sha256: str | None = None  # hexadecimal; None = no bytes of ours
    source: str | None = None  # this machine's address towards the destination; None = no way there is known


Note = Callable[[Sent], None]


def unnoted(sent: Sent) -> None:
    """For runs without a ledger."""
    del sent


def digest(data: bytes) -> str:
    """SHA-256 of the bytes of a packet, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@lru_cache(maxsize=1_024)
def source_for(address: str) -> str | None:
    """The address this machine would send from; None = it knows no way there. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((address, 9))  # of a datagram socket: only chooses the way
            return str(sock.getsockname()[0])
    except OSError:
        return None


class FileLedger:
    """A ledger file, opened for going on with it. `note` is what a run is given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _opened(path)

    def note(self, sent: Sent) -> None:
        """Write one packet down. Raises RunStoppedError where that fails: the packet must not leave then."""
        view = memoryview(_line(replace(sent, source=sent.source or source_for(sent.address))))
        try:
            while view:  # an unbuffered file may write less than it was given
                view = view[self._file.write(view) :]
        except OSError as error:
            raise RunStoppedError(
                f"packet ledger {self.path} cannot be written: {error.strerror}; nothing more was sent. Make room, then "
                "resume the run"
            ) from error

    def close(self) -> None:
        """Wait for the disk and close."""
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_ledger(path: Path) -> Iterator[Sent]:
    """The packets of a ledger file, in order. Raises LedgerError; a torn last line is passed over."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_MAX_LINE):
                number += 1
                if line.endswith(b"\n"):
                    yield _sent(path, number, line)
                elif len(line) == _MAX_LINE:
                    raise LedgerError(f"packet ledger {path} line {number} is longer than {_MAX_LINE:,} bytes")
    except FileNotFoundError:
        raise LedgerError(f"there is no packet ledger {path}; runs of earlier versions kept none") from None


def _opened(path: Path) -> FileIO:
    file = path.open("a+b", buffering=0)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _MAX_LINE))
    tail = file.read(_MAX_LINE) or b""
    if tail and not tail.endswith(b"\n"):
        file.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
    return file


def _line(sent: Sent) -> bytes:
    table = {
        "at": sent.at.isoformat(), "kind": sent.kind, "transport": sent.transport, "source": sent.source,
        "address": sent.address, "port": sent.port, "size": sent.size, "sha256": sent.sha256,
    }  # fmt: skip
    return json.dumps(table, separators=(",", ":")).encode("ascii") + b"\n"


def _sent(path: Path, number: int, line: bytes) -> Sent:
    try:
        table = json.loads(line)
        return Sent(
            at=datetime.fromisoformat(table["at"]),
            kind=_KINDS[table["kind"]],
            address=str(table["address"]),
            transport=_TRANSPORTS[table["transport"]],
            port=int(table["port"]),
            size=int(table["size"]),
            sha256=table["sha256"],
            source=table["source"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(
            f"packet ledger {path} line {number} is not understood ({error!r}); keep the file as it is: what follows "
            "it cannot be compared"
        ) from None
