"""A name of a maker's camera cloud that a host asked for: in DNS, or in the hello of a TLS connection."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="cloud-name",
    title="Name of a maker's cloud",
    probe="other",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("RFC 1035, Domain names", "https://www.rfc-editor.org/rfc/rfc1035", "4.1.2"),
        Reference("RFC 6066, TLS extensions", "https://www.rfc-editor.org/rfc/rfc6066", "3, server name"),
    ),
    limitations=(
        "Nothing is sent: names come from captures, and only those of a list.",
        "A maker's app asks for the same names, and a router for the hosts behind it.",
    ),
    reply_ports=(),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_NAME = re.compile(rb"\s{0,8}((?:[A-Za-z0-9_-]{1,63}\.){1,16}[A-Za-z]{2,24})\.?\s{0,8}\Z")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`cloud.name`: the name alone, as it was asked for."""
    fields = Fields(raw[:MAX_BYTES])
    found = _NAME.match(fields.raw)
    if found is not None:
        fields.add("cloud.name", text_of(found[1]), *found.span(1))
    return fields.done()
