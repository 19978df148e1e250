"""DVRIP, the older protocol of the Dahua family: its finder on UDP 5050, and the challenge of its TCP port 37777."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._binary import Place, add_layout
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_realm, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="dvrip",
    title="DVRIP (older Dahua): finder and challenge",
    probe="other",
    ports=(5050,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("julienblitte/UniversalScanner", "https://github.com/julienblitte/UniversalScanner", "Dahua1.cs"),
        Reference("mcw0/DahuaConsole", "https://github.com/mcw0/DahuaConsole", "net.py: frames b0"),
    ),
    reply_ports=(5050,),
    broadcast=(5050,),
)

_SEARCH = b"\xa3\x01\x00\x01" + bytes(12) + b"\x02" + bytes(15)
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search on UDP; nothing is sent to its TCP port."""
    del token
    _http.authority(host, port, port)
    return (Request("DVRIP search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_TEXT = 0x78  # a MAC address of 17 characters, then the model
_CHALLENGE_TEXT = 0x20  # the texts of a challenge follow a head of 32 bytes
_LINE = re.compile(rb"([A-Za-z0-9]{1,40}):([^\r\n\0]{1,200})")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Type, address, MAC, model, and the key:value lines that follow."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:2] in {b"\xb0\x00", b"\xb0\x01"}:
        _read_challenge(fields)
        return fields.done()
    if fields.raw[:1] != b"\xb3" or len(fields.raw) < _TEXT:
        return ()
    end = min(_TEXT + fields.raw[2], len(fields.raw))
    add_layout(
        fields,
        (
            Place("dvrip.type", 0x28, 16),
            Place("dvrip.address", 0x38, 4, "ip", own=True),
            Place("dvrip.mac", _TEXT, 17, "mac-text", own=True),
            Place("dvrip.model", _TEXT + 17, max(end - _TEXT - 17, 0)),
        ),
    )
    for line, _ in zip(_LINE.finditer(fields.raw, end), range(50), strict=False):
        fields.add(f"dvrip.{text_of(line[1])}", text_of(line[2]), *line.span(2))
        if line[1] == b"SerialNo":
            add_serial(fields, text_of(line[2]), *line.span(2))
    return fields.done()


def _read_challenge(fields: Fields) -> None:
    """The texts of the login dialogue on TCP 37777, as captures hold them; nothing here ever opens it."""
    for line, _ in zip(_LINE.finditer(fields.raw, _CHALLENGE_TEXT), range(20), strict=False):
        name, value = text_of(line[1]), text_of(line[2])
        if name.lower() == "realm":
            fields.add("dvrip.frame", fields.raw[:2].hex())
            fields.add("dvrip.realm", value, *line.span(2))
            add_realm(fields, value, *line.span(2))
