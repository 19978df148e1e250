"""Which protocol a reply of unknown origin is, by its first bytes and its shape."""

from __future__ import annotations

import re

from glasshouse.protocols import _document, panasonic
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
    (re.compile(rb"[ \t]{0,8}\.?(?:1\.|iso\.)[\d.]{5,120}(?: = |\|\d{1,3}x?\|)"), "snmp"),
    (re.compile(rb"[ \t]{0,8}(?:SNMPv2-MIB::|SNMPv2-SMI::|IF-MIB::|ENTITY-MIB::)\w"), "snmp"),
    (re.compile(rb"\x30[\x0c-\x7f\x81\x82].{0,3}\x02\x01[\x00\x01\x03][\x04\x30]", re.DOTALL), "snmp"),
    (re.compile(rb"\x20\0\0\0DHIP|\xf6\x00.{30}\{", re.DOTALL), "dhip"),
    (re.compile(rb"\xb0[\x00\x01].{30}Realm:", re.DOTALL), "dvrip"),
    (re.compile(rb"\s{0,4}\{\s{0,4}(?:SN|DT|SC)\s{0,4}:[^\"']|<QR>\s{0,4}<UID>"), "label"),
    (re.compile(rb"(?:.{12}\x88\xcc)?\x02\x07\x04.{6}\x04", re.DOTALL), "lldp"),
    (re.compile(rb"\x0b.{18}[0-9A-Fa-f]{2}[:-](?:[0-9A-Fa-f]{2}[:-]){4}[0-9A-Fa-f]{2}", re.DOTALL), "hanwha"),
    (re.compile(rb".{58}[A-Z].{45}\xaa\xaa\0\0.{280}\Z", re.DOTALL), "reolink"),
    (re.compile(rb"MHED"), "tvt"),
    (re.compile(rb"MO_I"), "foscam"),
    (re.compile(rb"\xff.{13}\xfb\x05", re.DOTALL), "xm"),
    (re.compile(rb"\x99\x39\xa4\x27"), "bosch"),
    (re.compile(rb"\x44\x48\x01\x08"), "vstarcam"),
    (re.compile(rb"\x02[A-Z]{2,10}:"), "sony"),
    (re.compile(rb"\x02.{15}\{\"", re.DOTALL), "tapo"),
    (re.compile(rb"(?:\x01\x00|\x02\x06)..[\x01-\x1b]\x00", re.DOTALL), "unifi"),
    (re.compile(rb"\xb3[\x00\x01].{10}", re.DOTALL), "dvrip"),
    (re.compile(rb"\x00\x00\x00\x10.{12}\Z", re.DOTALL), "port-8000"),
    (re.compile(rb"[\x01\x02].{235}\x63\x82\x53\x63", re.DOTALL), "dhcp"),
    (
        re.compile(
            rb"-----BEGIN CERTIFICATE|\x30\x82..\x30\x82|\s{0,8}(?:\| )?(?:ssl-cert: )?subject\s?[=:]|Certificate:\r?\n",
            re.DOTALL,
        ),
        "tls-cert",
    ),
)


def protocol_of(raw: bytes) -> str:
    """Name of the protocol that reads these bytes; free text where nothing else does."""
    for pattern, name in _FIRST_BYTES:
        if pattern.match(raw):
            return name
    if panasonic.is_reply(raw):
        return "panasonic"
    if _document.is_html(raw):
        return "http"
    document = _document.parse(raw)
    if document is not None:
        return family(document) or "inventory-text"
    return "onvif" if b"onvif://" in raw[:65_536] else "inventory-text"
