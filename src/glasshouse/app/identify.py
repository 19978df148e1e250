"""Observations as JSON Lines in, identities as JSON Lines out: stateless, one answer a device, errors as values."""

from __future__ import annotations

import contextlib
import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import msgspec

from glasshouse.attribution import Knowledge, identify, partition
from glasshouse.datapack import DataPack, compile_packs, identification_digest, load
from glasshouse.matching import index
from glasshouse.matching.fields import fields_of
from glasshouse.matching.index import Matcher
from glasshouse.matching.names import Names
from glasshouse.matching.oui import Table
from glasshouse.matching.signals import Hearing
from glasshouse.model.identity import Asset, Decision, Identity
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Field, Observation
from glasshouse.reports.shapes import identity_json
from glasshouse.sources.importers.observation_lines import parse_line

__all__ = ["Identifier", "Line", "identify_lines", "read_line", "ready"]

_MAX_LINE = 16 << 20  # bytes of one line
_IN_MEMORY = 64 << 20  # bytes of waiting lines before they go to a temporary file


class Identifier:
    """Decoding, matching and attribution with one data pack; built once, used for any number of devices.

    `compiled` are the bytes of `matching.index.compile` from a cache; None leaves all matching to RE2.
    """

    def __init__(self, pack: DataPack, compiled: bytes | None = None) -> None:
        self._pack = pack
        self._compiled = compiled

    @property
    def pack(self) -> DataPack:
        """The data pack in use."""
        return self._pack

    @cached_property
    def hearing(self) -> Hearing:
        """Everything that makes signals."""
        names = Names(self._pack.parties)
        matcher = Matcher(self._pack.fingerprints, self._compiled)
        return Hearing(matcher, self._pack.grammars, names, Table(self._pack.oui))

    @cached_property
    def knowledge(self) -> Knowledge:
        """What attribution may know beside the evidence."""
        return Knowledge(self._pack.lineage, self._pack.parties)

    def identity(self, observations: Sequence[Observation]) -> Identity:
        """The identity of observations that are known to be of one device."""
        unique = {one.id: one for one in observations}
        fields = {identifier: fields_of(one) for identifier, one in unique.items()}
        asset = Asset(content_id("asset", sorted(unique)), tuple(sorted(unique)))
        return self._identity(asset, unique, fields, ())

    def devices(
        self, observations: Sequence[Observation], decisions: Sequence[Decision] = ()
    ) -> tuple[tuple[Identity, tuple[Observation, ...], tuple[Field, ...]], ...]:
        """Every device that `observations` show: its identity, its observations and their fields, by asset id."""
        unique = {one.id: one for one in observations}
        fields = {identifier: fields_of(one) for identifier, one in unique.items()}
        found = []
        for asset in partition(tuple(unique.values()), fields, decisions):
            mine = tuple(unique[one] for one in asset.observations)
            heard = tuple(one for identifier in asset.observations for one in fields[identifier])
            found.append((self._identity(asset, unique, fields, decisions), mine, heard))
        return tuple(found)

    def _identity(
        self,
        asset: Asset,
        known: Mapping[str, Observation],
        fields: Mapping[str, tuple[Field, ...]],
        decisions: Sequence[Decision],
    ) -> Identity:
        mine = [known[one] for one in asset.observations]
        heard = [one for identifier in asset.observations for one in fields[identifier]]
        signals = [signal for one in asset.observations for signal in self.hearing.signals(known[one], fields[one])]
        return identify(asset, mine, heard, signals, self.knowledge, decisions)


def ready(cache: Path | None, *, bulk: bool) -> Identifier:
    """An identifier with the packs that came with the program, quickly: parsed and compiled packs are kept in `cache`.

    `cache` None keeps nothing. `bulk` also compiles (once) and loads the first stage of the matcher, which pays for
    itself from some thousand observations on. A cache that cannot be read or written is done without.
    """
    if cache is None:
        pack = load()
        return Identifier(pack, index.compile(pack.fingerprints) if bulk else None)
    digest = identification_digest()
    pack = load(compiled=_kept(cache / f"packs-{digest[:32]}.bin", compile_packs))
    if not bulk:
        return Identifier(pack)
    return Identifier(pack, _kept(cache / f"matcher-{digest[:32]}.bin", lambda: index.compile(pack.fingerprints)))


def _kept(file: Path, make: Callable[[], bytes]) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        made = make()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(made)
        partial.replace(file)
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """One input line: the caller's ids, and the observation or what was wrong with it."""

    number: int
    id: str | None
    device: str | None
    observation: Observation | None = None
    error: str | None = None


@dataclass(slots=True)
class _Group:
    """The lines of one device so far."""

    first: Line
    lines: list[Line] = field(default_factory=list)


def read_line(number: int, raw: bytes) -> Line:
    """One line as observation; never raises: what is wrong is in `error`."""
    if len(raw) > _MAX_LINE:
        return Line(number, None, None, error=f"the line has {len(raw)} bytes, at most {_MAX_LINE} are read; split it")
    try:
        row = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        return Line(number, None, None, error=f"no JSON: {error}; one JSON object a line is accepted")
    if not isinstance(row, dict):
        return Line(number, None, None, error="no JSON object; one JSON object a line is accepted")
    read = parse_line(row, line=str(row.get("device") or row.get("id") or f"line {number}"))
    return Line(number, read.label, read.device, read.observation, read.error)


def identify_lines(
    lines: Iterable[bytes],
    *,
    grouped: bool,
    identifier: Identifier,
    on_error: Callable[[Line], None] | None = None,
) -> Iterator[dict[str, object]]:
    """One answer a device, in order of first appearance. A line without device is a device of its own.

    `grouped` promises that the lines of a device follow one another: each group is answered as it closes, and a
    device that comes back is an error. Otherwise all lines wait (beyond a bound in a temporary file) until the end,
    except that a leading run of lines without device is answered at once.
    `on_error` is told of every bad line, for counting.
    """
    counted = _counting(lines, on_error)
    return _grouped(counted, identifier) if grouped else _fused(counted, identifier)


def _counting(lines: Iterable[bytes], on_error: Callable[[Line], None] | None) -> Iterator[tuple[Line, bytes]]:
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        line = read_line(number, raw)
        if line.error and on_error is not None:
            on_error(line)
        yield line, raw


def _grouped(lines: Iterable[tuple[Line, bytes]], identifier: Identifier) -> Iterator[dict[str, object]]:
    group: _Group | None = None
    closed: set[str] = set()
    for line, _ in lines:
        if group is not None and line.device is not None and line.device == group.first.device:
            group.lines.append(line)
            continue
        if group is not None:
            yield _answer(group, identifier)
            closed.add(group.first.device or "")
            group = None
        if line.device is None:
            yield _answer(_Group(line, [line]), identifier)
        elif line.device in closed:
            again = f"device {line.device!r} came back after its group had closed; sort the lines or drop --grouped"
            yield _answer(_Group(line, [replace(line, observation=None, error=again)]), identifier)
        else:
            group = _Group(line, [line])
    if group is not None:
        yield _answer(group, identifier)


def _fused(lines: Iterable[tuple[Line, bytes]], identifier: Identifier) -> Iterator[dict[str, object]]:
    """Lines wait as bytes; per device only their numbers are kept."""
    order: dict[str, array[int]] = {}
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
        for line, raw in lines:
            if line.device is None and not order:
                yield _answer(_Group(line, [line]), identifier)
                continue
            key = f"d{line.device}" if line.device is not None else f"l{line.number}"
            order.setdefault(key, array("Q")).extend((line.number, waiting.tell(), len(raw)))
            waiting.write(raw)
        for places in order.values():
            group = list(_read_back(waiting, places))
            yield _answer(_Group(group[0], group), identifier)


def _read_back(waiting: BinaryIO | tempfile.SpooledTemporaryFile[bytes], places: array[int]) -> Iterator[Line]:
    for at in range(0, len(places), 3):
        waiting.seek(places[at + 1])
        yield read_line(places[at], waiting.read(places[at + 2]))


def _failed(line: Line, error: str) -> dict[str, object]:
    """The answer of a line that cannot be used and names neither itself nor a device."""
    return {"id": None, "line": line.number, "error": error}


def _answer(group: _Group, identifier: Identifier) -> dict[str, object]:
    """The answer of one device; what was wrong with some of its lines stands beside what the others gave."""
    lines, first = group.lines, group.first
    usable = [line.observation for line in lines if line.observation is not None]
    errors = [line.error for line in lines if line.error is not None]
    if not usable and first.device is None and first.id is None:
        return _failed(first, errors[0] if errors else "nothing to read")
    names = {line.observation.id: line.id or f"line {line.number}" for line in reversed(lines) if line.observation}
    answer = identity_json(identifier.identity(usable), id=first.id, device=first.device, labels=names)
    answer["observations"] = [line.id for line in lines if line.id is not None]
    if errors:
        answer["error"] = "; ".join(errors[:5])
    return answer
