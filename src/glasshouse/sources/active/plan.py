"""What to do next with one host: pure, step by step, the safest first.

Order (fact sheet, probe plan for one host): 1. connects to three ports, and nothing more where none answers;
2. connects to the other ports of the list; 3. requests by safety class: one datagram that discovery
expects (1), plain reads (2), one maker's own reads (3), these last only where a reply hinted at the maker or the
operator named the protocol. A request that needs an HTTP server goes where one has answered.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, cast

from glasshouse.model.protocol import ProtocolDoc, Request, SafetyClass
from glasshouse.sources.active.fragile import fragile_ports
from glasshouse.sources.active.result import OpenState
from glasshouse.sources.active.scope import Transport
from glasshouse.sources.active.targets import Host

__all__ = [
    "CONNECT_PORTS", "TLS_PORTS", "UNICAST_FINDERS", "Describer", "Known", "Menu", "Speaker", "Step", "after_connect",
    "after_hearing", "after_reply", "connect_ports", "is_dark", "next_step", "token_for", "unasked", "without",
]  # fmt: skip

# fact sheet, probe plan step 2; 8080 is the usual second web port; 23 and 21 greet without being asked
CONNECT_PORTS = (80, 554, 443, 8000, 37777, 34567, 9000, 8443, 8080, 23, 21)
_ONLY_IF_SPOKEN = frozenset({21, 23, 8080})
_LIVENESS = 3  # the first ports of the list decide whether anybody is there
_MAX_CONNECT_PORTS = 14
TLS_PORTS = (443, 8443, 322)
UNICAST_FINDERS = ("ws-discovery", "sadp", "dhip")  # step 3; other datagrams need a hint or the operator's word
_MAX_WEB_PORTS = 3
_REDIRECTS = range(300, 400)
_DECLINED = (404, 405, 501)  # the path or the method does not exist there: its neighbours will not either
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_HTTP_REQUEST = re.compile(rb"[A-Z]+ [^\r\n]* HTTP/1\.[01]\r\n")
_URL = re.compile(rb"http://(\[[0-9a-fA-F:.]{2,45}\]|[0-9.]{7,15})(?::(\d{1,5}))?(/[!-~]{0,250})?")
_SERVER_HEADER = re.compile(rb"^server[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Speaker(Protocol):
    """What a file of `protocols/` offers to the engine."""

    @property
    def DOC(self) -> ProtocolDoc:  # noqa: N802  # the name every protocol file gives it
        """What the protocol declares about itself."""
        ...

    def requests(self, host: str, port: int, token: str) -> tuple[Request, ...]:
        """The exact requests it may send."""
        ...

    def frame(self, data: bytes) -> bool:
        """Whether `data` is a whole reply."""
        ...

    def hints(self, raw: bytes) -> frozenset[str]:
        """Names of protocols worth asking after this reply."""
        ...


class Describer(Protocol):
    """A speaker whose one request names a path that the host itself has given."""

    def request_for(self, host: str, port: int, path: str) -> Request:
        """The request; ValueError where the path is not of the accepted form."""
        ...


@dataclass(frozen=True, slots=True)
class Menu:
    """What a run may ask. `seed` makes its tokens its own; `selected` None = every speaker.

    The other fields follow from these: the speakers the run uses, in the order of the registry; their TCP ports; the
    ports to connect to; the names of those that ask by HTTP and of those that connect and listen.
    """

    speakers: tuple[Speaker, ...]
    max_class: SafetyClass
    seed: str
    selected: frozenset[str] | None = None
    chosen: tuple[Speaker, ...] = field(init=False)
    spoken: frozenset[int] = field(init=False)
    connects: tuple[int, ...] = field(init=False)
    by_http: frozenset[str] = field(init=False)
    listeners: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        chosen = tuple(s for s in self.speakers if self.selected is None or s.DOC.name in self.selected)
        spoken = {port for s in chosen if s.DOC.transport == "tcp" for port in s.DOC.ports}
        object.__setattr__(self, "chosen", chosen)
        object.__setattr__(self, "spoken", frozenset(spoken))
        object.__setattr__(self, "connects", self._connects(spoken))
        samples = [(s.DOC.name, request) for s in chosen for request in _sample(s)]
        by_http = frozenset(name for name, request in samples if _HTTP_REQUEST.match(request.data))
        object.__setattr__(self, "by_http", by_http)
        object.__setattr__(self, "listeners", frozenset(name for name, request in samples if _listens(request)))

    def _connects(self, spoken: set[int]) -> tuple[int, ...]:
        if self.max_class < SafetyClass.READ:
            return ()
        if self.selected is None:
            return tuple(port for port in CONNECT_PORTS if port in spoken or port not in _ONLY_IF_SPOKEN)
        usual = [port for port in CONNECT_PORTS if port in spoken]
        return (*usual, *sorted(spoken.difference(usual)))

    def has(self, name: str) -> bool:
        """Whether the run uses the protocol called `name`."""
        return any(speaker.DOC.name == name for speaker in self.chosen)


def _sample(speaker: Speaker) -> tuple[Request, ...]:
    doc = speaker.DOC
    if doc.transport != "tcp" or not doc.ports:
        return ()
    return speaker.requests("192.0.2.1", doc.ports[0], "00000000-0000-4000-8000-000000000000")


def _listens(request: Request) -> bool:
    return not request.data and request.read_until != "handshake"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: ask whether a port is open, or one request. `port` is the standard port."""

    kind: Literal["connect", "ask"]
    transport: Transport
    port: int
    speaker: Speaker | None = None
    request: Request | None = None
    token: str = ""
    tls: bool = False
    attempt: int = 1

    @property
    def listens(self) -> bool:
        """Whether nothing is sent: whoever greets by himself is heard, and silence says nothing."""
        return self.request is not None and self.transport == "tcp" and _listens(self.request)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a host while it is asked. `heard`: it has answered a multicast group already."""

    host: Host
    heard: bool = False
    tcp: Mapping[int, tuple[OpenState, int]] = field(default_factory=dict)  # standard port -> state, attempts
    asked: frozenset[tuple[str, int, str, int]] = frozenset()  # protocol, port, request, attempt
    answered: frozenset[tuple[str, int]] = frozenset()  # protocol, port
    over: frozenset[tuple[str, int]] = frozenset()  # protocol, port: nothing further
    web: tuple[tuple[int, int], ...] = ()  # ports that answered HTTP, with the status of the first answer
    hints: frozenset[str] = frozenset()
    named: tuple[tuple[int, str, str], ...] = ()  # web port, path, protocol: at its own address, from discovery replies

    def state(self, port: int) -> tuple[OpenState | None, int]:
        """State and attempts of a TCP port; (None, 0) = not tried."""
        return self.tcp.get(port, (None, 0))

    def is_open(self, port: int) -> bool:
        """Whether a connection to the port was accepted."""
        return self.state(port)[0] == "open"


def token_for(seed: str, host: Host, protocol: str) -> str:
    """A UUID text (RFC 9562, version 4 layout) that is the same whenever this run asks this host this protocol.

    So a resumed run sends the bytes the killed one would have sent.
    """
    digest = hashlib.sha256(f"{seed}\0{host.address}\0{host.domain}\0{protocol}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def connect_ports(known: Known, menu: Menu) -> tuple[int, ...]:
    """The standard TCP ports to try, liveness ports first."""
    if not menu.connects:
        return ()
    named = [port for port, _, _ in known.named[:2]]
    if not known.host.maps and not named:
        return menu.connects[:_MAX_CONNECT_PORTS]
    mapped = [port for port in known.host.mapped("tcp") if port in menu.spoken]
    wanted = dict.fromkeys((*menu.connects, *mapped, *named))
    return tuple(port for port in wanted if known.host.actual("tcp", port) is not None)[:_MAX_CONNECT_PORTS]


def is_dark(known: Known, menu: Menu) -> bool:
    """Whether the liveness ports were tried and nobody was there."""
    tried = [known.state(port)[0] for port in connect_ports(known, menu)[:_LIVENESS]]
    return bool(tried) and not known.heard and all(state in {"silent", "unreachable"} for state in tried)


def next_step(known: Known, menu: Menu) -> Step | None:
    """The next step with a host; None = nothing is left to ask."""
    connect = _next_connect(known, menu)
    if connect is not None or is_dark(known, menu):
        return connect
    return next(iter(_asks(known, menu)), None)


def unasked(known: Known, menu: Menu) -> tuple[str, ...]:
    """The protocols that still have something to ask, each once."""
    return tuple(dict.fromkeys(step.speaker.DOC.name for step in _asks(known, menu) if step.speaker is not None))


def _next_connect(known: Known, menu: Menu) -> Step | None:
    ports = connect_ports(known, menu)
    alive = known.heard or any(state in {"open", "closed"} for state, _ in known.tcp.values())
    for port in ports if alive else ports[:_LIVENESS]:
        if known.state(port)[0] is None:
            return Step("connect", "tcp", port)
    silent = [port for port in ports if known.state(port) == ("silent", 1)]
    if not alive:  # one more try, with a longer wait, before an address counts as dark
        retried = any(tries > 1 for _, tries in known.tcp.values())
        return Step("connect", "tcp", silent[0], attempt=2) if silent and not retried else None
    # two silent ports look like loss, more look like a filter, which a second try would not change
    few = sum(state == "silent" for state, _ in known.tcp.values()) <= 2
    return Step("connect", "tcp", silent[0], attempt=2) if silent and few else None


def _asks(known: Known, menu: Menu) -> list[Step]:
    """Everything left to ask: the safest first, listening before asking, then in the order of the registry."""
    ceiling = min(menu.max_class, SafetyClass.FAMILY_READ)  # no credentials are known here
    any_open = any(state == "open" for state, _ in known.tcp.values())
    found = [
        ((step.request.safety, not step.listens), step)
        for speaker in menu.chosen
        if speaker.DOC.transport == "udp" or any_open
        for place in _places(speaker, known, menu)
        for step in _unasked(speaker, place, known, menu)
        if step.request is not None and step.request.safety <= ceiling
    ]
    return [step for _, step in sorted(found, key=lambda item: item[0])]


def _requests(speaker: Speaker, port: int, known: Known, menu: Menu) -> tuple[Request, ...]:
    address = known.host.address
    requests = speaker.requests(address, port, token_for(menu.seed, known.host, speaker.DOC.name))
    describer: Describer | None = getattr(speaker, "request_for", None) and cast("Describer", speaker)
    if requests or describer is None:
        return requests
    with contextlib.suppress(ValueError):  # a path of another form: this device's description is left out
        return tuple(describer.request_for(address, port, path) for there, path in _described(known) if there == port)
    return ()


def _described(known: Known) -> list[tuple[int, str]]:
    """Port and path of the description: the first that the host's own SSDP replies name."""
    return [(port, path) for port, path, protocol in known.named if protocol == "ssdp"][:1]


def _unasked(speaker: Speaker, place: tuple[int, bool], known: Known, menu: Menu) -> Iterator[Step]:
    name, transport = speaker.DOC.name, speaker.DOC.transport
    port, tls = place
    if (name, port) in known.over or transport == "none":
        return
    token = token_for(menu.seed, known.host, name)
    requests = _requests(speaker, port, known, menu)
    # a datagram gets a second try; another wording of the question is one
    for attempt in (1, 2) if transport == "udp" and len(requests) == 1 else (1,):
        for request in requests:
            if (name, port, request.name, attempt) not in known.asked:
                yield Step("ask", transport, port, speaker, request, token, tls, attempt)


def _places(speaker: Speaker, known: Known, menu: Menu) -> Iterator[tuple[int, bool]]:
    """(standard port, over TLS) where a speaker is asked."""
    doc = speaker.DOC
    wanted = doc.name in known.hints or (menu.selected is not None and doc.name in menu.selected)
    if doc.transport == "udp":
        ports = [port for port in doc.ports if known.host.actual("udp", port) is not None]
        if doc.name in UNICAST_FINDERS or (wanted and not doc.reply_ports):
            yield from ((port, False) for port in ports[:1])
    elif doc.name == "http":
        yield from _web_places(doc.ports, known, menu)
    elif hasattr(speaker, "request_for"):
        yield from ((port, False) for port, _ in _described(known) if wanted and known.is_open(port))
    elif doc.safety < SafetyClass.FAMILY_READ or wanted:
        if doc.name in menu.by_http:
            yield from _web_seats(doc.ports, known, menu)
        else:
            yield from ((port, False) for port in doc.ports if known.is_open(port))


def _web_places(ports: tuple[int, ...], known: Known, menu: Menu) -> Iterator[tuple[int, bool]]:
    """Every open plain port; TLS ports only while no plain one has answered with a page of its own."""
    named = (port for port, _, _ in known.named)
    plain = [port for port in (*ports, *named) if port not in TLS_PORTS and known.is_open(port)]
    mute = _not_web(known, menu)
    yield from ((port, False) for port in list(dict.fromkeys(plain))[:_MAX_WEB_PORTS] if port not in mute)
    if all(status in _REDIRECTS for _, status in known.web):
        yield from ((port, True) for port in TLS_PORTS if known.is_open(port))


def _not_web(known: Known, menu: Menu) -> set[int]:
    """Ports where somebody greets without being asked, or where a reply has hinted that somebody would."""
    listeners = [speaker.DOC for speaker in menu.chosen if speaker.DOC.name in menu.listeners]
    hinted = {port for doc in listeners if doc.name in known.hints for port in doc.ports}
    greeted = {port for doc in listeners for port in doc.ports if (doc.name, port) in known.answered}
    return (hinted | greeted) - {port for port, _ in known.web}


def _web_seats(ports: tuple[int, ...], known: Known, menu: Menu) -> Iterator[tuple[int, bool]]:
    """Up to two ports where HTTP has answered: named by the device first, then pages before redirects."""
    if menu.has("http"):
        seats = [port for port, _ in sorted(known.web, key=lambda item: item[1] in _REDIRECTS)]
    else:
        seats = [port for port in (*ports, *TLS_PORTS) if known.is_open(port)]
    named = {port for port, _, _ in known.named}
    seats.sort(key=lambda port: (port not in named, port not in ports))
    yield from ((port, port in TLS_PORTS) for port in list(dict.fromkeys(seats))[:2])


def after_connect(known: Known, step: Step, state: OpenState) -> Known:
    """What is known after a connection attempt."""
    return replace(known, tcp={**known.tcp, step.port: (state, step.attempt)})


def after_reply(known: Known, step: Step, replies: tuple[bytes, ...], *, late: bool = False) -> Known:
    """What is known after a request; no replies = nothing came back; `late` = the reply was not whole in time."""
    if step.speaker is None or step.request is None:
        return known
    place = (step.speaker.DOC.name, step.port)
    known = replace(known, asked=known.asked | {(*place, step.request.name, step.attempt)})
    if not replies:
        # a datagram may be lost; an open port that says nothing is not asked the same protocol again
        return known if step.transport == "udp" else replace(known, over=known.over | {place})
    enough = _declined(replies[0]) or (place[0] == "rtsp" and _SERVER_HEADER.search(replies[0]) is not None)
    if step.transport == "udp" or late or enough:
        known = replace(known, over=known.over | {place})
    if not late:  # a server that drips is asked nothing else by HTTP either
        known = replace(known, web=_with_web(known, step, replies[0]))
    return _learnt(replace(known, answered=known.answered | {place}), step.speaker, replies)


def without(known: Known, step: Step, *, for_good: bool = False) -> Known:
    """What is known when a step is left out; `for_good`: nobody is there, so nothing further of its protocol."""
    if step.speaker is None or step.request is None:
        return known
    place = (step.speaker.DOC.name, step.port)
    asked = known.asked | {(*place, step.request.name, step.attempt)}
    return replace(known, asked=asked, over=known.over | {place} if for_good else known.over)


def after_hearing(known: Known, speaker: Speaker, port: int, raw: bytes) -> Known:
    """What is known after a reply to a multicast group: its sender need not be asked the same alone."""
    place = (speaker.DOC.name, port)
    known = replace(known, heard=True, answered=known.answered | {place}, over=known.over | {place})
    return _learnt(known, speaker, (raw,))


def _learnt(known: Known, speaker: Speaker, replies: tuple[bytes, ...]) -> Known:
    hints = known.hints.union(*(speaker.hints(raw) for raw in replies))
    return replace(known, hints=hints, named=_with_named(known, speaker, replies))


def _declined(raw: bytes) -> bool:
    status = _STATUS.match(raw)
    return status is not None and int(status[1]) in _DECLINED


def _with_web(known: Known, step: Step, raw: bytes) -> tuple[tuple[int, int], ...]:
    status = _STATUS.match(raw)
    if status is None or step.transport != "tcp" or any(port == step.port for port, _ in known.web):
        return known.web
    return (*known.web, (step.port, int(status[1])))


def _with_named(known: Known, speaker: Speaker, replies: tuple[bytes, ...]) -> tuple[tuple[int, str, str], ...]:
    """What a discovery reply names at the replying address itself; any other address is ignored."""
    if speaker.DOC.transport != "udp":
        return known.named
    found = list(known.named)
    for raw in replies:
        for address, port, path in _URL.findall(raw[:65_536]):
            number = int(port or b"80")
            own = address.strip(b"[]").decode("ascii") == known.host.address
            if own and 0 < number < 65_536 and number not in fragile_ports():
                where = path.partition(b"<")[0].decode("ascii") or "/"
                found.append((known.host.standard("tcp", number), where, speaker.DOC.name))
    return tuple(dict.fromkeys(found))[:8]
