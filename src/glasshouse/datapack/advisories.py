"""`data/advisories/`: known vulnerabilities, machine-fed and hand-corrected, and what turns them into decisions.

| file | content |
|---|---|
| `advisories.jsonl` | one record a line, fed by `scripts/build_advisories.py` |
| `corrections.toml` | what a person corrected, with reason and source; applied when loading |
| `kev.jsonl` | ids in CISA's catalogue of known exploited vulnerabilities, with the day each was added |
| `decision_table.csv` | CISA BOD 26-04 as published by CERT/CC (SSVC), unchanged |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Literal, TypeVar

import msgspec

from glasshouse.datapack.files import Root, parse
from glasshouse.datapack.pack import DataPack
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.merits.advisory import (
    Advisories,
    Advisory,
    Affected,
    AffectedRange,
    Cvss,
    DecisionRow,
    Epss,
    RangeKind,
)
from glasshouse.merits.models import read_models
from glasshouse.merits.ranges import describe
from glasshouse.model.provenance import Basis

__all__ = ["FOLDER", "Advisories", "load", "verify"]

FOLDER = "advisories"
_RECORDS, _CORRECTIONS, _KEV, _TABLE = (
    f"{FOLDER}/{name}" for name in ("advisories.jsonl", "corrections.toml", "kev.jsonl", "decision_table.csv")
)
_DECISIONS = {
    "fix on system upgrade": "next-upgrade",
    "60 days": "60-days",
    "14 days": "14-days",
    "3 days": "3-days",
    "3 days & forensic investigation": "3-days-forensics",
}
_WORDS = {"yes": True, "no": False, "total": True, "partial": False}
Row = TypeVar("Row")


class RangeRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A range as its source tells it; see `merits.advisory.AffectedRange`."""

    kind: RangeKind
    introduced: str | None = None
    build_introduced: date | None = None
    fixed: str | None = None
    build_fixed: date | None = None
    last_affected: str | None = None
    build_last_affected: date | None = None
    exact: str | None = None
    build_exact: date | None = None
    raw: str = ""
    basis: Basis = Basis.SOURCED
    conflict: bool = False
    source: str = ""

    def value(self, *, examined: bool = False) -> AffectedRange:
        """The model value. `examined`: an exact version is the one that was examined, others may be affected."""
        return AffectedRange(**{name: getattr(self, name) for name in self.__struct_fields__}, examined=examined)


class AffectedRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """`model` is the source's text; how it is read is in `merits.models`, exceptions are in the corrections."""

    model: str
    ranges: tuple[RangeRow, ...]
    certain_models: bool = False
    platforms: tuple[str, ...] = ()
    by: str = ""


class CvssRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A score with its vector."""

    version: str
    vector: str
    score: float
    by: str


class EpssRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A probability and the day it was scored (the first of the month where only that is known)."""

    score: float
    on: date


class AdvisoryRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A line of `advisories.jsonl`. `maker` is the source's word for it; slugs are in the corrections."""

    id: str
    title: str
    maker: str
    affected: tuple[AffectedRow, ...]
    basis: Basis
    tier: Literal["A", "B", "C", "R"]
    references: tuple[str, ...]
    sources: tuple[str, ...] = ()
    published: date | None = None
    cvss: tuple[CvssRow, ...] = ()
    automatable: bool | None = None
    total_impact: bool | None = None
    ssvc_on: date | None = None
    epss: EpssRow | None = None
    condition: str = ""
    note: str = ""
    end_of_life: bool = False
    models_cut: str = ""


class KevRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A line of `kev.jsonl`."""

    id: str
    date_added: date
    source: str
    basis: Basis = Basis.SOURCED


class MakerRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[maker]]`: which slugs join the records of a maker as the source names it."""

    name: str
    slugs: tuple[str, ...]


class ModelRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[model]]`: how a product text is to be read. `reads_as` replaces it; `scope` says what it names."""

    text: str
    reason: str
    reads_as: str | None = None
    scope: Literal["models", "series", "maker", "none"] = "models"


class CorrectionRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[advisory]]`: further ranges for every model of a record (or those in `models`), or ranges set aside."""

    id: str
    reason: str
    reference: str = ""
    models: tuple[str, ...] = ()
    ranges: tuple[RangeRow, ...] = ()
    all_means_label: bool = False


class CorrectionsFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`corrections.toml`."""

    maker: tuple[MakerRow, ...] = ()
    model: tuple[ModelRow, ...] = ()
    advisory: tuple[CorrectionRow, ...] = ()


def load(root: Root) -> Advisories:
    """The snapshot under `root`; raises `PackError` where a file breaks its schema."""
    rows = _lines(root, _RECORDS, AdvisoryRow)
    corrections = _corrections(root)
    kev = {row.id: row.date_added for row in _lines(root, _KEV, KevRow)}
    digest = DataPack(root).digest(FOLDER)
    return Advisories(_values(rows, corrections), kev, _table(root), digest)


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong: schema, doubled ids, unknown makers, ranges without bounds, corrections of nothing."""
    try:
        rows = _lines(root, _RECORDS, AdvisoryRow)
        corrections = _corrections(root)
        _lines(root, _KEV, KevRow)
        _table(root)
    except PackError as error:
        return error.problems
    return (*_row_problems(rows, corrections), *_correction_problems(rows, corrections))


def _read(root: Root, file: str) -> bytes:
    try:
        return root.joinpath(*file.split("/")).read_bytes()
    except OSError as error:
        raise PackError((Problem(file, "", f"cannot be read: {error}"),)) from error


def _lines(root: Root, file: str, kind: type[Row]) -> tuple[Row, ...]:
    rows: list[Row] = []
    problems: list[Problem] = []
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(_read(root, file).splitlines(), start=1):
        try:
            rows.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(file, f"line {number}", str(error)))
    if problems:
        raise PackError(tuple(problems))
    return tuple(rows)


def _corrections(root: Root) -> CorrectionsFile:
    return parse(_CORRECTIONS, _read(root, _CORRECTIONS), CorrectionsFile)


def _table(root: Root) -> Mapping[DecisionRow, str]:
    """Columns: row, in KEV, exposed, automatable, technical impact, decision. All sixteen rows must be there."""
    reader = csv.reader(io.StringIO(_read(root, _TABLE).decode("utf-8")))
    next(reader, None)
    table: dict[DecisionRow, str] = {}
    for cells in reader:
        try:
            _, kev, exposed, automatable, impact, decision = cells
            row = (_WORDS[kev], _WORDS[exposed], _WORDS[automatable], _WORDS[impact])
            table[row] = _DECISIONS[decision]
        except (KeyError, ValueError) as error:
            text = f"row {cells!r} cannot be read ({error}); restore the table as CERT/CC publishes it"
            raise PackError((Problem(_TABLE, f"line {reader.line_num}", text),)) from error
    missing = [row for row in product((False, True), repeat=4) if row not in table]
    if missing:
        raise PackError((Problem(_TABLE, "", f"lacks {len(missing)} of 16 rows; restore it as CERT/CC publishes it"),))
    return table


def _values(rows: tuple[AdvisoryRow, ...], corrections: CorrectionsFile) -> tuple[Advisory, ...]:
    makers = {row.name: row.slugs for row in corrections.maker}
    models = {row.text: row for row in corrections.model}
    changed: dict[str, list[CorrectionRow]] = {}
    for correction in corrections.advisory:
        changed.setdefault(correction.id, []).append(correction)
    return tuple(
        _advisory(row, makers[row.maker], models, changed.get(row.id, [])) for row in rows if row.maker in makers
    )


def _advisory(
    row: AdvisoryRow, makers: tuple[str, ...], models: Mapping[str, ModelRow], changed: list[CorrectionRow]
) -> Advisory:
    return Advisory(
        id=row.id,
        title=row.title,
        makers=makers,
        affected=tuple(_affected(row, item, models.get(item.model), changed) for item in row.affected),
        source=row.references[0] if row.references else "; ".join(row.sources),
        basis=row.basis,
        published=row.published,
        cvss=tuple(Cvss(item.version, item.vector, item.score, item.by) for item in row.cvss),
        automatable=row.automatable,
        total_impact=row.total_impact,
        epss=Epss(row.epss.score, row.epss.on) if row.epss else None,
        condition=row.condition,
        note=row.note,
        end_of_life=row.end_of_life,
        models_cut=row.models_cut,
    )


def _affected(
    record: AdvisoryRow, item: AffectedRow, reading: ModelRow | None, changed: list[CorrectionRow]
) -> Affected:
    mine = [row for row in changed if not row.models or item.model in row.models]
    ranges = [range_ for row in mine for range_ in row.ranges]
    ranges.extend(item.ranges)
    if any(row.all_means_label for row in mine):
        ranges = [msgspec.structs.replace(row, kind="label") if row.kind == "all" else row for row in ranges]
    scope = reading.scope if reading else "models"
    text = reading.reads_as if reading and reading.reads_as else item.model
    patterns = read_models(text, series=scope == "series") if scope in {"models", "series"} else ()
    return Affected(
        text=item.model,
        scope="maker" if scope == "maker" else "models" if patterns else "none",
        patterns=patterns,
        # outside tier A an exact version was read from a text, which tells what was examined
        ranges=tuple(range_.value(examined=record.tier != "A") for range_ in ranges),
        certain_models=item.certain_models,
        platforms=item.platforms,
        by=item.by,
    )


def _row_problems(rows: tuple[AdvisoryRow, ...], corrections: CorrectionsFile) -> Iterator[Problem]:
    makers = {row.name for row in corrections.maker}
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        where = f"line {number} ({row.id})"
        if row.id in seen:
            yield Problem(_RECORDS, f"{where}.id", "is there twice; merge the two lines")
        seen.add(row.id)
        if row.maker not in makers:
            yield Problem(_RECORDS, f"{where}.maker", f"{row.maker!r} has no [[maker]] in {_CORRECTIONS}; add one")
        for at, item in enumerate(row.affected):
            yield from _range_problems(f"{where}.affected[{at}]", item)


def _range_problems(where: str, item: AffectedRow) -> Iterator[Problem]:
    if not item.ranges:
        yield Problem(_RECORDS, f"{where}.ranges", 'is empty; say {"kind": "unparsed"} where the source gives no range')
    for at, range_ in enumerate(item.ranges):
        if not describe(range_.value()):
            yield Problem(
                _RECORDS, f"{where}.ranges[{at}]", f"is {range_.kind!r} and has no bound; give one or change the kind"
            )


def _correction_problems(rows: tuple[AdvisoryRow, ...], corrections: CorrectionsFile) -> Iterator[Problem]:
    texts = {item.model for row in rows for item in row.affected}
    ids = {row.id for row in rows}
    for at, model in enumerate(corrections.model):
        if model.text not in texts:
            yield Problem(_CORRECTIONS, f"model[{at}].text", f"{model.text!r} is in no record; remove it")
    for at, row in enumerate(corrections.advisory):
        if row.id not in ids:
            yield Problem(_CORRECTIONS, f"advisory[{at}].id", f"{row.id!r} is no record; remove it")
