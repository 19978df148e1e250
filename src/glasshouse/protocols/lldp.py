"""LLDP: what a device announces to its switch, as the frame's data or as the switch's lines about it."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document
from glasshouse.protocols._binary import add_at
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="lldp",
    title="LLDP",
    probe="other",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference(
            "IEEE 802.1AB, Station and Media Access Control Connectivity Discovery",
            "https://standards.ieee.org/ieee/802.1AB/6047/",
        ),
    ),
    limitations=(
        "Nothing is sent: frames come from captures, lines from switches.",
        "Organisation-specific values are not read.",
    ),
    reply_ports=(),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_ETHERTYPE = b"\x88\xcc"
_TEXTS = {4: "lldp.port-description", 5: "lldp.system-name", 6: "lldp.system-description"}
_LABELS = {
    "chassisid": "lldp.chassis", "portid": "lldp.port", "portdescription": "lldp.port-description",
    "portdescr": "lldp.port-description", "systemname": "lldp.system-name", "sysname": "lldp.system-name",
    "systemdescription": "lldp.system-description", "sysdescr": "lldp.system-description",
    "managementaddress": "lldp.address", "mgmtip": "lldp.address",
}  # fmt: skip


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Chassis, port, names and management address."""
    fields = Fields(raw[:MAX_BYTES])
    at = 14 if fields.raw[12:14] == _ETHERTYPE else 0
    if fields.raw[at : at + 1] == b"\x02":
        _read_frame(fields, at)
    else:
        _read_text(fields)
    return fields.done()


def _read_frame(fields: Fields, at: int) -> None:
    for _ in range(100):
        head = int.from_bytes(fields.raw[at : at + 2], "big")
        kind, start, end = head >> 9, at + 2, at + 2 + (head & 0x1FF)
        if kind == 0 or end > len(fields.raw):
            return
        if kind in _TEXTS:
            add_at(fields, _TEXTS[kind], start, end)
        elif kind in {1, 2}:
            _add_identifier(fields, kind, start, end)
        elif kind == 8 and fields.raw[start : start + 2] == b"\x05\x01":
            add_at(fields, "lldp.address", start + 2, start + 6, "ip", own=True)
        at = end


def _add_identifier(fields: Fields, kind: int, start: int, end: int) -> None:
    subtype = fields.raw[start : start + 1]
    is_mac = subtype == (b"\x04" if kind == 1 else b"\x03") and end - start == 7
    name = "lldp.chassis" if kind == 1 else "lldp.port"
    add_at(fields, name, start + 1, end, "mac" if is_mac else "text", own=is_mac)


def _read_text(fields: Fields) -> None:
    document = _document.parse(fields.raw)
    nodes = document.nodes if document is not None and document.kind != "xml" else _document.labelled(fields.raw)
    for node in nodes:
        name = _LABELS.get(re.sub(r"[^a-z]", "", node.name.lower()))
        if name is None:
            continue
        fields.add(name, node.text, node.start, node.end)
        if name == "lldp.address":
            add_address(fields, node.text, node.start, node.end)
        elif name == "lldp.chassis":
            add_mac(fields, node.text, node.start, node.end)
