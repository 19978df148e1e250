"""The compiled matcher: one Hyperscan database per field finds candidates, RE2 confirms every one of them.

Hyperscan (Intel, BSD) sees all patterns of a field in one pass over the value; it is only a sieve, so its results
are the same with and without it. Distinct values are remembered, so that a repeated banner is matched once.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from glasshouse.matching.patterns import Confirmed, Said, encodable, excerpt
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import Fingerprint, Signal

__all__ = ["Matcher", "compile"]

_FORMAT = 1
_REMEMBERED = 32_768  # distinct values of one generation
_LONGEST_REMEMBERED = 4_096  # characters
_LONGEST = 65_536  # characters of a value that are looked at

Sieve = Callable[[bytes], Iterable[int]]
Match = tuple[Fingerprint, tuple[Said, ...]]


class _Compiled(msgspec.Struct, frozen=True, array_like=True):
    format: int
    engine: str
    patterns: str
    databases: dict[str, bytes]


def _by_field(fingerprints: Iterable[Fingerprint]) -> dict[str, list[Fingerprint]]:
    grouped: dict[str, list[Fingerprint]] = defaultdict(list)
    for fingerprint in fingerprints:
        grouped[fingerprint.field].append(fingerprint)
    return dict(grouped)


def _digest(fingerprints: Sequence[Fingerprint]) -> str:
    text = "\0".join(f"{fingerprint.field}\1{fingerprint.pattern}" for fingerprint in fingerprints)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _engine() -> str:
    """Version of the first stage: its databases are no other version's."""
    import hyperscan  # noqa: PLC0415  # optional

    return str(vars(hyperscan).get("__version__", "unknown"))


def compile(fingerprints: Sequence[Fingerprint]) -> bytes:  # noqa: A001  # the word of the room's contract
    """The databases of all fields as bytes, for a cache; b"" where Hyperscan is not installed."""
    try:
        import hyperscan  # noqa: PLC0415  # optional: without it RE2 does all the work
    except ImportError:
        return b""
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    databases: dict[str, bytes] = {}
    for name, group in _by_field(fingerprints).items():
        database = hyperscan.Database()
        database.compile(
            expressions=[fingerprint.pattern.encode("utf-8") for fingerprint in group],
            ids=list(range(len(group))),
            elements=len(group),
            flags=[flags] * len(group),
        )
        databases[name] = hyperscan.dumpb(database)
    return msgspec.msgpack.encode(_Compiled(_FORMAT, _engine(), _digest(fingerprints), databases))


def _load(compiled: bytes | None, fingerprints: Sequence[Fingerprint]) -> dict[str, bytes]:
    """The databases in `compiled`; {} where they are not of these fingerprints, this format or this engine."""
    if not compiled:
        return {}
    try:
        engine = _engine()
        read = msgspec.msgpack.decode(compiled, type=_Compiled)
    except (ImportError, msgspec.MsgspecError):
        return {}
    expected = (_FORMAT, engine, _digest(fingerprints))
    return read.databases if (read.format, read.engine, read.patterns) == expected else {}


def _sieve(database: bytes, count: int) -> Sieve:
    """Ids of candidate patterns; all of them where the database cannot be used on this machine."""
    import hyperscan  # noqa: PLC0415  # as above

    try:
        loaded = hyperscan.loadb(database, hyperscan.HS_MODE_BLOCK)
        loaded.scratch = hyperscan.Scratch(loaded)
    except hyperscan.error:
        return lambda _value: range(count)

    mine = threading.local()  # a scratch space must never be used by two scans at a time

    def candidates(value: bytes) -> list[int]:
        scratch = getattr(mine, "scratch", None)
        if scratch is None:
            scratch = mine.scratch = loaded.scratch.clone()
        hits: list[int] = []
        loaded.scan(
            value, match_event_handler=lambda at, _start, _end, _flags, _context: hits.append(at), scratch=scratch
        )
        return sorted(set(hits)) if hits else hits

    return candidates


class Matcher:
    """Fingerprints over fields; a field's database is loaded when its first value comes. Safe for several threads."""

    def __init__(self, fingerprints: Sequence[Fingerprint], compiled: bytes | None = None) -> None:
        self.fingerprints = tuple(fingerprints)
        self._groups = {
            name: [Confirmed(fingerprint) for fingerprint in group] for name, group in _by_field(fingerprints).items()
        }
        self._databases = _load(compiled, fingerprints)
        self._sieves: dict[str, Sieve] = {}
        self._remembered: dict[tuple[str, str], tuple[Match, ...]] = {}
        self._before: dict[tuple[str, str], tuple[Match, ...]] = {}  # the generation before, dropped with the next

    def signals(self, observation: Observation, fields: Sequence[Field]) -> tuple[Signal, ...]:
        """What the fingerprints say of `fields`, in the order of fields and fingerprints."""
        heard: list[Signal] = []
        for field in fields:
            for fingerprint, said in self.match(field.name, field.value):
                if fingerprint.probes and observation.probe not in fingerprint.probes:
                    continue
                heard.extend(_signal(field, fingerprint, item) for item in said)
        return tuple(heard)

    def match(self, name: str, value: str) -> tuple[Match, ...]:
        """What matches `value` in the field `name`, confirmed; remembered per distinct value."""
        if name not in self._groups:
            return ()
        key = (name, value)
        known = self._remembered.get(key)
        known = self._before.get(key) if known is None else known
        if known is not None:
            return known
        found = self._match(name, encodable(value[:_LONGEST]))
        if len(value) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _REMEMBERED:
                self._before, self._remembered = self._remembered, {}
            self._remembered[key] = found
        return found

    def _match(self, name: str, value: str) -> tuple[Match, ...]:
        group = self._groups[name]
        if name not in self._sieves:
            database = self._databases.get(name)
            self._sieves[name] = _sieve(database, len(group)) if database else lambda _value: range(len(group))
        matched = ((group[at], group[at].said(value)) for at in self._sieves[name](value.encode("utf-8")))
        return tuple((confirmed.fingerprint, said) for confirmed, said in matched if said)


def _signal(field: Field, fingerprint: Fingerprint, said: Said) -> Signal:
    start, end = _span(field, said)
    return Signal(
        observation=field.observation,
        facet=said.facet,
        value=said.value,
        strength=said.strength,
        fingerprint=fingerprint.id,
        witness=f"{field.observation}:{field.name}",
        excerpt=excerpt(field.value, said.start, said.end),
        start=start,
        end=end,
    )


def _span(field: Field, said: Said) -> tuple[int | None, int | None]:
    """Bytes of the match in the observation, or of the whole value where they cannot be told apart."""
    if field.start is None or field.end is None:
        return None, None
    if field.end - field.start != len(field.value.encode("utf-8", "replace")):
        return field.start, field.end
    before = len(field.value[: said.start].encode("utf-8", "replace"))
    inside = len(field.value[said.start : said.end].encode("utf-8", "replace"))
    return field.start + before, field.start + before + inside
