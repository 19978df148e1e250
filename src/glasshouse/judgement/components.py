"""Parts of a device: whose they are, whether they are equipment of the kind the rule means, and what nobody looked at."""

from __future__ import annotations

from dataclasses import replace

from glasshouse.judgement.case import Case
from glasshouse.judgement.criteria import purpose
from glasshouse.judgement.entity import Subject, named
from glasshouse.judgement.finding import Finding, every, leaf, some
from glasshouse.model.restriction import Limb
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Component

__all__ = ["parts_reached"]

_ABSENT = "none"  # maker of a component that was looked for and is not there
_ASK = {"soc": "soc-maker", "modular-transmitter": "transmitter-maker"}


def parts_reached(case: Case, limbs: tuple[Limb, ...]) -> Finding | None:
    """Whether a part brings the device under the rule; None where the rule says nothing of parts and none is known."""
    components = case.query.device.components
    scope = case.regime.components
    criterion = Message.of("A part of the device brings it under the rule")
    if scope is not Truth.YES:
        return _out_of_scope(case, limbs, criterion, scope)
    parts = [_part(case, limbs, component) for component in components or ()]
    parts += [_not_looked_at(kind) for kind in _unseen_kinds(case)]
    if not parts:
        return leaf(criterion, Truth.NO, Message.of("The parts were looked at and none is of a named party"))
    return some(criterion, parts)


def _unseen_kinds(case: Case) -> tuple[str, ...]:
    components = case.query.device.components
    decisive = case.regime.component_rule.decisive
    if components is None:
        return decisive
    if not components:
        return ()  # looked at, nothing to report
    seen = {component.kind for component in components}
    return tuple(kind for kind in decisive if kind not in seen)


def _not_looked_at(kind: str) -> Finding:
    criterion = Message.of("The {kind} is of a named party", kind=kind)
    fact = Message.of("Nobody looked at it")
    return leaf(
        criterion, Truth.UNKNOWN, fact, codes=("COMPONENT_UNKNOWN",), missing=(_ASK.get(kind, "component-maker"),)
    )


def _part(case: Case, limbs: tuple[Limb, ...], component: Component) -> Finding:
    kind = _kind(case, component)
    if kind.value is Truth.NO:
        return _excluded(case, limbs, component, kind)
    criterion = Message.of("The {kind} is of a named party", kind=component.kind)
    if component.maker == _ABSENT:
        return leaf(criterion, Truth.NO, Message.of("There is none of this kind"))
    ask = _ASK.get(component.kind, "component-maker")
    decisive = component.kind in case.regime.component_rule.decisive
    if component.maker is None:
        value = Truth.UNKNOWN if decisive else Truth.NO
        codes = ("COMPONENT_UNKNOWN",) if decisive else ()
        return leaf(criterion, value, Message.of("Its maker is unknown"), codes=codes, missing=(ask,))
    return some(criterion, [_in_limb(case, limb, component, component.maker, kind, ask) for limb in limbs])


def _excluded(case: Case, limbs: tuple[Limb, ...], component: Component, kind: Finding) -> Finding:
    maker = component.maker
    concerned = maker not in {None, _ABSENT} and any(
        named(case, limb, Subject(maker or "", product=False)).value is not Truth.NO for limb in limbs
    )
    return kind if concerned else replace(kind, codes=())


def _kind(case: Case, component: Component) -> Finding:
    criterion = Message.of("A {kind} is equipment of the kind that the rule means", kind=component.kind)
    rule = case.regime.component_rule
    if component.kind in rule.covered:
        return leaf(criterion, Truth.YES)
    if component.kind in rule.excluded:
        return leaf(criterion, Truth.NO, codes=(rule.excluded_reason,))
    codes = ("TELECOM_EQUIPMENT_QUESTION",)
    return leaf(criterion, Truth.UNKNOWN, codes=codes, missing=("agency-determination",))


def _in_limb(case: Case, limb: Limb, component: Component, maker: str, kind: Finding, ask: str) -> Finding:
    who = named(case, limb, Subject(maker, product=False))
    fact = Message.of("Its maker: {maker}", maker=maker)
    if component.strength < Strength.STRONG and (
        who.value is not Truth.NO or component.kind in case.regime.component_rule.decisive
    ):
        criterion = Message.of("The maker of the part is shown")
        return leaf(criterion, Truth.UNKNOWN, fact, codes=("COMPONENT_UNKNOWN",), missing=(ask,),
                    strength=component.strength)  # fmt: skip
    if who.value is Truth.NO:
        return who
    which = _member(case, component)
    own = leaf(Message.of("The part comes from a named party or its group"), who.value, fact,
               codes=(which, *who.codes), missing=who.missing, strength=component.strength)  # fmt: skip
    return every(Message.of("The part counts under the limb “{limb}”", limb=limb.id), [own, kind, purpose(case, limb)])


def _member(case: Case, component: Component) -> str:
    rule = case.regime.component_rule
    return rule.covered_reason if component.kind in rule.covered else "COMPONENT_LISTED_GROUP"


def _out_of_scope(case: Case, limbs: tuple[Limb, ...], criterion: Message, scope: Truth) -> Finding | None:
    for component in case.query.device.components or ():
        if component.maker in {None, _ABSENT} or component.kind in case.regime.component_rule.excluded:
            continue
        maker = component.maker or ""
        if all(named(case, limb, Subject(maker, product=False)).value is Truth.NO for limb in limbs):
            continue
        fact = Message.of("The {kind} is of {maker}", kind=component.kind, maker=maker)
        if scope is Truth.NO:
            return leaf(criterion, Truth.NO, fact, codes=("COMPONENT_EXCLUDED",))
        codes = ("COMPONENT_SCOPE_UNKNOWN",)
        return leaf(criterion, Truth.UNKNOWN, fact, codes=codes, missing=("component-scope", "instrument"))
    return None
