"""What asking one host gave, and its JSON form for journals."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from glasshouse.model.observation import Endpoint, Gap, GapReason, Observation, SaidBy, Sighting
from glasshouse.sources.active.scope import Transport

__all__ = ["HostResult", "HostState", "OpenState", "PortState", "from_json", "to_json"]

HostState = Literal["answered", "refused", "silent", "unreachable", "skipped"]
OpenState = Literal["open", "closed", "silent", "unreachable"]


@dataclass(frozen=True, slots=True)
class PortState:
    """What a connection attempt to a standard port met. UDP ports are listed when they sent data."""

    port: int
    proto: Transport
    state: OpenState


@dataclass(frozen=True, slots=True)
class HostResult:
    """One host of a run.

    `state`: answered = sent data; refused = is there and sent none (refused, or accepted and said nothing);
    silent = no packet came back; unreachable = the network said so; skipped = not asked (see `gaps`).
    """

    address: str
    domain: str
    state: HostState
    ports: tuple[PortState, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    gaps: tuple[Gap, ...] = ()
    packets_sent: int = 0  # connection attempts, datagrams and writes, as the program makes them
    bytes_sent: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Address and routing domain."""
        return (self.address, self.domain)


def to_json(result: HostResult) -> dict[str, object]:
    """A JSON object that `from_json` reads back to an equal value."""
    return {
        "address": result.address,
        "domain": result.domain,
        "state": result.state,
        "ports": [[port.port, port.proto, port.state] for port in result.ports],
        "sightings": [_sighting_to_json(sighting) for sighting in result.sightings],
        "gaps": [[gap.where, gap.reason.value, gap.protocol, gap.detail] for gap in result.gaps],
        "packets_sent": result.packets_sent,
        "bytes_sent": result.bytes_sent,
    }


def from_json(table: Mapping[str, Any]) -> HostResult:
    """The value behind `to_json`. Raises KeyError, TypeError or ValueError for anything else."""
    return HostResult(
        address=table["address"],
        domain=table["domain"],
        state=table["state"],
        ports=tuple(PortState(port, proto, state) for port, proto, state in table["ports"]),
        sightings=tuple(_sighting_from_json(item) for item in table["sightings"]),
        gaps=tuple(
            Gap(where, GapReason(reason), protocol, detail) for where, reason, protocol, detail in table["gaps"]
        ),
        packets_sent=table["packets_sent"],
        bytes_sent=table["bytes_sent"],
    )


def _sighting_to_json(sighting: Sighting) -> dict[str, object]:
    seen = sighting.observation
    if not isinstance(seen.subject, Endpoint):
        raise TypeError(f"active collection observes endpoints, not {type(seen.subject).__name__}")
    return {
        "subject": [seen.subject.address, seen.subject.property, seen.subject.domain],
        "probe": seen.probe,
        "raw": base64.b64encode(seen.raw).decode("ascii"),
        "request": seen.request,
        "port": seen.port,
        "protocol": seen.protocol,
        "said_by": seen.said_by.value,
        "tool": seen.tool,
        "collection": sighting.collection,
        "seen_at": sighting.seen_at.isoformat() if sighting.seen_at else None,
    }


def _sighting_from_json(table: Mapping[str, Any]) -> Sighting:
    address, site, domain = table["subject"]
    observation = Observation(
        subject=Endpoint(address, site, domain),
        probe=table["probe"],
        raw=base64.b64decode(table["raw"], validate=True),
        request=table["request"],
        port=table["port"],
        protocol=table["protocol"],
        said_by=SaidBy(table["said_by"]),
        tool=table["tool"],
    )
    seen_at = datetime.fromisoformat(table["seen_at"]) if table["seen_at"] else None
    return Sighting(observation, table["collection"], seen_at)
