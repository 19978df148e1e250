"""Property facts (`--facts`): what no packet tells and judging needs, from TOML or CSV.

TOML: one `[[fact]]` table a fact; CSV: the same names as columns. Exactly one of `property`, `space`, `device` says
what the fact is about (a device by MAC, serial or address); `name` and `value` say it; `source` and `on` carry where
and when it was learned. List values are TOML arrays, or separated by `;` in CSV.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from glasshouse.app.errors import UsageError
from glasshouse.model.place import FactValue, PropertyFact, PropertyFacts
from glasshouse.model.verdict import PURPOSES, ROLES, SITE_CLASSES

__all__ = ["parse_facts"]

Level = Literal["property", "space", "device"]
LEVELS: tuple[Level, ...] = ("property", "space", "device")
LISTS = {"roles": ROLES, "purposes": PURPOSES}
CHOICES = {"site_class": SITE_CLASSES, "owner": ("self", "landlord", "tenant", "other")}
DATES = ("acquired_on", "authorised_on", "made_on", "contract_awarded_on")
BOOLEANS = ("service_contract", "award_funds")
TEXTS = (
    "jurisdiction", "tenure", "custodian", "landlord", "legal_entity", "supplier", "network", "exposure",
    "dfrp_number", "uei", "cage",
)  # fmt: skip
NETWORKS = ("subnets",)  # what the owner says belongs to the property, for what was not reached
NAMES = (*LISTS, *CHOICES, *DATES, *BOOLEANS, *TEXTS, *NETWORKS)


def parse_facts(data: bytes, name: str) -> PropertyFacts:
    """The facts in `data` (file `name`, for messages). Raises UsageError naming every bad fact at once."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"facts file {name} is not UTF-8 text ({error}); save it as UTF-8 TOML or CSV") from error
    rows = _toml_rows(text, name) if "[[fact]]" in text or not text.strip() else _csv_rows(text, name)
    facts: list[PropertyFact] = []
    problems: list[str] = []
    for where, row in rows:
        try:
            facts.append(_fact(row))
        except ValueError as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise UsageError(f"facts file {name} has {len(problems)} bad facts:\n  " + "\n  ".join(problems))
    return PropertyFacts(tuple(facts))


def _toml_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"facts file {name} is not valid TOML: {error}") from error
    unknown = sorted(set(tables) - {"fact"})
    if unknown:
        raise UsageError(f"facts file {name} has unknown tables {', '.join(unknown)}; accepted: [[fact]]")
    for index, row in enumerate(tables.get("fact", []), start=1):
        yield f"fact {index}", row


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text))
    missing = {"name", "value"} - set(reader.fieldnames or ())
    if missing:
        found = ", ".join(reader.fieldnames or ()) or "none"
        raise UsageError(
            f"facts file {name} is neither TOML with [[fact]] tables nor CSV with columns property, space, device, "
            f"name, value, source, on (columns found: {found[:200]})"
        )
    for line, row in enumerate(reader, start=2):
        yield f"line {line}", {key: value for key, value in row.items() if key and value}


def _fact(row: Mapping[str, object]) -> PropertyFact:
    unknown = sorted(set(row) - {*LEVELS, "name", "value", "source", "on"})
    if unknown:
        raise ValueError(
            f"unknown keys {', '.join(unknown)}; accepted: property, space, device, name, value, source, on"
        )
    given: list[Level] = [level for level in LEVELS if row.get(level)]
    if len(given) != 1:
        raise ValueError("say exactly one of property, space, device")
    name = str(row.get("name", ""))
    if name not in NAMES:
        raise ValueError(f"fact {name!r} is unknown; accepted: {', '.join(sorted(NAMES))}")
    if not row.get("source"):
        raise ValueError(f"fact {name!r} has no source; say where it was learned")
    return PropertyFact(
        level=given[0],
        key=str(row[given[0]]),
        name=name,
        value=_value(name, row.get("value")),
        source=str(row["source"]),
        on=_day(row["on"], "on") if row.get("on") else None,
    )


def _value(name: str, value: object) -> FactValue:
    if name in LISTS:
        items = value if isinstance(value, list) else str(value).split(";")
        return tuple(_choice(name, str(item).strip(), LISTS[name]) for item in items)
    if name in NETWORKS:
        parts = value if isinstance(value, list) else str(value).split(";")
        return tuple(_network(name, str(part).strip()) for part in parts)
    if name in CHOICES:
        return _choice(name, str(value), CHOICES[name])
    if name in DATES:
        return _day(value, name)
    if name in BOOLEANS:
        return _yes_or_no(name, value)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text")
    return value


def _network(name: str, value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError(f"{name} {value!r} is no network; write it as 192.0.2.0/24, with no host bits set") from None


def _choice(name: str, value: str, accepted: tuple[str, ...]) -> str:
    if value not in accepted:
        raise ValueError(f"{name} {value!r} is unknown; accepted: {', '.join(accepted)}")
    return value


def _day(value: object, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} {value!r} is not a date; write it as YYYY-MM-DD") from None


def _yes_or_no(name: str, value: object) -> bool:
    known = {"true": True, "yes": True, "oui": True, "false": False, "no": False, "non": False}
    if str(value).lower() not in known:
        raise ValueError(f"{name} {value!r} is neither true nor false")
    return known[str(value).lower()]
