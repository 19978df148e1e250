"""What can be wrong with a rule file beyond its schema: words nobody knows, dangling keys, missing languages, overlaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from glasshouse.datapack.problem import Problem
from glasshouse.datapack.rule_rows import CitationRow, DutyRow, EventRow, LimbRow, RegimeFile, TitleRow
from glasshouse.judgement.reasons import MISSING, REASONS
from glasshouse.model.provenance import Basis
from glasshouse.model.verdict import ACTS, COMPONENT_KINDS, PURPOSES, ROLES, SITE_CLASSES

__all__ = ["problems_of"]

_CLASSES = (
    "camera", "recorder", "encoder", "intercom", "access-control", "video-server", "thermal", "body-worn", "other", "uas",
    "router", "radio",
)  # fmt: skip
_APPROVALS = (
    "agency_head_waiver", "dni_waiver", "ministry_approval", "agency_exception", "conditional_approval", "blue_uas",
    "risk_assessment",
)  # fmt: skip
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CODE = re.compile(r"[A-Z]{2}(-([A-Z0-9]{1,3}|\*))?")


def problems_of(name: str, file: RegimeFile, parties: frozenset[str]) -> Iterator[Problem]:
    """Every problem of one rule file; `parties` are the ids that the parties pack has."""
    for where, text in _all(file, parties):
        yield Problem(name, where, text)
    if name.rsplit("/", 1)[-1] != f"{file.id}.toml":
        yield Problem(name, "id", f"{file.id!r} is not the name of the file; call the file {file.id}.toml")


def _all(file: RegimeFile, parties: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from _head(file)
    yield from _languages(file)
    yield from _citations(file)
    yield from _events(file)
    for at, limb in enumerate(file.limb):
        yield from _limb(f"limb[{at}]", limb, file, parties)
    for at, duty in enumerate(file.duty):
        yield from _duty(f"duty[{at}]", duty, file)
    yield from _beside(file, parties)
    yield from _overlaps(file)


def _head(file: RegimeFile) -> Iterator[tuple[str, str]]:
    for key in ("jurisdictions", "except_jurisdictions"):
        for code in getattr(file, key):
            if not _CODE.fullmatch(code):
                yield key, f"{code!r} is no jurisdiction; accepted: CA, CA-QC, or US-* for every part of US"
    yield from _words("roles.bound", file.roles.bound, ROLES)
    yield from _words("roles.not_bound", file.roles.not_bound, ROLES)
    yield from _words("outside_acts", file.outside_acts, ACTS)
    yield from _words("unseen_reason", (file.unseen_reason,), REASONS)
    both = set(file.roles.bound) & set(file.roles.not_bound)
    if both:
        yield "roles", f"{', '.join(sorted(both))} cannot be bound and not bound; decide"
    rule = file.component_rule
    yield from _words("component_rule", (*rule.covered, *rule.excluded, *rule.decisive), COMPONENT_KINDS)
    yield from _words("component_rule", (rule.covered_reason, rule.excluded_reason), REASONS)
    given = [file.reviewed_by, file.reviewed_on, file.qualification]
    if any(item is not None for item in given) and None in given:
        yield "reviewed_by", "reviewed_by, reviewed_on and qualification belong together; give all or none"


def _words(where: str, values: Iterable[str], accepted: Iterable[str]) -> Iterator[tuple[str, str]]:
    known = list(accepted)
    for value in values:
        if value not in known:
            yield where, f"{value!r} is unknown; accepted: {' '.join(known)}"


def _languages(file: RegimeFile) -> Iterator[tuple[str, str]]:
    rows: list[tuple[str, TitleRow]] = [("title", file.title), ("instrument", file.instrument)]
    rows += [(f"uncertainties[{at}]", row) for at, row in enumerate(file.uncertainties)]
    rows += [(f"event[{at}].note", row.note) for at, row in enumerate(file.event)]
    rows += [(f"duty[{at}].note", row.note) for at, row in enumerate(file.duty)]
    for where, row in rows:
        for language, text in (("en", row.en), ("fr", row.fr)):
            if not text.strip():
                yield f"{where}.{language}", "is empty; every text is there in English and in French"
    if file.title.en == file.title.fr:
        yield "title.fr", "is the English title; translate it"


def _citations(file: RegimeFile) -> Iterator[tuple[str, str]]:
    if not file.citations:
        yield "citations", "is empty; a regime cites at least one source"
    for key, row in file.citations.items():
        if row.basis is not Basis.RECALLED and not row.url:
            yield f"citations.{key}.url", "is missing; what was read has an address, what was not is recalled"
    used = [(f"event[{at}].cite", row.cite) for at, row in enumerate(file.event)]
    used += [(f"duty[{at}].cite", row.cite) for at, row in enumerate(file.duty)]
    used += [(f"waiver[{at}].cite", row.cite) for at, row in enumerate(file.waiver)]
    for where, key in used:
        if key not in file.citations:
            yield where, f"no citation is called {key!r}; accepted: {' '.join(file.citations)}"


def _events(file: RegimeFile) -> Iterator[tuple[str, str]]:
    counted = Counter(row.key for row in file.event if row.key)
    for at, row in enumerate(file.event):
        if counted[row.key] > 1:
            yield f"event[{at}].key", f"{row.key!r} is used twice; keys are unique in a file"
        if not _DAY.fullmatch(row.date):
            yield f"event[{at}].date", f"{row.date!r} is no day; accepted: '2025-07-07', '2025-07' or '2025'"


def _limb(where: str, limb: LimbRow, file: RegimeFile, parties: frozenset[str]) -> Iterator[tuple[str, str]]:
    for party in (*limb.parties, *(entry.party for entry in limb.entries)):
        if party not in parties:
            yield where, f"no party has the id {party!r}; add it to data/parties or correct the id"
    yield from _words(f"{where}.classes", (*limb.classes, *limb.unclear), _CLASSES)
    yield from _words(f"{where}.purposes", limb.purposes, PURPOSES[:4])
    yield from _words(f"{where}.reason", (limb.reason,), REASONS)
    for day in (limb.since, *(entry.since for entry in limb.entries)):
        if day is not None and not _DAY.fullmatch(day):
            yield f"{where}.since", f"{day!r} is no day; accepted: '2025-07-07', '2025-07' or '2025'"
    if limb.purpose_rule != "any" and not limb.purposes:
        yield f"{where}.purposes", "is empty although the limb has a purpose test; name the purposes"
    if limb.struck_definition is not None:
        yield from _key(f"{where}.struck_definition", limb.struck_definition, file)


def _key(where: str, key: str, file: RegimeFile) -> Iterator[tuple[str, str]]:
    keys = [row.key for row in file.event if row.key]
    if key not in keys:
        yield where, f"no event has the key {key!r}; accepted: {' '.join(keys) or 'none is there'}"


def _duty(where: str, duty: DutyRow, file: RegimeFile) -> Iterator[tuple[str, str]]:
    yield from _words(f"{where}.acts", duty.acts, ACTS)
    yield from _words(f"{where}.roles", duty.roles, file.roles.bound)
    yield from _words(f"{where}.limbs", duty.limbs, [limb.id for limb in file.limb])
    yield from _words(f"{where}.reasons", duty.reasons, REASONS)
    yield from _words(f"{where}.missing", duty.missing, MISSING)
    if duty.begins:
        yield from _key(f"{where}.begins", duty.begins, file)
    if duty.ends is not None:
        yield from _key(f"{where}.ends", duty.ends, file)
    if duty.subject != "none" and not file.limb:
        yield f"{where}.subject", "looks at makers and the file has no limb; add one, or say subject = 'none'"
    for item in duty.conditions:
        yield from _words(f"{where}.conditions", item.values if item.kind == "site" else (), SITE_CLASSES)
        if item.kind.endswith(("-after", "-by", "-before", "-from")) and item.day is None:
            yield f"{where}.conditions", f"{item.kind} needs a day"
    yield from _recalled(where, duty, file)


def _recalled(where: str, duty: DutyRow, file: RegimeFile) -> Iterator[tuple[str, str]]:
    bases = [row.basis for row in _decisive(duty, file)]
    bases += [row.basis for row in file.event if row.key == duty.begins and row.key and row.basis]
    if duty.outcome in {"prohibited", "conditional"} and Basis.RECALLED in bases:
        yield f"{where}.outcome", "rests on something only recalled; say needs_review until it is read in a source"


def _decisive(duty: DutyRow, file: RegimeFile) -> list[CitationRow]:
    keys = {duty.cite, *(row.cite for row in file.event if row.key == duty.begins and row.basis is None)}
    return [row for key, row in file.citations.items() if key in keys]


def _beside(file: RegimeFile, parties: frozenset[str]) -> Iterator[tuple[str, str]]:
    for at, waiver in enumerate(file.waiver):
        yield from _words(f"waiver[{at}].approval", (waiver.approval,), _APPROVALS)
        yield from _words(f"waiver[{at}].reason", (waiver.reason, waiver.lapse_reason), REASONS)
        yield from _words(f"waiver[{at}].missing", waiver.missing, MISSING)
    for at, remark in enumerate(file.remark):
        where = f"remark[{at}]"
        yield from _words(f"{where}.reasons", remark.reasons, REASONS)
        yield from _words(f"{where}.roles", remark.roles, ROLES)
        yield from _words(f"{where}.acts", remark.acts, ACTS)
        yield from _words(f"{where}.classes", remark.classes, _CLASSES)
        yield from _words(f"{where}.missing", remark.missing, MISSING)
        yield from _words(f"{where}.parties", (*remark.parties, *remark.component_of), sorted(parties))
        if remark.begins is not None:
            yield from _key(f"{where}.begins", remark.begins, file)


def _overlaps(file: RegimeFile) -> Iterator[tuple[str, str]]:
    events = {row.key: row for row in file.event if row.key}
    counted = Counter(duty.id for duty in file.duty)
    for at, duty in enumerate(file.duty):
        if counted[duty.id] > 1:
            yield f"duty[{at}].id", f"{duty.id!r} is used twice; ids are unique in a file"
        for other in file.duty[:at]:
            if duty.outcome != other.outcome and _same_question(duty, other, file) and _meet(duty, other, events):
                yield f"duty[{at}]", f"says {duty.outcome} where {other.id!r} says {other.outcome} on the same days"


def _same_question(one: DutyRow, two: DutyRow, file: RegimeFile) -> bool:
    bound, limbs = file.roles.bound, tuple(limb.id for limb in file.limb)
    return (
        bool(set(one.acts) & set(two.acts))
        and bool(set(one.roles or bound) & set(two.roles or bound))
        and (not limbs or bool(set(one.limbs or limbs) & set(two.limbs or limbs)))
        and one.conditions == two.conditions
        and one.subject == two.subject
    )


def _meet(one: DutyRow, two: DutyRow, events: dict[str, EventRow]) -> bool:
    first, last = _span(one, events), _span(two, events)
    return first[0] < last[1] and last[0] < first[1]


def _span(duty: DutyRow, events: dict[str, EventRow]) -> tuple[str, str]:
    start = events[duty.begins].date if duty.begins in events else ""
    end = events[duty.ends].date if duty.ends in events else "9999"
    return start, end
