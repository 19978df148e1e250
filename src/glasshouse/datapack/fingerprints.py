"""`data/fingerprints/*.toml`: patterns over decoded fields and what each says (`[[fingerprint]]`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from glasshouse.datapack import lineage, parties
from glasshouse.datapack.calibration import cited
from glasshouse.datapack.files import Root, SourceRow, StrengthWord, read_folder
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.datapack.rivals import Kin, kin, rivals
from glasshouse.matching import cost, patterns
from glasshouse.model.observation import PROBES
from glasshouse.model.provenance import Basis
from glasshouse.model.signal import DeviceClass, Facet, Fingerprint
from glasshouse.model.strength import Strength

__all__ = ["FOLDER", "load", "verify"]

FOLDER = "fingerprints"
_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
# Fields that any device sends; in the others, a maker's own, that there is a value at all may be the evidence.
_OF_ANYBODY = ("http.", "rtsp.", "snmp.sys", "text", "inventory.", "ftp.", "telnet.", "sip.", "tls.", "ssdp.", "upnp.", "mdns.",
               "dhcp.", "xml.", "onvif.Manufacturer", "onvif.scope")  # fmt: skip
_PARTY_FACETS = {Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN, Facet.CHIPSET}


class SaysRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One thing a match says: `value` may hold `{name}` for a named capture."""

    facet: Facet
    value: str
    strength: StrengthWord


class FingerprintRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[fingerprint]]`. `examples` must match and `counterexamples` must not; our own minimal texts."""

    id: str
    field: str
    pattern: str
    says: tuple[SaysRow, ...]
    source: SourceRow
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    unless: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    note: str = ""

    def value(self) -> Fingerprint:
        """The model value."""
        return Fingerprint(
            id=self.id,
            field=self.field,
            pattern=self.pattern,
            says=tuple((say.facet, say.value, Strength.parse(say.strength)) for say in self.says),
            source=self.source.value(),
            examples=self.examples,
            counterexamples=self.counterexamples,
            unless=self.unless,
            derived_from=self.derived_from,
            note=self.note,
            probes=self.probes,
        )


class FingerprintsFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file of the folder."""

    fingerprint: tuple[FingerprintRow, ...] = ()


def load(root: Root) -> tuple[Fingerprint, ...]:
    """Every fingerprint under `root`; raises `PackError` where a file breaks the schema."""
    return tuple(row.value() for _, file in read_folder(root, FOLDER, FingerprintsFile) for row in file.fingerprint)


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong: schema, ids, slugs, patterns, examples and counterexamples, recalled above indicative, rivals."""
    try:
        files = read_folder(root, FOLDER, FingerprintsFile)
        slugs = {party.id for party in parties.load(root).parties}
        related = kin(lineage.load(root))
    except PackError as error:
        return error.problems
    ids = Counter(row.id for _, file in files for row in file.fingerprint)
    found = tuple(
        problem
        for name, file in files
        for at, row in enumerate(file.fingerprint)
        for problem in _problems(name, f"fingerprint[{at}]", row, slugs, ids)
    )
    # Patterns that are broken or too large are not run over the others' examples.
    return found or tuple(_rival_problems(files, related))


def _rival_problems(files: Iterable[tuple[str, FingerprintsFile]], related: Kin) -> Iterator[Problem]:
    places = {row.id: (name, at) for name, file in files for at, row in enumerate(file.fingerprint)}
    values = [row.value() for _, file in files for row in file.fingerprint]
    for one, example, owner in rivals(values, related):
        name, at = places[one.id]
        text = f"matches {example!r}, an example of {owner.id!r}, which names another party; narrow one of the two"
        yield Problem(name, f"fingerprint[{at}].pattern", text)


def _problems(file: str, where: str, row: FingerprintRow, slugs: set[str], ids: Counter[str]) -> Iterator[Problem]:
    if not _ID.fullmatch(row.id):
        yield Problem(file, f"{where}.id", f"{row.id!r}: accepted are lower-case words joined by '.' or '-'")
    if ids[row.id] > 1:
        yield Problem(file, f"{where}.id", f"{row.id!r} is defined more than once; keep one")
    for key in ("says", "examples", "counterexamples"):
        if not getattr(row, key):
            yield Problem(file, f"{where}.{key}", "at least one is needed")
    for at, probe in enumerate(row.probes):
        if probe not in PROBES:
            yield Problem(file, f"{where}.probes[{at}]", f"{probe!r} is no probe; accepted: {', '.join(PROBES)}")
    for at, say in enumerate(row.says):
        yield from _say_problems(file, f"{where}.says[{at}]", say, row, slugs)
    yield from cited(file, where, row.derived_from)
    yield from _pattern_problems(file, where, row)


def _say_problems(file: str, where: str, say: SaysRow, row: FingerprintRow, slugs: set[str]) -> Iterator[Problem]:
    literal = "{" not in say.value
    if say.facet in _PARTY_FACETS and literal and say.value not in slugs:
        yield Problem(file, f"{where}.value", f"no party has the id {say.value!r}; add the party or correct the id")
    classes = {member.value for member in DeviceClass}
    if say.facet is Facet.DEVICE_CLASS and literal and say.value not in classes:
        yield Problem(file, f"{where}.value", f"{say.value!r} is no device class; accepted: {', '.join(classes)}")
    if row.source.basis is Basis.RECALLED and Strength.parse(say.strength) > Strength.INDICATIVE:
        yield Problem(file, f"{where}.strength", "a recalled fact is indicative at most")
    if Strength.parse(say.strength) > Strength.STRONG:
        yield Problem(file, f"{where}.strength", "one witness is strong at most")


def _costs(row: FingerprintRow) -> Iterator[str]:
    """What is wrong with the pattern as a pattern: too slow, too large, too eager."""
    for text in (row.pattern, *row.unless):
        slow = cost.quadratic(text)
        if slow is not None:
            yield slow
        if cost.size(text) > cost.LARGEST:
            yield f"compiles to {cost.size(text)} instructions, at most {cost.LARGEST} are accepted; split it"
    common = row.field.startswith(_OF_ANYBODY) and not row.note
    bland = cost.bland(row.pattern) if common else None
    if bland is not None:
        yield f"matches {bland!r}, which anything may send in {row.field}; make it say more, or say why in note"


def _pattern_problems(file: str, where: str, row: FingerprintRow) -> Iterator[Problem]:
    broken = [f"{text!r} {told}" for text in (row.pattern, *row.unless) if (told := patterns.problem(text))]
    broken = broken or [f"{row.pattern!r} {told}" for told in _costs(row)]
    if broken:
        yield from (Problem(file, f"{where}.pattern", told) for told in broken)
        return  # what is too large may take minutes to compile
    if not patterns.hyperscan_accepts(row.pattern):
        yield Problem(file, f"{where}.pattern", f"{row.pattern!r} is outside what the matcher's first stage accepts")
    confirmed = patterns.Confirmed(row.value())
    for at, example in enumerate(row.examples):
        if not confirmed.said(example):
            yield Problem(file, f"{where}.examples[{at}]", f"{example!r} does not match, or says nothing")
    for at, counterexample in enumerate(row.counterexamples):
        if confirmed.said(counterexample):
            yield Problem(file, f"{where}.counterexamples[{at}]", f"{counterexample!r} matches and must not")
