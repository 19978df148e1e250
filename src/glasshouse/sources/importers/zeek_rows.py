"""The rows of Zeek's logs as observations, log by log."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from glasshouse.model.observation import DocumentLine, Interface, SaidBy
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.leases import Lease, Leases
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["Logs", "Row"]

MAX_KINDS = 64  # different requests to one server
MAX_MACS = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the log it belongs to, its place, and its values by name (credentials already out)."""

    log: str
    line: int
    where: str
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        """A value; "" where it is not set."""
        return self.values.get(name, "")


@dataclass(slots=True)
class _Pair:
    """The addresses beside one MAC address, each with its last row."""

    addresses: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)


class Logs:
    """The logs of one file."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.leases = Leases(draft)
        self.macs: dict[str, _Pair] = {}
        self.requests: dict[str, set[str]] = {}
        self.other: Counter[str] = Counter()
        self.routers = 0

    def take(self, row: Row) -> None:
        """Use one row."""
        reader = _READERS.get(row.log)
        if reader is None:
            self.other[row.log or "without a path"] += 1
        else:
            reader(self, row)

    def finish(self) -> None:
        """Put what needs the whole file into the preview: leases, and MAC addresses of single hosts."""
        self.leases.finish()
        for mac, pair in self.macs.items():
            if sum("." in address for address in pair.addresses) > 1:
                self.routers += 1
                continue
            for address, (where, seen_at) in pair.addresses.items():
                entry = Entry(self.draft, self.draft.endpoint(address), where, seen_at, "Zeek")
                self.draft.rows_used += entry.macs([mac])
        if self.routers:
            self.draft.note(f"MAC addresses beside several IPv4 addresses, probably routers, not used: {self.routers}")
        for log, count in self.other.most_common(20):
            self.draft.note(f"the log {log!r} holds nothing that tells a device: {count} rows not used")

    def entry(self, row: Row, address: str) -> Entry | None:
        """The host at a written address at the time of the row; None (and a rejection) when it is no address."""
        found = address_of(address)
        if found is None:
            self.draft.reject(row.where, f"{address[:64]!r} is no IP address of one host")
            return None
        self.draft.covered.setdefault(found)
        return Entry(self.draft, self.draft.endpoint(found), row.where, _time(row), "Zeek")

    def conn(self, row: Row) -> None:
        """Only the link-layer addresses that an optional script adds."""
        for side in ("orig", "resp"):
            mac, address = mac_of(row.get(f"{side}_l2_addr")), address_of(row.get(f"id.{side}_h"))
            if mac is None or address is None or row.get(f"local_{side}").lower() in {"f", "false"}:
                continue
            if mac in self.macs or len(self.macs) < MAX_MACS:
                pair = self.macs.setdefault(mac, _Pair())
                if address in pair.addresses or len(pair.addresses) < 16:
                    pair.addresses[address] = (row.where, _time(row))

    def dhcp(self, row: Row) -> None:
        """A client's own name, and the address that it got."""
        mac = mac_of(row.get("mac"))
        address = address_of(row.get("assigned_addr")) or address_of(row.get("client_addr"))
        seen_at, name = _time(row), row.get("host_name") or row.get("client_fqdn")
        if address is not None:
            self.leases.add(Lease(address, mac, "active", seen_at, _ends(row, seen_at), name, locator=row.where))
        elif mac is not None:
            entry = Entry(self.draft, Interface(mac, self.draft.property), row.where, seen_at, "Zeek")
            raw = f"mac={mac}\nhostname={cap(name, 512)}" if name else f"mac={mac}"
            self.draft.rows_used += entry.reply("dhcp", raw.encode(), said_by=SaidBy.INFRASTRUCTURE)
        else:
            self.draft.reject(row.where, "the row has neither an address nor a MAC address of one client")

    def http(self, row: Row) -> None:
        """Which path a server inside was asked for and how it answered: the paths of interfaces tell families apart."""
        path, status = row.get("uri").partition("?")[0], row.get("status_code")
        address = address_of(row.get("id.resp_h"))
        if address is None or not path or not status or not ipaddress.ip_address(address).is_private:
            return
        asked = self.requests.setdefault(address, set())
        said = f"{cap(row.get('method'), 16)} {cap(path, 512)} {status[:3]} {row.get('id.resp_p')}"
        if said in asked or len(asked) >= MAX_KINDS:
            return
        asked.add(said)
        entry = self.entry(row, address)
        if entry is not None:
            fields = pairs(("http.status", status[:3]), ("text", f"{row.get('method')} {path}"))
            self.draft.rows_used += entry.reply(
                "http", fields=fields, port=_port(row.get("id.resp_p")), said_by=SaidBy.INFRASTRUCTURE
            )

    def ssl(self, row: Row) -> None:
        """Subject and issuer of the server's certificate, where the log has them."""
        if not row.get("subject") and not row.get("issuer"):
            return
        entry = self.entry(row, row.get("id.resp_h"))
        if entry is not None:
            raw = "\n".join(f"{name}={cap(row.get(name))}" for name in ("subject", "issuer") if row.get(name))
            self.draft.rows_used += entry.reply(
                "tls-cert", raw.encode(), request="TLS", port=_port(row.get("id.resp_p"))
            )

    def x509(self, row: Row) -> None:
        """A certificate; the log does not say whose."""
        names = {
            "subject": "certificate.subject",
            "issuer": "certificate.issuer",
            "serial": "certificate.serial",
            "notBefore": "certificate.not_valid_before",
            "notAfter": "certificate.not_valid_after",
        }
        if not row.get("certificate.subject") or row.get("host_cert").lower() in {"f", "false"}:
            return
        said = [f"{word}={cap(row.get(name))}" for word, name in names.items() if row.get(name)]
        said += [f"DNS:{cap(name, 253)}" for name in row.get("san.dns").split(",")[:50] if name]
        subject = DocumentLine(self.draft.file.sha256, str(row.line), self.draft.property)
        entry = Entry(self.draft, subject, row.where, _time(row), "Zeek")
        self.draft.rows_used += entry.reply("tls-cert", "\n".join(said).encode(), said_by=SaidBy.INFRASTRUCTURE)

    def software(self, row: Row) -> None:
        """The text by which a host named its software."""
        written = cap(row.get("unparsed_version"), 1_024)
        entry = self.entry(row, row.get("host")) if written else None
        if entry is None:
            return
        if row.get("software_type") == "HTTP::SERVER":
            used = entry.reply("http", fields=pairs(("http.server", written)), port=_port(row.get("host_p")))
        else:
            kind = cap(row.get("software_type"), 64)
            used = entry.reply("other", written.encode(), request=f"Zeek {kind}", protocol="zeek-software",
                               port=_port(row.get("host_p")))  # fmt: skip
        self.draft.rows_used += used

    def snmp(self, row: Row) -> None:
        """The system description that an agent answered with; the community is not read."""
        described = cap(row.get("display_string"), 1_024)
        entry = self.entry(row, row.get("id.resp_h")) if described else None
        if entry is not None:
            raw = f'.1.3.6.1.2.1.1.1.0 = STRING: "{described}"'.encode()
            self.draft.rows_used += entry.reply("snmp", raw, port=161)

    def host(self, row: Row) -> None:
        """A host that was there: looked at, nothing told."""
        if address := address_of(row.get("host")):
            self.draft.covered.setdefault(address)


def _time(row: Row) -> datetime | None:
    return time_of(row.get("ts"))


def _ends(row: Row, seen_at: datetime | None) -> datetime | None:
    try:
        seconds = float(row.get("lease_time") or "0")
    except ValueError:
        return None
    return seen_at + timedelta(seconds=seconds) if seen_at and 0 < seconds < 10**8 else None


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 65_535 else None


_READERS: Mapping[str, Callable[[Logs, Row], None]] = {
    "conn": Logs.conn,
    "dhcp": Logs.dhcp,
    "http": Logs.http,
    "ssl": Logs.ssl,
    "x509": Logs.x509,
    "software": Logs.software,
    "snmp": Logs.snmp,
    "known_hosts": Logs.host,
    "known_services": Logs.host,
}
