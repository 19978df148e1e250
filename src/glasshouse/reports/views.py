"""Devices arranged for reading. Values in, values out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from glasshouse.model.identity import Link
from glasshouse.model.ids import content_id
from glasshouse.model.merit import AdvisoryFinding, Merit, Posture
from glasshouse.model.observation import Channel, DocumentLine, Interface, MountingPoint
from glasshouse.model.restriction import Outcome
from glasshouse.model.review import CheckStep, Device
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.validation import Validation
from glasshouse.model.verdict import Trace, Verdict
from glasshouse.reports.answer import LEVELS, Answer
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.evidence import Bounds, Evidence, evidence_of
from glasshouse.reports.visible import bounded
from glasshouse.reports.words import FACETS, STRENGTHS, class_word

__all__ = [
    "DeviceView",
    "Group",
    "Shared",
    "Sharing",
    "anchor_of",
    "device_name",
    "explanation",
    "facet_text",
    "grouped",
    "level_text",
    "place_of",
    "sharing_of",
    "strength_text",
    "view_of",
]

# Above this many nodes of evaluation trees, equal reasonings are printed once and referred to.
SHARE_ABOVE = 6_000
VALUE_SHOWN = 160  # characters of one facet's value; the JSON Lines hold it whole
NAME_SHOWN = 60  # characters of a brand or a model in the name of a device
_CORE = (
    Facet.BRAND,
    Facet.MAKER,
    Facet.FIRMWARE_ORIGIN,
    Facet.CHIPSET,
    Facet.MODEL,
    Facet.FIRMWARE,
    Facet.FIRMWARE_BUILT_ON,
    Facet.SERIAL,
    Facet.MADE_ON,
    Facet.MAC,
)
_PARTIES = (Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN, Facet.CHIPSET)


@dataclass(frozen=True, slots=True)
class Shared:
    """A reasoning ("R7") or grading ("M2") printed once under `anchor` for a number of devices."""

    anchor: str
    devices: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a large report prints once; empty in a small one, where everything stands with its device."""

    reasonings: Mapping[Verdict, Shared] = field(default_factory=dict)
    gradings: Mapping[Merit, Shared] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device with what its section shows; texts are in the language of the translator that made it."""

    device: Device
    anchor: str
    group: str  # anchor of its property
    name: str
    explanation: tuple[str, ...]
    kind: str
    address: str
    ports: str
    maker: str | None
    maker_strength: Strength
    unknown: str
    evidence: Evidence
    checks: tuple[CheckStep, ...]
    links: tuple[Link, ...]
    reaching: tuple[Verdict, ...]
    not_reaching: tuple[Verdict, ...]
    advisories: tuple[AdvisoryFinding, ...]  # without the excluded ones
    posture: tuple[tuple[str, str], ...]
    short: str  # prefix of the anchors of its evidence
    sharing: Sharing

    @property
    def level_rank(self) -> int:
        """0 is the worst."""
        return LEVELS.index(self.device.merit.level) if self.device.merit.level in LEVELS else len(LEVELS)

    def label(self, observation: str) -> str:
        """The short label of an observation ("O2"); empty when it is not part of the device."""
        return self.evidence.label(observation)

    def reasoning(self, verdict: Verdict) -> str:
        """The anchor of the shared reasoning; empty when it stands in the device's own section."""
        found = self.sharing.reasonings.get(verdict)
        return found.anchor if found else ""

    @property
    def grading(self) -> str:
        """The anchor of the shared grading; empty when it stands in the device's own section."""
        found = self.sharing.gradings.get(self.device.merit)
        return found.anchor if found else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The devices of one property."""

    name: str
    anchor: str
    views: tuple[DeviceView, ...]


def anchor_of(prefix: str, text: str) -> str:
    """A fragment identifier that is the same in every language and run."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", text)
    return f"{prefix}-{plain}" if plain == text else f"{prefix}-{content_id(prefix, text)[-16:]}"


def facet_text(facet: Facet, value: str, tr: Translator) -> str:
    """The value of a facet as people read it: parties by name, closed words translated, no endless text."""
    if facet in _PARTIES:
        return tr.name(value)
    if facet is Facet.DEVICE_CLASS:
        return tr.text(Message.of("{device_class}", device_class=value))
    if facet is Facet.ACTIVATED:
        return tr.text(Message.of("{activated}", activated=value))
    return bounded(value, VALUE_SHOWN)


def device_name(device: Device, tr: Translator) -> str:
    """Brand (or maker) and model, or what kind of thing it is."""
    identity = device.identity
    who = identity.value(Facet.BRAND) or identity.value(Facet.MAKER)
    model = identity.value(Facet.MODEL)
    if who is None and model is None:
        return tr.text(Message.of("Unidentified device"))
    name = bounded(tr.name(who), NAME_SHOWN) if who is not None else tr.text(Message.of("Make unknown,"))
    return f"{name} {bounded(model, NAME_SHOWN)}" if model is not None else f"{name}, {tr.text(class_word(identity))}"


def strength_text(facet: Facet, strength: Strength, validation: Validation, tr: Translator) -> str:
    """The word, and beside it that no measurement shows its promise yet, where that is so."""
    if not validation.open(facet, strength):
        return tr.text(STRENGTHS[strength])
    return tr.text(Message.of("{strength}, not yet validated", strength=strength.word))


def explanation(device: Device, tr: Translator, validation: Validation) -> tuple[str, ...]:
    """The sentences for a person who is no engineer; what they quote is translated with them."""
    identity = device.identity
    quoted = (
        *(item.note for item in identity.contradictions),
        *(reason for item in identity.attributions for reason in item.reasoning),
        *identity.settle,
    )
    notes = {str(item): tr.text(item) for item in quoted}
    strength = strength_text(Facet.MAKER, device.identity.strength(Facet.MAKER), validation, tr)
    return tuple(
        tr.text(
            Message(
                item.msgid,
                tuple(
                    (name, strength if name == "strength" else notes.get(value, value)) for name, value in item.params
                ),
            )
        )
        for item in device.explanation
    )


def level_text(merit: Merit, tr: Translator) -> str:
    """Its letter, "B–D" while unknown facts leave a range, or that it is not graded."""
    if merit.level_range is None or merit.level == "not-graded":
        return tr.text(Message.of("not graded"))
    best, worst = merit.level_range
    return best if best == worst else f"{best}–{worst}"


def _posture(posture: Posture, tr: Translator) -> tuple[tuple[str, str], ...]:
    unknown = tr.text(Message.of("unknown"))
    yes_no = {True: tr.text(Message.of("yes")), False: tr.text(Message.of("no")), None: unknown}
    exposure = {
        "internet": tr.text(Message.of("reachable from the internet")),
        "internal": tr.text(Message.of("internal network")),
    }
    none = tr.text(Message.of("none seen"))
    services = ", ".join(posture.services) or none if posture.services is not None else unknown
    return (
        (tr.text(Message.of("Exposure")), exposure.get(posture.exposure or "", unknown)),
        (tr.text(Message.of("Activated")), yes_no[posture.activated]),
        (tr.text(Message.of("Authentication")), none if posture.auth == "none" else posture.auth or unknown),
        (tr.text(Message.of("Transport encryption")), none if posture.tls == "none" else posture.tls or unknown),
        (tr.text(Message.of("Services")), services),
    )


def place_of(device: Device, tr: Translator) -> str:
    """Where the device is known from: its first address, else its interface, mounting point, channel or row."""
    if device.addresses:
        return device.addresses[0]
    subject = device.observations[0].subject if device.observations else None
    if isinstance(subject, Interface):
        return subject.mac
    if isinstance(subject, MountingPoint):
        return subject.name
    if isinstance(subject, Channel):
        return tr.text(Message.of("channel {number} of {recorder}", number=subject.number, recorder=subject.recorder))
    if isinstance(subject, DocumentLine):
        return tr.text(Message.of("line {line} of a document", line=subject.line))
    return subject.address if subject else tr.text(Message.of("no address"))


def _unknown(device: Device, tr: Translator) -> str:
    missing = [facet for facet in _CORE if device.identity.get(facet) is None]
    return tr.listing(tr.text(FACETS[facet]) for facet in missing) if missing else ""


def _links(device: Device, evidence: Evidence, bounds: Bounds) -> tuple[Link, ...]:
    shown = [link for link in device.identity.asset.links if evidence.label(link.left) and evidence.label(link.right)]
    return tuple(shown[: bounds.links])


def view_of(
    device: Device, number: int, tr: Translator, sharing: Sharing, bounds: Bounds, validation: Validation
) -> DeviceView:
    """Arrange one device; `number` is its place in the review."""
    checks = device.check[: bounds.checks]
    evidence = evidence_of(device).within(bounds, [step.observation for step in checks])
    ranked = sorted(device.judgement.verdicts, key=lambda verdict: -verdict.outcome)
    return DeviceView(
        device=device,
        anchor=anchor_of("d", device.id),
        group=anchor_of("p", device.property),
        name=device_name(device, tr),
        explanation=explanation(device, tr, validation),
        kind=tr.text(class_word(device.identity)),
        address=place_of(device, tr),
        ports=", ".join(f"{port}/{protocol}" for port, protocol in device.ports),
        maker=device.identity.value(Facet.MAKER),
        maker_strength=device.identity.strength(Facet.MAKER),
        unknown=_unknown(device, tr),
        evidence=evidence,
        checks=checks,
        links=_links(device, evidence, bounds),
        reaching=tuple(verdict for verdict in ranked if verdict.outcome is not Outcome.NOT_RESTRICTED),
        not_reaching=tuple(verdict for verdict in ranked if verdict.outcome is Outcome.NOT_RESTRICTED),
        advisories=tuple(item for item in device.merit.advisories if item.applicability != "excluded"),
        posture=_posture(device.posture, tr),
        short=f"e{number}",
        sharing=sharing,
    )


def _nodes(traces: Iterable[Trace]) -> int:
    return sum(1 + _nodes(trace.children) for trace in traces)


def sharing_of(devices: Sequence[Device]) -> Sharing:
    """Equal reasonings and gradings under one anchor each, once the report would grow too large without."""
    nodes = sum(2 + _nodes(verdict.because) for device in devices for verdict in device.judgement.verdicts)
    if nodes <= SHARE_ABOVE:
        return Sharing()
    verdicts = Counter(verdict for device in devices for verdict in device.judgement.verdicts)
    merits = Counter(device.merit for device in devices)
    # a counter keeps the order of first appearance, and sorting is stable: the same review gives the same numbers
    by_regime = sorted(verdicts, key=lambda verdict: (-verdict.outcome, verdict.regime, -verdicts[verdict]))
    return Sharing(
        {verdict: Shared(f"R{number}", verdicts[verdict]) for number, verdict in enumerate(by_regime, 1)},
        {merit: Shared(f"M{number}", count) for number, (merit, count) in enumerate(merits.most_common(), 1)},
    )


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part)
        for part in re.split(r"(\d{1,18})", text)
    )


def grouped(views: Iterable[DeviceView], answer: Answer) -> tuple[Group, ...]:
    """Devices by property in the order of the answer, the most severe first."""
    found: dict[str, list[DeviceView]] = {row.name: [] for row in answer.properties}
    for view in views:
        found[view.device.property].append(view)
    return tuple(
        Group(
            name,
            anchor_of("p", name),
            tuple(sorted(group, key=lambda view: (-view.device.judgement.overall, view.name, _natural(view.address)))),
        )
        for name, group in found.items()
        if group
    )
