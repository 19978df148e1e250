"""The evidence under one device, arranged for reading: what was heard, what it says, what speaks against it.

Signals from one witness (one favicon, one header) are one item: a reader sees at once what counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from glasshouse.model.observation import Observation, Sighting
from glasshouse.model.review import Device
from glasshouse.model.signal import Facet, Signal
from glasshouse.reports.visible import bounded, visible

__all__ = [
    "EXCERPT_CONTEXT",
    "EXCERPT_SPAN",
    "Bounds",
    "Evidence",
    "Excerpt",
    "Heard",
    "Seen",
    "evidence_of",
    "excerpt_of",
]

EXCERPT_CONTEXT = 48  # bytes shown on either side of the span
EXCERPT_SPAN = 240  # bytes of the span itself; a longer one is shown by both its ends
_TEXT_CONTROLS = frozenset(b"\t\r\n")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Bytes around a match as text or hexadecimal; line ends and control characters are visible."""

    before: str
    mark: str
    after: str
    form: Literal["text", "hex"] = "text"
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation under a short label that is unique within its device ("O1"), with its sightings."""

    label: str
    observation: Observation
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """One witness ("E1"): the place in one observation and everything signals read from it.

    `witness` is the signals' own name for it, without the id of the observation that it stands in.
    """

    label: str
    seen: Seen | None  # None: the observation is not part of the review's device
    observation_id: str
    witness: str
    start: int | None
    end: int | None
    excerpt: Excerpt
    signals: tuple[Signal, ...]
    also: tuple[tuple[str, str], ...] = ()  # (label of the observation, witness) where the same words stand again


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of one device a page shows; what is left out is counted there and stands in the JSON Lines."""

    heard: int  # items for, and as many against
    seen: int  # observations; those that shown items rest on are always shown
    checks: int
    links: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the identity of a device. The first items of `for_` cover every facet."""

    seen: tuple[Seen, ...]
    for_: tuple[Heard, ...]
    against: tuple[Heard, ...]
    more_heard: int = 0  # items left out by `within`
    more_seen: int = 0

    def labels(self, facet: Facet, value: str) -> tuple[str, ...]:
        """Labels of the items that say `facet` is `value`."""
        return tuple(
            heard.label
            for heard in (*self.for_, *self.against)
            if any(signal.facet is facet and signal.value == value for signal in heard.signals)
        )

    def label(self, observation: str) -> str:
        """The short label of an observation ("O2"); empty when it is not shown."""
        return next((seen.label for seen in self.seen if seen.observation.id == observation), "")

    def within(self, bounds: Bounds, cited: Iterable[str] = ()) -> Evidence:
        """The part that a page shows; `cited` are observations that it names elsewhere."""
        for_, against = self.for_[: bounds.heard], self.against[: bounds.heard]
        needed = {*cited, *(item.observation_id for item in (*for_, *against))}
        spare = max(0, bounds.seen - sum(seen.observation.id in needed for seen in self.seen))
        shown: list[Seen] = []
        for seen in self.seen:
            if seen.observation.id in needed:
                shown.append(seen)
            elif spare:
                spare -= 1
                shown.append(seen)
        left = len(self.for_) - len(for_) + len(self.against) - len(against)
        return Evidence(tuple(shown), for_, against, left, len(self.seen) - len(shown))


def _is_text(data: bytes) -> bool:
    odd = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in data)
    try:
        data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        odd += sum(byte >= 0x80 for byte in data)
    return odd * 4 <= len(data)


def _text(data: bytes) -> str:
    # a line end is shown as a sign and also breaks the line, so that the reply keeps its shape
    lines = re.split("\r?\n", data.decode("utf-8", "backslashreplace"))
    return "↵\n".join(visible(line.replace("\t", "→")) for line in lines)


def _middle(data: bytes, form: Literal["text", "hex"]) -> str:
    def show(part: bytes) -> str:
        return part.hex(" ") if form == "hex" else _text(part)

    if len(data) <= EXCERPT_SPAN:
        return show(data)
    left, right = data[: EXCERPT_SPAN * 3 // 4], data[-EXCERPT_SPAN // 4 :]
    return f"{show(left)} […{len(data) - len(left) - len(right)}…] {show(right)}"


def excerpt_of(raw: bytes, start: int, end: int) -> Excerpt:
    """The span `raw[start:end]` with bounded context; offsets outside `raw` are clipped."""
    start = max(0, min(start, len(raw)))
    end = max(start, min(end, len(raw)))
    left, right = max(0, start - EXCERPT_CONTEXT), min(len(raw), end + EXCERPT_CONTEXT)
    while left < start and 0x80 <= raw[left] < 0xC0:  # never begin inside a UTF-8 sequence
        left += 1
    while end < right < len(raw) and 0x80 <= raw[right] < 0xC0:
        right -= 1
    form: Literal["text", "hex"] = "text" if _is_text(raw[left:right]) else "hex"
    show = (lambda part: part.hex(" ")) if form == "hex" else _text
    return Excerpt(
        show(raw[left:start]), _middle(raw[start:end], form), show(raw[end:right]), form, left > 0, right < len(raw)
    )


def _quoted(text: str) -> Excerpt:
    return Excerpt("", visible(bounded(text, EXCERPT_SPAN)), "")


def _heard(label: str, again: Sequence[tuple[Signal, ...]], seen: dict[str, Seen]) -> Heard:
    signals = again[0]
    first = signals[0]
    source = seen.get(first.observation)
    if source is not None and source.observation.raw and first.start is not None and first.end is not None:
        excerpt = excerpt_of(source.observation.raw, first.start, first.end)
    else:
        excerpt = _quoted(first.excerpt)
    also = {(_label(group[0], seen), _witness(group[0])): None for group in again[1:]}
    return Heard(
        label, source, first.observation, _witness(first), first.start, first.end, excerpt, signals, tuple(also)
    )


def _witness(signal: Signal) -> str:
    return signal.witness.removeprefix(signal.observation).lstrip(": ") or signal.witness


def _label(signal: Signal, seen: dict[str, Seen]) -> str:
    source = seen.get(signal.observation)
    return source.label if source else signal.observation


def _repeated(groups: Iterable[tuple[Signal, ...]]) -> list[list[tuple[Signal, ...]]]:
    """Groups that make the same claims by the same words, together: one item on the page, with every place."""
    same: dict[tuple[frozenset[tuple[Facet, str]], str], list[tuple[Signal, ...]]] = {}
    for group in groups:
        claims = frozenset((signal.facet, signal.value) for signal in group)
        same.setdefault((claims, group[0].excerpt.casefold()), []).append(group)
    return list(same.values())


def _grouped(signals: Iterable[Signal]) -> list[tuple[Signal, ...]]:
    groups: dict[tuple[str, str, int | None, int | None, str], dict[Signal, None]] = {}
    for signal in signals:
        place = (signal.observation, signal.witness, signal.start, signal.end, signal.excerpt)
        groups.setdefault(place, {})[signal] = None
    # the strongest first; the order among equals is that of the attributions
    strongest = sorted((tuple(group) for group in groups.values()), key=lambda group: -max(s.strength for s in group))
    return _covering_first(strongest)


def _covering_first(groups: list[tuple[Signal, ...]]) -> list[tuple[Signal, ...]]:
    """Those that say something not yet said come before those that only repeat."""
    said: set[tuple[Facet, str]] = set()
    new: list[tuple[Signal, ...]] = []
    again: list[tuple[Signal, ...]] = []
    for group in groups:
        claims = {(signal.facet, signal.value) for signal in group}
        (again if claims <= said else new).append(group)
        said |= claims
    return new + again


def _sightings(device: Device) -> dict[str, tuple[Sighting, ...]]:
    found: dict[str, list[Sighting]] = {}
    for sighting in device.sightings:
        found.setdefault(sighting.observation.id, []).append(sighting)
    return {key: tuple(value) for key, value in found.items()}


def evidence_of(device: Device) -> Evidence:
    """Arrange the signals of `device`: those an attribution rests on, and those a contradiction holds against one."""
    sightings = _sightings(device)
    seen = {
        (key := observation.id): Seen(f"O{number}", observation, sightings.get(key, ()))
        for number, observation in enumerate(device.observations, 1)
    }
    identity = device.identity
    speaking = [signal for attribution in identity.attributions for signal in attribution.signals]
    known = set(speaking)
    opposing = [
        signal
        for contradiction in identity.contradictions
        for signal in contradiction.signals
        if signal not in known and signal.value != identity.value(signal.facet)
    ]
    for_groups, against_groups = _repeated(_grouped(speaking)), _repeated(_grouped(opposing))
    for_ = tuple(_heard(f"E{number}", group, seen) for number, group in enumerate(for_groups, 1))
    against = tuple(
        _heard(f"E{number}", group, seen) for number, group in enumerate(against_groups, len(for_groups) + 1)
    )
    return Evidence(tuple(seen.values()), for_, against)
