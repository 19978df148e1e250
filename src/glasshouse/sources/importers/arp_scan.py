"""arp-scan's output: who answered an ARP request, and arp-scan's own table of MAC prefixes, kept apart."""

from __future__ import annotations

import re

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.console import begins, console_lines, neighbour
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="arp-scan",
    title="arp-scan",
    suffixes=(".txt", ".log"),
    references=(
        Reference("arp-scan user guide", "https://github.com/royhills/arp-scan/wiki/arp-scan-User-Guide"),
        Reference("arp-scan(1)", "https://man.archlinux.org/man/arp-scan.1.en"),
    ),
    limitations=(
        "the output names no time: it stays unknown",
        "output of --plain has no heading and is read as a table",
    ),
)

_START = re.compile(r"^Starting (arp-scan [\w.\-]{1,32})(?: with \d+ hosts)?")
_ROW = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){3})\s+([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})(?:\s+(.*))?$")
_REMARK = re.compile(r"\s*\((?:DUP: \d+|ARP Proto[^)]*|802[^)]*|[^)]*length[^)]*)\)")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The lines that name the interface or the version."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read line after line until the summary."""
    tool, ended = "arp-scan", False
    for number, line in console_lines(draft):
        if found := _START.match(line):
            tool = found.group(1)
        ended = ended or "packets received by filter" in line or line.startswith("Ending arp-scan")
        row = _ROW.match(line)
        if row is None:
            if line[:1].isdigit() and "packets received" not in line and "hosts scanned" not in line:
                draft.reject(f"line {number}", "the line is no answer: an address, a MAC address and a name expected")
            continue
        if not draft.more_rows():
            return
        address, mac = row.group(1), row.group(2)
        neighbour(draft, number, f"{address} {mac}", address, mac, "arp-scan")
        vendor = cap(_REMARK.sub("", row.group(3) or ""), 256)
        known = address_of(address)
        if known and mac_of(mac) and vendor and not vendor.startswith("(Unknown"):
            entry = Entry(draft, draft.endpoint(known), f"line {number}", tool=tool)
            entry.row(SaidBy.TOOL, ("inventory.mac-vendor", vendor))
    if not ended:
        draft.cut_short("the summary at the end is missing: the scan was stopped or the file is cut")
