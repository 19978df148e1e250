"""`ip neigh` of Linux: the neighbours that a host has spoken to."""

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
    name="ip-neighbours",
    title="Linux neighbour table (ip neigh)",
    suffixes=(".txt", ".log"),
    references=(Reference("ip-neighbour(8)", "https://man7.org/linux/man-pages/man8/ip-neighbour.8.html"),),
    limitations=(
        "the form of the lines is recalled, not checked against a published sample",
        "the output names no time: it stays unknown",
    ),
)

_ROW = re.compile(
    r"^([0-9A-Fa-f.:]{2,45}) dev (\S+)(?:\s+lladdr (\S+))?(?:\s+(?:router|proxy|extern_\w+|ref|used|probes|[\d/]+))*\s+([A-Z]+)\s*$"
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Lines of an address, `dev`, an interface, and `lladdr` or a failed state."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read line after line; a failed entry is an address that did not answer."""
    for number, line in console_lines(draft):
        row = _ROW.match(line)
        if row is None and (" dev " not in line or other_output(draft, DOC.name, number, line)):
            continue  # a prompt or a title
        if not draft.more_rows():
            return
        if row is None:
            draft.reject(f"line {number}", "the line is no neighbour: address, dev, interface, lladdr, MAC expected")
        elif row.group(3) is None:
            address = address_of(row.group(1))
            if address:
                draft.gap(address, GapReason.SILENT, (row.group(4) or "no MAC address").lower())
        else:
            neighbour(draft, number, line, row.group(1), row.group(3), "ip neigh")
