"""`data/rules/*.toml`: one legal instrument a file, dated, cited and in both languages, as `Regime` values."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta

import msgspec

from glasshouse.datapack import parties
from glasshouse.datapack.files import Root, parse, toml_files
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.datapack.rule_checks import problems_of
from glasshouse.datapack.rule_rows import Day, DutyRow, EventRow, HeadFile, LimbRow, RegimeFile, RemarkRow, WaiverRow
from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import (
    Citation,
    ComponentRule,
    Condition,
    Counsel,
    Duty,
    Limb,
    ListedParty,
    Outcome,
    Regime,
    Remark,
    RestrictionEvent,
    Rules,
    Waiver,
)
from glasshouse.model.time import DateRange
from glasshouse.model.truth import Truth

__all__ = ["FOLDER", "HEAD", "RegimeFile", "load", "read", "verify", "window"]

FOLDER = "rules"
HEAD = "rules/_pack.toml"


def load(root: Root) -> Rules:
    """All regimes under `root`, with the version of the pack and the digest of its files; raises `PackError`."""
    head, files, digest = read(root)
    problems: list[Problem] = []
    regimes: list[Regime] = []
    for name, file in files:
        try:
            regimes.append(_regime(file))
        except (KeyError, ValueError) as error:
            problems.append(Problem(name, "", f"cannot be used: {error}"))
    if problems:
        raise PackError(tuple(problems))
    return Rules(head.version, digest, head.known_until, tuple(regimes))


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong with the rules under `root`: schema, words, keys, languages, citations, overlaps, unknown parties."""
    try:
        _, files, _ = read(root)
        known = frozenset(party.id for party in parties.load(root).parties)
    except PackError as error:
        return error.problems
    found = [problem for name, file in files for problem in problems_of(name, file, known)]
    counted = Counter(file.id for _, file in files)
    found += [Problem(name, "id", f"{file.id!r} is used by two files") for name, file in files if counted[file.id] > 1]
    return tuple(found) or _unusable(root)


def _unusable(root: Root) -> tuple[Problem, ...]:
    try:
        load(root)
    except PackError as error:
        return error.problems
    return ()


def read(root: Root) -> tuple[HeadFile, tuple[tuple[str, RegimeFile], ...], str]:
    """Head, files by name, and `sha256:` digest over all of them; raises one `PackError` with every problem."""
    head: HeadFile | None = None
    files: list[tuple[str, RegimeFile]] = []
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for name, content in toml_files(root, FOLDER):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
        try:
            if name == HEAD:
                head = parse(name, content, HeadFile)
            else:
                files.append((name, parse(name, content, RegimeFile)))
        except PackError as error:
            problems.extend(error.problems)
    if head is None and not problems:
        problems.append(Problem(HEAD, "", "is missing; it gives `version` and `known_until`"))
    if problems or head is None:
        raise PackError(tuple(problems))
    return head, tuple(files), f"sha256:{digest.hexdigest()}"


def window(day: Day) -> DateRange:
    """The days that may be meant: one day, or a whole month ("2025-07") or year ("2025"). Raises ValueError."""
    parts = day.split("-")
    if len(parts) == 1:
        return DateRange(date(int(day), 1, 1), date(int(day) + 1, 1, 1))
    if len(parts) == 2:
        year, month = int(parts[0]), int(parts[1])
        return DateRange(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
    start = date.fromisoformat(day)
    return DateRange(start, start + timedelta(days=1))


def _since(day: Day | None) -> DateRange | None:
    return None if day is None else window(day)


def _regime(file: RegimeFile) -> Regime:
    cited = {key: Citation(row.title, row.pinpoint, row.url, row.on, row.basis) for key, row in file.citations.items()}
    return Regime(
        id=file.id,
        jurisdictions=file.jurisdictions,
        title=file.title.value(),
        instrument=file.instrument.value(),
        authority=file.authority,
        text_seen=file.text_seen,
        bound=file.roles.bound,
        not_bound=file.roles.not_bound,
        events=tuple(_event(row, cited) for row in file.event),
        citations=tuple(cited.values()),
        uncertainties=tuple(row.value() for row in file.uncertainties),
        except_jurisdictions=file.except_jurisdictions,
        subsidiaries=Truth(file.subsidiaries),
        group=Truth(file.group),
        threshold=file.threshold,
        components=Truth(file.components),
        component_rule=ComponentRule(**msgspec.structs.asdict(file.component_rule)),
        limbs=tuple(_limb(row) for row in file.limb),
        duties=tuple(_duty(row, cited) for row in file.duty),
        waivers=tuple(_waiver(row, cited) for row in file.waiver),
        remarks=tuple(_remark(row) for row in file.remark),
        outside_acts=file.outside_acts,
        brand_counts=file.brand_counts,
        closed=file.closed,
        unseen_reason=file.unseen_reason,
        counsel=_counsel(file),
    )


def _event(row: EventRow, cited: dict[str, Citation]) -> RestrictionEvent:
    base = cited[row.cite]
    on = window(row.date)
    citation = Citation(base.title, base.pinpoint, base.url, base.on, row.basis or base.basis)
    return RestrictionEvent(on, row.event, row.note.value(), citation, row.known_on, key=row.key)


def _limb(row: LimbRow) -> Limb:
    named = tuple(ListedParty(party, None, Basis.SOURCED) for party in row.parties)
    dated = tuple(ListedParty(entry.party, _since(entry.since), entry.basis) for entry in row.entries)
    return Limb(
        id=row.id,
        parties=(*named, *dated),
        countries=row.countries,
        everyone=row.everyone,
        reason=row.reason,
        classes=row.classes,
        unclear=row.unclear,
        purpose_rule=row.purpose_rule,
        purposes=row.purposes,
        struck_definition=row.struck_definition,
        since=_since(row.since),
    )


def _duty(row: DutyRow, cited: dict[str, Citation]) -> Duty:
    return Duty(
        id=row.id,
        acts=row.acts,
        outcome=Outcome.parse(row.outcome),
        begins=row.begins,
        citation=cited[row.cite],
        note=row.note.value(),
        roles=row.roles,
        limbs=row.limbs,
        subject=row.subject,
        begins_after=row.begins_after,
        ends=row.ends,
        conditions=tuple(Condition(item.kind, item.day, item.values) for item in row.conditions),
        reasons=row.reasons,
        missing=row.missing,
        parts=row.parts,
        control=row.control,
        waivable=row.waivable,
    )


def _waiver(row: WaiverRow, cited: dict[str, Citation]) -> Waiver:
    return Waiver(
        approval=row.approval,
        reason=row.reason,
        citation=cited[row.cite],
        first_day=row.first_day,
        last_day=row.last_day,
        lapse_reason=row.lapse_reason,
        missing=row.missing,
    )


def _remark(row: RemarkRow) -> Remark:
    fields = msgspec.structs.asdict(row)
    fields["outcomes"] = tuple(Outcome.parse(word) for word in row.outcomes)
    return Remark(**fields)


def _counsel(file: RegimeFile) -> Counsel | None:
    if file.reviewed_by is None or file.reviewed_on is None or file.qualification is None:
        return None
    return Counsel(file.reviewed_by, file.reviewed_on, file.qualification)
