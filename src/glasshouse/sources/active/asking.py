"""Asking one host: the plan says what, the governor when, the wire does it; here it becomes sightings and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from glasshouse.model.observation import Endpoint, Gap, GapReason, Observation, SaidBy, Sighting
from glasshouse.sources.active.fragile import sign_of
from glasshouse.sources.active.governor import Clock, Governor, Spent
from glasshouse.sources.active.multicast import Heard
from glasshouse.sources.active.neighbours import Neighbours
from glasshouse.sources.active.plan import (
    Known,
    Menu,
    Speaker,
    Step,
    after_connect,
    after_hearing,
    after_reply,
    is_dark,
    next_step,
    unasked,
    without,
)
from glasshouse.sources.active.result import HostResult, HostState, PortState
from glasshouse.sources.active.scope import Scope
from glasshouse.sources.active.stopping import RunStoppedError
from glasshouse.sources.active.targets import Host
from glasshouse.sources.active.wire import OutOfScopeError, Reply, Wire

__all__ = ["Run", "ask_host", "heard_only", "no_arp", "skipped"]

_UNANSWERED = {  # state of a reply -> reason, and the detail where the reply brings none of its own
    "silent": (GapReason.TIMED_OUT, "open, and no answer in time"),
    "empty": (GapReason.REFUSED, "the connection was closed without an answer"),
    "refused": (GapReason.REFUSED, "the connection was refused the second time"),
    "unreachable": (GapReason.UNREACHABLE, ""),
    "malformed": (GapReason.MALFORMED, ""),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What all hosts of a run share. `site` is the property of the observations."""

    scope: Scope
    menu: Menu
    governor: Governor
    wire: Wire
    clock: Clock
    collection: str
    site: str | None
    neighbours: Neighbours


async def ask_host(run: Run, host: Host, heard: Sequence[Heard]) -> HostResult:
    """Ask one host all that the plan, the budgets and the scope allow. A failure is a gap of the result."""
    refusal = run.scope.permits(host.address, run.clock.now())
    if refusal is not None:
        return skipped(host, refusal.gap(host.label))
    sign = sign_of(host.address, run.scope, run.neighbours(host.address), (item.raw for item in heard))
    if sign is not None:
        gap = Gap(host.label, GapReason.NOT_LOOKED_AT, None, sign.detail)
        left = heard_only(run, host, heard)
        return replace(left, gaps=(*left.gaps, gap)) if heard else skipped(host, gap)
    asking = _Asking(run, host)
    try:
        asking.hear(heard)
        await asking.run()
    except OutOfScopeError as error:
        asking.gaps.append(error.refusal.gap(host.label))
    except RunStoppedError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever goes wrong with one host must not end the run
        asking.gaps.append(Gap(host.label, GapReason.INTERRUPTED, None, f"{type(error).__name__}: {error}"))
    return asking.result()


def heard_only(run: Run, host: Host, heard: Sequence[Heard]) -> HostResult:
    """A host that answered a group and was not among the targets: what it said, and nothing is sent to it."""
    asking = _Asking(run, host)
    try:
        asking.hear(heard)
    except Exception as error:  # noqa: BLE001  # as above
        asking.gaps.append(Gap(host.label, GapReason.INTERRUPTED, None, f"{type(error).__name__}: {error}"))
    return asking.result()


def skipped(host: Host, gap: Gap) -> HostResult:
    """A host that was not asked."""
    return HostResult(host.address, host.domain, "skipped", gaps=(gap,))


def no_arp(host: Host) -> HostResult:
    """A host on this machine's own link for which nobody answered the question for its MAC address."""
    gap = Gap(host.label, GapReason.SILENT, None, "nobody on the link answered for this address (ARP)")
    return HostResult(host.address, host.domain, "silent", gaps=(gap,), packets_sent=1)


class _Asking:
    """The state of one host while it is asked."""

    def __init__(self, run: Run, host: Host) -> None:
        self._run = run
        self._host = host
        self._known = Known(host)
        self._ledger = run.governor.open()
        self._udp: dict[int, PortState] = {}
        self._refused = False  # a datagram was refused: somebody is there
        self._packets = 0
        self._bytes = 0
        self._sightings: dict[str, Sighting] = {}
        self.gaps: list[Gap] = []

    def hear(self, heard: Sequence[Heard]) -> None:
        """Take in what the host has said to multicast groups."""
        for item in heard:
            self._keep(item.speaker, item.raw, item.request, item.port, at=item)
            self._udp[item.port] = PortState(item.port, "udp", "open")
            self._known = after_hearing(self._known, item.speaker, item.port, item.raw)

    async def run(self) -> None:
        menu, governor = self._run.menu, self._run.governor
        while (step := next_step(self._known, menu)) is not None:
            if step.attempt > 1 and step.kind == "ask" and self._ledger.requests * 2 > governor.budget.host_requests:
                self._known = without(self._known, step)  # second tries only while more than half is left
                continue
            async with governor.turn(self._ledger, connect=step.kind == "connect", listen=step.listens) as spent:
                if spent is not None:
                    self._give_up(spent)
                    return
                await (self._connect(step) if step.kind == "connect" else self._ask(step))
        self._look_up()

    async def _connect(self, step: Step) -> None:
        self._packets += 1
        state = await self._run.wire.connect(self._host, step)
        self._known = after_connect(self._known, step, state)

    async def _ask(self, step: Step) -> None:
        reply = await self._run.wire.exchange(self._host, step)
        self._packets += reply.packets
        self._bytes += reply.sent
        proves = step.transport == "tcp" and not step.listens
        answered = reply.state == "answered"
        in_time = answered and reply.cut != "seconds"
        self._ledger.settle(sent=reply.sent, received=reply.received, answered=in_time or (False if proves else None))
        if step.speaker is None or step.request is None:
            return
        if reply.state in {"refused", "unreachable"} and step.transport == "udp":
            self._refused = self._refused or reply.state == "refused"
            self._known = without(self._known, step, for_good=True)
            return
        for raw in reply.data:
            self._keep(step.speaker, raw, step.request.name, step.port)
        if answered and step.transport == "udp":
            self._udp[step.port] = PortState(step.port, "udp", "open")
        self._known = after_reply(self._known, step, reply.data, late=reply.cut == "seconds")
        self._note_gap(step, step.speaker, reply)

    def _keep(self, speaker: Speaker, raw: bytes, request: str | None, port: int, at: Heard | None = None) -> None:
        doc = speaker.DOC
        observation = Observation(
            subject=Endpoint(self._host.address, self._run.site, self._host.domain),
            probe=doc.probe,
            raw=raw,
            request=request,
            port=port,
            protocol=doc.name if doc.probe == "other" else None,
        )
        sighting = Sighting(observation, self._run.collection, at.at if at else self._run.clock.now())
        self._sightings.setdefault(observation.id, sighting)

    def _look_up(self) -> None:
        line = self._run.neighbours(self._host.address) if self._state() in {"answered", "refused"} else None
        if line:
            subject = Endpoint(self._host.address, self._run.site, self._host.domain)
            observation = Observation(subject, "mac", line, said_by=SaidBy.INFRASTRUCTURE, tool="neighbour table")
            sighting = Sighting(observation, self._run.collection, self._run.clock.now())
            self._sightings.setdefault(observation.id, sighting)

    def _note_gap(self, step: Step, speaker: Speaker, reply: Reply) -> None:
        gap = _gap_of(reply, speaker, step)
        if gap is not None:
            reason, detail = gap
            self.gaps.append(Gap(self._host.label, reason, speaker.DOC.name, f"port {step.port}: {detail}"))

    def _give_up(self, spent: Spent) -> None:
        if spent == "silence":
            detail = "several requests in a row got no answer; the host was left alone"
            self.gaps.append(Gap(self._host.label, GapReason.SILENT, None, detail))
            return
        names: tuple[str | None, ...] = unasked(self._known, self._run.menu) or (None,)
        self.gaps += [Gap(self._host.label, GapReason.BUDGET, name, f"budget of {spent} spent") for name in names]

    def _state(self) -> HostState:
        if any(s.observation.said_by is SaidBy.DEVICE for s in self._sightings.values()):
            return "answered"
        states = {state for state, _ in self._known.tcp.values()}
        if states & {"open", "closed"} or self._refused:
            return "refused"
        if "unreachable" in states:
            return "unreachable"
        return "silent" if self._packets else "skipped"

    def result(self) -> HostResult:
        state = self._state()
        tcp = [PortState(port, "tcp", found) for port, (found, _) in sorted(self._known.tcp.items())]
        return HostResult(
            address=self._host.address,
            domain=self._host.domain,
            state=state,
            ports=(*tcp, *self._udp.values()),
            sightings=tuple(self._sightings.values()),
            gaps=(*self.gaps, *self._gap_of_state(state)),
            packets_sent=self._packets,
            bytes_sent=self._bytes,
        )

    def _gap_of_state(self, state: HostState) -> tuple[Gap, ...]:
        label, tried = self._host.label, ", ".join(str(port) for port in self._known.tcp)
        if state == "silent" and is_dark(self._known, self._run.menu):
            return (Gap(label, GapReason.SILENT, None, f"no answer on TCP ports {tried}; nothing else was tried"),)
        if state == "silent":
            return (Gap(label, GapReason.SILENT, None, "no answer to any datagram"),)
        if state == "unreachable":
            return (Gap(label, GapReason.UNREACHABLE, None, f"the network reported no way to it (TCP ports {tried})"),)
        if state == "skipped" and not self.gaps:
            return (
                Gap(
                    label,
                    GapReason.NOT_LOOKED_AT,
                    None,
                    "nothing that the scope and the protocols allow could be asked",
                ),
            )
        if state == "refused" and any(found == "open" for found, _ in self._known.tcp.values()):
            return (Gap(label, GapReason.TOO_LITTLE_SEEN, None, "accepts connections and says nothing"),)
        return ()


def _gap_of(reply: Reply, speaker: Speaker, step: Step) -> tuple[GapReason, str] | None:
    """What a reply leaves to be wished; silence of a listener or of a datagram proves nothing and is no gap."""
    if step.transport == "udp" or step.listens:
        return None
    if reply.cut == "bytes":
        return GapReason.BUDGET, f"the reply was cut at {speaker.DOC.limits.reply_bytes} bytes"
    if reply.cut == "seconds":
        return GapReason.TIMED_OUT, f"the reply was not complete in time; {reply.received} bytes kept"
    found = _UNANSWERED.get(reply.state)
    return None if found is None else (found[0], found[1] or reply.detail)
