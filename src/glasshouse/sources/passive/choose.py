"""Which packets of a batch are looked into: announcements, and the first bytes of connections that greet.

Everything else is counted and left alone. Choosing works on columns, so that its cost is that of the headers.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from glasshouse.sources.passive.batch import Batch
from glasshouse.sources.passive.columns import Columns, Numbers, columns_of
from glasshouse.sources.passive.datagrams import PORTS

__all__ = ["MAX_HOSTS", "Chooser"]

MAX_HOSTS = 1_000_000  # senders that are told apart when counting
MAX_OPEN = 16_384  # directions of connections whose start is being looked into
REPLY_BYTES = 16_384  # of a server's direction
RTSP_BYTES = 8_192  # media may follow on the same connection
REQUEST_BYTES = 2_048  # of a client's: the line that says what was asked
_SERVER = [int.from_bytes(word, "big") for word in (b"HTTP", b"SIP/")]
_RTSP = int.from_bytes(b"RTSP", "big")
_CLIENT = [
    int.from_bytes(word, "big")
    for word in (b"GET ", b"POST", b"PUT ", b"HEAD", b"OPTI", b"DESC", b"SETU", b"PLAY", b"REGI", b"INVI")
]
_GREETING_PORTS = (21, 23)  # FTP and telnet: the server speaks first, in no fixed words
_NEIGHBOUR = (133, 134, 135, 136)  # ICMPv6 types of neighbour discovery (RFC 4861)
_UDP = np.zeros(65_536, bool)
_UDP[list(PORTS)] = True
_MIX = np.uint64(0xD6E8FEB86659FD93)  # odd


class Chooser:
    """Carries from batch to batch which connections have begun, and what was counted."""

    def __init__(self) -> None:
        self.hosts: set[int] = set()
        self.vlans: Counter[int] = Counter()
        self.unread = 0  # packets of link types that are not read
        self._open: dict[int, tuple[int, int]] = {}  # direction -> its first number, bytes wanted
        self._fragmented: Numbers = np.zeros(0, np.uint64)

    def choose(self, batch: Batch) -> list[int]:
        """Indexes of the packets to look into, ascending."""
        columns = columns_of(batch)
        self._count(columns)
        plain = ~columns.part
        chosen = np.isin(columns.kind, (0x0806, 0x88CC))  # ARP, LLDP
        chosen |= (columns.kind < 1_536) & (columns.kind > 0) & _is_cdp(columns)
        udp = np.flatnonzero((columns.proto == 17) & plain & (columns.l4 + 8 < columns.end))
        ports = columns.l4[udp]
        chosen[udp] = _UDP[columns.u16(ports)] | _UDP[columns.u16(ports + 2)]
        icmp = np.flatnonzero((columns.proto == 58) & plain & (columns.l4 + 8 <= columns.end))
        chosen[icmp] = np.isin(columns.bytes[columns.l4[icmp]], _NEIGHBOUR)
        self._fragments(columns, chosen)
        self._connections(columns, np.flatnonzero((columns.proto == 6) & plain), chosen)
        return [int(row) for row in np.flatnonzero(chosen)]

    def _count(self, columns: Columns) -> None:
        self.unread += int(np.count_nonzero(columns.kind == 0))
        if len(self.hosts) < MAX_HOSTS:
            self.hosts.update(np.unique(columns.source[columns.proto > 0]).tolist())
        tagged = columns.vlan[columns.vlan >= 0]
        if len(tagged):
            numbers, counts = np.unique(tagged, return_counts=True)
            self.vlans.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))

    def _fragments(self, columns: Columns, chosen: Numbers) -> None:
        """Parts of datagrams whose first part has a port that is looked into; all that have IPv6 extension headers."""
        chosen |= columns.part & (columns.kind == 0x86DD)
        rows = np.flatnonzero(columns.part & (columns.kind == 0x0800) & (columns.proto == 17))
        if not len(rows):
            return
        at, ports = columns.at[rows], columns.l4[rows]
        key = columns.pair[rows] * _MIX + columns.u16(at + 4)
        first = (columns.u16(at + 6) & 0x1FFF) == 0
        wanted = first & (_UDP[columns.u16(ports)] | _UDP[columns.u16(ports + 2)])
        begun = np.unique(key[wanted])
        chosen[rows] = np.isin(key, np.concatenate((begun, self._fragmented)))
        self._fragmented = begun[-1_024:]  # their rest may be in the next batch

    def _connections(self, columns: Columns, rows: Numbers, chosen: Numbers) -> None:
        """Segments within the first bytes of directions that begin like a greeting, a request or a TLS handshake."""
        at = columns.l4[rows]
        start = at + (columns.bytes[at + 12] >> 4).astype(np.int64) * 4
        source_port = columns.u16(at)
        ports = (source_port.astype(np.uint64) << np.uint64(16)) | columns.u16(at + 2)
        key = (columns.pair[rows] ^ (columns.pair[rows] >> np.uint64(31))) * _MIX + ports
        number = columns.u32(at + 4)
        syn = (columns.bytes[at + 13] & 2) != 0
        filled = start + 4 <= columns.end[rows]
        wanted = _wanted(columns, start, source_port) * filled
        self._open_and_close(key, number, syn, wanted)
        if not self._open:
            return
        known = np.fromiter(self._open, np.uint64, len(self._open))
        order = np.argsort(known)
        values = np.array(list(self._open.values()), np.int64)[order]
        place = np.minimum(np.searchsorted(known[order], key), len(known) - 1)
        base, size = values[place, 0], values[place, 1]
        ahead = (number.astype(np.int64) - base + 1) & 0xFFFFFFFF  # the SYN stands one before the first byte
        near = (known[order][place] == key) & (ahead <= size)
        chosen[rows] = near & (syn | (start < columns.end[rows]))

    def _open_and_close(self, key: Numbers, number: Numbers, syn: Numbers, wanted: Numbers) -> None:
        if self._open:
            for direction in key[syn].tolist():
                self._open.pop(direction, None)  # the ports are used again
        rows = np.flatnonzero(wanted)
        for direction, first, size in zip(
            key[rows].tolist(), number[rows].tolist(), wanted[rows].tolist(), strict=True
        ):
            self._open.setdefault(direction, (first, size))
        while len(self._open) > MAX_OPEN:
            del self._open[next(iter(self._open))]


def _is_cdp(columns: Columns) -> Numbers:
    """802.2 SNAP with Cisco's organisation and the type of CDP."""
    found: Numbers = (columns.u32(columns.at) == 0xAAAA0300) & (columns.u32(columns.at + 4) == 0x000C2000)
    return found


def _wanted(columns: Columns, start: Numbers, source_port: Numbers) -> Numbers:
    """How many bytes are wanted from here on, by the first four; 0 = this is no start."""
    head = columns.u32(np.minimum(start, len(columns.bytes) - 4))
    server = np.isin(head, _SERVER) | ((head >> np.uint32(16)) == 0x1603) | np.isin(source_port, _GREETING_PORTS)
    small = np.where(head == _RTSP, RTSP_BYTES, np.where(np.isin(head, _CLIENT), REQUEST_BYTES, 0))
    return np.where(server, REPLY_BYTES, small)
