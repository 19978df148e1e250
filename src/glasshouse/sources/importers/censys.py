"""Censys hosts (JSON, JSON Lines): what an address on the internet answered, and what Censys made of it, kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.banners import MAX_BANNER, kind_of
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.json_values import at, flat, items, number, text
from glasshouse.sources.importers.records import Record, first_objects, records
from glasshouse.sources.values import address_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="censys",
    title="Censys hosts (JSON, JSON Lines)",
    suffixes=(".json", ".jsonl", ".json.gz"),
    references=(
        Reference("Censys: hosts data set", "https://docs.censys.com/docs/ls-hosts"),
        Reference(
            "Censys: universal internet data set", "https://docs.censys.com/docs/ls-censys-universal-internet-dataset"
        ),
    ),
    lost=("screenshots", "networks, places and registrations of the address", "weaknesses and labels"),
    limitations=(
        "one public address may stand before many devices",
        "the platform format (third version) is from one secondary source; envelopes of its answers are recalled",
        "hardware, software and operating system are Censys's guess: they support and do not prove",
    ),
)

_LISTS = ("result.hits", "result.resources", "hits", "results", "hosts")
_OBJECTS = ("hikvision", "dhcpdiscover", "dvr_ip", "onvif", "ws_discovery", "rifatron", "tplink_kasa", "upnp", "mdns")
_GUESSED = ("hardware", "software", "operating_systems", "operating_system")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with an address and a list of services that have a port and a name or a transport."""
    return any(_is_host(_host(value)) for value in first_objects(head, *_LISTS))


def _host(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The host inside the wrappers of answers."""
    for name in ("result", "resource", "host"):
        inner = value.get(name)
        if isinstance(inner, Mapping):
            return _host(inner) if name == "result" else inner
    return value


def _is_host(value: Mapping[str, Any]) -> bool:
    has_address = "ip" in value or isinstance(value.get("host_identifier"), Mapping)
    return has_address and any(
        "port" in service and not {"service_name", "extended_service_name", "transport_protocol"}.isdisjoint(service)
        for service in items(value, "services")
        if isinstance(service, Mapping)
    )


def read(draft: Draft) -> None:
    """Read host after host."""
    for record in records(draft, *_LISTS):
        if record.error is not None or not isinstance(record.value, Mapping):
            draft.reject(record.where, record.error or "the record is no JSON object of Censys")
            continue
        _see(draft, record, _host(record.value))


def _see(draft: Draft, record: Record, host: Mapping[str, Any]) -> None:
    written = text(host, "ip") or text(host, "host_identifier", "ipv4") or text(host, "host_identifier", "ipv6")
    address = address_of(written)
    if address is None:
        draft.reject(record.where, "the host has no IP address; it was not read")
        return
    draft.covered.setdefault(address)
    draft.rows_used += 1
    when = text(host, "last_updated_at") or text(host, "snapshot_date")
    whole = Entry(draft, draft.endpoint(address), record.where, time_of(when, draft.zone), "Censys")
    _guess(whole, host, None)
    for place, service in enumerate(items(host, "services")):
        if isinstance(service, Mapping):
            when = text(service, "scan_time") or text(service, "observed_at")
            where = f"{record.where}, service {place + 1}"
            entry = Entry(draft, whole.subject, where, time_of(when, draft.zone) or whole.seen_at, "Censys")
            _service(entry, service)


def _service(entry: Entry, service: Mapping[str, Any]) -> None:
    port = number(service, "port")
    name = text(service, "service_name") or text(service, "protocol")
    pages = [at(service, "http", "response"), *(at(end, "http") for end in items(service, "endpoints"))]
    seen = [_page(entry, page, port) for page in pages if isinstance(page, Mapping)]
    banner = _banner(service)
    if banner and not (any(seen) and banner.startswith(b"HTTP/")):
        probe, protocol = kind_of(banner, port, name)
        entry.reply(probe, banner, request="banner", port=port, protocol=protocol)
    certificate = "\n".join(_certificate(service)).encode("utf-8", "replace")
    entry.reply("tls-cert", certificate, request="TLS", port=port)
    for key in _OBJECTS:
        raw = "\n".join(flat(at(service, key))).encode("utf-8", "replace")
        entry.reply("other", raw, request=f"Censys {key}", port=port, protocol=f"censys-{key}", said_by=SaidBy.TOOL)
    _guess(entry, service, port)


def _banner(service: Mapping[str, Any]) -> bytes:
    written = at(service, "banner_hex")
    if isinstance(written, str):
        try:
            return bytes.fromhex(written[: 2 * MAX_BANNER])
        except ValueError:
            pass  # the text beside it says the same
    found = at(service, "banner")
    return found[:MAX_BANNER].encode("utf-8", "replace") if isinstance(found, str) else b""


def _page(entry: Entry, page: Mapping[str, Any], port: int | None) -> bool:
    """A web page as the reply it was; where only values were kept, these."""
    headers = list(_headers(at(page, "headers")))
    body, status = at(page, "body"), text(page, "status_code")
    if headers and status:
        start = f"{text(page, 'protocol') or 'HTTP/1.1'} {status} {text(page, 'status_reason')}".strip()
        head = "\r\n".join([start, *(f"{name}: {value}" for name, value in headers), "", ""])
        kept = body[:MAX_BANNER] if isinstance(body, str) else ""
        entry.reply("http", (head + kept).encode("utf-8", "replace"), request="GET /", port=port)
        if kept:
            return True
    fields = pairs(("http.status", status), ("http.title", text(page, "html_title")))
    return entry.reply("http", fields=fields, request="GET /", port=port) or bool(headers)


def _headers(headers: object) -> Iterator[tuple[str, str]]:
    for name, found in list(headers.items())[:200] if isinstance(headers, Mapping) else ():
        if isinstance(found, Mapping):  # the platform format keeps a list under one more name
            found = at(found, "headers") or at(found, "values")  # noqa: PLW2901
        for value in found if isinstance(found, list) else [found]:
            if isinstance(value, str) and not str(name).startswith("_"):
                yield cap(str(name), 64).replace("_", "-"), cap(value)


def _certificate(service: Mapping[str, Any]) -> Iterator[str]:
    leaf = at(service, "tls", "certificates", "leaf_data")
    for found in (leaf, at(service, "cert", "parsed"), at(service, "cert")):
        for key, word in (("subject_dn", "subject"), ("issuer_dn", "issuer")):
            if value := text(found, key):
                yield f"{word}={value}"
        for name in list(items(found, "names"))[:50]:
            yield f"DNS:{cap(str(name), 253)}"


def _guess(entry: Entry, found: Mapping[str, Any], port: int | None) -> None:
    """Censys's own words about products; each is one row, so that vendor and product stay together."""
    for key in _GUESSED:
        guesses = at(found, key)
        for guess in (guesses if isinstance(guesses, list) else [guesses])[:50]:
            said = " ".join(word for name in ("vendor", "product", "version") if (word := text(guess, name)))
            entry.row(
                SaidBy.TOOL,
                ("text", said),
                ("inventory.guess-of", key if said else ""),
                ("inventory.cpe", text(guess, "cpe") or text(guess, "uniform_resource_identifier")),
                port=port,
            )
