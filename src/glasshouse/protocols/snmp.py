"""SNMP: walks and gets as the lines that net-snmp prints."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _ber, _document
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, add_serial
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
        Reference("RFC 3411, SNMP frameworks", "https://www.rfc-editor.org/rfc/rfc3411", "SnmpEngineID"),
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
_CHASSIS = {"10": "snmp.chassis.software", "12": "snmp.chassis.maker", "13": "snmp.chassis.model"}
_ENTITY_ROOT = "1.3.6.1.2.1.47.1.1.1.1."
_OWN_MACS = ("1.3.6.1.2.1.2.2.1.6.", "1.3.6.1.2.1.17.1.1.", "1.0.8802.1.1.2.1.3.2.", "1.3.6.1.4.1.39165.1.4.")
_OWN_ADDRESSES = "1.3.6.1.2.1.4.20.1.1."  # ipAdEntAddr, RFC 4293; the tables of neighbours are others' addresses
_PREFIXES = (
    ("iso.org.dod.internet.mgmt.mib-2.", "1.3.6.1.2.1."),
    ("iso.org.dod.internet.private.enterprises.", "1.3.6.1.4.1."),
    ("iso.", "1."),
    ("SNMPv2-SMI::enterprises.", "1.3.6.1.4.1."),
    ("SNMPv2-SMI::mib-2.", "1.3.6.1.2.1."),
    ("enterprises.", "1.3.6.1.4.1."),
    ("mib-2.", "1.3.6.1.2.1."),
)
_TABLES = {"ifPhysAddress": "1.3.6.1.2.1.2.2.1.6", **{name: _ENTITY_ROOT + column for column, name in _ENTITY.items()}}
# Other renderings of a walk: `OID|type|value` of recordings, `OID value` of the quick output, `name: value`.
_RECORDED = re.compile(rb"^[ \t]{0,8}\.?(1(?:\.\d{1,10}){6,60})\|(\d{1,3}x?)\|([^\r\n]{0,4000})", re.MULTILINE)
_QUICK = re.compile(
    rb"^[ \t]{0,8}(\.?1(?:\.\d{1,10}){6,60}|[A-Z][A-Za-z0-9-]{2,40}::[A-Za-z][\w.-]{2,80})[ \t]{1,4}([^\s=][^\r\n]{0,4000})",
    re.MULTILINE,
)
_PLAIN_NAMES = {name.lower(): oid for name, oid in _NAMED.items()} | {
    "systemdescription": "1.3.6.1.2.1.1.1.0",
    "systemname": "1.3.6.1.2.1.1.5.0",
    "objectid": "1.3.6.1.2.1.1.2.0",
    "systemobjectid": "1.3.6.1.2.1.1.2.0",
}
_MAC_BYTES = 6
_RESPONSES = frozenset({0xA2, 0xA4, 0xA6, 0xA7, 0xA8})  # response, traps, report


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`snmp.oid.<oid>` of every value (without leading dot), and the system group and chassis by name.

    A walk in any usual rendering, a recording, JSON, or a message in bytes. A community is never read.
    """
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[:1] == b"\x30" and b"\0" in fields.raw[:16] + fields.raw[-64:]:
        _read_message(fields)
        return fields.done()
    lines = [found for found, _ in zip(_LINE.finditer(fields.raw), range(4_000), strict=False)]
    ends = [*(item.start() for item in lines[1:]), len(fields.raw)]
    for line, following in zip(lines, ends, strict=False):  # no lines still leave one end
        oid = _numeric(text_of(line[1]))
        _add_line(fields, oid, text_of(line[2] or b""), line.end(), following)
    if not lines:
        _read_other(fields)
    return fields.done()


def _read_other(fields: Fields) -> None:
    recorded = zip(_RECORDED.finditer(fields.raw), range(4_000), strict=False)
    for line, _ in recorded:
        kind = {b"6": "OID", b"4x": "Hex-STRING"}.get(line[2], "")
        _add_line(fields, text_of(line[1]), kind, *line.span(3))
    for line, _ in zip(_QUICK.finditer(fields.raw), range(4_000), strict=False):
        oid = _numeric(text_of(line[1]))
        _add_line(fields, oid, "OID" if oid == _NAMED["sysObjectID"] else "", *line.span(2))
    if fields.names():
        return
    document = _document.parse(fields.raw)
    nodes = document.nodes if document is not None and document.kind != "xml" else _document.labelled(fields.raw)
    for node in nodes:
        oid = _PLAIN_NAMES.get(re.sub(r"[^a-z]", "", _last(node.name).lower())) or _numeric(node.name)
        if oid[:1].isdigit() and oid.count(".") > _SHORT_OID:
            value = _numeric(node.text) if oid == _NAMED["sysObjectID"] else node.text
            _add(fields, oid, value, node.start, node.end)


_SHORT_OID = 5  # dots: an identifier of a device is longer, an address is not


def _last(written: str) -> str:
    return re.split(r"::|\.(?=[A-Za-z])", written.removesuffix(".0"))[-1]


def _numeric(written: str) -> str:
    written = written.lstrip(".")
    if written.startswith("1.") and written[-1:].isdigit():
        return written
    name = _last(written)
    if name in _NAMED:
        return _NAMED[name]
    for prefix, number in _PREFIXES:
        if written.startswith(prefix):
            return number + written.removeprefix(prefix)
    table, _, row = name.partition(".")
    return f"{_TABLES[table]}.{row}" if table in _TABLES else written


def _add_line(fields: Fields, oid: str, kind: str, start: int, end: int) -> None:
    value = text_of(fields.raw[start:end]).strip().strip('"').strip()
    if kind == "Hex-STRING":
        value = _readable(value, any_length=oid in _SYSTEM)
    elif kind == "OID":
        value = _numeric(value)
    _add(fields, oid, value, start, end)


def _add(fields: Fields, oid: str, value: str, start: int | None, end: int | None) -> None:
    if oid in _SYSTEM:
        fields.add(f"snmp.{_SYSTEM[oid]}", value, start, end)
    elif not value.startswith(("No Such", "No more")):
        fields.add(f"snmp.oid.{oid}", value, start, end)
    if oid.startswith(_ENTITY_ROOT):
        _add_entity(fields, oid.removeprefix(_ENTITY_ROOT), value, start, end)
    elif oid.startswith(_OWN_MACS):
        add_mac(fields, value.strip(), start, end)
    elif oid.startswith(_OWN_ADDRESSES):
        add_address(fields, value.strip(), start, end)


def _add_entity(fields: Fields, rest: str, value: str, start: int | None, end: int | None) -> None:
    column, _, row = rest.partition(".")
    if column in _ENTITY:
        fields.add(f"snmp.{_ENTITY[column]}", value, start, end)
    if row in {"1", "10", "1001"}:  # the chassis; other rows are modules, and optics are other makers'
        if column == "11":
            add_serial(fields, value, start, end)
        elif column in _CHASSIS:
            fields.add(_CHASSIS[column], value, start, end)


def _readable(hexadecimal: str, *, any_length: bool) -> str:
    """Text that a program printed in hexadecimal; six bytes are a MAC address and stay as they are."""
    try:
        data = bytes.fromhex(hexadecimal.replace(":", " "))
    except ValueError:
        return hexadecimal
    text = text_of(data.rstrip(b"\0"))
    if any_length or (text and len(data) != _MAC_BYTES and text.isprintable() and "\ufffd" not in text):
        return text
    return hexadecimal if " " in hexadecimal else data.hex(" ")


# --- a message in bytes ---------------------------------------------------------------------------------------


def _read_message(fields: Fields) -> None:
    raw = fields.raw
    outer = next(_ber.children(raw, 0, len(raw)), None)
    parts = list(_ber.children(raw, *outer[1:])) if outer is not None else []
    if len(parts) < 3 or parts[0][0] != 0x02:
        return
    version = int.from_bytes(raw[parts[0][1] : parts[0][2]][:4], "big")
    fields.add("snmp.version", {0: "1", 1: "2c", 3: "3"}.get(version, str(version)))
    if version == 3:
        _read_engine(fields, parts[2])
        return
    for tag, start, end in parts[2:]:
        if tag in _RESPONSES:
            _read_bindings(fields, start, end)


def _read_bindings(fields: Fields, start: int, end: int) -> None:
    lists = [part for part in _ber.children(fields.raw, start, end) if part[0] == 0x30]
    for _, first, last in _ber.children(fields.raw, *lists[-1][1:]) if lists else ():
        pair = list(_ber.children(fields.raw, first, last))
        if len(pair) == 2 and pair[0][0] == 0x06:
            tag, at, stop = pair[1]
            value = _ber.shown(tag, fields.raw[at:stop])
            _add(fields, _ber.oid_of(fields.raw[pair[0][1] : pair[0][2]]), value, at, stop)


def _read_engine(fields: Fields, security: _ber.Value) -> None:
    """The engine of SNMPv3: whose product, and often its MAC address (RFC 3411, SnmpEngineID)."""
    inner = next(_ber.children(fields.raw, *security[1:]), None)
    engine = next(_ber.children(fields.raw, *inner[1:]), None) if inner is not None else None
    if engine is None or not 5 <= engine[2] - engine[1] <= 32:
        return
    data = fields.raw[engine[1] : engine[2]]
    fields.add("snmp.engine-id", data.hex())
    fields.add("snmp.engine-enterprise", str(int.from_bytes(data[:4], "big") & 0x7FFFFFFF))
    if data[0] & 0x80 and data[4] == 3 and len(data) == 11:
        add_mac(fields, data[5:].hex(":"))
