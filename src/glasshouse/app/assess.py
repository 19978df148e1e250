"""Merits over JSON Lines: one device a line, one answer a line, errors as values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from glasshouse.merits import Advisories, assess
from glasshouse.model.merit import Merit, MeritDevice, Posture
from glasshouse.reports.shapes import merit_json

__all__ = ["LINE_LIMIT", "AssessRequest", "assess_lines", "merit_to_json", "request_from_json"]

LINE_LIMIT = 1_000_000  # bytes; a request is a few hundred
_TEXT_LIMIT = 2_000
_LIST_LIMIT = 200
_NO_OBJECT = "the line is no JSON object; give one object a line with device and posture"
_UNKNOWN = "unknown"  # as good as null wherever a word is expected

Json = Mapping[str, object]
T = TypeVar("T", bound=str)


class _WrongValueError(ValueError):
    """A value that is not accepted; the message names key, value and what is accepted."""


@dataclass(frozen=True, slots=True)
class AssessRequest:
    """One line of input; `as_of` None = the run's own day."""

    id: str | int | float | None
    device: MeritDevice
    posture: Posture
    as_of: date | None = None


def assess_lines(lines: Iterable[bytes], advisories: Advisories, default_as_of: date) -> Iterator[dict[str, object]]:
    """One answer for every line that is not blank, in order. A bad line gives an error and never stops the rest."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(number, line, advisories, default_as_of)


def request_from_json(obj: object) -> AssessRequest | str:
    """The request in `obj`, or what is wrong with it and what is accepted. Unknown keys are ignored."""
    if not isinstance(obj, dict):
        return _NO_OBJECT
    try:
        return AssessRequest(
            _id(obj), _device(_object(obj, "device")), _posture(_object(obj, "posture")), _date(obj, "as_of")
        )
    except _WrongValueError as error:
        return str(error)


def merit_to_json(merit: Merit, request_id: str | float | None) -> dict[str, object]:
    """The answer in the shape of the interfaces; how the maker reports stands beside, never inside."""
    practice = [str(message) for message in merit.maker_practice]
    return {**merit_json(merit, id=None), "id": request_id, "maker_practice": practice}


def _answer(number: int, line: bytes, advisories: Advisories, default_as_of: date) -> dict[str, object]:
    if len(line) > LINE_LIMIT:
        return _error(None, number, f"the line has {len(line)} bytes; accepted: at most {LINE_LIMIT}")
    try:
        obj = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _error(None, number, _NO_OBJECT)
    request = request_from_json(obj)
    if isinstance(request, str):
        return _error(_id(obj) if isinstance(obj, dict) else None, number, request)
    merit = assess(request.device, request.posture, request.as_of or default_as_of, advisories)
    return merit_to_json(merit, request.id)


def _error(request_id: object, number: int, text: str) -> dict[str, object]:
    return {"id": request_id, "line": number, "error": text}


def _id(obj: Json) -> str | int | float | None:
    found = obj.get("id")
    return found if isinstance(found, str | int | float) and not isinstance(found, bool) else None


def _device(obj: Json) -> MeritDevice:
    return MeritDevice(
        maker=_text(obj, "maker"),
        model=_text(obj, "model"),
        firmware=_text(obj, "firmware"),
        firmware_built_on=_date(obj, "firmware_built_on"),
    )


def _posture(obj: Json) -> Posture:
    exposure: Literal["internet", "internal"] | None = _choice(obj, "exposure", ("internet", "internal"))
    auth: Literal["digest", "basic", "none"] | None = _choice(obj, "auth", ("digest", "basic", "none"))
    return Posture(exposure, _flag(obj, "activated"), auth, _text(obj, "tls"), _texts(obj, "services"))


def _object(obj: Json, key: str) -> Json:
    found = obj.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _WrongValueError(f"{key} is no JSON object; accepted: an object or null")
    return found


def _text(obj: Json, key: str) -> str | None:
    found = obj.get(key)
    if found is None:
        return None
    if not isinstance(found, str) or len(found) > _TEXT_LIMIT:
        raise _WrongValueError(
            f"{key} {_show(found)} is not accepted; accepted: text of at most {_TEXT_LIMIT} characters or null"
        )
    return None if found.strip().casefold() in {"", _UNKNOWN} else found.strip()


def _choice(obj: Json, key: str, accepted: tuple[T, ...]) -> T | None:
    found = _text(obj, key)
    if found is not None and found not in accepted:
        raise _WrongValueError(
            f"{key} {_show(found)} is not accepted; accepted: {', '.join(accepted)}, {_UNKNOWN} or null"
        )
    return found


def _flag(obj: Json, key: str) -> bool | None:
    found = obj.get(key)
    if found is None or found == _UNKNOWN:
        return None
    if not isinstance(found, bool):
        raise _WrongValueError(f"{key} {_show(found)} is not accepted; accepted: true, false or null")
    return found


def _date(obj: Json, key: str) -> date | None:
    found = _text(obj, key)
    if found is None:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        raise _WrongValueError(f"{key} {_show(found)} is no day; accepted: YYYY-MM-DD or null") from None


def _texts(obj: Json, key: str) -> tuple[str, ...] | None:
    found = obj.get(key)
    if found is None or found == _UNKNOWN:
        return None
    if not isinstance(found, list) or len(found) > _LIST_LIMIT or not all(isinstance(item, str) for item in found):
        raise _WrongValueError(
            f"{key} {_show(found)} is not accepted; accepted: a list of at most {_LIST_LIMIT} words or null"
        )
    return tuple(item.strip().casefold()[:_TEXT_LIMIT] for item in found)


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
