"""Evidence for the tests of the store; also run by the worker that the kill tests end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from glasshouse.model.observation import (
    Collection,
    CollectionKind,
    Endpoint,
    Gap,
    GapReason,
    Observation,
    Rejected,
    Sighting,
)

START = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)


def collection(name: str = "c1", **changes) -> Collection:
    values = {
        "id": name,
        "kind": CollectionKind.ACTIVE,
        "operator": "inspector",
        "authority": None,
        "host": "laptop",
        "vantage": "eth0",
        "tool": "glasshouse 0.1.0",
        "arguments": ("192.0.2.0/28",),
        "started": START,
        "property": "Building A",
    }
    return Collection(**{**values, **changes})


def observation(number: int, *, size: int = 40, port: int = 80) -> Observation:
    raw = b"HTTP/1.1 200 OK\r\nServer: unit-%d\r\n\r\n" % number
    return Observation(
        Endpoint(f"192.0.2.{number}", "Building A"), "http", raw.ljust(size, b"."), port=port, request="GET /"
    )


def sighting(number: int, name: str = "c1", **changes) -> Sighting:
    return Sighting(observation(number, **changes), name, START + timedelta(seconds=number), f"host {number}")


def gap(number: int) -> Gap:
    return Gap(f"192.0.2.{number}", GapReason.SILENT, "rtsp", "no answer in 5 s")


def rejected(number: int) -> Rejected:
    return Rejected("list.csv", f"row {number}", "no address; accepted: an IPv4 or IPv6 address; mend the row")
