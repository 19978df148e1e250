"""Telnet: the banner and login prompt, without the negotiation around them."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="telnet",
    title="Telnet banner",
    probe="telnet",
    ports=(23,),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference("RFC 854, Telnet", "https://www.rfc-editor.org/rfc/rfc854", "command structure"),
        Reference("rapid7/recog: banners", "https://github.com/rapid7/recog", "xml/telnet_banners.xml"),
    ),
    limitations=("Nothing is sent: the banner comes from imports and captures.",),
)

requests = no_requests
frame = any_bytes
hints = no_hints

# Text between negotiation: IAC SB ... IAC SE, IAC with option, IAC with command; terminal escapes; line ends.
_TEXT = re.compile(
    rb"(?:\xff\xfa[^\xff]{0,200}\xff\xf0|\xff[\xfb-\xfe].|\xff[^\xff]|\x1b\[[0-9;?]{0,20}[A-Za-z]|[\r\n\0])|([^\xff\x1b\r\n\0]{1,500})",
    re.DOTALL,
)
_CLIENT = re.compile(rb"(?:Trying|Connected to) [\d.:a-fA-F]{3,45}\.|Escape character is|Connection closed by foreign")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`telnet.banner` of each line."""
    fields = Fields(raw[:MAX_BYTES])
    for piece, _ in zip(_TEXT.finditer(fields.raw), range(400), strict=False):
        if piece[1] and _CLIENT.match(piece[1]) is None:
            fields.add("telnet.banner", text_of(piece[1]), *piece.span(1))
    return fields.done()
