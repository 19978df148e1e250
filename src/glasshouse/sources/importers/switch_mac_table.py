"""`show mac address-table` of Cisco switches: which MAC address was learned at which port."""

from __future__ import annotations

import re
from collections import Counter

from glasshouse.model.observation import Interface, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.console import HEADINGS, begins, console_lines, other_output
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.values import mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="switch-mac-table",
    title="Switch MAC address table (show mac address-table; Cisco IOS and NX-OS)",
    suffixes=(".txt", ".log"),
    references=(
        Reference(
            "networktocode/ntc-templates: layouts of the table",
            "https://github.com/networktocode/ntc-templates",
            "cisco_ios_show_mac-address-table, cisco_nxos_show_mac_address-table",
        ),
    ),
    lost=("group addresses and the switch's own (static, at the CPU)",),
    limitations=(
        "a port with many addresses leads to another switch: it does not place a device",
        "the output names no time: it stays unknown",
    ),
)

_HEADING = HEADINGS[DOC.name]
_ROW = re.compile(r"(?i)^(?P<before>.*?)\b(?P<mac>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\s+(?P<after>\S.*)$")
_NO_ROW = re.compile(
    r"(?i)^\s*(?:$|[-+\s]+$|displaying entries|total|load for|time source|legend|\*\s-|age -|\(|mac entries)"
)
_GROUPS = re.compile(r"(?i)^\s*multicast entries")
_PORT_LIST = re.compile(r"^\s{20,}(\S.*)$")
_MANY = 8


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The heading of one of the four IOS layouts or of NX-OS."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read every table of the file; its rows are about interfaces."""
    _Reader(draft).read()


class _Reader:
    """The tables of one file; a row waits until the port lines below it are known."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.inside = False
        self.waiting: tuple[int, str, str] | None = None
        self.no_device = 0
        self.ports: Counter[str] = Counter()

    def read(self) -> None:
        for number, line in console_lines(self.draft):
            if _HEADING.match(line) or _GROUPS.match(line):
                self._flush()
                self.inside = not _GROUPS.match(line)
            elif not self.inside:
                other_output(self.draft, DOC.name, number, line)
            elif not self._take(number, line):
                break
        self._flush()
        self._tell()

    def _tell(self) -> None:
        if self.no_device:
            self.draft.note(
                f"rows that name a group, a virtual address or the switch itself, and no device: {self.no_device}"
            )
        for port, count in self.ports.most_common(20):
            if count > _MANY:
                self.draft.note(f"port {port} carries {count} addresses: it probably leads to another switch")

    def _take(self, number: int, line: str) -> bool:
        """Use one line inside a table; False = stop reading."""
        row, more = _ROW.match(line), _PORT_LIST.match(line)
        if row:
            self._flush()
            if not self.draft.more_rows():
                return False
            self.waiting = (number, row.group("mac"), line)
        elif more and self.waiting:
            first, mac, text = self.waiting
            self.waiting = (first, mac, f"{text} {more.group(1)}")
        elif re.match(r"^\S+[>#]", line):  # the next prompt
            self._flush()
            self.inside = False
        elif not _NO_ROW.match(line) and not other_output(self.draft, DOC.name, number, line):
            self.draft.reject(f"line {number}", "the line is no row of a MAC address table: a MAC address is missing")
        return True

    def _flush(self) -> None:
        if self.waiting is None:
            return
        number, written, line = self.waiting
        self.waiting = None
        mac = mac_of(written)
        if mac is None or re.search(r"(?i)\b(?:cpu|sup-eth\S*|router|self)\s*$", line):
            self.no_device += 1
            return
        self.ports[line.split()[-1]] += 1
        entry = Entry(self.draft, Interface(mac, self.draft.property), f"line {number}")
        raw = " ".join(cap(line).split()).encode()
        self.draft.rows_used += entry.reply("mac", raw, request="show mac address-table", said_by=SaidBy.INFRASTRUCTURE)
