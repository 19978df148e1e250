"""Text as a switch or a shell prints it: numbered lines, and which command's output begins where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from glasshouse.model.observation import GapReason, SaidBy
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.texts import head_text, lines, text_of
from glasshouse.sources.values import address_of, mac_of

__all__ = ["HEADINGS", "begins", "console_lines", "neighbour", "other_output"]

# By name of the importer: how the output of its command is known. All lines are looked at, also below a prompt.
HEADINGS: Mapping[str, re.Pattern[str]] = {
    "switch-mac-table": re.compile(
        r"(?im)^[ \t]*(?:destination address[ \t]+address type[ \t]+vlan[ \t]+destination port"
        r"|vlan[ \t]+mac address[ \t]+type[ \t]+(?:learn[ \t]+age|protocols|age[ \t]+secure|ports?))\b"
    ),
    "switch-arp": re.compile(r"(?im)^[ \t]*protocol[ \t]+address[ \t]+age \(min\)[ \t]+hardware addr\b"),
    "switch-lldp": re.compile(r"(?im)^Chassis id:[ \t]+\S.*\n(?:.*\n){0,2}?Port id:"),
    "switch-cdp": re.compile(r"(?im)^Device ID[ \t]*:[ \t]*\S.*\n(?:.*\n){0,6}?[ \t]*Platform[ \t]*:"),
    "ip-neighbours": re.compile(
        r"(?m)^[0-9A-Fa-f.:]{2,45} dev \S+ (?:.*\b)?(?:lladdr [0-9a-f:]{11,17}|FAILED|INCOMPLETE)\b"
    ),
    "arp-table": re.compile(
        r"(?im)^(?:\S+ \([0-9a-f.:]{2,45}\) at (?:[0-9a-f]{1,2}:|<?\(?incomplete)"
        r"|[ \t]{2,}\d{1,3}(?:\.\d{1,3}){3}[ \t]+[0-9a-f]{2}(?:-[0-9a-f]{2}){5}[ \t]+\S+"
        r"|Address[ \t]+HWtype[ \t]+HWaddress\b|IP address[ \t]+HW type[ \t]+Flags[ \t]+HW address\b)"
    ),
    "arp-scan": re.compile(r"(?m)^(?:Interface: \S+, (?:datalink )?type: \S+|Starting arp-scan \d)"),
}


def begins(name: str, head: bytes) -> bool:
    """Whether the head of a file holds output of the command that the importer `name` reads."""
    return _first(head) == name


@lru_cache(maxsize=2)  # the same head is shown to every importer in turn
def _first(head: bytes) -> str | None:
    text = head_text(head)
    if text is None or text.lstrip().startswith(("<", "{", "[")):
        return None
    starts = {name: found.start() for name, pattern in HEADINGS.items() if (found := pattern.search(text))}
    return min(starts, key=lambda name: starts[name], default=None)


def console_lines(draft: Draft) -> Iterator[tuple[int, str]]:
    """Numbered lines without their end; `more` prompts of a pager and what they overwrote are taken out."""
    with text_of(draft) as text:
        for number, line in enumerate(lines(text), 1):
            yield number, re.sub(r"^.*?--\s?More\s?--[\x08 ]*", "", line.rstrip("\r\n")[:4_096]).expandtabs()


def other_output(draft: Draft, own: str, number: int, line: str) -> bool:
    """Whether a line begins the output of another command, which then is named as not read."""
    for name, pattern in HEADINGS.items():
        if name != own and pattern.match(line):
            draft.note(f"line {number}: output of another command ({name}) begins; save it as a file of its own")
            draft.gap(draft.file.name, GapReason.NOT_LOOKED_AT, f"output of kind {name} in the same file")
            return True
    return False


def neighbour(draft: Draft, number: int, line: str, address: str, mac: str, request: str) -> None:
    """One pair of a neighbour table; a written address or MAC that names no single device is rejected."""
    found, interface = address_of(address), mac_of(mac)
    where = f"line {number}"
    if found is None or interface is None:
        what = f"{address[:64]!r} is no address of one host" if found is None else f"{mac[:64]!r} is the MAC of none"
        draft.reject(where, f"{what}: broadcast, group and virtual router entries tell no device")
        return
    draft.covered.setdefault(found)
    entry = Entry(draft, draft.endpoint(found), where)
    draft.rows_used += entry.reply("mac", cap(line).encode(), request=request, said_by=SaidBy.INFRASTRUCTURE)
