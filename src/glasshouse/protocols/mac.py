"""MAC addresses in text: a neighbour table line, a capture line, a switch table row, a scanner's remark."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, find_macs
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="mac",
    title="MAC address in ARP, NDP or switch-table text",
    probe="mac",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference("RFC 826, Address Resolution Protocol", "https://www.rfc-editor.org/rfc/rfc826"),
        Reference("IEEE 802, universal and local addresses", "https://standards.ieee.org/products-programs/regauth/"),
    ),
    limitations=(
        "The prefix names who registered the interface: a radio module's maker as well as a camera's.",
        "Of several addresses in one text, all are given; one is the device's own only where the text says so.",
    ),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_PREFIX = re.compile(r"\s*([0-9A-Fa-f]{2})[:.-]?([0-9A-Fa-f]{2})[:.-]?([0-9A-Fa-f]{2})\s*")
_SENDER = re.compile(r"^.{0,64}?(\S{11,17}) (?:\([^)]{0,60}\) )?> \S{11,17}")
_TELLS = re.compile(r"\b(?:tell|reply)\s+(\d{1,3}(?:\.\d{1,3}){3})")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Every address as `mac.address`; `id.mac` for the only one, or for the sender of a captured frame."""
    fields = Fields(raw[:MAX_BYTES])
    text = text_of(fields.raw)
    prefix = _PREFIX.fullmatch(text)
    if prefix is not None:
        fields.add("mac.prefix", ":".join(prefix.groups()).lower())
        return fields.done()
    everywhere = (0, len(fields.raw))
    found = dict.fromkeys(mac for mac, _ in zip((mac for mac, _, _ in find_macs(text)), range(300), strict=False))
    unicast = [mac for mac in found if not int(mac[:2], 16) & 1 and mac != "00:00:00:00:00:00"]
    for mac in unicast:
        fields.add("mac.address", mac, *everywhere)
    sender = _SENDER.match(text)
    if sender is not None:
        add_mac(fields, sender[1], *everywhere)
    elif len(unicast) == 1:
        add_mac(fields, unicast[0], *everywhere)
    _add_own_address(fields, text, single=len(unicast) == 1)
    return fields.done()


def _add_own_address(fields: Fields, text: str, *, single: bool) -> None:
    tells = _TELLS.search(text[:1_000])
    written = set(_IPV4.findall(text[:1_000]))
    if tells is not None:
        add_address(fields, tells[1], 0, len(fields.raw))
    elif single and len(written) == 1:
        add_address(fields, written.pop(), 0, len(fields.raw))
