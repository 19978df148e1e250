"""`data/lineage/*.toml`: who makes what a brand sells, series by series (`[[lineage]]`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from glasshouse.datapack import parties
from glasshouse.datapack.files import Root, SourceRow, StrengthWord, read_folder
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.model.party import Lineage
from glasshouse.model.provenance import Basis
from glasshouse.model.strength import Strength
from glasshouse.model.time import DateRange

__all__ = ["FOLDER", "load", "verify"]

FOLDER = "lineage"


class LineageRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"start": "from", "end": "to"}):
    """A `[[lineage]]`. Without `maker`: sold from several sources, never guessed. `strength` caps brand text alone."""

    brand: str
    strength: StrengthWord
    source: SourceRow
    maker: str | None = None
    model_pattern: str | None = None
    start: date | None = None
    end: date | None = None
    note: str = ""


class LineageFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file of the folder."""

    lineage: tuple[LineageRow, ...] = ()


def load(root: Root) -> tuple[Lineage, ...]:
    """Every row under `root`; raises `PackError` where a file breaks the schema."""
    return tuple(
        Lineage(
            row.brand,
            row.maker,
            row.model_pattern,
            DateRange(row.start, row.end),
            Strength.parse(row.strength),
            row.source.value(),
            row.note,
        )
        for _, file in read_folder(root, FOLDER, LineageFile)
        for row in file.lineage
    )


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong: schema, unknown slugs, patterns that do not compile, recalled rows above indicative."""
    try:
        files = read_folder(root, FOLDER, LineageFile)
        slugs = {party.id for party in parties.load(root).parties}
    except PackError as error:
        return error.problems
    return tuple(
        problem
        for name, file in files
        for at, row in enumerate(file.lineage)
        for problem in _problems(name, f"lineage[{at}]", row, slugs)
    )


def _problems(file: str, where: str, row: LineageRow, slugs: set[str]) -> Iterator[Problem]:
    for key, slug in (("brand", row.brand), ("maker", row.maker)):
        if slug is not None and slug not in slugs:
            yield Problem(file, f"{where}.{key}", f"no party has the id {slug!r}; add the party or correct the id")
    strength = Strength.parse(row.strength)
    if row.source.basis is Basis.RECALLED and strength > Strength.INDICATIVE:
        yield Problem(file, f"{where}.strength", "a recalled row is indicative at most")
    if strength > Strength.SUPPORTING:
        yield Problem(file, f"{where}.strength", "brand text alone supports at most; the device has to prove the rest")
    if row.model_pattern is not None:
        try:
            re.compile(row.model_pattern)
        except re.error as error:
            yield Problem(file, f"{where}.model_pattern", f"does not compile: {error}")
