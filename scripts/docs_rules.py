"""Reference pages of the law as it is encoded: one a regime, their list, and the reason codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from scripts.docs_text import code, page, plain, section, table, words

from glasshouse.datapack.pack import DataPack
from glasshouse.judgement.reasons import MISSING, REASONS, missing_fact
from glasshouse.model.partybook import PartyBook
from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import (
    Citation,
    Condition,
    Duty,
    Limb,
    Outcome,
    Regime,
    Remark,
    RestrictionEvent,
    Waiver,
)
from glasshouse.model.text import Message, Title
from glasshouse.model.time import DateRange
from glasshouse.model.truth import Truth
from glasshouse.reports.catalogue import Translator

__all__ = ["reasons_page", "rules_pages"]

_FRENCH = Translator("fr")
_NOT_REVIEWED = "Not reviewed by counsel. The text of the instrument decides, not this page."
_CONDITIONS = {
    "acquired-after": "the unit was acquired after {day}",
    "acquired-by": "the unit was acquired on or before {day}",
    "not-authorised-before": "the model was not authorised before {day}",
    "award-funds": "federal award money pays for it",
    "awarded-from": "the contract or award is of {day} or later",
    "service-contract": "a maintenance or monitoring contract uses the device",
    "site": "the class of the site is one of: {values}",
    "no-certificate": "the certificate does not exist: {values}",
    "made-before": "the unit was made before {day}",
    "made-from": "the unit was made on {day} or later",
}


def reasons_page() -> str:
    """Every reason code and every missing fact, in both languages."""
    codes = [(code(name), str(text), _french(text)) for name, text in sorted(REASONS.items())]
    facts = [(code(name), str(text), _french(text)) for name, text in sorted(MISSING.items())]
    return page(
        "Reason codes",
        "Every verdict carries at least one code. Codes are stable; sentences may be reworded.",
        table(("code", "what it says", "en français"), codes),
        section(
            2,
            "Missing facts",
            "What would settle a doubt. The key is what a rule file writes; the sentence is what an answer carries.",
            table(("key", "fact", "en français"), facts),
        ),
    )


def _french(message: Message) -> str:
    pattern = _FRENCH.pattern(message.msgid)
    return "" if pattern == message.msgid else message.format(pattern)


def rules_pages(pack: DataPack) -> dict[str, str]:
    """`rules.md` and `rules/<id>.md` of every regime."""
    rules, book = pack.rules, PartyBook(pack.parties, pack.relations)
    found = {f"rules/{regime.id}.md": _regime(regime, book) for regime in rules.regimes}
    rows = [
        (
            f"[{plain(regime.title.en)}](rules/{regime.id}.md)",
            ", ".join(regime.jurisdictions),
            regime.authority.value,
            "read" if regime.text_seen else "not seen",
            _first_day(regime),
        )
        for regime in rules.regimes
    ]
    by_counsel = [regime for regime in rules.regimes if regime.counsel is not None]
    intro = (
        f"Version {rules.version}; known until {rules.known_until}. {len(rules.regimes)} regimes are recorded. A regime "
        "that is not here was not recorded: its absence is reported as `NO_RULE_FOUND` and never read as permission.\n\n"
        f"Reviewed by counsel: {len(by_counsel)} of {len(rules.regimes)}."
    )
    head = ("regime", "jurisdiction", "rests on", "text", "in force")
    found["rules.md"] = page(
        "Rules", intro, table(head, rows), "Codes are explained in [reason codes](reason-codes.md)."
    )
    return found


def _first_day(regime: Regime) -> str:
    days = [_days(event.on) for event in regime.events if event.event == "in-force"]
    return days[0] if days else "no day recorded"


def _days(when: DateRange) -> str:
    """One day, or the window in which the day lies."""
    if when.start is None:
        return f"before {when.end}" if when.end else "day unknown"
    if when.end is None:
        return f"from {when.start}"
    last = when.end - timedelta(days=1)
    return str(when.start) if when.start == last else f"between {when.start} and {last}"


def _regime(regime: Regime, book: PartyBook) -> str:
    return page(
        regime.title.en,
        f"*{plain(regime.title.fr)}*",
        _counsel(regime),
        table(("", ""), _overview(regime)),
        section(2, "Who is bound", table(("", "roles"), _bound(regime))),
        section(2, "Whom it names", *(_limb(limb, book) for limb in regime.limbs), none_recorded(regime.limbs)),
        section(2, "What it says", *(_duty(duty, regime) for duty in regime.duties), none_recorded(regime.duties)),
        _waivers(regime.waivers),
        _remarks(regime.remarks),
        section(2, "Timeline", table(("day", "event", "what happened", "source"), map(_event, regime.events))),
        section(2, "Open points", words("", map(_both, regime.uncertainties)).lstrip(":\n") or "None recorded."),
        section(2, "Citations", words("", map(_citation, _sources(regime))).lstrip(":\n")),
    )


def none_recorded(values: Sequence[object]) -> str:
    """What stands where a part of a regime is empty."""
    return "" if values else "Nothing is recorded; the engine answers with a question instead."


def _counsel(regime: Regime) -> str:
    if regime.counsel is None:
        return _NOT_REVIEWED
    one = regime.counsel
    return f"Reviewed by {plain(one.by)} ({plain(one.qualification)}) on {one.on}."


def _overview(regime: Regime) -> list[tuple[str, str]]:
    rows = [
        ("id", code(regime.id)),
        ("jurisdiction", ", ".join(regime.jurisdictions)),
        ("instrument", _both(regime.instrument)),
        ("rests on", regime.authority.value),
        ("wording", "was read" if regime.text_seen else "was not seen: outcomes say so first"),
        ("companies that a named party owns", _truth(regime.subsidiaries)),
        ("parents and sisters of a named party", _truth(regime.group)),
        ("stake that makes an affiliate", f"more than {regime.threshold:g} %"),
        ("components", _truth(regime.components)),
    ]
    if regime.except_jurisdictions:
        rows.append(("not in", ", ".join(regime.except_jurisdictions)))
    if regime.brand_counts:
        rows.append(("brand", "the brand on the box may decide alone"))
    rules = regime.component_rule
    if rules.covered:
        rows.append(("parts that are covered", ", ".join(rules.covered)))
    if rules.excluded:
        rows.append(("parts that are not", ", ".join(rules.excluded)))
    if rules.decisive:
        rows.append(("parts to look at before another maker's device can pass", ", ".join(rules.decisive)))
    return rows


def _truth(value: Truth) -> str:
    return {Truth.YES: "reached", Truth.NO: "not reached", Truth.UNKNOWN: "the text does not say, or was not seen"}[
        value
    ]


def _bound(regime: Regime) -> list[tuple[str, str]]:
    return [
        ("bound", _codes(regime.bound) or "no role"),
        ("not bound", _codes(regime.not_bound) or "no role recorded"),
        ("acts outside its reach", _codes(regime.outside_acts) or "none recorded"),
    ]


def _codes(items: Iterable[str]) -> str:
    return ", ".join(code(item) for item in items)


def _limb(limb: Limb, book: PartyBook) -> str:
    rows = []
    for listed in limb.parties:
        party = book.resolve(listed.party)
        name = plain(party.name) if party else listed.party
        since = _days(listed.since) if listed.since else "as long as the regime runs"
        rows.append((f"{name} ({code(listed.party)})", since, _basis(listed.basis)))
    notes = []
    if limb.countries:
        notes.append(f"every maker of: {', '.join(limb.countries)}")
    if limb.everyone:
        notes.append("every maker")
    notes.append(f"products: {', '.join(limb.classes) or 'any'}")
    if limb.unclear:
        notes.append(f"not clear whether meant: {', '.join(limb.unclear)}")
    purpose = {
        "any": "whatever the purpose",
        "required": f"only for: {', '.join(limb.purposes)}",
        "plan": "barred unless a plan was approved",
    }
    notes.append(f"purpose: {purpose[limb.purpose_rule]}")
    if limb.struck_definition:
        notes.append("the definition of critical infrastructure was struck and not replaced")
    if limb.since:
        notes.append(f"since {_days(limb.since)}")
    return section(3, code(limb.id), table(("party", "since", "basis"), rows), words("Reach", notes))


def _basis(basis: Basis) -> str:
    return {
        Basis.SOURCED: "sourced",
        Basis.MEASURED: "measured",
        Basis.RECALLED: "recalled: unverified, leads to review at most",
    }[basis]


def _duty(duty: Duty, regime: Regime) -> str:
    begins = f"{'after ' if duty.begins_after else ''}{_days(regime.event(duty.begins).on)} ({code(duty.begins)})"
    rows = [
        ("acts", _codes(duty.acts)),
        ("roles", _codes(duty.roles) or "every bound role"),
        ("outcome", code(duty.outcome.word)),
        ("begins", begins),
        ("compared with the named parties", {"none": "nobody"}.get(duty.subject, f"the {duty.subject}")),
    ]
    if duty.ends:
        rows.append(("ends", f"{_days(regime.event(duty.ends).on)} ({code(duty.ends)})"))
    if duty.limbs:
        rows.append(("only for", _codes(duty.limbs)))
    if duty.conditions:
        rows.append(("if", "; ".join(map(_condition, duty.conditions))))
    if duty.control:
        rows.append(("control", "whose equipment it is matters"))
    if duty.reasons:
        rows.append(("reason codes", _codes(duty.reasons)))
    if duty.missing:
        rows.append(("facts still missing", "; ".join(str(missing_fact(key)) for key in duty.missing)))
    rows.append(("source", _citation(duty.citation)))
    return section(3, code(duty.id), _both(duty.note), table(("", ""), rows))


def _condition(condition: Condition) -> str:
    return _CONDITIONS[condition.kind].format(day=condition.day, values=", ".join(condition.values))


def _waivers(waivers: Sequence[Waiver]) -> str:
    rows = [
        (
            code(one.approval),
            str(one.first_day or ""),
            str(one.last_day or ""),
            code(one.reason),
            _citation(one.citation),
        )
        for one in waivers
    ]
    body = table(("approval", "from", "until", "reason code", "source"), rows)
    return section(2, "Approvals that turn a prohibition into a condition", body) if body else ""


def _remarks(remarks: Sequence[Remark]) -> str:
    rows = [(_codes(one.reasons), "; ".join(_selectors(one)) or "always") for one in remarks]
    body = table(("reason codes added", "where"), rows)
    return section(2, "Remarks", body) if body else ""


def _selectors(remark: Remark) -> list[str]:
    lists: tuple[tuple[str, Sequence[str | Outcome]], ...] = (
        ("role", remark.roles),
        ("act", remark.acts),
        ("maker", remark.parties),
        ("device class", remark.classes),
        ("component of", remark.component_of),
        ("component", remark.component_kinds),
        ("outcome", remark.outcomes),
    )
    found = [
        f"{name}: {_codes(item.word if isinstance(item, Outcome) else item for item in items)}"
        for name, items in lists
        if items
    ]
    return [*found, f"from {code(remark.begins)}"] if remark.begins else found


def _event(event: RestrictionEvent) -> tuple[str, str, str, str]:
    known = f"; public since {event.known_on}" if event.known_on else ""
    key = f" ({code(event.key)})" if event.key else ""
    return (_days(event.on) + known, event.event + key, _both(event.note), _citation(event.citation))


def _both(title: Title) -> str:
    return f"{plain(title.en)} / *{plain(title.fr)}*"


def _sources(regime: Regime) -> list[Citation]:
    used = [*(event.citation for event in regime.events), *(duty.citation for duty in regime.duties)]
    return list(dict.fromkeys([*regime.citations, *used, *(one.citation for one in regime.waivers)]))


def _citation(citation: Citation) -> str:
    name = f"[{plain(citation.title)}]({citation.url})" if citation.url else plain(citation.title)
    parts = [name, plain(citation.pinpoint), _day(citation.on), _basis(citation.basis)]
    return ", ".join(part for part in parts if part)


def _day(day: date | None) -> str:
    return str(day) if day else ""
