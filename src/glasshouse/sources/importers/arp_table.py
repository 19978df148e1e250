"""`arp -a` and `/proc/net/arp`: the ARP table of a host with Linux, BSD, macOS or Windows."""

from __future__ import annotations

import re

from glasshouse.model.observation import GapReason
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.console import begins, console_lines, neighbour, other_output
from glasshouse.sources.values import address_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="arp-table",
    title="ARP table of a host (arp -a on Linux, BSD, macOS, Windows; /proc/net/arp)",
    suffixes=(".txt", ".log"),
    references=(
        Reference("arp(8)", "https://man7.org/linux/man-pages/man8/arp.8.html"),
        Reference("arp", "https://learn.microsoft.com/windows-server/administration/windows-commands/arp"),
        Reference("proc(5): /proc/net/arp", "https://man7.org/linux/man-pages/man5/proc_net.5.html"),
    ),
    lost=("host names beside the addresses: the asking host resolved them",),
    limitations=(
        "the form of the lines is recalled, not checked against a published sample",
        "the output names no time: it stays unknown",
    ),
)

_MAC = r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5}(?![0-9A-Za-z:-])"
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_ROWS = (
    re.compile(rf"^\S+ \((?P<address>[0-9A-Fa-f.:]+)\) at (?P<mac>{_MAC}|<?\(?incomplete\)?>?)"),
    re.compile(rf"^\s{{2,}}(?P<address>{_ADDRESS})\s+(?P<mac>{_MAC})\s+\S+\s*$"),
    re.compile(rf"^(?P<address>{_ADDRESS})\s+(?:ether|0x1)\s+(?:0x\S+\s+)?(?P<mac>{_MAC})\b"),
    re.compile(rf"^(?P<address>{_ADDRESS})\s+(?P<mac>\(incomplete\))"),
)
_GROUP = re.compile(r"(?i)ff[:-]ff[:-]ff|0?1[:-]0?0[:-]5e")
_LIKE_A_ROW = re.compile(rf"\b{_ADDRESS}\b.*(?:(?:\b[0-9a-f]{{1,2}}[:-]){{3}}|incomplete)", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Lines that pair an address with a MAC address, or the heading of the Linux tables."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read line after line; an incomplete entry is an address that did not answer."""
    group = 0
    for number, line in console_lines(draft):
        row = next((found for pattern in _ROWS if (found := pattern.match(line))), None)
        if row is None and (not _LIKE_A_ROW.search(line) or other_output(draft, DOC.name, number, line)):
            continue  # titles, prompts, interface lines
        if not draft.more_rows():
            break
        if row is None:
            draft.reject(
                f"line {number}", "the line is no entry of an ARP table: an address and a MAC address expected"
            )
        elif _GROUP.match(row["mac"]):
            group += 1
        else:
            _see(draft, number, line, row["address"], row["mac"].lower())
    if group:
        draft.note(f"broadcast and group entries, which are no device: {group}")


def _see(draft: Draft, number: int, line: str, address: str, mac: str) -> None:
    silent = "incomplete" in mac or mac == "00:00:00:00:00:00"
    if silent and (known := address_of(address)):
        draft.gap(known, GapReason.SILENT, "ARP incomplete")
    elif not silent:
        neighbour(draft, number, line, address, mac, "arp -a")
