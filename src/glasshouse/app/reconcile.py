"""`scan --reconcile`: the packet ledger of a run against a capture or flow records that the network made itself."""

from __future__ import annotations

import csv
import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from glasshouse.app.collect import ledger_path
from glasshouse.app.errors import UsageError, UserError
from glasshouse.model.observation import Collection, CollectionKind
from glasshouse.sources.active.packets import LedgerError, digest, read_ledger
from glasshouse.sources.active.reconciling import Reconciliation, Recorded, reconcile
from glasshouse.sources.active.scope import Scope, Transport
from glasshouse.sources.active.scope_file import parse_scope
from glasshouse.sources.passive.capture import CaptureCut, batches, is_capture
from glasshouse.sources.passive.frames import Datagram, Fragments, Segment, read_frame
from glasshouse.store.store import Store

__all__ = ["reconcile_run"]

_HEADERS = {  # column of flow tables (nfdump, Zeek conn.log as CSV, plain) -> what it holds
    "source": ("source", "src", "srcaddr", "src_ip", "sa", "id.orig_h", "source address", "source ip"),
    "target": ("destination", "dst", "dstaddr", "dst_ip", "da", "id.resp_h", "destination address", "destination ip"),
    "transport": ("protocol", "proto", "pr", "transport", "ip protocol"),
    "port": ("destination port", "dstport", "dst_port", "dport", "dp", "id.resp_p", "port"),
    "source_port": ("source port", "srcport", "src_port", "sport", "sp", "id.orig_p"),
    "packets": ("packets", "pkts", "ipkt", "in_pkts", "orig_pkts"),
    "at": ("time", "start", "first", "ts", "start time", "time_start"),
}
_NEEDED = ("source", "target", "transport", "port")
_TRANSPORTS: dict[str, Transport] = {"6": "tcp", "tcp": "tcp", "17": "udp", "udp": "udp"}
_MAX_ROWS = 50_000_000
_MAX_LINE = 65_536


def reconcile_run(store: Store, collection: str | None, record: Path, sources: tuple[str, ...] = ()) -> Reconciliation:
    """Compare a scan (default: the last) with the record. Raises UserError for a run or a record that cannot be read."""
    run = _run(store, collection)
    authority = run.authority
    scope = parse_scope(store.collections.scope(authority), authority) if authority else Scope.loopback(run.covered)
    try:
        ledger = tuple(read_ledger(ledger_path(store, run.id)))
        with record.open("rb") as stream:
            head = stream.read(32)
            stream.seek(0)
            return reconcile(ledger, _capture(stream) if is_capture(head) else _flows(stream, record), scope, sources)
    except LedgerError as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UsageError(f"record {record} cannot be read: {error.strerror}; give a capture or a flow table") from error


def _run(store: Store, collection: str | None) -> Collection:
    runs = [item for item in store.collections.all() if item.kind is CollectionKind.ACTIVE]
    found = [item for item in runs if collection in {None, item.id}]
    if not found:
        names = ", ".join(item.id for item in runs[-3:]) or "none"
        raise UsageError(f"there is no stored scan {collection or ''}; stored: {names}; name one with --of")
    return max(found, key=lambda item: item.started)


def _capture(stream: BinaryIO) -> Iterator[Recorded]:
    """The UDP and TCP packets of a capture; one that ends in the middle of a packet is an error, not a short record."""
    fragments = Fragments()
    try:
        for batch in batches(stream):
            for number in range(len(batch.starts)):
                item, _ = read_frame(*batch.frame(number), fragments)
                if isinstance(item, Datagram | Segment):
                    yield _recorded(item, batch.at(number))
    except CaptureCut as error:
        raise UserError(
            f"the capture is cut: {error}; a part of a record proves nothing; give the whole one"
        ) from error


def _recorded(item: Datagram | Segment, at: datetime | None) -> Recorded:
    ends = item.source, item.target
    if isinstance(item, Datagram):
        sha256 = digest(item.data)
        return Recorded(*ends, "udp", item.target_port, at, sha256=sha256, source_port=item.source_port)
    return Recorded(*ends, "tcp", item.target_port, at, opens=int(item.syn), source_port=item.source_port)


def _flows(stream: BinaryIO, path: Path) -> Iterator[Recorded]:
    reader = csv.reader(_lines(stream))
    try:
        header = [name.strip("\ufeff ").lower() for name in next(reader, [])]
        places = {what: header.index(n) for what, names in _HEADERS.items() for n in names[::-1] if n in header}
        missing = [what for what in _NEEDED if what not in places]
        if missing:
            raise UsageError(
                f"{path} is neither a capture nor a flow table: it has no column for {', '.join(missing)}; accepted: "
                "pcap, pcapng, or CSV with source, destination, protocol, destination port (packets and time if known)"
            )
        for number, row in enumerate(reader, 2):
            if number > _MAX_ROWS:
                raise UserError(f"{path} has more than {_MAX_ROWS:,} rows; cut it to the time of the run")
            item = _flow(row, places, f"{path} line {number}")
            if item is not None:
                yield item
    except csv.Error as error:
        raise UserError(f"{path} line {reader.line_num} is no CSV: {error}; export the flows again") from error


def _lines(stream: BinaryIO) -> Iterator[str]:
    while line := stream.readline(_MAX_LINE):
        yield line.decode("utf-8", errors="replace")


def _flow(row: list[str], places: dict[str, int], where: str) -> Recorded | None:
    """One flow record; None = neither TCP nor UDP, or an empty line."""
    cells = {what: row[at].strip() for what, at in places.items() if at < len(row)}
    transport = _TRANSPORTS.get(cells.get("transport", "").lower())
    if transport is None:
        return None
    try:
        return Recorded(
            source=str(ipaddress.ip_address(cells["source"])),
            target=str(ipaddress.ip_address(cells["target"])),
            transport=transport,
            port=int(cells["port"]),
            at=_moment(cells.get("at", "")),
            packets=int(cells.get("packets") or 1),
            opens=int(transport == "tcp"),
            source_port=int(cells["source_port"]) if cells.get("source_port") else None,
        )
    except (KeyError, ValueError) as error:
        raise UserError(
            f"{where} is not understood ({error}); a row that is passed over could hide a packet"
        ) from error


def _moment(text: str) -> datetime | None:
    """The time of a flow; one without offset is UTC; None = not recorded or in a form we do not know."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(float(text), UTC)
    return None
