"""SNMP: walks and gets as the lines that net-snmp prints."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="snmp",
    title="SNMP walk",
    probe="snmp",
    ports=(161,),
    transport="udp",
    safety=SafetyClass.CREDENTIALED,
    references=(
        Reference("RFC 3418, MIB for SNMP", "https://www.rfc-editor.org/rfc/rfc3418", "the system group"),
        Reference("RFC 6933, Entity MIB", "https://www.rfc-editor.org/rfc/rfc6933", "entPhysicalTable"),
        Reference(
            "librenms: definitions of cameras",
            "https://github.com/librenms/librenms",
            "hikvision-cam, dahua-nvr, axiscam",
        ),
    ),
    limitations=("Nothing is sent: a community or user is the owner's to supply.",),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_LINE = re.compile(
    rb"^[ \t]{0,8}([A-Za-z0-9.][\w.:-]{3,250})[ \t]{1,4}=[ \t]{0,4}(?:([A-Z][A-Za-z0-9-]{1,16}):[ \t]?)?", re.MULTILINE
)
_SYSTEM = {
    "1.3.6.1.2.1.1.1.0": "sysDescr",
    "1.3.6.1.2.1.1.2.0": "sysObjectID",
    "1.3.6.1.2.1.1.4.0": "sysContact",
    "1.3.6.1.2.1.1.5.0": "sysName",
    "1.3.6.1.2.1.1.6.0": "sysLocation",
}
_NAMED = {name: oid for oid, name in _SYSTEM.items()}
_ENTITY = {
    "10": "entPhysicalSoftwareRev",
    "11": "entPhysicalSerialNum",
    "12": "entPhysicalMfgName",
    "13": "entPhysicalModelName",
}
_ENTITY_ROOT = "1.3.6.1.2.1.47.1.1.1.1."
_OWN_MACS = ("1.3.6.1.2.1.2.2.1.6.", "1.3.6.1.2.1.17.1.1.", "1.0.8802.1.1.2.1.3.2.", "1.3.6.1.4.1.39165.1.4.")
_PREFIXES = (("iso.", "1."), ("SNMPv2-SMI::enterprises.", "1.3.6.1.4.1."), ("SNMPv2-SMI::mib-2.", "1.3.6.1.2.1."))


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`snmp.oid.<oid>` of every line (without leading dot), and the system group and chassis by name."""
    fields = Fields(raw[:MAX_BYTES])
    lines = [found for found, _ in zip(_LINE.finditer(fields.raw), range(4_000), strict=False)]
    ends = [*(item.start() for item in lines[1:]), len(fields.raw)]
    for line, following in zip(lines, ends, strict=False):  # no lines still leave one end
        oid = _numeric(text_of(line[1]))
        _add_line(fields, oid, text_of(line[2] or b""), line.end(), following)
    return fields.done()


def _numeric(written: str) -> str:
    for prefix, number in _PREFIXES:
        if written.startswith(prefix):
            return number + written.removeprefix(prefix)
    name = written.rpartition("::")[2].removesuffix(".0")
    return _NAMED.get(name, written.lstrip("."))


def _add_line(fields: Fields, oid: str, kind: str, start: int, end: int) -> None:
    value = text_of(fields.raw[start:end]).strip().strip('"').strip()
    if kind == "Hex-STRING" and oid in _SYSTEM:
        value = _readable(value)
    elif kind == "OID":
        value = _numeric(value)
    if oid in _SYSTEM:
        fields.add(f"snmp.{_SYSTEM[oid]}", value, start, end)
    elif not value.startswith(("No Such", "No more")):
        fields.add(f"snmp.oid.{oid}", value, start, end)
    if oid.startswith(_ENTITY_ROOT):
        _add_entity(fields, oid.removeprefix(_ENTITY_ROOT), value, start, end)
    elif oid.startswith(_OWN_MACS):
        add_mac(fields, value, start, end)


def _add_entity(fields: Fields, rest: str, value: str, start: int, end: int) -> None:
    column, _, row = rest.partition(".")
    if column in _ENTITY:
        fields.add(f"snmp.{_ENTITY[column]}", value, start, end)
    if column == "11" and row in {"1", "10", "1001"}:  # the chassis; other rows are modules
        add_serial(fields, value, start, end)


def _readable(hexadecimal: str) -> str:
    try:
        return text_of(bytes.fromhex(hexadecimal))
    except ValueError:
        return hexadecimal
