"""Three-valued criteria about the body, the act, the product, the purpose and the place."""

from __future__ import annotations

from glasshouse.judgement.case import Case
from glasshouse.judgement.finding import Finding, every, leaf
from glasshouse.judgement.timeline import happened, reached, started
from glasshouse.model.restriction import Duty, Limb
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth

__all__ = [
    "GOVERNMENT_ROLES",
    "USE_ACTS",
    "category",
    "control",
    "in_time",
    "limb_begun",
    "purpose",
    "role_bound",
    "role_in_duty",
]

GOVERNMENT_ROLES = frozenset(
    {"federal_department", "crown_corporation", "federal_agency", "state_agency", "quebec_public_body", "municipality",
     "local_government", "central_government", "local_authority", "commonwealth_entity", "defense_department"}
)  # fmt: skip
USE_ACTS = frozenset({"use", "keep_in_service", "operate", "deploy", "install"})
_CRITICAL = "critical_infrastructure_security"
_END_CODES: dict[Truth, tuple[str, ...]] = {
    Truth.YES: ("NO_LONGER_IN_FORCE",),
    Truth.UNKNOWN: ("EFFECTIVE_DAY_UNKNOWN",),
    Truth.NO: (),
}


def role_bound(case: Case) -> Finding:
    """Whether one of the roles is bound. A role that an unseen text neither binds nor leaves out is UNKNOWN."""
    criterion = Message.of("The rule binds this role")
    roles = case.query.roles
    if not roles:
        return leaf(criterion, Truth.UNKNOWN, None, codes=("ROLE_UNKNOWN",), missing=("role",))
    bound = [role for role in roles if role in case.regime.bound]
    fact = Message.of("Roles: {roles}", roles=", ".join(roles))
    clause = case.clause(case.regime.citations[0])
    if bound:
        several = ("MULTI_ROLE",) if len(roles) > 1 else ()
        return leaf(criterion, Truth.YES, fact, codes=("ROLE_BOUND", *several), clause=clause)
    open_roles = [role for role in roles if role in GOVERNMENT_ROLES and role not in case.regime.not_bound]
    if open_roles and not case.regime.text_seen and case.regime.bound:
        codes = (case.regime.unseen_reason,)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("instrument",))
    return leaf(criterion, Truth.NO, fact, codes=("ROLE_NOT_BOUND",), clause=clause)


def role_in_duty(case: Case, duty: Duty) -> Finding:
    """Whether the duty is one of this role (all bound roles, unless it says which)."""
    criterion = Message.of("The duty is one of this role")
    if not duty.roles or not case.query.roles:
        return leaf(criterion, Truth.YES if case.query.roles else Truth.UNKNOWN)
    held = any(role in duty.roles for role in case.query.roles)
    return leaf(criterion, Truth.of(held), codes=() if held else ("ACT_NOT_COVERED",))


def in_time(case: Case, duty: Duty) -> Finding:
    """Whether the duty runs on the day asked about, as it could be known."""
    if not duty.begins:
        return leaf(Message.of("The entry has no first day"), Truth.YES)
    as_of, event = case.query.as_of, case.regime.event(duty.begins)
    begun = started(event, as_of, after=duty.begins_after)
    fact = Message.of("Begins with {event} of {day}; the question is about {as_of}",
                      event=event.event, day=event.on.start, as_of=case.day)  # fmt: skip
    codes, missing = _begin_codes(begun)
    parts = [
        leaf(
            Message.of("The rule has begun"),
            begun,
            fact,
            codes=codes,
            missing=missing,
            clause=case.clause(event.citation),
        )
    ]
    if duty.ends is not None:
        ended = happened(case.regime, duty.ends, as_of)
        stop = case.regime.event(duty.ends)
        fact = Message.of("Ends with {event} of {day}", event=stop.event, day=stop.on.start)
        codes = _END_CODES[ended]
        parts.append(leaf(Message.of("It has not ended"), ~ended, fact, codes=codes, missing=("effective-day",)))
    return every(Message.of("The rule runs on this day"), parts)


def _begin_codes(begun: Truth) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if begun is Truth.NO:
        return ("NOT_YET_IN_FORCE",), ()
    if begun is Truth.UNKNOWN:
        return ("EFFECTIVE_DAY_UNKNOWN",), ("effective-day",)
    return (), ()


def limb_begun(case: Case, limb: Limb) -> Finding:
    """Whether anything in the limb counts on this day."""
    windows = [limb.since] if limb.since else [entry.since for entry in limb.parties]
    values = [Truth.YES if window is None else reached(window, case.day) for window in windows]
    begun = Truth.NO if values and all(value is Truth.NO for value in values) else Truth.YES
    codes = ("NOT_YET_IN_FORCE",) if begun is Truth.NO else ()
    return leaf(Message.of("An entry of this list counts on this day"), begun, codes=codes)


def category(case: Case, limb: Limb) -> Finding:
    """Whether the product falls into the categories of the limb."""
    criterion = Message.of("The product falls into the categories of the rule")
    kind = case.query.device.device_class
    fact = Message.of("Class of the device: {kind}", kind=kind or "unknown")
    if not limb.classes:
        return leaf(Message.of("The rule has no category limit"), Truth.YES, fact)
    if kind is None:
        codes = ("PRODUCT_CATEGORY_UNCLEAR",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("product-category",))
    if kind in limb.classes:
        return leaf(criterion, Truth.YES, fact)
    if kind in limb.unclear:
        codes = ("PRODUCT_CATEGORY_UNCLEAR",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("category-reading",))
    return leaf(criterion, Truth.NO, fact, codes=("WRONG_REGIME",))


def purpose(case: Case, limb: Limb) -> Finding:
    """Whether the purpose test of the limb is met; critical infrastructure at the edge of a definition is UNKNOWN."""
    criterion = Message.of("The use is one of the purposes that the rule names")
    if limb.purpose_rule == "any":
        others = any(other.purpose_rule != "any" for other in case.regime.limbs)
        codes = ("NO_PURPOSE_LIMIT",) if others else ()  # worth saying only beside a limb that has one
        return leaf(Message.of("This limb has no purpose limit"), Truth.YES, codes=codes)
    given = tuple(value for value in case.query.purposes if value != "unknown")
    fact = Message.of("Purposes: {purposes}", purposes=", ".join(given) or "unknown")
    named = tuple(value for value in given if value in limb.purposes)
    if named and set(named) == {_CRITICAL}:
        return _critical(case, limb, criterion, fact)
    if limb.purpose_rule == "plan":
        fact = Message.of("Nothing is authorised unless a plan was approved; none is known to have been")
        return leaf(criterion, Truth.YES, fact, codes=("NO_APPROVED_PLAN",))
    if named:
        return leaf(criterion, Truth.YES, fact, codes=("PURPOSE_MET",))
    missing = ("agency-reading", "use-description") if given else ("purposes", "use-description")
    return leaf(criterion, Truth.UNKNOWN, fact, codes=("PURPOSE_UNSETTLED",), missing=missing)


def _critical(case: Case, limb: Limb, criterion: Message, fact: Message) -> Finding:
    site = case.query.site_class
    plan = ("NO_APPROVED_PLAN",) if limb.purpose_rule == "plan" else ()
    if site == "critical_core":
        return leaf(criterion, Truth.YES, fact, codes=("PURPOSE_CLEAR", "PURPOSE_MET", *plan))
    struck = happened(case.regime, limb.struck_definition, case.query.as_of)
    if struck is not Truth.NO and limb.struck_definition is not None:
        codes = ("DEFINITION_VACATED", *(() if site else ("SITE_CLASS_UNKNOWN",)))
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("definition", "site-critical"))
    if site == "critical_edge" and limb.struck_definition is None:
        codes = ("PURPOSE_UNSETTLED",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("agency-reading", "site-critical"))
    return leaf(criterion, Truth.YES, fact, codes=("PURPOSE_MET", *plan))


def control(case: Case, duty: Duty) -> Finding:
    """Whether the bound body controls the equipment; somebody else's equipment is an open question, not a no."""
    criterion = Message.of("The equipment is that of the bound body")
    owner = case.query.device.owner
    fact = Message.of("Owner: {owner}", owner=owner or "not said to be another")
    if duty.control and owner not in {None, "self"}:
        missing = ("lease", "footage", *(() if case.regime.text_seen else ("instrument",)))
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("CONTROL_UNCLEAR",), missing=missing)
    return leaf(criterion, Truth.YES, fact)
