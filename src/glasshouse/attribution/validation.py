"""Counting right and wrong claims over labelled devices, so that a record never vouches for what was made from it.

Two rules keep the count honest. *Held out*: a device counts only where no fingerprint that fired on it derives from
one of its sources. *Other evidence*: a claim counts only where it rests on another kind of evidence than the label of
the device does (a label that was read off the serial number vouches for no serial form).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from glasshouse.attribution.calibration import grade, lower_bound, upper_bound
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Grade

__all__ = [
    "ANY_KIND", "Case", "Claim", "Rate", "claim_kinds", "grades", "is_held_out", "rate_by", "rests_on_label",
]  # fmt: skip

ANY_KIND = "any"  # a label of unclear basis: it may rest on whatever fired

# Fields by what kind of thing they are; the first prefix that fits decides.
_FIELD_KINDS = (
    ("inventory.", "told"), ("label.", "told"), ("text", "told"),
    ("onvif.Manufacturer", "name"), ("onvif.scope.manufacturer", "name"), ("upnp.manufacturer", "name"),
    ("isapi.manufacturer", "name"), ("dhip.Vendor", "name"), ("dhip.Manufacturer", "name"), ("axis.Brand", "name"),
    ("dahua-cgi.vendor", "name"), ("sadp.OEMInfo", "name"), ("isapi.systemContact", "name"),
    ("onvif.Model", "model-form"), ("isapi.model", "model-form"), ("upnp.model", "model-form"),
    ("dahua-cgi.type", "model-form"), ("dhip.DeviceType", "model-form"), ("onvif.scope.hardware", "model-form"),
    ("onvif.HardwareId", "hardware-id"), ("snmp.", "snmp"), ("rtsp.sdp", "stream-form"),
    ("rtsp.content-base", "stream-form"), ("rtsp.", "rtsp-form"), ("http.", "http-form"), ("tls.", "certificate"),
    ("isapi.", "isapi-form"), ("xml.", "isapi-form"), ("sadp.", "sadp-form"), ("dhip.", "dhip-form"),
    ("dahua-cgi.", "dahua-cgi-form"), ("onvif.", "onvif-form"), ("ssdp.", "ssdp-form"), ("upnp.", "upnp-form"),
)  # fmt: skip
_READING_KINDS = (
    ("oui.", "mac-prefix"), ("serial.", "serial-form"), ("firmware.", "firmware-form"), ("model.", "model-form"),
    ("field.manufacturer-name", "name"), ("text.", "name"),
)  # fmt: skip


def _first(table: Iterable[tuple[str, str]], text: str) -> str | None:
    return next((kind for prefix, kind in table if text.startswith(prefix)), None)


def claim_kinds(signals: Iterable[Signal]) -> frozenset[str]:
    """The kinds of evidence behind a claim: what a person told, else the form that was read, else the field."""
    kinds = set()
    for signal in signals:
        field = signal.witness.partition(":")[2]
        told = _first(_FIELD_KINDS[:3], field)
        kinds.add(told or _first(_READING_KINDS, signal.fingerprint) or _first(_FIELD_KINDS, field) or "other")
    return frozenset(kinds)


@dataclass(frozen=True, slots=True)
class Claim:
    """One facet as it was told. `right` None: the label does not say, so the claim is not scored."""

    facet: Facet
    value: str
    strength: Strength
    right: bool | None
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled device with all of its records fused.

    `sources` are those of its records, `fired` everything that matched any of them, `label_kinds` the kinds of
    evidence that its label rests on (`ANY_KIND` where that is unclear). `maker` None: the label names none.
    """

    device: str
    kind: str
    sources: frozenset[str]
    fired: frozenset[str]
    label_kinds: frozenset[str]
    maker: str | None
    sufficient: bool  # whether the texts of the device can prove the maker at all
    surveillance: bool | None  # as it was told
    claims: tuple[Claim, ...]

    def claim(self, facet: Facet) -> Claim | None:
        """What was told about `facet`; None = nothing."""
        return next((claim for claim in self.claims if claim.facet is facet), None)


def is_held_out(case: Case, derived: Mapping[str, Collection[str]]) -> bool:
    """Whether nothing that fired on the device derives from its sources; `derived`: fingerprint -> sources."""
    return not any(case.sources.intersection(derived.get(name, ())) for name in case.fired)


def rests_on_label(case: Case, claim: Claim) -> bool:
    """Whether the claim rests on a kind of evidence on which the label rests too, or may rest."""
    return ANY_KIND in case.label_kinds or bool(claim.kinds & case.label_kinds)


def grades(
    cases: Iterable[Case], counts: Callable[[Case, Claim], bool] = lambda _case, _claim: True
) -> tuple[Grade, ...]:
    """Errors over devices of every facet and strength, among the scored claims that `counts` lets through."""
    devices: Counter[tuple[Facet, Strength]] = Counter()
    errors: Counter[tuple[Facet, Strength]] = Counter()
    for case in cases:
        for claim in case.claims:
            if claim.right is not None and counts(case, claim):
                devices[claim.facet, claim.strength] += 1
                errors[claim.facet, claim.strength] += not claim.right
    order = {facet: at for at, facet in enumerate(Facet)}
    keys = sorted(devices, key=lambda key: (order[key[0]], -key[1]))
    return tuple(grade(facet, strength, devices[facet, strength], errors[facet, strength]) for facet, strength in keys)


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `devices` in the group `name`, with one-sided 95 % bounds of the rate."""

    name: str
    count: int
    devices: int

    @property
    def lower(self) -> float:
        """The smallest rate that the count leaves possible."""
        return lower_bound(self.count, self.devices)

    @property
    def upper(self) -> float:
        """The largest rate that the count leaves possible."""
        return upper_bound(self.count, self.devices)


def rate_by(
    cases: Iterable[Case], group: Callable[[Case], str | None], happened: Callable[[Case], bool]
) -> tuple[Rate, ...]:
    """How often something happened, by group, largest group first; a case without group is left out."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        name = group(case)
        if name is not None:
            counted[name][0] += happened(case)
            counted[name][1] += 1
    rows = sorted(counted.items(), key=lambda item: (-item[1][1], item[0]))
    return tuple(Rate(name, count, devices) for name, (count, devices) in rows)
