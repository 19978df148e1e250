"""Is this party one that a limb of a regime reaches: by name, by ownership on the day that counts, or by country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from glasshouse.judgement.case import Case
from glasshouse.judgement.finding import Finding, leaf, some
from glasshouse.judgement.timeline import reached
from glasshouse.model.partybook import Affiliation, Manner
from glasshouse.model.provenance import Basis
from glasshouse.model.restriction import Limb, ListedParty
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth

__all__ = ["Subject", "in_named_group", "named"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a limb is compared with. `product`: as the producer of a unit (then the day it was made counts)."""

    name: str
    product: bool
    made_on: date | None = None
    brand: str | None = None


def named(case: Case, limb: Limb, subject: Subject) -> Finding:
    """Whether `limb` reaches the party called by `subject`, whose identity is taken as shown."""
    if limb.countries:
        return _by_country(case, limb, subject)
    criterion = Message.of("One of the parties that the text names, or an affiliate that it reaches, is concerned")
    if not limb.parties:
        return leaf(criterion, Truth.NO, Message.of("Whom it names is not known"), codes=("ENTITY_NOT_NAMED",))
    found = some(criterion, [_listed(case, limb, entry, subject) for entry in limb.parties])
    if found.value is Truth.NO and "NOT_YET_IN_FORCE" not in found.codes:
        return _behind_the_name(case, limb, subject, found)
    return found


def in_named_group(case: Case, name: str, made_on: date | None) -> bool:
    """Whether the party is, or may be, one that any regime names, or belongs to such a group, now or when it made the unit."""
    party = case.parties.canonical(name)
    days = {case.day, made_on or case.day}
    return any(
        (made_on is None and case.parties.changed(party, listed))
        or any(case.parties.affiliation(party, listed, day).value is not Truth.NO for day in days)
        for listed in case.rules.named()
    )


def _listed(case: Case, limb: Limb, entry: ListedParty, subject: Subject) -> Finding:
    tie = _tie(case, limb, entry.party, subject)
    if tie.value is Truth.NO:
        return tie
    since = entry.since or limb.since
    begun = Truth.YES if since is None else reached(since, case.day)
    criterion = Message.of("The entry for {party} counts on this day", party=entry.party)
    fact = Message.of("Entry since {day}", day=since.start if since else "the start of the rule")
    if begun is Truth.NO:
        return leaf(criterion, Truth.NO, fact, codes=("NOT_YET_IN_FORCE",))
    if begun is Truth.UNKNOWN:
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("EFFECTIVE_DAY_UNKNOWN",), missing=("effective-day",))
    if entry.basis is Basis.RECALLED:
        codes = (*tie.codes, "UNVERIFIED_SOURCE")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("list-text",))
    return tie


def _tie(case: Case, limb: Limb, listed: str, subject: Subject) -> Finding:
    party = case.parties.canonical(subject.name)
    criterion = Message.of("{party} is {listed} or belongs to it", party=party, listed=listed)
    if party == listed:
        return _same(case, limb, listed, subject, criterion)
    if subject.product and subject.made_on is None and case.parties.changed(party, listed):
        ended = ("OWNERSHIP_ENDED",) if case.parties.once(party, listed, case.day) else ()
        fact = Message.of("{party} did not always belong to {listed}; the day of manufacture is unknown",
                          party=party, listed=listed)  # fmt: skip
        codes = ("DECISIVE_DATE_UNKNOWN", "PRODUCER_UNKNOWN", *ended)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("made-on", "producer"))
    return _affiliate(case, party, listed, subject, criterion)


def _same(case: Case, limb: Limb, listed: str, subject: Subject, criterion: Message) -> Finding:
    fact = Message.of("{party} is named by the text", party=listed)
    other_brand = subject.brand is not None and case.parties.canonical(subject.brand) != listed
    codes = tuple(dict.fromkeys((limb.reason, "ENTITY_NAMED")))
    if not (subject.product and other_brand):
        return leaf(criterion, Truth.YES, fact, codes=codes)
    if case.regime.brand_counts:
        fact = Message.of("{party} produced it and it is sold as {brand}", party=listed, brand=subject.brand)
        codes = ("AFFILIATE_SCOPE_UNKNOWN", "PRODUCED_BY_LISTED")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("affiliate-scope", "instrument"))
    return leaf(criterion, Truth.YES, fact, codes=(*codes, "PRODUCED_BY_LISTED"))


def _affiliate(case: Case, party: str, listed: str, subject: Subject, criterion: Message) -> Finding:
    threshold = case.regime.threshold
    now = case.parties.affiliation(party, listed, case.day, threshold)
    made = now
    if subject.product and subject.made_on is not None:
        made = case.parties.affiliation(party, listed, subject.made_on, threshold)
    day = subject.made_on if subject.product and subject.made_on else case.day
    if made.value is Truth.NO and now.value is not Truth.NO:
        fact = Message.of("{party} came to {listed} only after the unit was made", party=party, listed=listed)
        return leaf(
            criterion, Truth.UNKNOWN, fact, codes=("AFFILIATE_AT_DATE",), missing=("affiliate-scope", "made-on")
        )
    if made.value is Truth.NO:
        return leaf(criterion, Truth.NO, _no_tie(party, listed, day), codes=("ENTITY_NOT_NAMED",))
    at_manufacture = subject.product and subject.made_on is not None
    return _in_scope(case, made, criterion, Message.of("{party} belonged to {listed} on {day}, by {path}",
                     party=party, listed=listed, day=day, path=_path(made)), at_manufacture=at_manufacture)  # fmt: skip


def _in_scope(case: Case, tie: Affiliation, criterion: Message, fact: Message, *, at_manufacture: bool) -> Finding:
    scope = case.regime.subsidiaries if tie.manner is Manner.SUBSIDIARY else case.regime.group
    if scope is Truth.NO:
        return leaf(criterion, Truth.NO, fact, codes=("ENTITY_NOT_NAMED",))
    if scope is Truth.UNKNOWN:
        codes: tuple[str, ...] = ("AFFILIATE_SCOPE_UNKNOWN",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("affiliate-scope", "instrument"))
    if tie.value is Truth.YES:
        made = ("PRODUCED_BY_AFFILIATE_AT_MANUFACTURE",) if at_manufacture else ()
        return leaf(criterion, Truth.YES, fact, codes=("AFFILIATE_AT_DATE", *made))
    if tie.manner is Manner.MINORITY:
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("OWNERSHIP_THRESHOLD",), missing=("stake",))
    if tie.disputed:
        codes = ("SOURCES_CONFLICT", "PRODUCER_UNKNOWN")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("ownership", "producer"))
    codes = ("AFFILIATE_AT_DATE", "UNVERIFIED_SOURCE")
    return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("ownership",))


def _behind_the_name(case: Case, limb: Limb, subject: Subject, found: Finding) -> Finding:
    """Not named and no affiliate: does something recorded say that a named party may have produced it all the same?"""
    party = case.parties.canonical(subject.name)
    ids = frozenset(entry.party for entry in limb.parties)
    ended = any(case.parties.once(party, listed, case.day) for listed in ids)
    codes = (*(("OWNERSHIP_ENDED",) if ended else ()), *found.codes)
    criterion = Message.of("A party that the text names stands behind {party}", party=party)
    doubt = _producer_doubt(case, party, ids, subject) if subject.product else None
    if doubt is not None:
        reasons, fact = doubt
        kept = tuple(code for code in codes if code != "ENTITY_NOT_NAMED")
        return leaf(
            criterion, Truth.UNKNOWN, fact, codes=(*reasons, *kept), missing=("producer", "fcc-id", "odm-letter")
        )
    if case.parties.resolve(subject.name) is None:
        similar = case.parties.resembles(subject.name, ids)
        if similar:
            fact = Message.of("{party} resembles {listed} and is another party", party=party, listed=similar)
            return leaf(criterion, Truth.NO, fact, codes=(*codes, "FUZZY_MATCH_REJECTED"))
    return Finding(Truth.NO, found.trace, codes, found.missing)


def _producer_doubt(
    case: Case, party: str, ids: frozenset[str], subject: Subject
) -> tuple[tuple[str, ...], Message] | None:
    day = subject.made_on or case.day
    for report in case.parties.reported_producers(party, day):
        if report.of in ids or any(case.parties.affiliation(report.of, i, day).value is Truth.YES for i in ids):
            title = report.source.reference.title
            return ("PRODUCER_UNKNOWN",), Message.of("{maker} is reported to make its goods: {source}",
                                                     maker=report.of, source=title)  # fmt: skip
    before = case.parties.predecessor(party, day)
    if before and any(
        case.parties.once(before.of, i, day) or case.parties.affiliation(before.of, i, day).value is Truth.YES
        for i in ids
    ):
        return ("SUCCESSOR_BRAND", "PRODUCER_UNKNOWN"), Message.of("It took over from {party}", party=before.of)
    known = case.parties.resolve(subject.name)
    if known is not None and known.kind == "brand":
        return ("PRODUCER_UNKNOWN",), Message.of("{party} is a brand; who produced the unit is not said", party=party)
    return _brand_doubt(case, ids, subject)


def _brand_doubt(case: Case, ids: frozenset[str], subject: Subject) -> tuple[tuple[str, ...], Message] | None:
    if not case.regime.brand_counts or subject.brand is None or case.parties.canonical(subject.brand) not in ids:
        return None
    return ("AFFILIATE_SCOPE_UNKNOWN",), Message.of(
        "The brand {brand} is named and the maker is not", brand=subject.brand
    )


def _by_country(case: Case, limb: Limb, subject: Subject) -> Finding:
    known = case.parties.resolve(subject.name)
    party = case.parties.canonical(subject.name)
    criterion = Message.of("The maker is subject to the law of {countries}", countries=", ".join(limb.countries))
    if known is None or known.country is None:
        fact = Message.of("The country of {party} is not recorded", party=party)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("PRODUCER_UNKNOWN",), missing=("country", "producer"))
    fact = Message.of("{party} is recorded under {country}", party=party, country=known.country)
    if f"!{known.country}" in limb.countries:
        codes = ("PRODUCER_UNKNOWN",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("place-of-production",))
    if known.country in limb.countries or any(code.startswith("!") for code in limb.countries):
        return leaf(criterion, Truth.YES, fact, codes=(limb.reason,))
    day = (subject.made_on if subject.product else None) or case.day
    for owner in sorted(case.parties.owners(party, day)):
        above = case.parties.resolve(owner)
        if above and above.country in limb.countries:
            tie = case.parties.affiliation(party, owner, day, case.regime.threshold)
            fact = Message.of("{party} belonged to {owner} on {day}", party=party, owner=owner, day=day)
            return _in_scope(case, tie, criterion, fact, at_manufacture=subject.product and subject.made_on is not None)
    if known.kind == "brand" or (subject.product and case.parties.reported_producers(party, day)):
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("PRODUCER_UNKNOWN",), missing=("producer",))
    return leaf(criterion, Truth.NO, fact, codes=("ENTITY_NOT_NAMED",))


def _no_tie(party: str, listed: str, day: date) -> Message:
    return Message.of("No tie between {party} and {listed} on {day} is recorded", party=party, listed=listed, day=day)


def _path(tie: Affiliation) -> str:
    return "; ".join(f"{step.party} {step.kind.value} {step.of} ({step.source.reference.title})" for step in tie.path)
