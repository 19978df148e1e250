"""Captures as evidence: what devices said in recorded traffic, without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from glasshouse.model.observation import Observation
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportFile, ImportProblem, Preview
from glasshouse.sources.passive import datagrams, streams
from glasshouse.sources.passive.batch import Batch
from glasshouse.sources.passive.capture import CaptureCut, batches, is_capture
from glasshouse.sources.passive.choose import MAX_HOSTS, Chooser
from glasshouse.sources.passive.flows import Flow, Flows
from glasshouse.sources.passive.frames import (
    Announcement,
    Datagram,
    Fragments,
    Neighbour,
    Segment,
    read_frame,
)
from glasshouse.sources.passive.heard import Heard, Where
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "Reader", "read", "read_capture", "recognises"]

DOC = ImporterDoc(
    name="pcap",
    title="Packet capture (pcap, pcapng)",
    suffixes=(".pcap", ".pcapng", ".cap"),
    references=(
        Reference("PCAP Capture File Format", "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/"),
        Reference(
            "PCAP Next Generation Capture File Format", "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/"
        ),
    ),
    lost=(
        "everything but announcements, greetings, certificates and the first reply of each connection",
        "media, requests and their credentials, cookie values",
        "names that hosts ask for, but for those of the makers' clouds",
        "hosts that say nothing of a device: they are counted",
    ),
    limitations=(
        "certificates of TLS 1.3 are encrypted",
        "of a connection the first 16 KiB of a server's direction (RTSP 8) and 2 KiB of a client's",
        "a name of a maker's cloud is also asked for by its apps, and by a router for the hosts behind it",
    ),
)

MAX_OBSERVATIONS = 200_000  # of one capture, and
MAX_OBSERVED_BYTES = 64 * 1024 * 1024  # of them together: whoever floods a network does not fill the memory
MAX_REMEMBERED = 1_024  # messages whose meaning is remembered, each of at most a datagram
MAX_KINDS = 64  # different messages of one sender under one probe word
_Key = tuple[str, str | None, str | None, int | None, str | None, bytes]


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The magic number of either format."""
    return is_capture(head)


def read(draft: Draft) -> None:
    """Read a capture of any length; one that ends in the middle of a packet is partial."""
    reader = Reader(draft)
    with draft.stream() as stream:
        try:
            for batch in batches(stream):
                reader.take(batch)
        except CaptureCut as problem:
            draft.cut_short(f"{problem}; the {draft.rows_read} packets before it were read")
    reader.finish()


def read_capture(
    file: ImportFile,
    property: str | None = None,  # noqa: A002 - the word of the model
    domain: str = DEFAULT_DOMAIN,
) -> Preview:
    """Read a capture file into a preview.

    Raises:
        ImportProblem: the file is no capture.
    """
    with file.open() as stream:
        head = stream.read(32)
    if not is_capture(head):
        raise ImportProblem(f"{file.name} is no capture file; accepted are pcap and pcapng, also compressed with gzip")
    draft = Draft(DOC.name, file, property=property, domain=domain)
    draft.covered.setdefault(f"file {file.name}")
    read(draft)
    return draft.preview()


_Message = Announcement | Datagram | Neighbour


def _where(batch: Batch, index: int, vlans: tuple[int, ...]) -> Where:
    return Where(batch.first + index, batch.at(index), vlans)


class Reader:
    """Packets to sightings: the first and the last time that each thing was heard. `finish` ends it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.chooser = Chooser()
        self.fragments = Fragments()
        self.flows = Flows()
        self.first: set[_Key] = set()
        self.last: dict[_Key, tuple[Heard, Where]] = {}
        self.kinds: Counter[tuple[str, str | None]] = Counter()
        self.links: Counter[int] = Counter()
        self.bytes = 0
        self.said: dict[tuple[_Message, tuple[int, ...]], tuple[Heard, ...]] = {}
        self.owners: dict[str, dict[str, tuple[int, ...]]] = {}  # address: MAC address: VLANs it was heard in

    def take(self, batch: Batch) -> None:
        """Use the packets of a batch."""
        self.draft.rows_read += len(batch.starts)
        for interface in batch.interfaces:
            self.links.setdefault(interface.link, 0)
        for index in self.chooser.choose(batch):
            self._packet(batch, index)

    def _packet(self, batch: Batch, index: int) -> None:
        found, vlans = read_frame(*batch.frame(index), self.fragments)
        where = partial(_where, batch, index, vlans)
        if isinstance(found, Segment):
            for flow in self.flows.add(found, where):
                self._flow(flow)
        elif found is not None:
            for item in self._said(found, vlans):
                self._hear(item, where())

    def _said(self, found: _Message, vlans: tuple[int, ...]) -> tuple[Heard, ...]:
        """What a message says; devices repeat themselves, so that the last messages are remembered."""
        known = self.said.get((found, vlans))
        if known is None:
            known = self.said[found, vlans] = tuple(self._message(found, vlans))
            if len(self.said) > MAX_REMEMBERED:
                del self.said[next(iter(self.said))]
        return known

    def _message(self, found: _Message, vlans: tuple[int, ...]) -> Iterator[Heard]:
        if isinstance(found, Datagram):
            yield from datagrams.read(found)
            return
        mac = mac_of(found.mac)
        if mac is None:
            return
        if isinstance(found, Announcement):
            yield Heard("other", found.data, None, mac, protocol=found.protocol)
        elif (address := address_of(found.address)) is not None:
            self._own(address, mac, vlans)
            yield Heard("mac", mac.encode(), address, mac)

    def _own(self, address: str, mac: str, vlans: tuple[int, ...]) -> None:
        if address in self.owners or len(self.owners) < MAX_OBSERVATIONS:
            owners = self.owners.setdefault(address, {})
            if len(owners) < MAX_KINDS:
                owners.setdefault(mac, vlans)

    def _flow(self, flow: Flow) -> None:
        for item, where in streams.read(flow):
            self._hear(item, where)

    def _hear(self, item: Heard, where: Where) -> None:
        who = item.address or item.mac
        key = (item.probe, item.address, item.mac, item.port, item.request, item.raw)
        if key in self.first:
            self.last[key] = (item, where)
        elif len(self.first) >= MAX_OBSERVATIONS or self.bytes + len(item.raw) > MAX_OBSERVED_BYTES:
            self._full()
        elif self.kinds[item.probe, who] >= MAX_KINDS:
            self.draft.note(
                f"{who} sent more than {MAX_KINDS} different {item.probe} messages; the first ones are kept"
            )
        else:
            self.kinds[item.probe, who] += 1
            self.first.add(key)
            self.bytes += len(item.raw)
            self.draft.rows_used += 1
            self._see(item, where)

    def _full(self) -> None:
        if not self.draft.partial:
            self.draft.cut_short(
                f"of one capture {MAX_OBSERVATIONS} observations with {MAX_OBSERVED_BYTES} bytes are kept, and this one "
                "holds more; split it by time or by host to import the rest"
            )

    def _see(self, item: Heard, where: Where) -> None:
        observation = Observation(
            self.draft.subject(item.address, item.mac, str(where.packet)),
            item.probe,
            raw=item.raw,
            request=item.request,
            port=item.port,
            protocol=item.protocol,
            said_by=item.said_by,
        )
        self.draft.see(observation, where.at, str(where))

    def finish(self) -> None:
        """Read the connections that were still open, add when each thing was last heard, and say what was counted."""
        for flow in self.flows.rest():
            self._flow(flow)
        for item, where in self.last.values():
            self._see(item, where)
        self._count()
        for address, owners in self.owners.items():
            if len({vlans for vlans in owners.values() if vlans}) > 1:
                self.draft.note(_claimed(address, owners))

    def _count(self) -> None:
        chooser, draft = self.chooser, self.draft
        kept = {key[1] for key in self.first if key[1]}
        if chooser.hosts:
            more = "at least " if len(chooser.hosts) >= MAX_HOSTS else ""
            draft.note(
                f"{more}{len(chooser.hosts)} addresses sent packets; of {len(kept)} something is kept, "
                "the others are counted here and not kept"
            )
        if chooser.vlans:
            seen = [f"{number} ({count} packets)" for number, count in sorted(chooser.vlans.items())]
            more = f" and {len(seen) - 40} more" if len(seen) > 40 else ""
            draft.note(f"packets were tagged for VLAN {', '.join(seen[:40])}{more}")
        if chooser.unread:
            links = ", ".join(str(link) for link in list(self.links)[:5])
            draft.note(f"{chooser.unread} packets are of a kind that is not read; link types in the capture: {links}")
        if self.flows.dropped:
            draft.note(f"{self.flows.dropped} connections were read before their end, because many were open at once")


def _claimed(address: str, owners: dict[str, tuple[int, ...]]) -> str:
    who = ", ".join(
        f"{mac} in VLAN {'.'.join(map(str, vlans)) or 'untagged'}" for mac, vlans in list(owners.items())[:8]
    )
    return (
        f"{address} is used in several VLANs ({who}); if they are routed apart, capture each by itself and import it "
        "with a --domain of its own"
    )
