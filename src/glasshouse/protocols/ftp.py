"""FTP: the greeting of a server."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._protocol import no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="ftp",
    title="FTP greeting",
    probe="ftp",
    ports=(21,),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(Reference("RFC 959, File Transfer Protocol", "https://www.rfc-editor.org/rfc/rfc959", "4.2 replies"),),
    limitations=("Nothing is sent: the greeting comes from imports and captures.",),
)

requests = no_requests
hints = no_hints

_GREETING = re.compile(rb"^(\d{3})[ -]([^\r\n]{1,500})", re.MULTILINE)


def frame(data: bytes) -> bool:
    """Whether the last line of the greeting has come: a code and a blank."""
    return re.search(rb"^\d{3} [^\r\n]*\r?\n", data, re.MULTILINE) is not None


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`ftp.banner` of each line, without its code."""
    fields = Fields(raw[:MAX_BYTES])
    for line, _ in zip(_GREETING.finditer(fields.raw), range(10), strict=False):
        fields.add("ftp.code", text_of(line[1]), *line.span(1))
        fields.add("ftp.banner", text_of(line[2]), *line.span(2))
    return fields.done()
