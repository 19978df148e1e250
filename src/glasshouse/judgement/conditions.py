"""Further criteria that a duty may have: dates of acquisition, authorisation and award, money, site, certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from glasshouse.judgement.case import Case
from glasshouse.judgement.criteria import USE_ACTS
from glasshouse.judgement.finding import Finding, leaf
from glasshouse.model.restriction import Condition
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Certificate

__all__ = ["condition"]


def condition(case: Case, wanted: Condition) -> Finding:
    """The value of one condition of a duty."""
    return _KINDS[wanted.kind](case, wanted)


def _day(wanted: Condition) -> date:
    if wanted.day is None:
        raise ValueError(f"condition {wanted.kind} has no day; give it one in the rule file")
    return wanted.day


def _acquired_after(case: Case, wanted: Condition) -> Finding:
    cutoff, on = _day(wanted), case.query.device.acquired_on
    criterion = Message.of("The unit was acquired after {cutoff}", cutoff=cutoff)
    fact = Message.of("Acquired on: {on}", on=on or "unknown")
    if on is None and case.query.act in USE_ACTS and case.day <= cutoff:
        return leaf(criterion, Truth.NO, Message.of("It was in use by then"), codes=("GRANDFATHERED_WITH_CONDITIONS",))
    if on is None:
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("DECISIVE_DATE_UNKNOWN",), missing=("acquired-on",))
    if on > cutoff:
        return leaf(criterion, Truth.YES, fact, codes=("ACQUIRED_AFTER_CUTOFF",))
    return leaf(criterion, Truth.NO, fact, codes=("GRANDFATHERED_WITH_CONDITIONS",))


def _acquired_by(case: Case, wanted: Condition) -> Finding:
    later = _acquired_after(case, wanted)
    criterion = Message.of("The unit was acquired on or before {cutoff}", cutoff=_day(wanted))
    return leaf(criterion, ~later.value, later.trace.fact, codes=later.codes, missing=later.missing)


def _not_authorised_before(case: Case, wanted: Condition) -> Finding:
    start, on = _day(wanted), case.query.device.authorised_on
    criterion = Message.of("The model was not authorised before {start}", start=start)
    fact = Message.of("Authorised on: {on}", on=on or "unknown")
    if on is None:
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("DECISIVE_DATE_UNKNOWN",), missing=("authorised-on",))
    codes = ("PREVIOUSLY_AUTHORISED",) if on < start else ()
    return leaf(criterion, Truth.of(on >= start), fact, codes=codes)


def _award_funds(case: Case, wanted: Condition) -> Finding:
    del wanted
    paid = case.query.facts.award_funds
    criterion = Message.of("Federal award money pays for it")
    if paid is None and case.query.act == "purchase_with_award_funds":
        return leaf(criterion, Truth.YES, Message.of("The act asked about says so"), codes=("AWARD_FUNDS",))
    codes = {True: ("AWARD_FUNDS",), False: ("NO_AWARD_FUNDS",), None: ("AWARD_FUNDS",)}[paid]
    fact = Message.of("Award funds: {paid}", paid={True: "yes", False: "no", None: "unknown"}[paid])
    return leaf(criterion, Truth.of(paid), fact, codes=codes, missing=("award-funds",))


def _awarded_from(case: Case, wanted: Condition) -> Finding:
    start, on = _day(wanted), case.query.facts.contract_awarded_on
    criterion = Message.of("The award was made or amended on or after {start}", start=start)
    fact = Message.of("Awarded on: {on}", on=on or "not said to be earlier")
    if on is not None and on < start:
        codes = ("AWARD_DATE_BEFORE_RULE",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("award-amendments", "awarded-on"))
    return leaf(criterion, Truth.YES, fact)


def _service_contract(case: Case, wanted: Condition) -> Finding:
    del wanted
    held = case.query.facts.service_contract
    criterion = Message.of("A maintenance or monitoring contract uses the device")
    fact = Message.of("Service contract: {held}", held={True: "yes", False: "no", None: "unknown"}[held])
    codes = ("ACT_NOT_COVERED",) if held is False else ("MAINTENANCE_CONTRACT_CHECK",)
    return leaf(criterion, Truth.of(held), fact, codes=codes, missing=("service-contract",))


def _site(case: Case, wanted: Condition) -> Finding:
    site = case.query.site_class
    criterion = Message.of("The site is of the class {classes}", classes=", ".join(wanted.values))
    fact = Message.of("Class of the site: {site}", site=site or "unknown")
    sensitive = "sensitive" in wanted.values
    if site not in {"sensitive", "ordinary"}:
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("SITE_CLASS_UNKNOWN",), missing=("site-class",))
    codes = ("SITE_SENSITIVE",) if site == "sensitive" else ("SITE_NOT_SENSITIVE",)
    held = site in wanted.values
    return leaf(criterion, Truth.of(held), fact, codes=codes if held or sensitive else ())


def _no_certificate(case: Case, wanted: Condition) -> Finding:
    certificate = case.query.facts.certificate
    criterion = Message.of("The required certificate is missing")
    if certificate is False:
        return leaf(criterion, Truth.YES, Message.of("There is none"), codes=("NO_CERTIFICATE",))
    if not isinstance(certificate, Certificate):
        fact = Message.of("Nothing is known about it")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("CERTIFICATE_UNKNOWN",), missing=("certificate",))
    fact = Message.of("Certificate {kind} of {on}", kind=certificate.kind, on=certificate.on or "an unknown day")
    if certificate.kind not in wanted.values:
        return leaf(criterion, Truth.YES, fact, codes=("NO_CERTIFICATE",))
    if certificate.on is not None and certificate.on > case.day:
        return leaf(criterion, Truth.YES, fact, codes=("NO_CERTIFICATE",))
    return leaf(criterion, Truth.NO, fact, codes=("CERTIFICATE_HELD",))


def _made_before(case: Case, wanted: Condition) -> Finding:
    start, on = _day(wanted), case.query.device.made_on
    criterion = Message.of("The unit was made before {start}", start=start)
    fact = Message.of("Made on: {on}", on=on or "unknown")
    if on is None:
        return leaf(criterion, Truth.NO, Message.of("Nothing shows that it was"))
    codes = ("GRANDFATHERED_WITH_CONDITIONS",) if on < start else ()
    return leaf(criterion, Truth.of(on < start), fact, codes=codes)


def _made_from(case: Case, wanted: Condition) -> Finding:
    before = _made_before(case, wanted)
    criterion = Message.of("The unit was not made before {start}", start=_day(wanted))
    return leaf(criterion, ~before.value, before.trace.fact, codes=before.codes)


_KINDS: dict[str, Callable[[Case, Condition], Finding]] = {
    "acquired-after": _acquired_after,
    "acquired-by": _acquired_by,
    "not-authorised-before": _not_authorised_before,
    "award-funds": _award_funds,
    "awarded-from": _awarded_from,
    "service-contract": _service_contract,
    "site": _site,
    "no-certificate": _no_certificate,
    "made-before": _made_before,
    "made-from": _made_from,
}
