"""Whether a duty reaches the thing or the partner asked about: maker, supplier, product, purpose and parts together."""

from __future__ import annotations

from glasshouse.judgement.case import Case
from glasshouse.judgement.components import parts_reached
from glasshouse.judgement.criteria import category, limb_begun, purpose
from glasshouse.judgement.entity import Subject, in_named_group, named
from glasshouse.judgement.finding import Finding, every, leaf, some
from glasshouse.model.restriction import Duty, Limb
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth

__all__ = ["reached_by"]


def reached_by(case: Case, duty: Duty) -> Finding:
    """Whether the duty reaches the product (its maker, or a part) or the supplier."""
    limbs = case.limbs(duty)
    if duty.subject == "none":
        return leaf(Message.of("The duty does not depend on who made the product"), Truth.YES)
    if duty.subject == "supplier" and all(_empty(limb) for limb in limbs):
        return leaf(Message.of("The list of excluded suppliers names anybody"), Truth.NO, codes=("ENTITY_NOT_NAMED",))
    if duty.subject == "supplier":
        return some(Message.of("The other party to the contract is reached"), [_supplier(case, limb) for limb in limbs])
    makers = some(Message.of("The maker of the unit is reached"), [_maker_route(case, limb) for limb in limbs])
    makers = _unseen(case, limbs, makers)
    parts = parts_reached(case, limbs) if duty.parts else None
    if parts is None:
        return makers
    return some(Message.of("The product is reached, by its maker or by a part"), [makers, parts])


def _sure(case: Case) -> bool:
    """Whether it is known whom the rule names: its text was seen, or a source says it outright."""
    return case.regime.text_seen or case.regime.closed


def _empty(limb: Limb) -> bool:
    return not limb.parties and not limb.countries and not limb.everyone


def _maker_route(case: Case, limb: Limb) -> Finding:
    if limb.everyone:
        who = leaf(Message.of("The rule reaches every maker"), Truth.YES)
    elif _empty(limb) and _sure(case):
        who = leaf(Message.of("The rule names nobody"), Truth.NO, codes=("ENTITY_NOT_NAMED",))
    else:
        begun = limb_begun(case, limb)
        who = begun if begun.value is Truth.NO else _maker(case, limb)
    return every(
        Message.of("The limb “{limb}” of the rule reaches it", limb=limb.id),
        [who, category(case, limb), purpose(case, limb)],
    )


def _maker(case: Case, limb: Limb) -> Finding:
    device = case.query.device
    criterion = Message.of("It is shown who made the unit")
    strength = device.maker_strength
    if device.maker_contradicted:
        values = ", ".join(device.maker_contradicted)
        fact = Message.of("Evidence names {values}, which cannot all be true", values=values)
        settle = ("label", "odm-letter", "fcc-id")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("EVIDENCE_CONFLICT",), missing=settle, strength=strength)
    if device.maker is None or strength is Strength.NONE:
        brand = ("PRODUCER_UNKNOWN",) if device.brand else ()
        fact = Message.of("Maker unknown; brand: {brand}", brand=device.brand or "unknown")
        missing = ("label", "odm-letter") if device.brand else ("label",)
        codes = ("IDENTITY_NONE", *brand)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=missing, strength=strength)
    if strength < Strength.STRONG:
        fact = Message.of("{maker} is indicated, not shown", maker=device.maker)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("IDENTITY_WEAK",), missing=("label",), strength=strength)
    return named(case, limb, Subject(device.maker, product=True, made_on=device.made_on, brand=device.brand))


def _supplier(case: Case, limb: Limb) -> Finding:
    supplier = case.query.facts.supplier
    if supplier is None:
        criterion = Message.of("It is known who the other party to the contract is")
        return leaf(criterion, Truth.UNKNOWN, codes=("DECISIVE_FACT_UNKNOWN",), missing=("supplier",))
    return named(case, limb, Subject(supplier, product=False))


def _unseen(case: Case, limbs: tuple[Limb, ...], makers: Finding) -> Finding:
    """An unseen text does not clear a maker whose group another rule names, where the product could be reached."""
    device, regime = case.query.device, case.regime
    if makers.value is not Truth.NO or _sure(case) or "NOT_YET_IN_FORCE" in makers.codes:
        return makers
    if device.maker is None or all(category(case, limb).value is Truth.NO for limb in limbs):
        return makers
    if not in_named_group(case, device.maker, device.made_on):
        return makers
    fact = Message.of("The text was not seen, and {maker} belongs to a group that a rule names", maker=device.maker)
    own = leaf(Message.of("The text cannot reach this maker"), Truth.UNKNOWN, fact,
               codes=(*makers.codes, regime.unseen_reason), missing=("instrument",))  # fmt: skip
    return some(Message.of("The maker of the unit is reached"), [makers, own])
