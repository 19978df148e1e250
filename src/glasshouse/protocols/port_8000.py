"""TCP port 8000 of the Hikvision family: the frame that some firmware sends to whoever connects."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, Limits, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._fields import Fields, text_of

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="port-8000",
    title="Server port 8000 (listen only)",
    probe="other",
    ports=(8000,),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(Reference("nmap service probes", "https://github.com/nmap/nmap", "nmap-service-probes, port 8000"),),
    limits=Limits(reply_bytes=16, seconds=5.0),
    limitations=(
        "Nothing is sent and the dialogue of the port is not implemented.",
        "What the second and third word of the frame mean is not known.",
    ),
)

_FRAME = bytes.fromhex("00000010")  # first word: the length of the frame
_HEX_TEXT = re.compile(rb"(?:0x)?[0-9A-Fa-f]{2}(?:[\s:|,-]?(?:0x)?[0-9A-Fa-f]{2}){3,15}\s*")


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """Connect, say nothing, listen."""
    del token
    _http.authority(host, port, port)
    return (Request("connect", b"", SafetyClass.READ),)


def frame(data: bytes) -> bool:
    """Whether the sixteen bytes are there."""
    return len(data) >= DOC.limits.reply_bytes


def hints(raw: bytes) -> frozenset[str]:
    """The frame points to the HTTP interface of the family."""
    return frozenset({"isapi"}) if raw.startswith(_FRAME) and len(raw) == 16 else frozenset()


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The frame in hexadecimal, from bytes or from a tool's hexadecimal text."""
    fields = Fields(raw)
    data = raw[:16]
    text = raw[:100]
    if _HEX_TEXT.fullmatch(text):
        data = bytes.fromhex(re.sub(r"0x|[\s:|,-]", "", text_of(text)))[:16]
    fields.add("port-8000.frame", data.hex())
    return fields.done()
