"""`data/models/*.toml`: grammars of models (`[[model]]`), serial numbers (`[[serial]]`), firmware (`[[firmware]]`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from glasshouse.datapack import parties
from glasshouse.datapack.calibration import cited
from glasshouse.datapack.files import Root, SourceRow, StrengthWord, read_folder
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.matching import grammar, patterns
from glasshouse.matching.grammar import FirmwareGrammar, Grammars, ModelGrammar, SerialGrammar
from glasshouse.model.provenance import Basis
from glasshouse.model.signal import DeviceClass
from glasshouse.model.strength import Strength

__all__ = ["FOLDER", "load", "verify"]

FOLDER = "models"


class ModelRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[model]]`. `specificity` "shared": fits several makers, so it names none."""

    id: str
    pattern: str
    specificity: Literal["maker", "shared"]
    strength: StrengthWord
    source: SourceRow
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    maker: str | None = None
    brand: str | None = None
    device_class: DeviceClass | None = None
    in_text: bool = True
    brand_strength: StrengthWord | None = None
    derived_from: tuple[str, ...] = ()
    note: str = ""

    def value(self) -> ModelGrammar:
        """The value the matcher uses."""
        return ModelGrammar(
            self.id,
            self.pattern,
            self.specificity,
            Strength.parse(self.strength),
            self.source.value(),
            self.maker,
            self.brand,
            self.device_class,
            self.in_text,
            Strength.parse(self.brand_strength) if self.brand_strength else None,
            self.derived_from,
        )


class SerialRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[serial]]`."""

    id: str
    pattern: str
    maker: str
    strength: StrengthWord
    source: SourceRow
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    brand: str | None = None
    in_text: bool = False
    derived_from: tuple[str, ...] = ()
    note: str = ""

    def value(self) -> SerialGrammar:
        """The value the matcher uses."""
        strength = Strength.parse(self.strength)
        return SerialGrammar(
            self.id,
            self.pattern,
            strength,
            self.source.value(),
            self.maker,
            self.brand,
            self.in_text,
            self.derived_from,
        )


class FirmwareRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[firmware]]`. `brands` maps the capture `oem` to a brand."""

    id: str
    pattern: str
    strength: StrengthWord
    source: SourceRow
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    maker: str | None = None
    brands: dict[str, str] = {}
    derived_from: tuple[str, ...] = ()
    note: str = ""

    def value(self) -> FirmwareGrammar:
        """The value the matcher uses."""
        strength = Strength.parse(self.strength)
        return FirmwareGrammar(
            self.id, self.pattern, strength, self.source.value(), self.maker, self.brands, self.derived_from
        )


class GrammarsFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file of the folder."""

    model: tuple[ModelRow, ...] = ()
    serial: tuple[SerialRow, ...] = ()
    firmware: tuple[FirmwareRow, ...] = ()


def load(root: Root) -> Grammars:
    """Every grammar under `root`; raises `PackError` where a file breaks the schema."""
    files = [file for _, file in read_folder(root, FOLDER, GrammarsFile)]
    return Grammars(
        tuple(row.value() for file in files for row in file.model),
        tuple(row.value() for file in files for row in file.serial),
        tuple(row.value() for file in files for row in file.firmware),
    )


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong: schema, ids, slugs, patterns, examples and counterexamples, recalled above indicative."""
    try:
        files = read_folder(root, FOLDER, GrammarsFile)
        slugs = {party.id for party in parties.load(root).parties}
    except PackError as error:
        return error.problems
    ids = Counter(
        row.id for _, file in files for rows in (file.model, file.serial, file.firmware) for row in _each(rows)
    )
    return tuple(
        problem
        for name, file in files
        for kind in ("model", "serial", "firmware")
        for at, row in enumerate(getattr(file, kind))
        for problem in _problems(name, f"{kind}[{at}]", row, slugs, ids)
    )


def _each(rows: Iterable[ModelRow | SerialRow | FirmwareRow]) -> Iterable[ModelRow | SerialRow | FirmwareRow]:
    return rows


def _problems(
    file: str, where: str, row: ModelRow | SerialRow | FirmwareRow, slugs: set[str], ids: Counter[str]
) -> Iterator[Problem]:
    if ids[row.id] > 1:
        yield Problem(file, f"{where}.id", f"{row.id!r} is defined more than once; keep one")
    brands = tuple(row.brands.values()) if isinstance(row, FirmwareRow) else (row.brand,)
    for slug in (row.maker, *brands):
        if slug is not None and slug not in slugs:
            yield Problem(file, where, f"no party has the id {slug!r}; add the party or correct the id")
    if row.source.basis is Basis.RECALLED and Strength.parse(row.strength) > Strength.INDICATIVE:
        yield Problem(file, f"{where}.strength", "a recalled form is indicative at most")
    if isinstance(row, ModelRow) and row.specificity == "maker" and row.maker is None:
        yield Problem(file, f"{where}.maker", "a form of one maker must say which")
    yield from cited(file, where, row.derived_from)
    bad = patterns.problem(row.pattern)
    if bad:
        yield Problem(file, f"{where}.pattern", f"{row.pattern!r} {bad}")
        return
    yield from _example_problems(file, where, row)


def _example_problems(file: str, where: str, row: ModelRow | SerialRow | FirmwareRow) -> Iterator[Problem]:
    pattern = patterns.compiled(row.pattern)

    def shaped(text: str) -> str:
        return text if isinstance(row, FirmwareRow) else grammar.normalise(text)

    for key, wanted in (("examples", True), ("counterexamples", False)):
        texts: tuple[str, ...] = getattr(row, key)
        if not texts:
            yield Problem(file, f"{where}.{key}", "at least one is needed")
        for at, text in enumerate(texts):
            if bool(pattern.fullmatch(shaped(text))) is not wanted:
                yield Problem(
                    file, f"{where}.{key}[{at}]", f"{text!r} {'does not match' if wanted else 'matches and must not'}"
                )
