"""What a run would do, said without sending anything (`--plan`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from glasshouse.model.protocol import SafetyClass
from glasshouse.sources.active.governor import Budget, pace_of
from glasshouse.sources.active.multicast import groups_of
from glasshouse.sources.active.plan import UNICAST_FINDERS, Known, Menu, Speaker, connect_ports, token_for
from glasshouse.sources.active.priming import PRIME_PORT
from glasshouse.sources.active.scope import Scope
from glasshouse.sources.active.targets import Host

__all__ = ["Outline", "PlannedPacket", "PlannedRequest", "outline", "planned_packets"]

When = Literal["always", "if the port is open", "where HTTP answers", "if a reply hints at it"]


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request a host may get, to standard ports, and on what condition."""

    protocol: str
    request: str
    transport: str
    ports: tuple[int, ...]
    safety: SafetyClass
    size: int  # bytes; 0 = connect and listen, or a handshake
    when: When

    def as_json(self) -> dict[str, object]:
        """A JSON object."""
        safety = self.safety.name.lower().replace("_", "-")
        return {
            "protocol": self.protocol, "request": self.request, "transport": self.transport, "ports": list(self.ports),
            "class": safety, "bytes": self.size, "when": self.when,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """A run before it begins. `seconds` is the least the pace allows: all hosts dark, all hosts asked to the end."""

    hosts: int
    refused: tuple[tuple[str, str], ...]  # host, why the scope does not permit it
    pace: str
    rate: float | None  # requests and connects a second over the site; None = no limit
    connects: tuple[int, ...]
    requests: tuple[PlannedRequest, ...]
    multicast: tuple[tuple[str, str, int], ...]  # protocol, group, port
    most_requests: int  # to one host
    seconds: tuple[float, float]

    def as_json(self) -> dict[str, object]:
        """A JSON object."""
        return {
            "hosts": self.hosts,
            "refused": [{"address": address, "reason": reason} for address, reason in self.refused],
            "pace": self.pace,
            "rate": self.rate,
            "connect_ports": list(self.connects),
            "requests": [request.as_json() for request in self.requests],
            "multicast": [{"protocol": name, "group": group, "port": port} for name, group, port in self.multicast],
            "most_requests_per_host": self.most_requests,
            "least_seconds": {"all_dark": self.seconds[0], "all_asked_to_the_end": self.seconds[1]},
        }


def outline(hosts: Sequence[Host], scope: Scope, menu: Menu, now: datetime, budget: Budget | None = None) -> Outline:
    """What `scan` would do with these hosts at `now`. Pure."""
    refusals = [(host, scope.permits(host.address, now)) for host in hosts]
    permitted = [host for host, refusal in refusals if refusal is None]
    sample = permitted[0] if permitted else Host("192.0.2.1", scope.domain, (scope.ports,))
    pace = pace_of(scope)
    most = (budget or Budget()).host_requests
    connects = connect_ports(Known(sample), menu)
    dark, full = len(permitted) * min(4, len(connects) + 1), len(permitted) * (len(connects) + most)
    return Outline(
        hosts=len(permitted),
        refused=tuple((host.label, refusal.detail) for host, refusal in refusals if refusal is not None),
        pace=pace.name,
        rate=pace.rate,
        connects=connects,
        requests=tuple(planned for speaker in menu.chosen for planned in _planned(speaker, sample, menu)),
        multicast=tuple(_groups(scope, menu)),
        most_requests=most,
        seconds=(dark / pace.rate, full / pace.rate) if pace.rate else (0.0, 0.0),
    )


@dataclass(frozen=True, slots=True)
class PlannedPacket:
    """One thing that may be sent to one address, with its exact bytes; `port` is where it really goes.

    UUIDs in the bytes are placeholders: each run draws its own. `data` b"" = nothing of ours is in it.
    """

    address: str
    protocol: str
    request: str
    transport: str
    port: int
    safety: SafetyClass
    data: bytes
    when: When


def planned_packets(
    hosts: Sequence[Host], scope: Scope, menu: Menu, now: datetime, primed: frozenset[str] = frozenset()
) -> Iterator[PlannedPacket]:
    """Everything a run may send, address by address, then to groups; `primed`: addresses on this machine's links."""
    for host in hosts:
        if scope.permits(host.address, now) is not None:
            continue
        if host.address in primed:
            yield PlannedPacket(
                host.address, "arp", "empty datagram", "udp", PRIME_PORT, SafetyClass.DISCOVERY, b"", "always"
            )
        for port in connect_ports(Known(host), menu):
            actual = host.actual("tcp", port) or port
            yield PlannedPacket(host.address, "tcp", "connect", "tcp", actual, SafetyClass.READ, b"", "always")
        for speaker in menu.chosen:
            yield from _packets(speaker, host, menu)
    if menu.max_class >= SafetyClass.DISCOVERY:
        yield from _group_packets(scope, menu)


def _packets(speaker: Speaker, host: Host, menu: Menu) -> Iterator[PlannedPacket]:
    doc, when = speaker.DOC, _when(speaker, menu)
    if when is None or doc.transport == "none":
        return
    token = token_for(menu.seed, host, doc.name)
    for port in doc.ports:
        actual = host.actual(doc.transport, port)
        if actual is None:
            continue
        for request in speaker.requests(host.address, port, token):
            if request.safety <= min(menu.max_class, SafetyClass.FAMILY_READ):
                yield PlannedPacket(
                    host.address, doc.name, request.name, doc.transport, actual, request.safety, request.data, when
                )


def _group_packets(scope: Scope, menu: Menu) -> Iterator[PlannedPacket]:
    for speaker in menu.chosen:
        for group, port in groups_of(speaker, scope):
            actual = (scope.multicast.ports.actual("udp", port) if scope.multicast else None) or port
            token = token_for(menu.seed, Host(group, scope.domain), speaker.DOC.name)
            for request in speaker.requests(group, port, token):
                if request.safety <= menu.max_class:
                    name = speaker.DOC.name
                    yield PlannedPacket(
                        group, name, request.name, "udp", actual, request.safety, request.data, "always"
                    )


def _planned(speaker: Speaker, host: Host, menu: Menu) -> list[PlannedRequest]:
    doc = speaker.DOC
    when = _when(speaker, menu)
    if when is None or not doc.ports:
        return []
    token = token_for(menu.seed, host, doc.name)
    return [
        PlannedRequest(doc.name, request.name, doc.transport, doc.ports, request.safety, len(request.data), when)
        for request in speaker.requests(host.address, doc.ports[0], token)
        if request.safety <= min(menu.max_class, SafetyClass.FAMILY_READ)
    ]


def _when(speaker: Speaker, menu: Menu) -> When | None:
    doc = speaker.DOC
    named = menu.selected is not None  # whoever is chosen then was named by the operator
    if doc.transport == "none":
        return None
    if doc.transport == "udp" and doc.reply_ports and doc.name not in UNICAST_FINDERS:
        return None  # answers go to a fixed port: it is asked in the round alone
    if doc.transport == "udp":
        return "always" if doc.name in UNICAST_FINDERS or named else "if a reply hints at it"
    if doc.safety >= SafetyClass.FAMILY_READ and not named:
        return "if a reply hints at it"
    return "where HTTP answers" if doc.name in menu.by_http and doc.name != "http" else "if the port is open"


def _groups(scope: Scope, menu: Menu) -> list[tuple[str, str, int]]:
    if menu.max_class < SafetyClass.DISCOVERY:
        return []
    return [(speaker.DOC.name, group, port) for speaker in menu.chosen for group, port in groups_of(speaker, scope)]
