"""Which protocol a reply of unknown origin is, by its first bytes and its shape."""

from __future__ import annotations

import re

from glasshouse.protocols import _document
from glasshouse.protocols._generic import family

__all__ = ["protocol_of"]

_FIRST_BYTES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"[\s\[]{0,8}RTSP/1\.0 \d{3}"), "rtsp"),
    (re.compile(rb"\s{0,8}v=0[ \t]{0,8}\r?\n[ \t]{0,8}[os]="), "rtsp"),
    (re.compile(rb"(?:NOTIFY|M-SEARCH) \* HTTP/1\.1"), "ssdp"),
    (
        re.compile(rb"HTTP/1\.[01] 200[^\r\n]{0,20}\r?\n(?:[^\r\n]{0,400}\r?\n){0,20}?(?:ST|USN):", re.IGNORECASE),
        "ssdp",
    ),
    (re.compile(rb"\s{0,8}HTTP/\d"), "http"),
    (re.compile(rb"SIP/2\.0 \d{3}|[A-Z]{3,12} sips?:\S{1,300} SIP/2\.0"), "sip"),
    (re.compile(rb"[ \t]{0,8}(?:\.|iso\.)[\d.]{5,120} = "), "snmp"),
    (re.compile(rb"\x20\0\0\0DHIP"), "dhip"),
    (re.compile(rb"-----BEGIN CERTIFICATE|\x30\x82..\x30\x82|\s{0,8}subject\s?=", re.DOTALL), "tls-cert"),
)


def protocol_of(raw: bytes) -> str:
    """Name of the protocol that reads these bytes; free text where nothing else does."""
    for pattern, name in _FIRST_BYTES:
        if pattern.match(raw):
            return name
    if _document.is_html(raw):
        return "http"
    document = _document.parse(raw)
    if document is not None:
        return family(document) or "inventory-text"
    return "onvif" if b"onvif://" in raw[:65_536] else "inventory-text"
