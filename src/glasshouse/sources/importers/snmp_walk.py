"""SNMP walks saved as text (net-snmp): the device itself, and what its tables tell of its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from glasshouse.model.observation import DocumentLine, Interface, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.announced import Block, announce
from glasshouse.sources.importers.console import console_lines
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.texts import head_text
from glasshouse.sources.redact import strip_text
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="snmp-walk",
    title="SNMP walk (snmpwalk output, one device a file)",
    suffixes=(".txt", ".walk", ".snmpwalk"),
    references=(
        Reference("IEEE 802.1AB, LLDP-MIB", "https://standards.ieee.org/ieee/802.1AB/6047/", "lldpRemTable"),
        Reference("RFC 4188, BRIDGE-MIB", "https://www.rfc-editor.org/rfc/rfc4188", "dot1dTpFdbTable"),
        Reference("RFC 4293, IP-MIB", "https://www.rfc-editor.org/rfc/rfc4293", "ipNetToMediaTable"),
        Reference("snmpwalk(1)", "https://net-snmp.sourceforge.io/docs/man/snmpwalk.html"),
    ),
    lost=("objects other than the system group, the chassis, private trees of cameras and the tables of neighbours",),
    limitations=(
        "the file does not say which address was walked: the device is known by what it says of itself",
        "numbers of objects, not their names (snmpwalk -On), are read for tables",
        "the output names no time: it stays unknown",
    ),
)

_LINE = re.compile(
    r"^(?P<oid>(?:\.1|iso|1)(?:\.\d+){3,64}|(?:SNMPv2-MIB::sys|RFC1213-MIB::sys)\w+\.0) = (?:(?P<kind>[A-Z][\w-]{1,24}): ?)?(?P<value>.*)$"
)
# The system group, the chassis, and the private trees that identify cameras: Hikvision, Dahua (two), Axis.
_SELF = (
    "1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.1.1.1.1.", "SNMPv2-MIB::sys", "RFC1213-MIB::sys", "1.3.6.1.4.1.39165.",
    "1.3.6.1.4.1.1004849.", "1.3.6.1.4.1.50001.", "1.3.6.1.4.1.368.",
)  # fmt: skip
_LLDP = "1.0.8802.1.1.2.1.4.1.1."
_LLDP_WORDS = {
    "5": "chassis id",
    "7": "port id",
    "8": "port description",
    "9": "system name",
    "10": "system description",
}
_BRIDGE = "1.3.6.1.2.1.17.4.3.1.1."
_ARP = "1.3.6.1.2.1.4.22.1.2."
_HEXADECIMAL = re.compile(r"^(?:[0-9A-Fa-f]{2}[ :]){5}[0-9A-Fa-f]{2}\s*$")
MAX_SELF = 200_000  # characters kept of what the device says of itself


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A first line of an object, an equals sign, a type and a value."""
    text = head_text(head) or ""
    first = next((line for line in text.split("\n", 20) if line.strip()), "")
    return _LINE.match(first.rstrip("\r")) is not None


def _objects(draft: Draft) -> Iterator[tuple[int, str, str, str]]:
    """Line, object, type and value; a value may go on over further lines."""
    current: tuple[int, str, str, str] | None = None
    for number, line in console_lines(draft):
        found = _LINE.match(line)
        if found is None:
            if current is not None and len(current[3]) < 4_096:
                current = (*current[:3], f"{current[3]} {cap(line, 1_024)}")
            elif current is None and line.strip():
                draft.reject(
                    f"line {number}", "the line is no object of a walk: a number, =, a type and a value expected"
                )
            continue
        if current is not None:
            yield current
        if not draft.more_rows():
            return
        oid = found["oid"].removeprefix(".")
        oid = f"1.{oid.removeprefix('iso.')}" if oid.startswith("iso.") else oid
        current = (number, oid, found["kind"] or "", found["value"])
    if current is not None:
        yield current


def read(draft: Draft) -> None:
    """Read object after object; the neighbours come after the device itself."""
    own = _Own()
    neighbours: dict[str, Block] = {}
    for number, oid, kind, value in _objects(draft):
        if oid.startswith(_SELF):
            own.take(number, f"{oid if oid[0].isalpha() else '.' + oid} = {f'{kind}: ' if kind else ''}{cap(value)}")
        elif oid.startswith(_LLDP):
            _take_lldp(neighbours, number, oid.removeprefix(_LLDP), value)
        elif oid.startswith((_BRIDGE, _ARP)):
            _see_pair(draft, number, oid, value)
    own.see(draft)
    for block in neighbours.values():
        announce(
            draft, block, protocol="lldp", request="snmpwalk", macs=("chassis id", "port id"), address="ip",
            said=tuple(_LLDP_WORDS.values()), inventory={},
        )  # fmt: skip


class _Own:
    """What the device that was walked says of itself."""

    def __init__(self) -> None:
        self.first = self.size = 0
        self.lines: list[str] = []

    def take(self, number: int, line: str) -> None:
        self.size += len(line)
        self.first = self.first or number
        if self.size <= MAX_SELF:
            self.lines.append(strip_text(line))

    def see(self, draft: Draft) -> None:
        if self.lines:
            subject = DocumentLine(draft.file.sha256, str(self.first), draft.property)
            entry = Entry(draft, subject, f"line {self.first}")
            draft.rows_used += entry.reply("snmp", "\n".join(self.lines).encode(), request="snmpwalk")
        if self.size > MAX_SELF:
            draft.note(f"of what the device says of itself the first {MAX_SELF} characters are kept")


def _take_lldp(neighbours: dict[str, Block], number: int, rest: str, value: str) -> None:
    column, _, row = rest.partition(".")
    if column in _LLDP_WORDS and (row in neighbours or len(neighbours) < 100_000):
        text = value.strip().strip('"').strip()
        if _HEXADECIMAL.match(text):
            text = text.replace(" ", ":")
        neighbours.setdefault(row, Block(number)).put(_LLDP_WORDS[column], text)


def _see_pair(draft: Draft, number: int, oid: str, value: str) -> None:
    """A row of the bridge's table (a MAC address) or of the ARP table (a MAC address at an address)."""
    mac = mac_of(value.strip().strip('"').strip())
    address = address_of(".".join(oid.split(".")[-4:])) if oid.startswith(_ARP) else None
    if mac is None:
        draft.note(f"line {number}: the address of the table's row is of no single device; not used")
        return
    subject = draft.endpoint(address) if address else Interface(mac, draft.property)
    entry = Entry(draft, subject, f"line {number}")
    draft.rows_used += entry.reply(
        "mac", f"{address or ''} {mac}".strip().encode(), request="snmpwalk", said_by=SaidBy.INFRASTRUCTURE
    )
