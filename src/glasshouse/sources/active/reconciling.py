"""The packet ledger of a run held against what the network itself recorded: a capture, or flow records. Pure.

Compared are conversations: destination, transport and port. Of a capture also the bytes of datagrams and the number of
connections; the system's own additions (ARP, acknowledgements, repeated segments) are no packets of the run and are not
compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from glasshouse.sources.active.packets import Sent
from glasshouse.sources.active.scope import Scope, Transport

__all__ = ["Conversation", "Reconciliation", "Recorded", "reconcile"]

_SLACK = timedelta(seconds=10)  # clocks differ, and connections end after the last packet is noted
_MAX_STRANGE = 100_000  # conversations of this machine that are not the run's

Conversation = tuple[str, Transport, int]  # destination, transport, port


@dataclass(frozen=True, slots=True)
class Recorded:
    """One packet of a capture, or one flow record, going from `source` to `target`.

    `opens`: the first packet of a TCP connection. `sha256`: of a datagram's bytes; None = not recorded.
    """

    source: str
    target: str
    transport: Transport
    port: int
    at: datetime | None = None
    packets: int = 1
    opens: int = 0
    sha256: str | None = None
    source_port: int | None = None

    @property
    def conversation(self) -> Conversation:
        """What it is compared by."""
        return (self.target, self.transport, self.port)


@dataclass(slots=True)
class _Tally:
    packets: int = 0
    opens: set[int | None] = field(default_factory=set)
    flows: int = 0
    first: datetime | None = None
    hashes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the comparison gave; every difference is listed.

    `unseen`: in the ledger, absent from the record. `unsent`: in the record from our addresses, absent from the ledger,
    or more often than it says. `other_bytes`: datagrams whose bytes the ledger does not hold. `outside`: destinations
    that the scope does not permit, in either. `ours`: how many recorded packets came from our addresses.
    """

    sources: tuple[str, ...]
    sent: int
    recorded: int
    ours: int
    matched: int
    unseen: tuple[Conversation, ...]
    unsent: tuple[tuple[Conversation, int, str], ...]
    other_bytes: tuple[tuple[Conversation, int], ...]
    outside: tuple[tuple[Conversation, str], ...]

    @property
    def agrees(self) -> bool:
        """Whether the record shows what the ledger says, and nothing else from our addresses."""
        return self.ours > 0 and not (self.unseen or self.unsent or self.other_bytes or self.outside)

    def as_json(self) -> dict[str, object]:
        """A JSON object."""
        return {
            "agrees": self.agrees,
            "sources": list(self.sources),
            "packets_in_ledger": self.sent,
            "packets_in_record": self.recorded,
            "packets_in_record_from_sources": self.ours,
            "conversations_in_both": self.matched,
            "sent_but_not_in_record": [_shown(item) for item in self.unseen],
            "in_record_but_not_sent": [
                {**_shown(item), "packets": count, "detail": why} for item, count, why in self.unsent
            ],
            "other_bytes": [{**_shown(item), "packets": count} for item, count in self.other_bytes],
            "outside_scope": [{**_shown(item), "detail": why} for item, why in self.outside],
        }


def reconcile(
    ledger: Iterable[Sent], record: Iterable[Recorded], scope: Scope, sources: Sequence[str] = ()
) -> Reconciliation:
    """Compare. `sources` are our addresses as the record shows them; default: those that the ledger names."""
    said = tuple(ledger)
    ours = frozenset(sources) or frozenset(item.source for item in said if item.source)
    period = (said[0].at - _SLACK, said[-1].at + _SLACK) if said else None
    sent = _sent(said)
    seen, recorded, counted = _seen(record, ours, period, frozenset(sent))
    unsent = [(key, tally.packets, "the ledger does not name it") for key, tally in seen.items() if key not in sent]
    unsent += [
        (key, extra, f"{extra} more connections or datagrams than the ledger says")
        for key in sent.keys() & seen.keys()
        if (extra := _surplus(key, sent[key], seen[key])) > 0
    ]
    return Reconciliation(
        sources=tuple(sorted(ours)),
        sent=len(said),
        recorded=recorded,
        ours=counted,
        matched=len(sent.keys() & seen.keys()),
        unseen=tuple(sorted(sent.keys() - seen.keys())),
        unsent=tuple(sorted(unsent)),
        other_bytes=tuple(sorted(_strange_bytes(sent, seen))),
        outside=tuple(sorted(_outside(sent, seen, scope))),
    )


def _sent(ledger: Iterable[Sent]) -> dict[Conversation, list[Sent]]:
    found: dict[Conversation, list[Sent]] = {}
    for item in ledger:
        found.setdefault((item.address, item.transport, item.port), []).append(item)
    return found


def _seen(
    record: Iterable[Recorded],
    ours: frozenset[str],
    period: tuple[datetime, datetime] | None,
    known: frozenset[tuple[str, Transport, int | None]],
) -> tuple[dict[Conversation, _Tally], int, int]:
    found: dict[Conversation, _Tally] = {}
    recorded = counted = 0
    for item in record:
        recorded += item.packets
        timely = period is None or item.at is None or period[0] <= item.at <= period[1]
        # on loopback both ends have our address: what an asked service answers is no packet of ours
        answer = item.source == item.target and (item.source, item.transport, item.source_port) in known
        if item.source not in ours or not timely or answer:
            continue
        counted += item.packets
        key = item.conversation
        if key not in found and key not in known and len(found) >= _MAX_STRANGE:
            continue  # what stands there already is more than anybody reads
        tally = found.setdefault(key, _Tally(first=item.at))
        tally.packets += item.packets
        tally.flows += item.opens
        if item.opens and item.source_port is not None:
            tally.opens.add(item.source_port)
        if item.sha256 is not None:
            tally.hashes[item.sha256] += 1
    return found, recorded, counted


def _surplus(key: Conversation, sent: Sequence[Sent], seen: _Tally) -> int:
    """How much more the record shows; of TCP connections, told apart by our port where that is recorded."""
    if key[1] == "udp":
        return seen.packets - len(sent)
    connections = len(seen.opens) if seen.opens else seen.flows
    return connections - sum(item.kind == "connect" for item in sent)


def _strange_bytes(
    sent: dict[Conversation, list[Sent]], seen: dict[Conversation, _Tally]
) -> Iterable[tuple[Conversation, int]]:
    for key in sent.keys() & seen.keys():
        known = {item.sha256 for item in sent[key]}
        strange = sum(count for sha256, count in seen[key].hashes.items() if sha256 not in known)
        if strange:
            yield key, strange


def _outside(
    sent: dict[Conversation, list[Sent]], seen: dict[Conversation, _Tally], scope: Scope
) -> Iterable[tuple[Conversation, str]]:
    groups = {key for key, items in sent.items() if all(item.kind == "group" for item in items)}
    for key in (sent.keys() | seen.keys()) - (groups if scope.multicast else set()):
        moment = sent[key][0].at if key in sent else seen[key].first
        refusal = scope.place(key[0]) if moment is None else scope.permits(key[0], moment)
        if refusal is not None:
            yield key, refusal.detail


def _shown(item: Conversation) -> dict[str, object]:
    return {"address": item[0], "transport": item[1], "port": item[2]}
