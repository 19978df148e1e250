"""The lease file of ISC dhcpd (`dhcpd.leases`, IPv4 and IPv6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.leases import Lease, Leases
from glasshouse.sources.importers.texts import head_text, lines, text_of
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="isc-leases",
    title="ISC dhcpd leases",
    suffixes=(".leases",),
    references=(Reference("dhcpd.leases(5)", "https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpdleases"),),
    lost=("client identifiers", "earlier leases of the same address to the same client"),
    limitations=("MAC addresses inside IPv6 identifiers are not used: they may belong to another interface",),
)

_HEAD = re.compile(r'(?m)^[ \t]*(?:lease\s+[0-9.]+\s*\{|ia-(?:na|ta)\s+"|# This lease file was written by isc-dhcp)')
_BLOCK = re.compile(r"^(?:lease|iaaddr)\s+(\S+)\s*\{")
_VALUE = re.compile(r"^(?:set\s+|option\s+)?([a-z][\w.\-]*)\s*=?\s*(.*?);?$", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A lease block, or the comment that dhcpd writes on top."""
    text = head_text(head)
    return text is not None and bool(_HEAD.search(text))


@dataclass(slots=True)
class _Block:
    address: str
    line: int
    values: dict[str, str] = field(default_factory=dict)


def read(draft: Draft) -> None:
    """Read block after block; of an address the last block counts."""
    leases = Leases(draft)
    for block in _blocks(draft):
        if not draft.more_rows():
            break
        address = address_of(block.address)
        if address is None:
            draft.reject(f"line {block.line}", f"{block.address[:64]!r} is no address; the lease was not read")
            continue
        leases.add(_lease(block, address))
    leases.finish()


def _blocks(draft: Draft) -> Iterator[_Block]:
    block: _Block | None = None
    outer: dict[str, str] = {}  # of an IPv6 association: its time stands outside its addresses
    depth = 0
    with text_of(draft) as text:
        for number, written in enumerate(lines(text), 1):
            line = written.strip()
            begun = _BLOCK.match(line)
            if begun:
                block, depth = _Block(begun.group(1), number, dict(outer)), 1
            elif block is None:
                outer = {} if line.endswith("{") or line == "}" else _pair(line, outer)
            elif line.endswith("{"):
                depth += 1
            elif line.startswith("}"):
                depth -= 1
                if depth == 0:
                    yield block
                    block = None
            else:
                _pair(line, block.values)
    if block is not None:
        draft.cut_short(f"the lease in line {block.line} is not closed; the leases before it were read")


def _pair(line: str, values: dict[str, str]) -> dict[str, str]:
    """Take `name value;` into `values`; names of two words keep both."""
    line = line.partition("#")[0].strip() if '"' not in line else line
    for name in ("next binding state", "rewind binding state", "binding state", "hardware ethernet"):
        if line.startswith(name):
            values[name] = line[len(name) :].strip(" ;")
            return values
    found = _VALUE.match(line)
    if found and len(values) < 64:
        values[found.group(1).lower()] = found.group(2).strip()
    return values


def _time(text: str) -> datetime | None:
    """`<weekday> YYYY/MM/DD HH:MM:SS` in UTC, or `epoch N`; `never` and anything else is None."""
    words = text.split()
    if len(words) >= 2 and words[0] == "epoch":
        return time_of(words[1].rstrip(";"))
    return time_of(" ".join(words[1:3]), UTC) if len(words) >= 3 else None


def _unquote(text: str) -> str:
    """A quoted string with its octal escapes undone."""
    inner = text.strip().strip('"')[:1_024]
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code.group(1), 8) & 0xFF), inner)


def _lease(block: _Block, address: str) -> Lease:
    values = block.values
    return Lease(
        address=address,
        mac=mac_of(values.get("hardware ethernet", "")),
        state=values.get("binding state", "unknown"),
        seen_at=_time(values.get("cltt", "")) or _time(values.get("starts", "")),
        ends=_time(values.get("ends", "")),
        hostname=_unquote(values.get("client-hostname", "")),
        vendor_class=_unquote(values.get("vendor-class-identifier", "")),
        relay=_unquote(values.get("agent.circuit-id", "")),
        locator=f"line {block.line}",
    )
