"""A judge question as JSON, checked key by key against the closed lists of the interfaces."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from glasshouse.model.strength import Strength
from glasshouse.model.time import AsOf
from glasshouse.model.verdict import (
    ACTS,
    COMPONENT_KINDS,
    PURPOSES,
    ROLES,
    SITE_CLASSES,
    Approval,
    Certificate,
    Component,
    JudgedDevice,
    Query,
    QueryFacts,
)

__all__ = ["APPROVALS", "CERTIFICATES", "DEVICE_CLASSES", "NETWORKS", "OWNERS", "query_from_json"]

DEVICE_CLASSES = (
    "camera", "recorder", "encoder", "intercom", "access-control", "video-server", "thermal", "body-worn", "other", "uas",
    "router", "radio",
)  # fmt: skip
OWNERS = ("self", "landlord", "tenant", "other")
NETWORKS = ("isolated", "internal", "internet")
CERTIFICATES = ("stqc",)
APPROVALS = (
    "agency_head_waiver", "dni_waiver", "ministry_approval", "agency_exception", "conditional_approval", "blue_uas",
    "risk_assessment",
)  # fmt: skip
_STRENGTHS = tuple(member.word for member in Strength)
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_TEXT_LIMIT = 2_000
_LIST_LIMIT = 200

T = TypeVar("T")
Json = Mapping[str, object]


class _WrongError(ValueError):
    """A value that is not accepted; the message names key, value and what is accepted."""


def query_from_json(obj: object) -> Query | str:
    """The question in `obj`, or what is wrong with it, what is accepted and where. Unknown keys are ignored."""
    if not isinstance(obj, dict):
        return "the question is no JSON object; give one object with as_of, jurisdiction, roles, act and device"
    try:
        return _query(obj)
    except _WrongError as error:
        return str(error)


def _query(obj: Json) -> Query:
    jurisdiction = _required(_text(obj, "jurisdiction"), "jurisdiction", "a code like CA, CA-QC, US-TX")
    jurisdiction = jurisdiction.replace("GB", "UK", 1) if jurisdiction.split("-")[0] == "GB" else jurisdiction
    if not _JURISDICTION.fullmatch(jurisdiction):
        raise _WrongError(f"jurisdiction {jurisdiction!r} is no code; accepted: two capitals, or with a part, as CA-QC")
    as_of = _required(_date(obj, "as_of"), "as_of", "a day as YYYY-MM-DD")
    act = _required(_choice(obj, "act", ACTS), "act", " ".join(ACTS))
    site = _object(obj, "site")
    regimes = _texts(obj, "regimes")
    query_id = obj.get("id")
    return Query(
        id=None if query_id is None else str(query_id),
        as_of=AsOf(as_of, _date(obj, "known_at")),
        jurisdiction=jurisdiction,
        roles=_choices(obj, "roles", ROLES),
        act=act,
        device=_device(_object(obj, "device")),
        site_class=_choice(site, "class", SITE_CLASSES, "site.class"),
        purposes=_choices(site, "purposes", PURPOSES, "site.purposes"),
        facts=_facts(_object(obj, "facts")),
        regimes=regimes,
    )


def _device(obj: Json) -> JudgedDevice:
    return JudgedDevice(
        brand=_text(obj, "brand", "device.brand"),
        maker=_text(obj, "maker", "device.maker"),
        maker_strength=_strength(obj, "maker_strength", "device.maker_strength"),
        model=_text(obj, "model", "device.model"),
        device_class=_choice(obj, "device_class", DEVICE_CLASSES, "device.device_class"),
        components=_components(obj),
        maker_contradicted=_contradicted(obj),
        made_on=_date(obj, "made_on", "device.made_on"),
        acquired_on=_date(obj, "acquired_on", "device.acquired_on"),
        authorised_on=_date(obj, "authorised_on", "device.authorised_on"),
        owner=_choice(obj, "owner", OWNERS, "device.owner"),
    )


def _components(obj: Json) -> tuple[Component, ...] | None:
    rows = _rows(obj, "components", "device.components")
    if rows is None:
        return None
    return tuple(_component(row, f"device.components[{at}]") for at, row in enumerate(rows))


def _component(row: Json, where: str) -> Component:
    kind = _required(_choice(row, "kind", COMPONENT_KINDS, f"{where}.kind"), f"{where}.kind", " ".join(COMPONENT_KINDS))
    return Component(
        kind,
        _text(row, "maker", f"{where}.maker"),
        _strength(row, "strength", f"{where}.strength"),
        _date(row, "authorised_on", f"{where}.authorised_on"),
    )


def _contradicted(obj: Json) -> tuple[str, ...]:
    values: list[str] = []
    for at, row in enumerate(_rows(obj, "contradictions", "device.contradictions") or ()):
        where = f"device.contradictions[{at}]"
        if _text(row, "facet", f"{where}.facet") == "maker":
            values += _texts(row, "values", f"{where}.values") or ("?",)
    return tuple(dict.fromkeys(values))


def _facts(obj: Json) -> QueryFacts:
    return QueryFacts(
        award_funds=_bool(obj, "award_funds"),
        contract_awarded_on=_date(obj, "contract_awarded_on", "facts.contract_awarded_on"),
        service_contract=_bool(obj, "service_contract"),
        supplier=_text(obj, "supplier", "facts.supplier"),
        approval=_paper(obj, "approval", _approval),
        certificate=_paper(obj, "certificate", _certificate),
        network=_choice(obj, "network", NETWORKS, "facts.network"),
    )


def _approval(row: Json) -> Approval:
    kind = _choice(row, "kind", APPROVALS, "facts.approval.kind")
    return Approval(
        _required(kind, "facts.approval.kind", " ".join(APPROVALS)),
        _date(row, "on", "facts.approval.on"),
        _date(row, "until", "facts.approval.until"),
    )


def _certificate(row: Json) -> Certificate:
    kind = _choice(row, "kind", CERTIFICATES, "facts.certificate.kind")
    return Certificate(
        _required(kind, "facts.certificate.kind", " ".join(CERTIFICATES)), _date(row, "on", "facts.certificate.on")
    )


def _paper(obj: Json, key: str, build: Callable[[Json], T]) -> T | bool | None:
    value = obj.get(key)
    if value is None or value is False:
        return value
    if not isinstance(value, dict):
        raise _WrongError(
            f"facts.{key} is {value!r}; accepted: null (unknown), false (none), or an object with its kind"
        )
    return build(value)


def _required(value: T | None, where: str, accepted: str) -> T:
    if value is None:
        raise _WrongError(f"{where} is missing; accepted: {accepted}")
    return value


def _object(obj: Json, key: str) -> Json:
    value = obj.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _WrongError(f"{key} is no object; accepted: an object or null")
    return value


def _rows(obj: Json, key: str, where: str) -> Sequence[Json] | None:
    value = obj.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _LIST_LIMIT or not all(isinstance(row, dict) for row in value):
        raise _WrongError(f"{where} is no list of at most {_LIST_LIMIT} objects; accepted: such a list or null")
    return value


def _text(obj: Json, key: str, where: str = "") -> str | None:
    value = obj.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
        raise _WrongError(f"{where or key} is no text; accepted: at most {_TEXT_LIMIT} characters, or null")
    return value


def _texts(obj: Json, key: str, where: str = "") -> tuple[str, ...] | None:
    value = obj.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _LIST_LIMIT or not all(isinstance(item, str) for item in value):
        raise _WrongError(
            f"{where or key} is no list of texts; accepted: a list of at most {_LIST_LIMIT} texts, or null"
        )
    return tuple(value)


def _choices(obj: Json, key: str, accepted: Sequence[str], where: str = "") -> tuple[str, ...]:
    values = _texts(obj, key, where) or ()
    for value in values:
        if value not in accepted:
            raise _WrongError(f"{where or key} holds {value!r}; accepted: {' '.join(accepted)}")
    return tuple(dict.fromkeys(values))


def _choice(obj: Json, key: str, accepted: Sequence[str], where: str = "") -> str | None:
    value = obj.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or value not in accepted:
        raise _WrongError(f"{where or key} is {value!r}; accepted: {' '.join(accepted)}, or null")
    return value


def _strength(obj: Json, key: str, where: str) -> Strength:
    word = _choice(obj, key, _STRENGTHS, where)
    return Strength.NONE if word is None else Strength.parse(word)


def _bool(obj: Json, key: str) -> bool | None:
    value = obj.get(key)
    if value is not None and not isinstance(value, bool):
        raise _WrongError(f"facts.{key} is {value!r}; accepted: true, false or null")
    return value


def _date(obj: Json, key: str, where: str = "") -> date | None:
    value = obj.get(key)
    if value is None:
        return None
    if isinstance(value, str) and len(value) == 10:
        with contextlib.suppress(ValueError):  # told below, with what is accepted
            return date.fromisoformat(value)
    raise _WrongError(f"{where or key} is {value!r}; accepted: a day as YYYY-MM-DD, or null")
