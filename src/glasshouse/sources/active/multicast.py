"""One round of multicast and broadcast questions, before any host is asked: it finds more and touches devices less.

Sent only where the scope has a `[multicast]` table, from the interface it names, with TTL 1; to a broadcast address only
where that table names one, which is then the broadcast address of a range of the scope. Replies are kept from addresses
the scope permits; of others only the number is.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from glasshouse.model.observation import Gap, GapReason
from glasshouse.model.protocol import Request, SafetyClass
from glasshouse.sources.active.governor import Clock, Governor
from glasshouse.sources.active.packets import Note, Sent, digest, unnoted
from glasshouse.sources.active.plan import Menu, Speaker, token_for
from glasshouse.sources.active.scope import MulticastRules, Scope, Transport
from glasshouse.sources.active.targets import Host, expand
from glasshouse.sources.active.wire import Allow, NotAllowedError

__all__ = ["Heard", "Round", "groups_of", "multicast_round"]

_SEND_GAP = 0.4  # seconds between two questions to one group
_MAX_DATAGRAMS = 8_192  # of one protocol's round: a /16 full of devices would be listened to in parts
_MAX_STRANGERS = 256


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply: who said it, through which protocol, what and when. `request` None = one of several questions."""

    host: Host
    speaker: Speaker
    raw: bytes
    at: datetime
    request: str | None
    port: int


@dataclass(frozen=True, slots=True)
class Round:
    """What a round heard, what it did not, and what it cost."""

    heard: tuple[Heard, ...] = ()
    gaps: tuple[Gap, ...] = ()
    packets_sent: int = 0
    bytes_sent: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    speaker: Speaker
    group: str  # or the broadcast address
    port: int  # standard
    actual: int
    requests: tuple[Request, ...]

    @property
    def is_broadcast(self) -> bool:
        return not ipaddress.ip_address(self.group).is_multicast


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all questions of a round share."""

    scope: Scope
    rules: MulticastRules
    governor: Governor
    clock: Clock
    allow: Allow
    note: Note


async def multicast_round(
    scope: Scope, menu: Menu, governor: Governor, clock: Clock, allow: Allow, note: Note = unnoted
) -> Round:
    """Ask every chosen protocol's IPv4 group once and listen. Without `[multicast]` in the scope nothing is sent."""
    rules = scope.multicast
    if rules is None or menu.max_class < SafetyClass.DISCOVERY:
        return Round()
    refusal = scope.period(clock.now())
    if refusal is not None:
        return Round(gaps=(refusal.gap(f"multicast from {rules.interface}"),))
    desk = _Desk(scope, rules, governor, clock, allow, note)
    rounds = await asyncio.gather(*(_ask(question, desk) for question in tuple(_questions(menu, desk))))
    return Round(
        tuple(heard for each in rounds for heard in each.heard),
        tuple(gap for each in rounds for gap in each.gaps),
        sum(each.packets_sent for each in rounds),
        sum(each.bytes_sent for each in rounds),
    )


def groups_of(speaker: Speaker, scope: Scope) -> tuple[tuple[str, int], ...]:
    """The IPv4 groups, and the broadcast address, that the scope lets a speaker ask, each with the standard port."""
    rules, doc = scope.multicast, speaker.DOC
    if rules is None or (rules.protocols is not None and doc.name not in rules.protocols):
        return ()
    groups = tuple((group, port) for group, port in doc.multicast if ":" not in group)
    return (*groups, *((rules.broadcast, port) for port in doc.broadcast if rules.broadcast is not None))


def _questions(menu: Menu, desk: _Desk) -> Iterable[_Question]:
    for speaker in menu.chosen:
        name = speaker.DOC.name
        for group, port in groups_of(speaker, desk.scope):
            token = token_for(menu.seed, Host(group, desk.rules.interface), name)
            requests = tuple(r for r in speaker.requests(group, port, token) if r.safety <= menu.max_class)
            for request in requests:
                if not desk.allow(name, group, port, request.data):
                    raise NotAllowedError(f"{name} {request.name!r} to {group}:{port} is not on the allow-list")
            yield _Question(speaker, group, port, desk.rules.ports.actual("udp", port) or port, requests)


async def _ask(question: _Question, desk: _Desk) -> Round:
    name, rules, clock = question.speaker.DOC.name, desk.rules, desk.clock
    where = f"{question.group}:{question.port} from {rules.interface}"
    gaps: list[Gap] = []
    try:
        sock = _member(question, rules, gaps)
    except OSError as error:
        detail = f"cannot use interface {rules.interface}: {error.strerror}; name the address of a local interface"
        return Round(gaps=(Gap(where, GapReason.UNREACHABLE, name, detail),))
    ear = _Ear(question, desk.scope, clock, desk.allow)
    sent: list[int] = []
    with contextlib.closing(sock):
        listening = asyncio.create_task(ear.listen(sock))
        try:
            await _send(sock, question, desk, sent)
            await clock.sleep(desk.governor.pace.multicast_seconds)
        except OSError as error:
            gaps.append(Gap(where, GapReason.UNREACHABLE, name, f"sending failed: {error.strerror}"))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    return Round(tuple(ear.heard), (*gaps, *ear.gaps()), len(sent), sum(sent))


async def _send(sock: socket.socket, question: _Question, desk: _Desk, sent: list[int]) -> None:
    """Send the question's requests in turn; `sent` gets the size of each that left."""
    target = (question.group, question.actual)
    for number, request in enumerate(question.requests):
        if number:
            await desk.clock.sleep(_SEND_GAP)
        await desk.governor.site_turn()
        size, sha256 = len(request.data), digest(request.data)
        desk.note(Sent(desk.clock.now(), "group", *_udp(target), size, sha256, desk.rules.interface))
        sent.append(await asyncio.get_running_loop().sock_sendto(sock, request.data, target))


def _udp(target: tuple[str, int]) -> tuple[str, Transport, int]:
    return target[0], "udp", target[1]


def _member(question: _Question, rules: MulticastRules, gaps: list[Gap]) -> socket.socket:
    """A socket that sends to the group with TTL 1 and hears replies to it and to the protocol's fixed reply port."""
    interface = socket.inet_aton(rules.interface)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        if question.is_broadcast:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)  # no router passes it on
        _bind(sock, question, rules, gaps)
        groups = () if question.is_broadcast else (question.group, *question.speaker.DOC.reply_groups)
        for group in groups:
            member = struct.pack("4s4s", socket.inet_aton(group), interface)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except BaseException:
        sock.close()
        raise
    return sock


def _bind(sock: socket.socket, question: _Question, rules: MulticastRules, gaps: list[Gap]) -> None:
    anywhere = "0.0.0.0"  # noqa: S104  # replies come to the interface or to the group; nothing is served
    for port in question.speaker.DOC.reply_ports[:1]:
        try:
            sock.bind((anywhere, rules.ports.actual("udp", port) or port))
        except OSError as error:
            detail = f"reply port {port} is taken ({error.strerror}); replies sent to it are not heard"
            gaps.append(
                Gap(f"{question.group}:{question.port}", GapReason.UNREACHABLE, question.speaker.DOC.name, detail)
            )
        else:
            return
    sock.bind((anywhere, 0))


class _Ear:
    """Collects replies of one question."""

    def __init__(self, question: _Question, scope: Scope, clock: Clock, allow: Allow) -> None:
        self._question = question
        self._scope = scope
        self._clock = clock
        self._strangers: Counter[str] = Counter()
        self._allow = allow
        self._seen: set[tuple[tuple[str, str], bytes]] = set()
        self._full = False
        self.heard: list[Heard] = []

    async def listen(self, sock: socket.socket) -> None:
        """Until cancelled, or until more datagrams came than a round keeps."""
        loop = asyncio.get_running_loop()
        for _ in range(_MAX_DATAGRAMS):
            data, source = await loop.sock_recvfrom(sock, 65_536)
            if data and not self._is_question(data):
                self._note(data[: self._question.speaker.DOC.limits.reply_bytes], source[0], source[1])
        self._full = True

    def _is_question(self, data: bytes) -> bool:
        """Ours, come back because the reply port is the group's, or the same from another program."""
        question = self._question
        return self._allow(question.speaker.DOC.name, question.group, question.port, data)

    def _note(self, raw: bytes, address: str, port: int) -> None:
        now = self._clock.now()
        if self._scope.permits(address, now) is not None:
            if address in self._strangers or len(self._strangers) < _MAX_STRANGERS:
                self._strangers[address] += 1
            return
        host = _host_at(address, port, self._scope)
        if host is None:
            self._strangers[f"{address}:{port}"] += 1
        elif (host.key, raw) not in self._seen:
            self._seen.add((host.key, raw))
            requests = self._question.requests
            name = requests[0].name if len(requests) == 1 else None
            self.heard.append(Heard(host, self._question.speaker, raw, now, name, self._question.port))

    def gaps(self) -> tuple[Gap, ...]:
        """Replies that were not kept, by source; and that more came than a round keeps."""
        protocol = self._question.speaker.DOC.name
        found = [
            Gap(where, GapReason.OUT_OF_SCOPE, protocol, f"{count} multicast replies from outside the scope, not kept")
            for where, count in sorted(self._strangers.items())
        ]
        if self._full:
            detail = f"more than {_MAX_DATAGRAMS:,} datagrams came; the rest was not heard: scan smaller ranges"
            found.append(Gap(f"{self._question.group}:{self._question.port}", GapReason.BUDGET, protocol, detail))
        return tuple(found)


def _host_at(address: str, port: int, scope: Scope) -> Host | None:
    """Who sent from this address and port; None = several endpoints share the address and the port tells none."""
    hosts = expand((address,), scope)
    if len(hosts) == 1 and not hosts[0].only_mapped:
        return hosts[0]
    owners = [host for host in hosts if any(there == port for ports in host.maps for _, there in ports.table("udp"))]
    return owners[0] if len(owners) == 1 else None
