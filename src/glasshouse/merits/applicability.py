"""Whether an advisory applies to a device: confirmed, likely, possible, excluded or disputed, with the reason.

confirmed  the record names this very model, and the firmware lies in a range
likely     the same by a pattern, a series, a variant, a whole maker's range, or a notice for "certain models"
possible   firmware unknown, range unreadable, or known from memory only
excluded   the model is named, and the firmware lies outside every range
disputed   the only range that holds the firmware is contradicted by another source
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from glasshouse.merits.advisory import Advisory, Affected, AffectedRange
from glasshouse.merits.models import Fit, canonical, fit
from glasshouse.merits.ranges import Position, describe, place_all
from glasshouse.model.merit import Applicability, MeritDevice
from glasshouse.model.provenance import Basis
from glasshouse.model.text import Message

__all__ = ["Finding", "applies", "could_name", "names_no_model"]

Placed = tuple[Affected, AffectedRange, Position]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one advisory. `decided_by` are the ranges the answer rests on, `matched` all of the model."""

    advisory: Advisory
    applicability: Applicability
    reason: Message
    ranges: str
    decided_by: tuple[AffectedRange, ...]
    matched: tuple[AffectedRange, ...] = ()


def names_no_model(advisory: Advisory) -> bool:
    """Whether the record says nothing about which models it means."""
    return all(item.scope == "none" for item in advisory.affected)


def could_name(advisory: Advisory, device: MeritDevice) -> bool:
    """Whether an advisory whose list of models was cut might name this device: its firmware is outside no range."""
    if not advisory.models_cut:
        return False
    ranges = tuple(dict.fromkeys(range_ for item in advisory.affected for range_ in item.ranges))
    placed = place_all(ranges, device.firmware, device.firmware_built_on)
    return any(position is not Position.OUTSIDE for _, position in placed)


def applies(advisory: Advisory, device: MeritDevice) -> Finding | None:
    """What `advisory` says about `device`; None when its maker or model does not match."""
    if device.maker not in advisory.makers:
        return None
    matched, best = _matching(advisory, device.model)
    if not matched:
        return None
    if device.model is None and any(range_.kind != "all" for item in matched for range_ in item.ranges):
        return None
    placed = [
        (item, range_, position)
        for item in matched
        for range_, position in place_all(item.ranges, device.firmware, device.firmware_built_on)
    ]
    matched_ranges = tuple(range_ for item in matched for range_ in item.ranges)
    return replace(_conclude(advisory, device, placed, best), matched=matched_ranges)


def _matching(advisory: Advisory, model: str | None) -> tuple[list[Affected], Fit]:
    """The affected entries that fit best; a name beats a pattern, a pattern beats the maker's whole range."""
    if model is None:
        return [item for item in advisory.affected if item.scope == "maker"], Fit.NONE
    text = canonical(model)
    fits = [(_fit(item, text), item) for item in advisory.affected if item.scope != "none"]
    best = max((found for found, _ in fits), default=Fit.NONE)
    if best is Fit.NONE:
        return [item for item in advisory.affected if item.scope == "maker"], Fit.NONE
    return [item for found, item in fits if found is best], best


def _fit(item: Affected, text: str) -> Fit:
    return max((fit(pattern, text) for pattern in item.patterns), default=Fit.NONE)


def _conclude(advisory: Advisory, device: MeritDevice, placed: Sequence[Placed], best: Fit) -> Finding:
    inside = [row for row in placed if row[2] in {Position.INSIDE, Position.COARSE}]
    plain = [row for row in inside if not row[1].conflict]
    sourced = [row for row in plain if not _recalled(advisory, row[1])]
    unknown = [row for row in placed if row[2] is Position.UNKNOWN]
    if sourced:
        return _inside(advisory, device, sourced, best)
    if plain:
        return _finding(advisory, "possible", plain, _recalled_reason(device, plain))
    if inside:
        return _finding(advisory, "disputed", inside, _disputed_reason(device, inside))
    if unknown or not placed:
        return _finding(advisory, "possible", unknown, _unknown_reason(device, unknown))
    return _finding(advisory, "excluded", list(placed), _excluded_reason(device, placed))


def _recalled(advisory: Advisory, range_: AffectedRange) -> bool:
    return Basis.RECALLED in {advisory.basis, range_.basis}


def _inside(advisory: Advisory, device: MeritDevice, rows: list[Placed], best: Fit) -> Finding:
    certain = [row for row in rows if _is_certain(advisory, row, device, best)]
    words: Applicability = "confirmed" if certain else "likely"
    deciding = certain or rows
    if device.model is None:
        words = "possible"
    return _finding(advisory, words, deciding, _inside_reason(device, deciding[0], best))


def _is_certain(advisory: Advisory, row: Placed, device: MeritDevice, best: Fit) -> bool:
    """The very model, or a product line that the record means as a whole; no condition, platform or coarse bound."""
    item, _, position = row
    named = best is Fit.EXACT or (item.scope == "maker" and device.model is not None)
    return named and position is Position.INSIDE and not (item.certain_models or item.platforms or advisory.condition)


def _finding(advisory: Advisory, words: Applicability, rows: list[Placed], reason: Message) -> Finding:
    ranges = tuple(dict.fromkeys(range_ for _, range_, _ in rows))
    texts = dict.fromkeys(range_.raw or describe(range_) for range_ in ranges)
    return Finding(advisory, words, reason, "; ".join(texts), ranges)


def _fact(device: MeritDevice) -> str:
    """The device's firmware as told, build date included."""
    built = device.firmware_built_on.isoformat() if device.firmware_built_on else None
    return " / ".join(part for part in (device.firmware, built) if part) or "unknown"


def _source(row: Placed) -> str:
    item, range_, _ = row
    return range_.source or item.by or "The record"


Quality = Literal["name", "variant", "pattern", "maker"]


def _quality(row: Placed, best: Fit) -> Quality:
    if row[0].scope == "maker":
        return "maker"
    return {Fit.EXACT: "name", Fit.VARIANT: "variant"}.get(best, "pattern")  # type: ignore[return-value]


def _inside_reason(device: MeritDevice, row: Placed, best: Fit) -> Message:
    item, range_, position = row
    told = {
        "text": item.text, "model": device.model or "unknown", "fact": _fact(device), "range": describe(range_),
        "source": _source(row),
    }  # fmt: skip
    if position is Position.COARSE:
        return Message.of(
            "{source} names {text}; firmware {fact} is finer than the range {range}, which may mean the whole track.",
            **told,
        )
    if item.certain_models:
        return Message.of(
            "{source} names certain models of {text}; {model} fits, and firmware {fact} lies in {range}.", **told
        )
    quality = _quality(row, best)
    if quality == "name":
        return Message.of("{source} names {text}; firmware {fact} lies in {range}.", **told)
    if quality == "variant":
        return Message.of(
            "{source} names {text}, of which {model} is a variant; firmware {fact} lies in {range}.", **told
        )
    if quality == "pattern":
        return Message.of("{source} names {text}, which {model} fits; firmware {fact} lies in {range}.", **told)
    return Message.of("{source} names {text}, the maker's whole range; firmware {fact} lies in {range}.", **told)


def _recalled_reason(device: MeritDevice, rows: Sequence[Placed]) -> Message:
    item, range_, _ = rows[0]
    return Message.of(
        "Firmware {fact} lies in {range} for {text}, but this range is known from memory only: no source was read.",
        fact=_fact(device), range=describe(range_), text=item.text,
    )  # fmt: skip


def _disputed_reason(device: MeritDevice, rows: Sequence[Placed]) -> Message:
    item, range_, _ = rows[0]
    return Message.of(
        "Sources conflict over {text}: {range} ({source}) holds firmware {fact}, and another source denies that range.",
        source=_source(rows[0]), range=describe(range_), text=item.text, fact=_fact(device),
    )  # fmt: skip


def _unknown_reason(device: MeritDevice, rows: Sequence[Placed]) -> Message:
    if not rows:
        return Message.of("The record names this model and gives no range.")
    item, range_, _ = rows[0]
    if range_.kind in {"label", "unparsed"}:
        return Message.of(
            "The record names {text} and gives no range that can be read ({raw}).",
            text=item.text, raw=range_.raw or "no version",
        )  # fmt: skip
    if device.firmware is None and device.firmware_built_on is None:
        return Message.of(
            "The record names {text} with {range}; the firmware of this device is unknown.",
            text=item.text, range=describe(range_),
        )  # fmt: skip
    if range_.kind == "version" and range_.introduced and not (range_.fixed or range_.last_affected):
        return Message.of(
            "The record names {text} with {range} and gives no end; a later firmware such as {fact} may be mended.",
            text=item.text,
            range=describe(range_),
            fact=_fact(device),
        )
    if range_.examined:
        return Message.of(
            "The record names {text} and examined {range} only; firmware {fact} is another.",
            text=item.text, range=describe(range_), fact=_fact(device),
        )  # fmt: skip
    return Message.of(
        "The record names {text} with {range}; whether firmware {fact} lies in it cannot be told.",
        text=item.text, range=describe(range_), fact=_fact(device),
    )  # fmt: skip


def _excluded_reason(device: MeritDevice, rows: Sequence[Placed]) -> Message:
    item = rows[0][0]
    ranges = "; ".join(dict.fromkeys(describe(range_) for _, range_, _ in rows))
    return Message.of(
        "The record names {text}; firmware {fact} lies outside {range}.",
        text=item.text,
        fact=_fact(device),
        range=ranges,
    )
