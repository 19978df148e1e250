"""Observations as JSON Lines in, identities as JSON Lines out: stateless, one answer a device, errors as values."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from glasshouse.app.lines import MAX_LINE
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

__all__ = [
    "Identifier",
    "Line",
    "LineByLine",
    "answer_of",
    "came_back",
    "device_of",
    "identify_lines",
    "read_line",
    "ready",
]


LONGEST_LABEL = 512  # characters of an id or device that tell lines apart


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


def read_line(number: int, raw: bytes) -> Line:
    """One line as observation; never raises: what is wrong is in `error`."""
    if len(raw) > MAX_LINE:
        return Line(
            number, None, None, error=f"the line has more than {MAX_LINE} bytes, which are read at most; split it"
        )
    try:
        row = _json(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Line(number, None, None, error=f"no JSON: {error}; one JSON object a line is accepted")
    if not isinstance(row, dict):
        return Line(number, None, None, error="no JSON object; one JSON object a line is accepted")
    read = parse_line(row, line=str(row.get("device") or row.get("id") or f"line {number}")[:LONGEST_LABEL])
    return Line(number, read.label, read.device, read.observation, read.error)


def _json(raw: bytes) -> object:
    """The value of a line. An escape of half a character (a lone surrogate) reads as `?`, the rest as it stands."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        if b"\\u" not in raw:
            raise
        try:
            whole = json.dumps(json.loads(raw), ensure_ascii=False)
        except ValueError:
            whole = ""
        if not whole:
            raise
        return msgspec.json.decode(whole.encode("utf-8", "replace"))


def device_of(raw: bytes) -> str | None:
    """The device that a line names."""
    return read_line(0, raw).device


def identify_lines(lines: Iterable[bytes], *, grouped: bool, identifier: Identifier) -> Iterator[dict[str, object]]:
    """One answer a device, in order of first appearance. A line without device is a device of its own.

    `grouped` promises that the lines of a device follow one another: each group is answered as it closes, and a
    device that comes back is an error. Otherwise all lines wait in memory until the end, except that a leading run of
    lines without device is answered at once. For inputs of any size there is `app.stream`, with the same answers.
    """
    devices = LineByLine(identifier, grouped=grouped)
    for number, raw in enumerate(lines, 1):
        yield from devices.take(number, raw)
    yield from devices.end()


class LineByLine:
    """Answers lines one after the other; `waiting` are those that are not answered yet, by number."""

    def __init__(self, identifier: Identifier, *, grouped: bool) -> None:
        self._identifier = identifier
        self._grouped = grouped
        self._groups: dict[str, list[Line]] = {}
        self.waiting: dict[int, bytes] = {}
        self.closed: set[str] = set()  # devices whose group has ended

    def take(self, number: int, raw: bytes) -> Iterator[dict[str, object]]:
        """The answers that this line makes possible."""
        if not raw.strip():
            return
        line = read_line(number, raw)
        if self._grouped and line.device not in self._groups:
            yield from self.end()
        if line.device is None and not self._groups:
            yield answer_of([line], self._identifier)
        elif line.device in self.closed:
            yield came_back(line, self._identifier)
        else:
            self.waiting[number] = raw
            key = f"l{number}" if line.device is None else line.device if self._grouped else f"d{line.device}"
            self._groups.setdefault(key, []).append(line)

    def end(self) -> Iterator[dict[str, object]]:
        """The answers of all that waits."""
        groups, self._groups = self._groups, {}
        self.waiting.clear()
        if self._grouped:
            self.closed.update(groups)
        for lines in groups.values():
            yield answer_of(lines, self._identifier)


def came_back(line: Line, identifier: Identifier) -> dict[str, object]:
    """The answer of a line whose device had been answered before, though its lines were said to be adjacent."""
    again = f"device {line.device!r} came back after its group had closed; sort the lines or drop --grouped"
    return answer_of([replace(line, observation=None, error=again)], identifier)


def answer_of(lines: Sequence[Line], identifier: Identifier) -> dict[str, object]:
    """The answer of one device; what was wrong with some of its lines stands beside what the others gave."""
    first = lines[0]
    usable = [line.observation for line in lines if line.observation is not None]
    errors = [line.error for line in lines if line.error is not None]
    if not usable and first.device is None and first.id is None:
        return {"id": None, "line": first.number, "error": errors[0] if errors else "nothing to read"}
    names = {line.observation.id: line.id or f"line {line.number}" for line in reversed(lines) if line.observation}
    answer = identity_json(
        identifier.identity(usable),
        id=first.id,
        device=first.device,
        labels=names,
        validation=identifier.pack.validation,
    )
    answer["observations"] = [line.id for line in lines if line.id is not None]
    if errors:
        answer["error"] = "; ".join(errors[:5])
    return answer
