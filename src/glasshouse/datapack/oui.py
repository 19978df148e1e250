"""`data/oui/`: the compiled table of MAC prefixes (`oui.bin`), whose names they are (`makers.toml`), its source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from glasshouse.datapack import parties
from glasshouse.datapack.files import Root, SourceRow, StrengthWord, parse
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.matching import patterns
from glasshouse.matching.oui import Table
from glasshouse.model.strength import Strength

__all__ = ["FOLDER", "OuiSource", "RegistrantRow", "load", "makers", "source", "verify"]

FOLDER = "oui"
_TABLE, _MAKERS, _SOURCE = f"{FOLDER}/oui.bin", f"{FOLDER}/makers.toml", f"{FOLDER}/SOURCE.toml"


class RegistrantRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[registrant]]`: names matching `pattern` belong to `maker` and `brand`; `strength` of the prefix alone."""

    pattern: str
    strength: StrengthWord
    maker: str | None = None
    brand: str | None = None


class MakersFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`makers.toml`."""

    registrant: tuple[RegistrantRow, ...]


class OuiSource(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`SOURCE.toml`: what the table was built from. Counts are prefixes by width in bits."""

    package: str
    version: str
    dated: date
    licence: str
    prefixes_24: int
    prefixes_28: int
    prefixes_36: int
    source: SourceRow


def load(root: Root) -> bytes:
    """The table's bytes; raises `PackError` where it is missing."""
    try:
        return root.joinpath(_TABLE).read_bytes()
    except OSError as error:
        raise PackError((Problem(_TABLE, "", f"cannot be read ({error}); run scripts/build_oui.py"),)) from error


def _read(root: Root, file: str) -> bytes:
    try:
        return root.joinpath(file).read_bytes()
    except OSError as error:
        raise PackError((Problem(file, "", f"cannot be read: {error}"),)) from error


def makers(root: Root) -> tuple[RegistrantRow, ...]:
    """Whose registrant names they are; raises `PackError`."""
    return parse(_MAKERS, _read(root, _MAKERS), MakersFile).registrant


def source(root: Root) -> OuiSource:
    """What the table was built from; raises `PackError`."""
    return parse(_SOURCE, _read(root, _SOURCE), OuiSource)


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong: the table's form and counts, slugs, patterns, a prefix that claims too much."""
    try:
        said, rows, table = source(root), makers(root), Table(load(root))
        slugs = {party.id for party in parties.load(root).parties}
    except PackError as error:
        return error.problems
    except ValueError as error:
        return (Problem(_TABLE, "", str(error)),)
    counted = said.prefixes_24 + said.prefixes_28 + said.prefixes_36
    wrong = (
        (Problem(_TABLE, "", f"holds {len(table)} prefixes, {_SOURCE} says {counted}"),)
        if counted != len(table)
        else ()
    )
    return wrong + tuple(
        problem for at, row in enumerate(rows) for problem in _problems(f"registrant[{at}]", row, slugs)
    )


def _problems(where: str, row: RegistrantRow, slugs: set[str]) -> Iterator[Problem]:
    for key, slug in (("maker", row.maker), ("brand", row.brand)):
        if slug is not None and slug not in slugs:
            yield Problem(_MAKERS, f"{where}.{key}", f"no party has the id {slug!r}; add the party or correct the id")
    problem = patterns.problem(row.pattern)
    if problem:
        yield Problem(_MAKERS, f"{where}.pattern", f"{row.pattern!r} {problem}")
    if Strength.parse(row.strength) > Strength.SUPPORTING:
        yield Problem(
            _MAKERS, f"{where}.strength", "a registered prefix supports at most: modules and encoders carry others'"
        )
