"""Capture files as evidence: what devices said in recorded traffic, without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from glasshouse.model.observation import Observation
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportFile, ImportProblem, Preview
from glasshouse.sources.passive import datagrams, streams
from glasshouse.sources.passive.capture import CaptureCut, Packet, is_capture, packets
from glasshouse.sources.passive.flows import Flow, Flows
from glasshouse.sources.passive.frames import Arp, Datagram, Fragments, Lldp, Segment, read_frame
from glasshouse.sources.passive.heard import Heard
from glasshouse.sources.values import mac_of

__all__ = ["DOC", "read", "read_capture", "recognises"]

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
    ),
    limitations=(
        "certificates of TLS 1.3 are encrypted",
        "fragmented IPv6 packets are not put together",
        "of a connection the first 64 KiB of each direction",
    ),
)

MAX_KINDS = 64  # different messages of one sender under one probe word
_Key = tuple[str, str | None, str | None, int | None, str | None, bytes]


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The magic number of either format."""
    return is_capture(head)


def read(draft: Draft) -> None:
    """Read a capture; one that ends in the middle of a packet is partial."""
    reader = _Reader(draft)
    with draft.stream() as stream:
        try:
            for packet in packets(stream):
                if not draft.more_rows():
                    break
                reader.take(packet)
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


class _Reader:
    """Packets to sightings: the first and the last time that each thing was heard."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.fragments = Fragments()
        self.flows = Flows()
        self.first: dict[_Key, None] = {}
        self.last: dict[_Key, tuple[Heard, int, datetime | None]] = {}
        self.kinds: Counter[tuple[str, str | None]] = Counter()
        self.links: Counter[int] = Counter()

    def take(self, packet: Packet) -> None:
        """Use one packet."""
        found = read_frame(packet.link, packet.data, self.fragments)
        if isinstance(found, Segment):
            for flow in self.flows.add(found, packet.number, packet.at):
                self._flow(flow)
            return
        heard: Iterable[Heard] = ()
        if isinstance(found, Arp):
            mac = mac_of(found.mac)
            heard = (Heard("mac", mac.encode(), found.address, mac),) if mac else ()
        elif isinstance(found, Lldp):
            mac = mac_of(found.mac)
            heard = (Heard("other", found.data, None, mac, protocol="lldp"),) if mac else ()
        elif isinstance(found, Datagram):
            heard = datagrams.read(found)
        else:
            self.links[packet.link] += 1
        for item in heard:
            self._hear(item, packet.number, packet.at)

    def _flow(self, flow: Flow) -> None:
        packet = flow.first.packet or flow.second.packet
        for item in streams.read(flow):
            side = flow.first if item.port == flow.first.port else flow.second
            self._hear(item, side.packet or packet, side.at)

    def _hear(self, item: Heard, packet: int, at: datetime | None) -> None:
        who = item.address or item.mac
        key = (item.probe, item.address, item.mac, item.port, item.request, item.raw)
        if key in self.first:
            self.last[key] = (item, packet, at)
            return
        self.kinds[item.probe, who] += 1
        if self.kinds[item.probe, who] > MAX_KINDS:
            self.draft.note(
                f"{who} sent more than {MAX_KINDS} different {item.probe} messages; the first ones are kept"
            )
            return
        self.first[key] = None
        self.draft.rows_used += 1
        self._see(item, packet, at)

    def _see(self, item: Heard, packet: int, at: datetime | None) -> None:
        observation = Observation(
            self.draft.subject(item.address, item.mac, str(packet)),
            item.probe,
            raw=item.raw,
            request=item.request,
            port=item.port,
            protocol=item.protocol,
            said_by=item.said_by,
        )
        self.draft.see(observation, at, f"packet {packet}")

    def finish(self) -> None:
        """Read the connections that were still open, and add when each thing was last heard."""
        for flow in self.flows.rest():
            self._flow(flow)
        for item, packet, at in self.last.values():
            self._see(item, packet, at)
        if self.draft.rows_read and self.links.total() == self.draft.rows_read:
            kinds = ", ".join(str(link) for link, _ in self.links.most_common(5))
            self.draft.note(f"no packet could be read; their link types are {kinds}")
