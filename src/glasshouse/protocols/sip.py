"""SIP: the program names in requests and replies, GB/T 28181 platforms included."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="sip",
    title="SIP",
    probe="sip",
    ports=(5060,),
    transport="udp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("RFC 3261, Session Initiation Protocol", "https://www.rfc-editor.org/rfc/rfc3261", "20.35, 20.41"),
    ),
    limitations=("Nothing is sent: messages come from imports and captures.",),
)

requests = no_requests
frame = _http.frame
hints = no_hints

_NAMED = {
    "user-agent": "sip.user-agent",
    "server": "sip.server",
    "organization": "sip.organization",
    "allow": "sip.allow",
}


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Program names and realm of a message or its head."""
    fields = Fields(raw[:MAX_BYTES])
    moved = 0
    reply = _http.parse(fields.raw)
    if reply is None:  # headers alone
        moved = len(b"SIP/2.0 200 OK\n")
        reply = _http.parse(b"SIP/2.0 200 OK\n" + fields.raw)
    elif reply.status is not None:
        at = fields.raw.find(reply.status.encode())
        fields.add("sip.status", reply.status, at, at + 3)
    if reply is not None:
        for header in reply.headers:
            if header.name in _NAMED:
                fields.add(_NAMED[header.name], header.value, header.start - moved, header.end - moved)
        if not moved:
            _http.add_challenges(fields, reply, "sip")
    return fields.done()
