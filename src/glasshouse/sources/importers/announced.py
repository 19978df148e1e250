"""What a device announced to its switch (LLDP, CDP), as a switch prints it: a block of labelled lines a neighbour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from glasshouse.model.observation import DocumentLine, SaidBy
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.console import console_lines
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.values import address_of, mac_of

__all__ = ["Block", "BlockReader", "announce", "read_blocks"]

MAX_LINES = 200


@dataclass(slots=True)
class Block:
    """One neighbour: the values by label, in the order of the text; `line` is where it begins."""

    line: int
    values: dict[str, str] = field(default_factory=dict)

    def put(self, label: str, value: str) -> None:
        """Take a value; the first of a label stays, and what is not advertised is none."""
        value = cap(value, 1_024)
        if value and "not advertised" not in value.lower() and len(self.values) < MAX_LINES:
            self.values.setdefault(label, value)

    def more(self, label: str, text: str) -> None:
        """Continue a value of several lines."""
        kept = self.values.get(label, "")
        if len(kept) < 2_048 and text.strip():
            self.values[label] = f"{kept} {cap(text, 1_024)}".strip()


class BlockReader(Protocol):
    """Reads the output of one command, line by line."""

    def take(self, number: int, line: str) -> bool:
        """Use one line; False = stop reading."""
        ...

    def end(self) -> None:
        """Put the block that is open into the preview."""
        ...


def read_blocks(draft: Draft, reader: BlockReader) -> None:
    """Give every line of the file to `reader`, until it has enough."""
    for number, line in console_lines(draft):
        if not reader.take(number, line):
            break
    reader.end()


def announce(
    draft: Draft,
    block: Block,
    *,
    protocol: str,
    request: str,
    macs: tuple[str, ...],
    address: str,
    said: tuple[str, ...],
    inventory: Mapping[str, str],
) -> None:
    """Put one neighbour into the preview.

    Args:
        draft: the preview.
        block: the neighbour.
        protocol: `lldp` or `cdp`.
        request: the command that printed it.
        macs: labels whose value may be its MAC address, best first.
        address: the label of its management address.
        said: the labels that it said about itself, kept as text.
        inventory: labels that name maker, model, serial or firmware, and their field.
    """
    found = address_of(block.values.get(address, ""))
    mac = next((known for label in macs if (known := mac_of(block.values.get(label, "")))), None)
    lines = [f"{label}: {block.values[label]}" for label in said if label in block.values]
    where = f"line {block.line}"
    if not lines:
        draft.reject(where, "the neighbour says nothing about itself: chassis, name or description expected")
        return
    entry = Entry(draft, draft.subject(found, mac, str(block.line)), where)
    draft.rows_used += entry.reply("other", "\n".join(lines).encode(), protocol=protocol, request=request)
    entry.row(
        SaidBy.DEVICE, *((name, block.values[label]) for label, name in inventory.items() if label in block.values)
    )
    if mac and not isinstance(entry.subject, DocumentLine):
        entry.macs([mac])
