"""The change pack of a scan: what a network's people need to approve it, in English and French. Nothing is sent."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from glasshouse.app.clock import now
from glasshouse.app.collect import ActivePlan
from glasshouse.app.errors import UsageError
from glasshouse.model.text import Message
from glasshouse.reports.catalogue import LANGUAGES, Translator
from glasshouse.sources.active.engine import menu_of
from glasshouse.sources.active.governor import pace_of
from glasshouse.sources.active.link import interface_of, mac_of_interface
from glasshouse.sources.active.outline import Outline, PlannedPacket, outline, planned_packets
from glasshouse.sources.active.packets import source_for
from glasshouse.sources.active.priming import ARP_TRIES, Primer

__all__ = ["write_change_pack"]

_HEADER = ("address", "transport", "port", "protocol", "request", "class", "when", "size", "bytes_hex")
_Say = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What both languages tell."""

    plan: ActivePlan
    told: Outline
    at: datetime
    vantage: tuple[tuple[str, str, str], ...]  # address, interface, MAC; "?" = cannot be told here
    primed: frozenset[str]
    groups: tuple[PlannedPacket, ...]

    @property
    def most(self) -> int:
        """Connection attempts, requests, datagrams to groups and of priming, if every host is asked to the end."""
        each = len(self.told.connects) + self.told.most_requests
        return self.told.hosts * each + len(self.primed) + len(self.groups)

    @property
    def seconds(self) -> tuple[float, float]:
        """The least time the pace allows: if all are dark, and if all are asked to the end."""
        arp = pace_of(self.plan.scope).arp
        priming = len(self.primed) * ARP_TRIES / arp if arp else 0.0
        dark = 0.0 if len(self.primed) >= self.told.hosts else self.told.seconds[0]
        return priming + dark, priming + self.told.seconds[1]


def write_change_pack(plan: ActivePlan, folder: Path) -> tuple[Path, ...]:
    """Write `change-pack.en.md`, `change-pack.fr.md`, `packets.csv` and `plan.json`. Raises UsageError."""
    facts = _facts(plan)
    texts = {f"change-pack.{language}.md": "\n".join(_text(facts, Translator(language))) for language in LANGUAGES}
    texts["plan.json"] = json.dumps(facts.told.as_json(), indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text + "\n", encoding="utf-8")
        with (folder / "packets.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            writer.writerows(_row(packet) for packet in _packets(facts))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}; give a folder of your own with --plan-out"
        ) from error
    return tuple(folder / name for name in (*texts, "packets.csv"))


def _facts(plan: ActivePlan) -> _Facts:
    at = now()
    menu = menu_of(plan.scope, "plan", plan.protocols)
    told = outline(plan.hosts, plan.scope, menu, at)
    sources = dict.fromkeys(source_for(host.address) for host in plan.hosts)
    groups = tuple(planned_packets((), plan.scope, menu, at))
    near, _ = Primer().split(plan.hosts)
    allowed = (host.address for host in near if plan.scope.permits(host.address, at) is None)
    return _Facts(plan, told, at, tuple(_vantage(s) for s in sources), frozenset(allowed), groups)


def _vantage(source: str | None) -> tuple[str, str, str]:
    name = interface_of(source) if source else None
    return source or "?", name or "?", (mac_of_interface(name) if name else None) or "?"


def _packets(facts: _Facts) -> Iterator[PlannedPacket]:
    menu = menu_of(facts.plan.scope, "plan", facts.plan.protocols)
    return planned_packets(facts.plan.hosts, facts.plan.scope, menu, facts.at, facts.primed)


def _row(packet: PlannedPacket) -> tuple[object, ...]:
    safety = packet.safety.name.lower().replace("_", "-")
    return (
        packet.address, packet.transport, packet.port, packet.protocol, packet.request, safety, packet.when,
        len(packet.data), packet.data.hex(),
    )  # fmt: skip


def _text(facts: _Facts, translator: Translator) -> Iterator[str]:
    say = translator.text
    yield f"# {say(Message.of('Change request: identification of video-surveillance equipment'))}"
    yield ""
    yield say(Message.of("Nothing was sent to write this document. Planned on {at}.", at=translator.moment(facts.at)))
    for heading, lines in (
        (Message.of("What and who"), _who(facts, translator)),
        (Message.of("From where"), _where(facts, say)),
        (Message.of("To where"), _targets(facts, say)),
        (Message.of("What is sent"), _sent(facts, say)),
        (Message.of("How much and how long"), _cost(facts, translator)),
        (Message.of("Alarms to expect"), _alarms(facts, say)),
        (Message.of("How to stop it"), _stop(say)),
        (Message.of("How to check it afterwards"), _check(say)),
    ):
        yield from ("", f"## {say(heading)}", "")
        yield from lines


def _who(facts: _Facts, translator: Translator) -> Iterator[str]:
    say, scope = translator.text, facts.plan.scope
    none = say(Message.of("not named in the scope file"))
    begins = translator.moment(scope.not_before) if scope.not_before else "-"
    ends = translator.moment(scope.not_after) if scope.not_after else "-"
    yield say(
        Message.of(
            "Cameras and recorders are asked what they are. No user name or password is sent, nothing is written to a "
            "device, and no known weakness is used."
        )
    )
    yield ""
    yield "- " + say(Message.of("Approved by: {who}", who=scope.approver or none))
    yield "- " + say(Message.of("Contact during the run: {who}", who=scope.contact or none))
    yield "- " + say(Message.of("Window: from {begins} to {ends}", begins=begins, ends=ends))
    yield "- " + say(Message.of("Scope file, SHA-256: {sha256}", sha256=scope.sha256 or "-"))


def _where(facts: _Facts, say: _Say) -> Iterator[str]:
    for address, name, mac in facts.vantage:
        yield "- " + say(
            Message.of(
                "Address {address}, interface {name_of}, MAC address {mac}", address=address, name_of=name, mac=mac
            )
        )


def _targets(facts: _Facts, say: _Say) -> Iterator[str]:
    yield say(Message.of("{count} addresses: {targets}", count=facts.told.hosts, targets=", ".join(facts.plan.targets)))
    yield ""
    for address, reason in facts.told.refused:
        yield "- " + say(Message.of("{address} is left out: {reason}", address=address, reason=reason))
    yield "- " + say(
        Message.of(
            "Printers, controllers, power supplies and medical devices that show themselves as such are left alone, and "
            "their usual ports are never connected to."
        )
    )


def _sent(facts: _Facts, say: _Say) -> Iterator[str]:
    yield say(Message.of("The file packets.csv holds every address, request and port with the exact bytes."))
    yield say(Message.of("A UUID in these bytes is a placeholder: each run draws its own."))
    yield ""
    if facts.primed:
        yield "- " + say(
            Message.of(
                "To each of {count} addresses on the own link: one empty UDP datagram to port 9, so that the system asks "
                "for its MAC address (ARP), up to three times",
                count=len(facts.primed),
            )
        )
    ports = ", ".join(map(str, facts.told.connects))
    if ports:
        yield "- " + say(Message.of("Connections without data to TCP ports {ports}", ports=ports))
    for item in facts.told.requests:
        safety = item.safety.name.lower().replace("_", "-")
        where = f"{item.transport.upper()} {', '.join(map(str, item.ports))}"
        yield f"- {item.protocol}: {item.request} ({where}; {item.size} B; {safety}; {item.when})"
    for packet in facts.groups:
        group, port, request = packet.address, packet.port, packet.request
        yield "- " + say(
            Message.of(
                "Once to {group}, UDP port {port}: {request}, time to live 1", group=group, port=port, request=request
            )
        )
    if facts.groups:
        yield ""
        yield say(
            Message.of(
                "What goes to a group or a broadcast address reaches every device on that link, excluded ones too."
            )
        )


def _cost(facts: _Facts, translator: Translator) -> Iterator[str]:
    say, number = translator.text, translator.number
    rate = facts.told.rate
    least, most = (number(round(seconds / 60, 1)) for seconds in facts.seconds)
    yield "- " + say(Message.of("Pace: {pace}", pace=facts.told.pace))
    if rate:
        yield "- " + say(Message.of("At most {rate} requests a second over all addresses", rate=number(rate)))
    yield "- " + say(
        Message.of(
            "At most {count} requests and one connection at a time to one device", count=facts.told.most_requests
        )
    )
    yield "- " + say(Message.of("At most {count} connections, requests and datagrams in all", count=number(facts.most)))
    yield "- " + say(
        Message.of(
            "At least {least} minutes if nobody answers, {most} if every device is asked to the end",
            least=least,
            most=most,
        )
    )


def _alarms(facts: _Facts, say: _Say) -> Iterator[str]:
    if facts.told.connects:
        yield "- " + say(
            Message.of("Intrusion detection: one source connects to several ports of many addresses (port scan)")
        )
        yield "- " + say(Message.of("Firewalls: connections refused or dropped, from one source"))
        yield "- " + say(
            Message.of("Device logs: requests without login, answered with status 401; no failed password")
        )
        yield "- " + say(
            Message.of("TLS inspection: handshakes that offer old versions and do not verify the certificate")
        )
    if facts.primed:
        yield "- " + say(
            Message.of("Switches that inspect ARP: many requests from one port, below ten a second at pace gentle")
        )
    if facts.groups:
        yield "- " + say(
            Message.of("Intrusion detection: discovery requests to multicast groups or the broadcast address")
        )


def _stop(say: _Say) -> Iterator[str]:
    yield "- " + say(Message.of("Call the contact above."))
    yield "- " + say(Message.of("Press Ctrl+C, or send the process SIGTERM: all traffic ends within a second."))
    yield "- " + say(Message.of("Put a file named STOP into the store's folder: the same."))
    yield "- " + say(Message.of("Shut the switch port: the run notices that the link is lost and ends."))


def _check(say: _Say) -> Iterator[str]:
    yield say(
        Message.of(
            "Each packet stands in a ledger with time, destination and hash of its bytes. 'glasshouse scan --reconcile FILE' "
            "compares it with a capture or with flow records of the network itself."
        )
    )
