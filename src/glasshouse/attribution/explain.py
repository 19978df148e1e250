"""An identity in words: what it is, what shows it, what else it could be, what would settle it, how to check it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from glasshouse.attribution import ladder
from glasshouse.attribution.check import check_steps
from glasshouse.attribution.where import place_of
from glasshouse.model.identity import Attribution, Contradiction, Identity
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import DeviceClass, Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.truth import Truth

__all__ = ["check_steps", "complete", "decisive", "sentences"]

_NAME = 120  # characters of brand and model in a sentence; what a device says of itself has no end of its own
_EXCERPT = 80  # characters of a quotation in a sentence
_KINDS = {
    DeviceClass.CAMERA: "camera",
    DeviceClass.RECORDER: "recorder",
    DeviceClass.ENCODER: "encoder",
    DeviceClass.INTERCOM: "intercom",
    DeviceClass.ACCESS_CONTROL: "access control device",
    DeviceClass.VIDEO_SERVER: "video server",
    DeviceClass.THERMAL: "thermal camera",
    DeviceClass.BODY_WORN: "body-worn camera",
    DeviceClass.OTHER: "other equipment",
}


def complete(identity: Identity, observations: Sequence[Observation], fields: Sequence[Field]) -> Identity:
    """`identity` with what was looked for and not found, the other explanations, and what would settle it."""
    return replace(
        identity,
        looked_for=_looked_for(identity, observations, fields),
        alternatives=_alternatives(identity),
        settle=_settle(identity, observations),
    )


def decisive(identity: Identity) -> Attribution | None:
    """The attribution that answers "whose is it": maker, else brand, else what kind of thing it is."""
    for facet in (Facet.MAKER, Facet.BRAND, Facet.DEVICE_CLASS, Facet.PLATFORM):
        found = identity.get(facet)
        if found is not None and found.signals:
            return found
    return None


def sentences(identity: Identity) -> tuple[Message, ...]:
    """Two plain sentences for a person who is no engineer: what it is, and what shows it."""
    return (_what(identity), _shown(identity))


def _what(identity: Identity) -> Message:
    """What it is and whose, in the order: other equipment, contradicted, unknown, known."""
    maker, model = identity.get(Facet.MAKER), identity.value(Facet.MODEL)
    kind = _KINDS[identity.device_class] if identity.device_class else "device"
    # a brand that a registered prefix alone indicates is no name on a box
    brand = identity.value(Facet.BRAND) if identity.strength(Facet.BRAND) >= Strength.SUPPORTING else None
    name = " ".join(part for part in (brand, model) if part)[:_NAME] or None
    if identity.is_surveillance is Truth.NO:
        if maker is None:
            return Message.of("This is no video-surveillance equipment as far as its answers show.")
        return Message.of(
            "This is no video-surveillance equipment as far as its answers show; its maker is {maker} ({strength}).",
            maker=maker.value, strength=maker.strength.word,
        )  # fmt: skip
    conflict = _conflict(identity)
    if maker is None and conflict is not None:
        values = " / ".join(conflict.values)
        return Message.of("This {kind} shows signs of {values}, and which of them made it stays open.",
                          kind=kind, values=values)  # fmt: skip
    if maker is None and name is None:
        return Message.of("Too little was seen to say what this {kind} is.", kind=kind)
    if maker is None:
        return Message.of(
            "This {kind} says it is {name}; what it shows does not tell who made it.", kind=kind, name=name
        )
    if name is None:
        return Message.of(
            "This {kind} was probably made by {maker}; the evidence for that is {strength}.",
            kind=kind, maker=maker.value, strength=maker.strength.word,
        ) if maker.strength < Strength.STRONG else Message.of(
            "This {kind} was made by {maker}; the evidence for that is {strength}.",
            kind=kind, maker=maker.value, strength=maker.strength.word,
        )  # fmt: skip
    if _only_told(identity):
        return Message.of(
            "A list or a label says that this {kind} is {name}; the evidence that {maker} made it is {strength}.",
            kind=kind, name=name, maker=maker.value, strength=maker.strength.word,
        )  # fmt: skip
    return Message.of(
        "This {kind} says it is {name}; the evidence that {maker} made it is {strength}.",
        kind=kind, name=name, maker=maker.value, strength=maker.strength.word,
    )  # fmt: skip


def _only_told(identity: Identity) -> bool:
    """Whether brand and model were written down by somebody, and no answer of the device names them."""
    named = [one for facet in (Facet.BRAND, Facet.MODEL) if (one := identity.get(facet)) is not None]
    fields = [signal.witness.partition(":")[2] for one in named for signal in one.signals]
    return bool(fields) and all(field.startswith(("inventory.", "label.", "text")) for field in fields)


def _conflict(identity: Identity) -> Contradiction | None:
    """The contradiction about the maker, which leaves the main question open."""
    found = identity.contradictions
    return next((one for one in found if one.facet is Facet.MAKER), None)


def _shown(identity: Identity) -> Message:
    """What shows it, as a person would point to it, and what the strength means."""
    conflict = _conflict(identity) or next(iter(identity.contradictions), None)
    maker = identity.get(Facet.MAKER)
    if maker is None and conflict is not None and conflict.facet is Facet.MAKER:
        return Message.of("It cannot all be true of one unchanged unit: {note}.", note=str(conflict.note))
    best = decisive(identity)
    if best is None:
        if maker is not None and maker.reasoning:
            return Message.of("It rests on a person's word: {because}.", because=str(maker.reasoning[0]))
        return _nothing(identity)
    point = _point(best)
    excerpt = " ".join(point.excerpt.split())[:_EXCERPT]
    place = place_of(point.witness.partition(":")[2])
    if conflict is not None:
        return Message.of(
            "This rests on {place}, “{excerpt}”, but other evidence contradicts it: {note}.",
            place=place, excerpt=excerpt, note=str(conflict.note),
        )  # fmt: skip
    return _supported(identity, best, place, excerpt, registered=point.fingerprint == "oui.registrant")


def _supported(identity: Identity, best: Attribution, place: str, excerpt: str, *, registered: bool) -> Message:
    """What shows it where nothing contradicts."""
    if registered and identity.strength(best.facet) <= Strength.SUPPORTING:
        return Message.of(
            "This rests on its MAC address {excerpt}, whose beginning is registered to that maker; an address can be copied.",
            excerpt=excerpt,
        )
    if identity.strength(best.facet) <= Strength.SUPPORTING:
        return Message.of(
            "This rests on {place}, “{excerpt}”, which fits and which a copy or a mistake could produce too.",
            place=place, excerpt=excerpt,
        )  # fmt: skip
    others = len(ladder.witnesses(best.signals, ())) - 1
    if others == 1:
        return Message.of(
            "This rests on {place}, “{excerpt}”, and independently of that on one more place in its answers.",
            place=place, excerpt=excerpt,
        )  # fmt: skip
    if others:
        return Message.of(
            "This rests on {place}, “{excerpt}”, and on {others} more independent places in its answers.",
            place=place, excerpt=excerpt, others=others,
        )  # fmt: skip
    return Message.of("This rests on {place}, “{excerpt}”, alone.", place=place, excerpt=excerpt)


def _nothing(identity: Identity) -> Message:
    """Why it stays unknown, and the cheapest next look."""
    if not identity.settle:
        return Message.of("No answer holds anything that names a maker, a brand or a kind of device.")
    return Message.of("Nothing that was received names a maker, a brand or a kind of device; the next look: {step}.",
                      step=str(identity.settle[0]))  # fmt: skip


def _point(attribution: Attribution) -> Signal:
    """What a reader recognises best among the strongest signals: words such as a name or a number, not a page's code."""
    top = attribution.signals[0].strength
    return min(
        (one for one in attribution.signals if one.strength == top),
        key=lambda one: (any(sign in one.excerpt for sign in "<>{}\n"), len(one.excerpt) > _EXCERPT, one.fingerprint,
                         one.excerpt, one.observation),
    )  # fmt: skip


def _looked_for(
    identity: Identity, observations: Sequence[Observation], fields: Sequence[Field]
) -> tuple[Message, ...]:
    """What would have named the maker and was not in the evidence."""
    names = {field.name for field in fields}
    probes = {one.probe for one in observations}
    found: list[Message] = []
    if not names & {"id.mac", "mac.address", "dhcp.mac"}:
        found.append(Message.of("no MAC address was seen, so no registered prefix could be looked up"))
    elif not any(signal.fingerprint == "oui.registrant" for one in identity.attributions for signal in one.signals):
        found.append(Message.of("the MAC address has no prefix registered to a maker of video equipment"))
    if "id.serial" not in names:
        found.append(Message.of("no serial number was seen"))
    if identity.get(Facet.FIRMWARE) is None:
        found.append(Message.of("no firmware version was seen"))
    if not probes & {"sadp", "dhip", "isapi", "dahua-cgi"}:
        found.append(Message.of("no answer in a maker's own protocol was among the evidence"))
    return tuple(found)


def _alternatives(identity: Identity) -> tuple[Message, ...]:
    """Clone, cross-flash, proxy, stale lease: what speaks for or against each."""
    maker = identity.get(Facet.MAKER)
    facets = {one.facet for one in identity.contradictions}
    found: list[Message] = []
    if maker is not None and maker.strength >= Strength.SUPPORTING:
        independent = len({signal.witness for signal in maker.signals})
        if Facet.MAKER in facets:
            found.append(Message.of("a clone or copied firmware: different evidence names different makers"))
        elif independent > 1:
            found.append(Message.of("a clone: it would have had to copy {count} independent places", count=independent))
        else:
            found.append(Message.of("a clone: a single place names the maker, so it is not ruled out"))
    if Facet.FIRMWARE_ORIGIN in facets:
        found.append(Message.of("flashed with another maker's firmware: brand and firmware disagree"))
    elif identity.get(Facet.FIRMWARE_ORIGIN) is not None and identity.get(Facet.BRAND) is not None:
        found.append(
            Message.of("flashed with another maker's firmware: brand and firmware agree, which speaks against it")
        )
    if Facet.MAC in facets:
        found.append(Message.of("a proxy or a stale lease: the reported and the observed MAC address differ"))
    elif identity.get(Facet.MAC) is not None:
        found.append(Message.of("a proxy or a stale lease: no second MAC address disagrees"))
    return tuple(found)


def _settle(identity: Identity, observations: Sequence[Observation]) -> tuple[Message, ...]:
    """The cheapest observations that would settle a maker below strong or contradicted, cheapest first."""
    conflict = _conflict(identity)
    if identity.is_surveillance is Truth.NO or (identity.strength(Facet.MAKER) >= Strength.STRONG and not conflict):
        return ()
    found: list[Message] = []
    if conflict is not None:
        found.append(Message.of("the type label on the unit itself: model and serial number, beside what it answers"))
    if identity.get(Facet.MAC) is None:
        found.append(Message.of("the MAC address, from the switch, the DHCP server or the label"))
    if identity.get(Facet.SERIAL) is None:
        found.append(Message.of("the serial number on the label"))
    return (*found, *_asked_next(identity.value(Facet.MAKER), {one.probe for one in observations}))[:3]


def _asked_next(hint: str | None, probes: Collection[str]) -> tuple[Message, ...]:
    """Requests worth sending next, given whose the device may be and what was asked already."""
    wanted = {
        "hikvision": (
            ("isapi", Message.of("one unauthenticated GET /ISAPI/System/deviceInfo (its refusal names the family)")),
            ("sadp", Message.of("one SADP inquiry by unicast to UDP port 37020")),
        ),
        "dahua": (("dhip", Message.of("one DHIP search by unicast to UDP port 37810")),),
        None: (
            ("http", Message.of("the first page of its web server (GET /)")),
            ("onvif-scopes", Message.of("one WS-Discovery probe to UDP port 3702")),
        ),
    }
    return tuple(message for probe, message in wanted.get(hint, ()) if probe not in probes)
