"""zgrab2 results (JSON Lines): HTTP replies, certificates and banners, as the tool wrote them down."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from glasshouse.model.observation import GapReason, Observation
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.json_values import at, items, number, text
from glasshouse.sources.importers.records import first_objects, records
from glasshouse.sources.redact import strip_bytes
from glasshouse.sources.values import address_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="zgrab2",
    title="zgrab2 results (JSON Lines)",
    suffixes=(".json", ".jsonl"),
    references=(Reference("zmap/zgrab2", "https://github.com/zmap/zgrab2"),),
    lost=("modules other than http, tls, banner, ftp and telnet", "replies of other hosts that a redirect led to"),
    limitations=("header names of HTTP replies were rewritten by the tool unless it kept the raw ones",),
)

MAX_BODY = 65_536
_GAPS = {
    "connection-refused": GapReason.REFUSED,
    "connection-timeout": GapReason.TIMED_OUT,
    "io-timeout": GapReason.TIMED_OUT,
    "connection-closed": GapReason.INTERRUPTED,
    "blocklisted-target": GapReason.OUT_OF_SCOPE,
}
_BANNERS = {"banner": "other", "ftp": "ftp", "telnet": "telnet"}


@dataclass(frozen=True, slots=True)
class _Reply:
    probe: str
    raw: bytes
    request: str | None = None
    protocol: str | None = None


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Objects with an address and a `data` object of modules that have a status."""
    return any(
        ("ip" in value or "domain" in value)
        and any(isinstance(module, Mapping) and "status" in module for module in _modules(value).values())
        for value in first_objects(head)
    )


def _modules(value: Mapping[str, Any]) -> Mapping[str, Any]:
    data = value.get("data")
    return data if isinstance(data, Mapping) else {}


def read(draft: Draft) -> None:
    """Read target after target; what did not answer becomes a gap."""
    for record in records(draft):
        where = record.where
        value = record.value
        if record.error is not None or not isinstance(value, Mapping):
            draft.reject(where, record.error or "the line is no JSON object of zgrab2")
            continue
        address = address_of(text(value, "ip"))
        if address is None:
            draft.reject(where, "the target has no IP address; the line was not read")
            continue
        draft.covered.setdefault(address)
        used = [_module(draft, address, where, value, name, part) for name, part in _modules(value).items()]
        draft.rows_used += any(used)


def _module(draft: Draft, address: str, where: str, value: object, name: str, part: object) -> bool:
    """One module's result; whether it gave an observation."""
    protocol = text(part, "protocol") or name
    replies = [reply for reply in _replies(protocol, at(part, "result"), address) if reply.raw]
    for reply in replies:
        observation = Observation(
            draft.endpoint(address),
            reply.probe,
            raw=strip_bytes(reply.raw),
            request=reply.request,
            protocol=reply.protocol,
            port=number(part, "port") or number(value, "port"),
            tool="zgrab2",
        )
        draft.see(observation, time_of(text(part, "timestamp"), draft.zone), where)
    status = text(part, "status")
    if not replies and status != "success":
        detail = f"{status}: {text(part, 'error')}"
        draft.gap(address, _GAPS.get(status, GapReason.MALFORMED), detail[:256], cap(protocol, 32))
    return bool(replies)


def _replies(protocol: str, result: object, address: str) -> Iterator[_Reply]:
    if protocol in {"http", "https"}:
        own = _own_response(result, address)
        if own is not None:
            yield _Reply("http", _http(own), "GET /")
            yield from _certificate(at(own, "request", "tls_log"))
    elif protocol in _BANNERS:
        banner = text_bytes(at(result, "banner"))
        named = f"port-banner-{protocol}" if protocol == "banner" else None
        yield _Reply(_kind(banner, _BANNERS[protocol]), banner, "banner", named)
        yield from _certificate(at(result, "tls"))
    else:
        yield from _certificate(result if protocol == "tls" else at(result, "tls"))


def text_bytes(value: object) -> bytes:
    """A banner's bytes: the tool writes them as text."""
    return value[:MAX_BODY].encode("utf-8", "replace") if isinstance(value, str) else b""


def _kind(banner: bytes, word: str) -> str:
    for start, kind in ((b"HTTP/", "http"), (b"RTSP/", "rtsp"), (b"SIP/", "sip")):
        if banner.startswith(start):
            return kind
    return word


def _own_response(result: object, address: str) -> object | None:
    """The first response: a redirect may have led to another host, whose reply says nothing about this one."""
    for response in items(result, "redirect_response_chain"):
        return response if isinstance(response, Mapping) else None
    response = at(result, "response")
    host = text(response, "request", "url", "host")
    if host and address_of(host) not in {None, address}:
        return None
    return response if isinstance(response, Mapping) else None


def _http(response: object) -> bytes:
    body = text_bytes(at(response, "body"))
    head = _decoded(at(response, "headers_raw"))
    if head.startswith(b"HTTP/"):
        return head.rstrip() + b"\r\n\r\n" + body
    status = text(response, "status_line") or text(response, "status_code")
    if not status:
        return b""
    version = text(response, "protocol", "name") or "HTTP/1.1"
    start = status if status.startswith("HTTP/") else f"{version} {status}"
    lines = [start, *(f"{name}: {value}" for name, value in _headers(at(response, "headers")))]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + body


def _headers(headers: object) -> Iterator[tuple[str, str]]:
    if not isinstance(headers, Mapping):
        return
    for name, values in list(headers.items())[:200]:
        if name == "unknown":
            for item in items(headers, "unknown"):
                for value in items(item, "value"):
                    yield _header_name(text(item, "key")), cap(str(value))
            continue
        for value in values if isinstance(values, list) else [values]:
            yield _header_name(name), cap(str(value))


def _header_name(name: str) -> str:
    return "-".join(word.upper() if word == "www" else word.capitalize() for word in cap(name, 64).split("_"))


def _certificate(log: object) -> Iterator[_Reply]:
    for path in (("handshake_log", "server_certificates"), ("server_certificates",)):
        der = _decoded(at(log, *path, "certificate", "raw"))
        if der:
            yield _Reply("tls-cert", der, "TLS")
            return


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        return base64.b64decode(value[: 4 * MAX_BODY], validate=True)
    except (binascii.Error, ValueError):
        return b""
