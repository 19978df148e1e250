"""Decisions of people about identity: made, tried without being stored, listed with what they find in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from glasshouse.app.clock import now
from glasshouse.app.errors import UsageError
from glasshouse.attribution import partition
from glasshouse.attribution.decisions import concerns, withdrawn_by
from glasshouse.attribution.keys import unit_keys
from glasshouse.attribution.ties import APART
from glasshouse.model.identity import Decision
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Field
from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet
from glasshouse.store.store import Store

__all__ = ["Listed", "Proposal", "attribution_of", "idle", "listed", "merge_of", "record", "split_of", "withdrawal_of"]

Kind = Literal["merge", "split", "attribute", "withdraw"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision before it is stored: what it says, and in words what it would do to the devices of the review."""

    kind: Kind
    subjects: tuple[str, ...]
    effect: str
    facet: Facet | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored decision and its state: in force, withdrawn by which, or in force and finding nothing."""

    decision: Decision
    state: str
    idle: bool = False


def merge_of(devices: Sequence[Device]) -> Proposal:
    """That these devices are one. Raises UsageError for a device that stands there twice."""
    if len({device.id for device in devices}) < 2:
        raise UsageError(f"{devices[0].id} cannot be merged with itself; name at least two different devices")
    subjects = tuple(dict.fromkeys(name for device in devices for name in _subjects(device)))
    return Proposal("merge", subjects, f"{len(devices)} devices become one: {', '.join(one.id for one in devices)}")


def split_of(device: Device, names: Sequence[str]) -> Proposal:
    """That these observations of `device` are a device of their own. Raises UsageError for what is not of it."""
    chosen = tuple(dict.fromkeys(_observation(device, name) for name in names))
    if len(chosen) == len(device.observations):
        raise UsageError(f"these are all observations of {device.id}; name those that are of another unit")
    draft = _decision("split", chosen)
    fields: dict[str, list[Field]] = {}
    for field in device.fields:
        fields.setdefault(field.observation, []).append(field)
    found = partition(device.observations, fields, [draft])
    effect = f"{len(chosen)} of {len(device.observations)} observations leave {device.id}, which becomes {len(found)} devices"
    return Proposal("split", chosen, effect)


def attribution_of(device: Device, facet: Facet, value: str) -> Proposal:
    """That `facet` of `device` is `value`. Raises UsageError for an empty value or a day that is none."""
    text = value.strip()
    if not text:
        raise UsageError(f"no value for {facet.value}; say what it is")
    if facet in {Facet.FIRMWARE_BUILT_ON, Facet.MADE_ON}:
        _day(facet, text)
    before = device.identity.value(facet) or "unknown"
    effect = (
        f"{facet.value} of {device.id}: {before} ({device.identity.strength(facet).word}) becomes {text} (supporting)"
    )
    return Proposal("attribute", _subjects(device), effect, facet, text)


def _day(facet: Facet, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{facet.value} {text!r} is no day; write it as YYYY-MM-DD") from error


def withdrawal_of(name: str, decisions: Sequence[Decision]) -> Proposal:
    """That the decision called `name` (or beginning so) holds no more. Raises UsageError where none or several fit."""
    fits = [one for one in decisions if one.id == name] or [one for one in decisions if one.id.startswith(name)]
    if len(fits) != 1:
        several = f"fits {len(fits)} decisions" if fits else "is no stored decision"
        raise UsageError(f"{name!r} {several}; give the id as 'glasshouse device decisions' lists it")
    by = withdrawn_by(decisions).get(fits[0].id)
    if by is not None:
        raise UsageError(f"{fits[0].id} was withdrawn by {by.id} on {by.at.date()}; to undo that, withdraw {by.id}")
    return Proposal("withdraw", (fits[0].id,), f"{fits[0].kind} of {fits[0].at.date()} by {fits[0].by} holds no more")


def record(store: Store, proposal: Proposal, reason: str, by: str) -> Decision:
    """Store what was proposed, signed and logged. Raises UsageError for an empty reason."""
    if not reason.strip():
        raise UsageError("a decision needs a reason that others can check; give it with --reason")
    # the order of decisions counts, and two may come in one second
    last = max((one.at for one in store.decisions.all()), default=None)
    moment = max(now(), last + timedelta(seconds=1)) if last is not None else now()
    made = replace(
        _decision(proposal.kind, proposal.subjects), reason=reason.strip(), by=by, at=moment,
        facet=proposal.facet, value=proposal.value,
    )  # fmt: skip
    parts = (made.kind, made.subjects, made.reason, made.by, made.at, made.facet, made.value)
    named = replace(made, id=content_id("dec", *parts))
    store.decisions.add(named)
    return named


def _decision(kind: Kind, subjects: tuple[str, ...]) -> Decision:
    return Decision("", kind, subjects, "", "", now())


def _subjects(device: Device) -> tuple[str, ...]:
    """The observations of a device, and the keys by which a decision knows the unit again in later evidence."""
    shared = {link.key.removeprefix(APART) for link in device.identity.asset.links if link.key.startswith(APART)}
    keys = sorted(key for key in _keys([device]) if key.rpartition("@")[0] not in shared)
    return (*device.identity.asset.observations, *keys)


def _keys(devices: Iterable[Device]) -> frozenset[str]:
    return frozenset(key for device in devices for key in unit_keys(device.observations, device.fields))


def _observation(device: Device, name: str) -> str:
    """An observation by its id, the beginning of it, or its short label ("O3") in 'explain'."""
    ids = [one.id for one in device.observations]
    if name[:1] in "Oo" and name[1:].isdigit() and 0 < int(name[1:]) <= len(ids):
        return ids[int(name[1:]) - 1]
    fits = [one for one in ids if one.startswith(name)] if len(name) >= len("obs_") + 4 else []
    if len(fits) == 1:
        return fits[0]
    raise UsageError(
        f"{name!r} names {'several observations' if fits else 'no observation'} of {device.id}; accepted: an id, its "
        "beginning, or a label such as O2, as 'glasshouse explain' prints them"
    )


def listed(store: Store, review: Review) -> tuple[Listed, ...]:
    """Every stored decision, oldest first, and what it finds in the evidence of `review`."""
    decisions = store.decisions.all()
    if not decisions:
        return ()
    withdrawn = withdrawn_by(decisions)
    names = [collection.id for collection in review.collections]
    observations = {sighting.observation.id for sighting in store.observations.iterate(names)}
    keys = _keys(review.devices)
    rows = []
    for one in decisions:
        by = withdrawn.get(one.id)
        if by is not None:
            rows.append(Listed(one, f"withdrawn by {by.id}: {by.reason}"))
        elif one.kind == "withdraw" or concerns(one, observations, keys):
            rows.append(Listed(one, "in force"))
        else:
            rows.append(Listed(one, "in force, but nothing it names is in the last review", idle=True))
    return tuple(rows)


def idle(store: Store, review: Review) -> tuple[str, ...]:
    """One line for each decision in force that refers to what the evidence of `review` no longer holds."""
    return tuple(
        f"{row.decision.id} ({row.decision.kind} by {row.decision.by}, {row.decision.at.date()}) finds nothing it names "
        "in this review; decide again or withdraw it"
        for row in listed(store, review)
        if row.idle
    )
