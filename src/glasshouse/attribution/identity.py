"""Signals and lineage to an identity: every facet apart, each with its strength and everything that speaks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from glasshouse.attribution import contradictions, explain, ladder
from glasshouse.attribution.decisions import active, because, concerns, of_kind
from glasshouse.attribution.keys import unit_keys
from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.model.identity import Asset, Attribution, Contradiction, Decision, Identity
from glasshouse.model.observation import Field, Observation, SaidBy
from glasshouse.model.signal import DeviceClass, Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.truth import Truth

__all__ = ["identify", "is_video_platform", "weigh"]

_SPELLING_ASIDE = frozenset((Facet.MODEL, Facet.SERIAL, Facet.FIRMWARE, Facet.MAC, Facet.DEVICE_ID))
_TOLD_FIELDS = ("inventory.", "label.", "text")
_VIDEO = "video"  # platform values that begin so are protocol stacks of video equipment
# A class that says more than "camera": with equal evidence it is the better word for the same thing.
_SPECIFIC = frozenset(
    one.value for one in (DeviceClass.THERMAL, DeviceClass.INTERCOM, DeviceClass.BODY_WORN, DeviceClass.ENCODER)
)


def is_video_platform(value: str) -> bool:
    """Whether a platform value names a protocol stack that only video equipment runs."""
    return value.startswith(_VIDEO)


def identify(
    asset: Asset,
    observations: Sequence[Observation],
    fields: Sequence[Field],
    signals: Sequence[Signal],
    knowledge: Knowledge,
    decisions: Sequence[Decision] = (),
) -> Identity:
    """What the evidence of one asset says it is. The order of the evidence makes no difference.

    A facet in which evidence contradicts itself without a stronger side has no value: both sides stand under
    `contradictions`.
    `decisions` of kind "attribute" that concern these observations replace a facet with a person's word (supporting).
    """
    return explain.complete(weigh(asset, observations, fields, signals, knowledge, decisions), observations, fields)


def weigh(
    asset: Asset,
    observations: Sequence[Observation],
    fields: Sequence[Field],
    signals: Sequence[Signal],
    knowledge: Knowledge,
    decisions: Sequence[Decision] = (),
) -> Identity:
    """`identify` without its words: `looked_for`, `alternatives` and `settle` stay empty."""
    said = {one.id: one.said_by for one in observations}
    told = _told(said, signals)
    ranked = _rank(sorted(signals, key=_order), told)
    _add_lineage(ranked, knowledge)
    found = contradictions.find(ranked, said, fields, knowledge, asset.links)
    open_ = contradictions.unsettled(ranked, knowledge)
    attributions = {
        facet: _choose(facet, values, found, knowledge) for facet, values in ranked.items() if facet not in open_
    }
    attributions |= _decided(observations, fields, decisions)
    surveillance = _is_surveillance(ranked)
    return Identity(
        asset=asset,
        attributions=tuple(attributions[facet] for facet in Facet if facet in attributions),
        contradictions=found,
        is_surveillance=surveillance,
        device_class=_device_class(attributions, surveillance),
    )


def _order(signal: Signal) -> tuple[object, ...]:
    return (-signal.strength, signal.fingerprint, signal.witness, signal.value)


def _told(said: Mapping[str, SaidBy], signals: Iterable[Signal]) -> frozenset[str]:
    """Witnesses that are somebody's word about the device, not its own answer."""
    return frozenset(
        signal.witness
        for signal in signals
        if said.get(signal.observation) in {SaidBy.PERSON, SaidBy.TOOL}
        or signal.witness.partition(":")[2].startswith(_TOLD_FIELDS)
    )


def _rank(signals: Iterable[Signal], told: Collection[str]) -> dict[Facet, list[Attribution]]:
    """Every value of every facet with its strength, strongest first."""
    grouped: dict[Facet, dict[str, list[Signal]]] = defaultdict(lambda: defaultdict(list))
    for signal in signals:
        key = signal.value.casefold() if signal.facet in _SPELLING_ASIDE else signal.value
        grouped[signal.facet][key].append(signal)
    ranked = {}
    for facet, values in grouped.items():
        weighed = [_weigh(facet, heard, told) for heard in values.values()]
        ranked[facet] = sorted(weighed, key=lambda one: (-one.strength, -_support(one, told), _place(one), one.value))
    return ranked


def _place(attribution: Attribution) -> int:
    """Where the value stands first in its reply: among equals the earlier one is the device's main one."""
    return min((signal.start for signal in attribution.signals if signal.start is not None), default=1 << 40)


def _support(attribution: Attribution, told: Collection[str]) -> int:
    return sum(int(one.strength) for one in ladder.witnesses(attribution.signals, told))


def _weigh(facet: Facet, signals: Sequence[Signal], told: Collection[str]) -> Attribution:
    strength, because = ladder.climb(ladder.tally(signals, told))
    return Attribution(facet, signals[0].value, strength, tuple(signals), (because,) if because else ())


def _add_lineage(ranked: dict[Facet, list[Attribution]], knowledge: Knowledge) -> None:
    """The maker that the brand tells, where a source says so; evidence of the device itself is never lowered by it."""
    brand, model = _best(ranked, Facet.BRAND), _best(ranked, Facet.MODEL)
    if brand is None:
        return
    told = maker_of(brand.value, model.value if model else None, knowledge, contradictions.made_on(ranked))
    if told is None:
        return
    maker, strength, because = told
    strength = min(strength, brand.strength, Strength.SUPPORTING)
    makers = ranked.setdefault(Facet.MAKER, [])
    for at, one in enumerate(makers):
        if one.value == maker:
            stronger = max(one.strength, strength)
            makers[at] = Attribution(Facet.MAKER, maker, stronger, one.signals, (*one.reasoning, because))
            break
    else:
        makers.append(Attribution(Facet.MAKER, maker, strength, brand.signals, (*brand.reasoning, because)))
    makers.sort(key=lambda one: (-one.strength, -len(one.signals), one.value))


def _best(ranked: dict[Facet, list[Attribution]], facet: Facet) -> Attribution | None:
    values = ranked.get(facet)
    return values[0] if values else None


def _choose(
    facet: Facet, values: Sequence[Attribution], found: Sequence[Contradiction], knowledge: Knowledge
) -> Attribution:
    """The strongest value, capped by its strongest rival and by contradictions about the facet."""
    best = values[0]
    strength = best.strength
    if facet is Facet.DEVICE_CLASS:
        best = _most_specific(values)
        strength = best.strength
    if facet in contradictions.PARTIES:
        sides = contradictions.serious(facet, values, knowledge) or values
        best = sides[0]
        strength = ladder.cap(best.strength, max((one.strength for one in sides[1:]), default=Strength.NONE))
    if any(one.facet is facet for one in found):
        strength = min(strength, Strength.STRONG)
    if strength == best.strength:
        return best
    return Attribution(facet, best.value, strength, best.signals, best.reasoning)


def _most_specific(values: Sequence[Attribution]) -> Attribution:
    best = values[0]
    if best.value != DeviceClass.CAMERA.value:
        return best
    for one in values[1:]:
        if one.value in _SPECIFIC and one.strength >= Strength.SUPPORTING:
            return one
    return best


def _is_surveillance(ranked: dict[Facet, list[Attribution]]) -> Truth:
    """YES from supporting on; NO where evidence names other equipment and nothing speaks of video; else UNKNOWN."""
    yes = no = Strength.NONE
    for one in ranked.get(Facet.DEVICE_CLASS, ()):
        if one.value == DeviceClass.OTHER.value:
            no = max(no, one.strength)
        else:
            yes = max(yes, one.strength)
    for one in ranked.get(Facet.PLATFORM, ()):
        if is_video_platform(one.value):
            yes = max(yes, one.strength)
    if yes >= Strength.SUPPORTING and yes >= no:
        return Truth.YES
    if no > yes:
        return Truth.NO
    return Truth.UNKNOWN


def _device_class(attributions: dict[Facet, Attribution], surveillance: Truth) -> DeviceClass | None:
    one = attributions.get(Facet.DEVICE_CLASS)
    if one is None:
        return None
    found = DeviceClass(one.value)
    disagrees = (found is DeviceClass.OTHER) is (surveillance is Truth.YES)
    return None if disagrees and surveillance is not Truth.UNKNOWN else found


def _decided(
    observations: Sequence[Observation], fields: Sequence[Field], decisions: Sequence[Decision]
) -> dict[Facet, Attribution]:
    """Facets that a stored decision settles; the latest not withdrawn wins."""
    words = of_kind(active(decisions), "attribute")
    if not words:
        return {}
    mine, keys = {one.id for one in observations}, unit_keys(observations, fields)
    found: dict[Facet, Attribution] = {}
    for word in words:
        if word.facet and word.value and concerns(word, mine, keys):
            found[word.facet] = Attribution(word.facet, word.value, Strength.SUPPORTING, (), (because(word),))
    return found
