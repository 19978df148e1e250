"""`glasshouse rules`: the restrictions as data, for reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from glasshouse.app.config import load_settings
from glasshouse.app.errors import UsageError
from glasshouse.cli.options import DAY, format_option, language_option, write_records
from glasshouse.datapack import load
from glasshouse.model.restriction import Citation, Duty, Regime, RestrictionEvent
from glasshouse.model.time import DateRange

COLUMNS = ("id", "jurisdiction", "title", "authority", "text_seen", "since")


@click.group("rules")
def command() -> None:
    """The rules that the judge knows, with their dates and citations."""


@command.command("list")
@click.option("--jurisdiction", default=None, help="Only what applies there (CA-QC also gets CA).")
@language_option
@format_option
def list_rules(jurisdiction: str | None, language: str | None, form: str | None) -> None:
    """One line a regime."""
    chosen = load_settings(language=language).language
    rules = load().rules
    regimes = rules.applicable(jurisdiction) if jurisdiction else rules.regimes
    rows = (
        {
            "id": regime.id,
            "jurisdiction": ", ".join(regime.jurisdictions),
            "title": regime.title.in_language(chosen),
            "authority": regime.authority.value,
            "text_seen": regime.text_seen,
            "since": _first(regime),
        }
        for regime in regimes
    )
    write_records(rows, form, COLUMNS)


@command.command("show")
@click.argument("regime")
@click.option("--as-of", type=DAY, default=None, help="Only the duties that had begun by this day.")
@language_option
def show(regime: str, as_of: date | None, language: str | None) -> None:
    """Everything recorded about REGIME: who is bound, to what, since when, and on which text that rests."""
    chosen = load_settings(language=language).language
    for line in _shown(_regime(regime), chosen, as_of):
        click.echo(line)


@command.command("timeline")
@click.argument("regime")
@language_option
@format_option
def timeline(regime: str, language: str | None, form: str | None) -> None:
    """The dated events of REGIME, oldest first, each with its citation and basis."""
    chosen = load_settings(language=language).language
    events = sorted(_regime(regime).events, key=lambda event: event.on.start or date.min)
    rows = (
        {
            "on": _days(event.on),
            "event": event.event,
            "note": event.note.in_language(chosen),
            "basis": event.citation.basis.value,
            "known_on": event.known_on.isoformat() if event.known_on else None,
            "source": event.citation.url or event.citation.title,
        }
        for event in events
    )
    write_records(rows, form)


def _regime(name: str) -> Regime:
    rules = load().rules
    found = rules.regime(name)
    if found is None:
        near = [regime.id for regime in rules.regimes if name.lower() in regime.id] or [
            regime.id for regime in rules.regimes
        ]
        raise UsageError(
            f"regime {name!r} is not recorded; accepted: {', '.join(near[:12])}; see 'glasshouse rules list'"
        )
    return found


def _first(regime: Regime) -> str | None:
    starts = [event.on for event in regime.events if event.event == "in-force"]
    return _days(min(starts, key=lambda when: when.start or date.min)) if starts else None


def _days(when: DateRange) -> str:
    """One day as a day; a window as its first and last day."""
    if when.start is None or when.end is None:
        return f"{when.start or '...'} to {when.end or '...'}"
    last = date.fromordinal(when.end.toordinal() - 1)
    return when.start.isoformat() if last == when.start else f"{when.start} to {last}"


def _cited(citation: Citation) -> str:
    place = f", {citation.pinpoint}" if citation.pinpoint else ""
    return f"{citation.title}{place} [{citation.basis.value}] {citation.url}".rstrip()


def _shown(regime: Regime, language: str, as_of: date | None) -> Iterator[str]:
    events = {event.key: event for event in regime.events if event.key}
    yield f"{regime.id}: {regime.title.in_language(language)}"
    yield f"  instrument: {regime.instrument.in_language(language)}"
    yield f"  authority: {regime.authority.value}; text {'seen' if regime.text_seen else 'not seen'}"
    counsel = regime.counsel
    yield f"  counsel: {f'{counsel.by}, {counsel.on}, {counsel.qualification}' if counsel else 'not reviewed by counsel'}"
    yield f"  jurisdiction: {', '.join(regime.jurisdictions)}"
    yield f"  bound: {', '.join(regime.bound) or 'nobody recorded'}"
    yield f"  not bound: {', '.join(regime.not_bound) or 'nobody recorded'}"
    for limb in regime.limbs:
        yield f"  names ({limb.id}): {', '.join(party.party for party in limb.parties) or 'by rule, see the reference'}"
    for duty in regime.duties:
        if as_of is None or _begun(duty, events, as_of):
            yield from _duty(duty, events, language)
    for doubt in regime.uncertainties:
        yield f"  uncertain: {doubt.in_language(language)}"
    for citation in regime.citations:
        yield f"  source: {_cited(citation)}"


def _begun(duty: Duty, events: dict[str, RestrictionEvent], as_of: date) -> bool:
    begins = events.get(duty.begins)
    return begins is None or begins.on.start is None or begins.on.start <= as_of


def _duty(duty: Duty, events: dict[str, RestrictionEvent], language: str) -> Iterator[str]:
    begins = events.get(duty.begins)
    since = _days(begins.on) if begins else duty.begins
    yield f"  {duty.outcome.word}: {', '.join(duty.acts)} since {since}"
    yield f"    {duty.note.in_language(language)} ({_cited(duty.citation)})"
