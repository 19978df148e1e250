"""CDP: what a device announces to its Cisco switch, as the frame's data after the SNAP header."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._binary import add_at
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="cdp",
    title="CDP",
    probe="other",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference(
            "Wireshark: dissector of CDP, for numbers and layout of the values",
            "https://gitlab.com/wireshark/wireshark",
            "epan/dissectors/packet-cdp.c",
        ),
    ),
    limitations=(
        "Nothing is sent: frames come from captures; a switch's lines about CDP are read as inventory.",
        "Of the addresses the first IPv4 one.",
    ),
    reply_ports=(),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_TEXTS = {1: "cdp.device", 3: "cdp.port", 5: "cdp.version", 6: "cdp.platform"}
_ADDRESSES = 2
_IPV4 = bytes.fromhex("0101cc0004")  # NLPID, its length 1, IP; address length 4


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Device, port, software, platform and first address."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] not in {b"\1", b"\2"}:  # the versions in use
        return ()
    at = 4  # version, time to live, checksum
    for _ in range(100):
        kind, size = fields.raw[at : at + 2], int.from_bytes(fields.raw[at + 2 : at + 4], "big")
        start, end = at + 4, at + size
        if size < 4 or end > len(fields.raw):
            break
        number = int.from_bytes(kind, "big")
        if number in _TEXTS:
            add_at(fields, _TEXTS[number], start, end)
        elif number == _ADDRESSES and fields.raw[start + 4 : start + 9] == _IPV4:
            add_at(fields, "cdp.address", start + 9, start + 13, "ip", own=True)
        at = end
    return fields.done()
