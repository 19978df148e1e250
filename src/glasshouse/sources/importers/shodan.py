"""Shodan banners (JSON Lines): what an address on the internet answered, and what Shodan made of it, kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glasshouse.model.observation import Observation, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.json_values import at, items, number, text
from glasshouse.sources.importers.records import first_objects, records
from glasshouse.sources.redact import strip_bytes
from glasshouse.sources.values import address_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="shodan",
    title="Shodan banners (JSON Lines, also .gz)",
    suffixes=(".json", ".jsonl", ".json.gz"),
    references=(Reference("Shodan banner specification", "https://datapedia.shodan.io/"),),
    lost=("vulnerability and location data", "user information and channel names of recorders", "screenshots"),
    limitations=(
        "one public address may stand before many devices",
        "times name no zone: give one, or they stay unknown",
    ),
)

MAX_BODY = 65_536
_VENDOR_FIELDS = {
    "device_model": "model",
    "device_name": "name",
    "device_version": "firmware",
    "device_description": "description",
    "serial_number": "serial",
    "web_version": "web-version",
    "plugin_version": "plugin-version",
    "custom_version": "custom-version",
}
_VENDOR_OBJECTS = ("hikvision", "dahua", "dahua_dvr_web")
_BY_PORT = {21: "ftp", 23: "telnet", 5060: "sip"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with `ip_str`, `port` and a banner."""
    return any("ip_str" in value and "port" in value and "data" in value for value in first_objects(head))


def read(draft: Draft) -> None:
    """Read banner after banner."""
    for record in records(draft):
        where = record.where
        if record.error is not None or not isinstance(record.value, Mapping):
            draft.reject(where, record.error or "the line is no JSON object of Shodan")
            continue
        address = address_of(text(record.value, "ip_str"))
        if address is None:
            draft.reject(where, "the banner has no IP address; the line was not read")
            continue
        draft.covered.setdefault(address)
        draft.rows_used += 1
        written = text(record.value, "timestamp")
        seen_at = time_of(written, draft.zone)
        locator = where if seen_at or not written else f"{where}, time as written {written[:40]}"
        for observation in _observations(draft, address, record.value):
            draft.see(observation, seen_at, locator)


def _observations(draft: Draft, address: str, value: Mapping[str, object]) -> Iterator[Observation]:
    subject, port = draft.endpoint(address), number(value, "port")
    banner = at(value, "data")
    if isinstance(banner, str) and banner.strip():
        raw = strip_bytes(_with_body(banner[:MAX_BODY], at(value, "http", "html")).encode("utf-8", "replace"))
        probe = _probe(raw, port)
        protocol = f"port-{port}" if probe == "other" and port is not None else None
        yield Observation(subject, probe, raw=raw, port=port, protocol=protocol, tool="Shodan")
    for certificate in _certificate(value):
        yield Observation(subject, "tls-cert", raw=certificate, request="TLS", port=port, tool="Shodan")
    fields = tuple(_guesses(value))
    if fields:
        yield Observation(subject, "inventory-text", fields=fields, port=port, said_by=SaidBy.TOOL, tool="Shodan")


def _with_body(banner: str, body: object) -> str:
    if not banner.startswith("HTTP/") or not isinstance(body, str) or body[:64] in banner:
        return banner
    return f"{banner.rstrip()}\r\n\r\n{body[:MAX_BODY]}"


def _probe(raw: bytes, port: int | None) -> str:
    for start, word in ((b"HTTP/", "http"), (b"RTSP/", "rtsp"), (b"SIP/", "sip")):
        if raw.startswith(start):
            return word
    return _BY_PORT.get(port or 0, "other")


def _certificate(value: object) -> Iterator[bytes]:
    for pem in items(value, "ssl", "chain"):
        if isinstance(pem, str) and "BEGIN CERTIFICATE" in pem:
            yield pem[:MAX_BODY].strip().encode("ascii", "replace")
        return
    lines = []
    for who in ("subject", "issuer"):
        names = at(value, "ssl", "cert", who)
        if isinstance(names, Mapping) and names:
            pairs = (f"{cap(key, 32)}={text(names, key)}" for key in list(names)[:32])
            lines.append(f"{who}={', '.join(pairs)}")
    if lines:
        yield "\n".join(lines).encode("utf-8", "replace")


def _guesses(value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Shodan's own words about the product, and values that it took out of replies."""
    said = " ".join(word for word in (text(value, "product"), text(value, "version")) if word)
    if said:
        yield "text", said
    for maker in _VENDOR_OBJECTS:
        for key, field in _VENDOR_FIELDS.items():
            found = text(value, maker, key)
            if found:
                yield f"inventory.{field}", found
        if at(value, maker, "user_info"):
            yield "inventory.credentials", "present"
    for cpe in items(value, "cpe23"):
        if isinstance(cpe, str):
            yield "inventory.cpe", cap(cpe, 256)
