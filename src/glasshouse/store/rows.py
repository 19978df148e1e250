"""Rows to model values and back. An observation's body holds all that its id was computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from glasshouse.model.ids import content_id, sha256_hex
from glasshouse.model.observation import (
    Channel,
    Collection,
    CollectionKind,
    DocumentLine,
    Endpoint,
    Gap,
    GapReason,
    Interface,
    MountingPoint,
    Observation,
    Rejected,
    SaidBy,
    Sighting,
    Subject,
)
from glasshouse.store.codec import clean, from_json, from_time, maybe_time, to_json, to_time

__all__ = [
    "collection_row",
    "gap_row",
    "observation_row",
    "rejected_row",
    "sighting_row",
    "to_collection",
    "to_gap",
    "to_observation",
    "to_rejected",
]

_SUBJECTS = {kind.__name__: kind for kind in (Endpoint, Interface, Channel, MountingPoint, DocumentLine)}
# Per kind of subject: the attribute that names it, and the part within, for the searching columns.
_NAMES = {
    "Endpoint": ("address", None),
    "Interface": ("mac", None),
    "Channel": ("recorder", "number"),
    "MountingPoint": ("name", None),
    "DocumentLine": ("file_sha256", "line"),
}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else from_time(moment)


def _maybe_clean(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _subject_json(subject: Subject) -> list[Any]:
    kind = type(subject).__name__
    return [kind, {name: getattr(subject, name) for name in subject.__slots__}]


def observation_row(observation: Observation) -> dict[str, Any]:
    """The row of `observation`; its raw bytes go to the blobs."""
    kind, subject = _subject_json(observation.subject)
    name, part = _NAMES[kind]
    body = {
        "subject": [kind, subject],
        "probe": observation.probe,
        "protocol": observation.protocol,
        "port": observation.port,
        "request": observation.request,
        "raw": sha256_hex(observation.raw) if observation.raw else None,
        "fields": [list(item) for item in observation.fields],
        "said_by": observation.said_by.value,
        "tool": observation.tool,
    }
    return {
        "id": observation.id,
        "subject_kind": kind,
        "subject_name": clean(subject[name]),
        "subject_part": None if part is None else clean(str(subject[part])),
        "property": _maybe_clean(subject["property"]),
        "domain": _maybe_clean(subject.get("domain")),
        "probe": clean(observation.probe),
        "protocol": _maybe_clean(observation.protocol),
        "request": _maybe_clean(observation.request),
        "port": observation.port,
        "said_by": observation.said_by.value,
        "tool": _maybe_clean(observation.tool),
        "raw_sha256": body["raw"],
        "body": to_json(body),
    }


def to_observation(body: str, raw: bytes) -> Observation:
    """The observation of a row's `body` with its raw bytes."""
    value = from_json(body)
    kind, subject = value["subject"]
    return Observation(
        subject=_SUBJECTS[kind](**subject),
        probe=value["probe"],
        raw=raw,
        fields=tuple((name, text) for name, text in value["fields"]),
        request=value["request"],
        port=value["port"],
        protocol=value["protocol"],
        said_by=SaidBy(value["said_by"]),
        tool=value["tool"],
    )


def sighting_row(sighting: Sighting, observation: str) -> dict[str, Any]:
    """The row of `sighting` of `observation` (its id); same observation, collection, time, place: same sighting."""
    row = {
        "observation": observation,
        "collection": sighting.collection,
        "seen_at": _moment(sighting.seen_at),
        "locator": _maybe_clean(sighting.locator),
        "device": _maybe_clean(sighting.device),
    }
    return {"id": content_id("sight", *row.values()), **row}


def gap_row(collection: str, gap: Gap) -> dict[str, Any]:
    """The row of `gap`."""
    row = {
        "collection": collection,
        "place": clean(gap.where),
        "reason": gap.reason.value,
        "protocol": _maybe_clean(gap.protocol),
        "detail": clean(gap.detail),
    }
    return {"id": content_id("gap", *row.values()), **row}


def to_gap(row: RowMapping) -> Gap:
    """The gap of a row."""
    return Gap(row["place"], GapReason(row["reason"]), row["protocol"], row["detail"])


def rejected_row(collection: str, item: Rejected) -> dict[str, Any]:
    """The row of a rejected input."""
    row = {
        "collection": collection,
        "file": clean(item.file),
        "locator": clean(item.locator),
        "problem": clean(item.problem),
        "fatal": int(item.fatal),
    }
    return {"id": content_id("rej", *row.values()), **row}


def to_rejected(row: RowMapping) -> Rejected:
    """The rejected input of a row."""
    return Rejected(row["file"], row["locator"], row["problem"], bool(row["fatal"]))


def collection_row(collection: Collection) -> dict[str, Any]:
    """The row of `collection` without its gaps, which have a table."""
    return {
        "id": collection.id,
        "kind": collection.kind.value,
        "operator": clean(collection.operator),
        "authority": collection.authority,
        "host": clean(collection.host),
        "vantage": _maybe_clean(collection.vantage),
        "tool": clean(collection.tool),
        "arguments": to_json(list(collection.arguments)),
        "started": from_time(collection.started),
        "ended": _moment(collection.ended),
        "clock_offset_seconds": collection.clock_offset_seconds,
        "property": _maybe_clean(collection.property),
        "covered": to_json(list(collection.covered)),
        "merkle_root": collection.merkle_root,
        "state": collection.state,
    }


def to_collection(row: Mapping[str, Any] | RowMapping, gaps: Sequence[Gap]) -> Collection:
    """The collection of a row and its gaps."""
    return Collection(
        id=row["id"],
        kind=CollectionKind(row["kind"]),
        operator=row["operator"],
        authority=row["authority"],
        host=row["host"],
        vantage=row["vantage"],
        tool=row["tool"],
        arguments=tuple(from_json(row["arguments"])),
        started=to_time(row["started"]),
        ended=maybe_time(row["ended"]),
        clock_offset_seconds=row["clock_offset_seconds"],
        property=row["property"],
        covered=tuple(from_json(row["covered"])),
        gaps=tuple(gaps),
        merkle_root=row["merkle_root"],
        state=row["state"],
    )
