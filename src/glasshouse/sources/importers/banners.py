"""Banners as scanners store them: which probe word their bytes belong to."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from glasshouse.sources.document import cap
from glasshouse.sources.redact import strip_bytes, strip_text

__all__ = ["MAX_BANNER", "Banner", "banner_of", "bytes_of", "kind_of"]

MAX_BANNER = 65_536
_STARTS = ((b"HTTP/", "http"), (b"RTSP/", "rtsp"), (b"SIP/", "sip"))
_SERVICES = {"ftp": "ftp", "telnet": "telnet", "sip": "sip", "rtsp": "rtsp"}
_FIELDS = {"http.server": "http.server", "title": "http.title"}
_SECRET_SERVICES = frozenset(("vuln", "heartbleed", "ticketbleed", "error", "X509CA"))


@dataclass(frozen=True, slots=True)
class Banner:
    """One banner under its probe word: the bytes, or a value that the scanner took out of a reply."""

    probe: str
    raw: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()
    protocol: str | None = None


def bytes_of(text: str) -> bytes:
    """The bytes of a banner that the scanner wrote one character a byte; UTF-8 where it holds more than bytes."""
    text = text[:MAX_BANNER]
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def kind_of(raw: bytes, port: int | None, service: str = "") -> tuple[str, str | None]:
    """Probe word and protocol of a banner, by its first bytes, else by the service that the scanner recognised."""
    for start, word in _STARTS:
        if raw.startswith(start):
            return word, None
    if service.lower() in _SERVICES:
        return _SERVICES[service.lower()], None
    return "other", f"port-{port}" if port is not None else None


def banner_of(service: str, raw: bytes, port: int | None) -> Banner | None:
    """A banner under the service name that masscan gives it; None where it says nothing of the device.

    `http.server` and `title` are single values, `X509` is the certificate in base64.
    """
    if not raw.strip() or service in _SECRET_SERVICES:
        return None
    if service in _FIELDS:
        value = strip_text(cap(raw.decode("utf-8", "replace")))
        return Banner("http", fields=((_FIELDS[service], value),)) if value else None
    if service == "X509":
        try:
            return Banner("tls-cert", base64.b64decode(raw, validate=True))
        except (binascii.Error, ValueError):
            return None
    probe, protocol = kind_of(raw, port, service)
    return Banner(probe, strip_bytes(raw[:MAX_BANNER]), protocol=protocol)
