"""`show ip arp` of Cisco routers and switches: which MAC address answered for which address."""

from __future__ import annotations

import re

from glasshouse.model.observation import GapReason
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.console import HEADINGS, begins, console_lines, neighbour, other_output
from glasshouse.sources.values import address_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="switch-arp",
    title="Router ARP table (show ip arp; Cisco IOS)",
    suffixes=(".txt", ".log"),
    references=(
        Reference(
            "networktocode/ntc-templates: layout of the table",
            "https://github.com/networktocode/ntc-templates",
            "cisco_ios_show_ip_arp",
        ),
    ),
    limitations=("the output names no time, only ages: it stays unknown",),
)

_ROW = re.compile(r"(?i)^\s*Internet\s+(\S+)\s+(\d+|-)\s+(\S+)(?:\s+\S+)?(?:\s+\S+)?\s*$")
_NO_ROW = re.compile(r"(?i)^\s*(?:$|[-\s]+$|load for|time source|total)|^\S+[>#]")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The heading Protocol, Address, Age (min), Hardware Addr."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read row after row; an incomplete one is an address that did not answer."""
    inside = False
    for number, line in console_lines(draft):
        if HEADINGS[DOC.name].match(line):
            inside = True
            continue
        row = _ROW.match(line)
        if not inside or (row is None and (_NO_ROW.match(line) or other_output(draft, DOC.name, number, line))):
            continue
        if not draft.more_rows():
            return
        if row is None:
            draft.reject(f"line {number}", "the line is no row of an ARP table: Internet, address, age, MAC expected")
        elif row.group(3).lower() == "incomplete" and (address := address_of(row.group(1))):
            draft.gap(address, GapReason.SILENT, "ARP incomplete")
        else:
            neighbour(draft, number, line, row.group(1), row.group(3), "show ip arp")
