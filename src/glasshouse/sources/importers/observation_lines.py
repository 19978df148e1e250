"""Observation lines: the program's own exchange format, one observation a line of JSON.

`parse_line` is public on its own: the stateless identify command reads the same lines.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from glasshouse.model.observation import PROBES, DocumentLine, Endpoint, Observation, SaidBy, Subject
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.columns import field_name, known_field
from glasshouse.sources.importers.records import first_objects, records
from glasshouse.sources.redact import REMOVED, is_secret_name, strip_bytes, strip_text
from glasshouse.sources.values import address_of, time_of

__all__ = ["DOC", "ObservationLine", "parse_line", "read", "recognises"]

DOC = ImporterDoc(
    name="observation-lines",
    title="Observation lines (JSON Lines)",
    suffixes=(".jsonl", ".ndjson", ".json"),
    references=(Reference("Interfaces: identify, JSON Lines"),),
    lost=("keys that the interfaces do not name", "values of cookies, authorisations and passwords inside replies"),
)

MAX_RAW = 4 * 1024 * 1024
_PROBES = frozenset(PROBES)
_SAID_BY = {word.value: word for word in SaidBy}


@dataclass(frozen=True, slots=True)
class ObservationLine:
    """One line, read. `error` None = nothing was wrong.

    `label` is the line's own id and `device` its device label, both also present when the rest is unusable.
    `observation` with an `error` beside it: the reply is usable, one of its accompanying values was not.
    """

    label: str | None
    device: str | None
    observation: Observation | None
    seen_at: datetime | None = None
    error: str | None = None


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    """Why a line has no observation."""


def parse_line(
    value: object,
    *,
    file_sha256: str = "",
    line: int | str = "",
    property: str | None = None,  # noqa: A002 - the word of the model
    domain: str = DEFAULT_DOMAIN,
    zone: tzinfo | None = None,
) -> ObservationLine:
    """Read one decoded JSON value as an observation; never raises.

    A line with an `address` is about that endpoint; any other is about itself: (`file_sha256`, `line`) must then
    tell lines apart. `domain` is the routing domain where the line names none. Credentials inside `raw` and
    `fields` are taken out. Without `said_by`, inventory text is a person's word and everything else the device's.
    """
    if not isinstance(value, Mapping):
        return ObservationLine(None, None, None, error="the line is no JSON object; each line must be one observation")
    label, device = _label(value.get("id")), _label(value.get("device"))
    try:
        return _usable(value, label, device, DocumentLine(file_sha256, str(line), property), domain, zone)
    except _Unusable as problem:
        return ObservationLine(label, device, None, error=str(problem))


def _usable(
    value: Mapping[str, object],
    label: str | None,
    device: str | None,
    itself: DocumentLine,
    domain: str,
    zone: tzinfo | None,
) -> ObservationLine:
    problems: list[str] = []
    probe = _probe(value.get("probe"))
    raw, fields = _content(value)
    observation = Observation(
        subject=_subject(value, itself, domain, problems),
        probe=probe,
        raw=raw,
        fields=fields,
        request=_text(value, "request", problems),
        port=_port(value.get("port"), problems),
        protocol=_text(value, "protocol", problems),
        said_by=_said_by(value.get("said_by"), probe),
        tool=_text(value, "tool", problems),
    )
    seen_at = _seen_at(value.get("seen_at"), zone, problems)
    return ObservationLine(label, device, observation, seen_at, "; ".join(problems) or None)


def _label(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")[:512]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def _probe(value: object) -> str:
    if isinstance(value, str) and value in _PROBES:
        return value
    if value is None:
        raise _Unusable(f"probe is missing; accepted: {' '.join(PROBES)}")
    raise _Unusable(f"probe {_show(value)} is not known; accepted: {' '.join(PROBES)}")


def _content(value: Mapping[str, object]) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    raw, fields = value.get("raw"), value.get("fields")
    if raw is None and fields is None:
        raise _Unusable("neither raw nor fields is given; give the reply as raw, or the row as fields")
    if raw and fields:
        raise _Unusable("both raw and fields are given; a reply has raw, a structured row has fields")
    if fields:
        return b"", _fields(fields)
    return strip_bytes(_raw(raw if raw is not None else "", value.get("encoding"))), ()


def _raw(raw: object, encoding: object) -> bytes:
    if isinstance(raw, bytes):
        data = raw
    elif not isinstance(raw, str):
        raise _Unusable(f"raw is {type(raw).__name__}; it must be text, with encoding utf-8 or base64")
    elif encoding in {None, "utf-8"}:
        try:
            data = raw.encode("utf-8")
        except UnicodeEncodeError as problem:
            raise _Unusable("raw holds half a surrogate pair; give such a reply as base64") from problem
    elif encoding == "base64":
        try:
            data = base64.b64decode("".join(raw.split()), validate=True)
        except (binascii.Error, ValueError) as problem:
            raise _Unusable(f"raw is not base64 ({problem})") from problem
    else:
        raise _Unusable(f"encoding {_show(encoding)} is not known; it is utf-8 or base64")
    if len(data) > MAX_RAW:
        raise _Unusable(f"raw has {len(data)} bytes; at most {MAX_RAW} are read")
    return data


def _fields(fields: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(fields, Mapping):
        raise _Unusable(f"fields is {type(fields).__name__}; it must be an object of names and values")
    if len(fields) > 1_000:
        raise _Unusable(f"fields has {len(fields)} names; at most 1000 are read")
    any_secret = any(is_secret_name(str(name)) for name in fields)
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        if value is None or value == "":
            continue
        if is_secret_name(str(name), beside_secret=any_secret):
            found.append((_row_name(str(name)), REMOVED))
        else:
            found.append((_row_name(str(name)), _cell(value)))
    return tuple(found)


def _row_name(name: str) -> str:
    if "." in name and known_field(name) is None:
        return cap(name, 128)
    field = known_field(name)
    if field == "text":
        return "text"
    return f"inventory.{field or field_name(name)}"


def _cell(value: object) -> str:
    if isinstance(value, str):
        return strip_text(cap(value))
    if isinstance(value, bool | int | float):
        return str(value)
    return strip_text(cap(json.dumps(value, default=str, ensure_ascii=False)))


def _subject(value: Mapping[str, object], itself: DocumentLine, domain: str, problems: list[str]) -> Subject:
    address = value.get("address")
    own_domain = value.get("domain")
    if own_domain is not None and not isinstance(own_domain, str):
        problems.append(f"domain {_show(own_domain)} is no text and was left out")
        own_domain = None
    if address is None or address == "":
        return itself
    found = address_of(address) if isinstance(address, str) else None
    if found is None:
        problems.append(f"address {_show(address)} is no IP address and was left out")
        return itself
    return Endpoint(found, itself.property, own_domain or domain)


def _port(value: object, problems: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 65_535:
        return value
    problems.append(f"port {_show(value)} is no number from 0 to 65535 and was left out")
    return None


def _text(value: Mapping[str, object], key: str, problems: list[str]) -> str | None:
    text = value.get(key)
    if text is None:
        return None
    if isinstance(text, str):
        return strip_text(cap(text))
    problems.append(f"{key} {_show(text)} is no text and was left out")
    return None


def _said_by(value: object, probe: str) -> SaidBy:
    if value is None:
        return SaidBy.PERSON if probe == "inventory-text" else SaidBy.DEVICE
    if isinstance(value, str) and value in _SAID_BY:
        return _SAID_BY[value]
    raise _Unusable(f"said_by {_show(value)} is not known; accepted: {' '.join(_SAID_BY)}")


def _seen_at(value: object, zone: tzinfo | None, problems: list[str]) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else None
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    found = time_of(text, zone) if isinstance(text, str) else None
    if found is None:
        problems.append(f"seen_at {_show(value)} is no ISO 8601 time with a zone and was left out")
    return found


def _show(value: object) -> str:
    return repr(cap(str(value), 60)) if isinstance(value, str) else f"of type {type(value).__name__}"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with a `probe` word and `raw` or `fields`."""
    return any("probe" in value and ("raw" in value or "fields" in value) for value in first_objects(head))


def read(draft: Draft) -> None:
    """Read every line; a bad one is rejected by number and the others stay."""
    for record in records(draft):
        if record.error is not None:
            draft.reject(f"line {record.line}", record.error)
            continue
        line = parse_line(
            record.value,
            file_sha256=draft.file.sha256,
            line=record.line,
            property=draft.property,
            domain=draft.domain,
            zone=draft.zone,
        )
        if line.error is not None:
            draft.reject(f"line {record.line}", line.error)
        if line.observation is not None:
            draft.rows_used += 1
            draft.see(line.observation, line.seen_at, _locator(record.line, record.value), line.device)


def _locator(line: int, value: object) -> str:
    label = _label(value.get("id")) if isinstance(value, Mapping) else None
    return f"line {line}" if label is None else f"line {line}, id {cap(label, 128)}"
