"""`show cdp neighbors detail` of Cisco switches: what devices announced to them."""

from __future__ import annotations

import re

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.announced import Block, announce, read_blocks
from glasshouse.sources.importers.console import begins, other_output

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="switch-cdp",
    title="Switch CDP neighbours (show cdp neighbors detail; Cisco IOS)",
    suffixes=(".txt", ".log"),
    references=(
        Reference(
            "networktocode/ntc-templates: layout of the blocks",
            "https://github.com/networktocode/ntc-templates",
            "cisco_ios_show_cdp_neighbors_detail",
        ),
    ),
    lost=("capabilities, power, duplex and VLAN values", "addresses after the first"),
    limitations=("the output names no time: it stays unknown",),
)

_LABEL = re.compile(r"(?i)^\s*(device id|ip address|platform|interface|peer source mac|version)\s*:\s*(.*)$")
_END = re.compile(r"(?i)^(?:-{5,}\s*$|total cdp entries)")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A line `Device ID:` with `Platform:` below it."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read block after block."""
    read_blocks(draft, _Reader(draft))


class _Reader:
    """The block that is being read."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.block: Block | None = None
        self.versioning = False

    def take(self, number: int, line: str) -> bool:
        """Use one line; False = stop reading."""
        label = _LABEL.match(line)
        name = label.group(1).lower() if label else ""
        if name == "device id" or _END.match(line):
            self.end()
        if name == "device id":
            if not self.draft.more_rows():
                return False
            self.block = Block(number)
        if self.block is None:
            other_output(self.draft, DOC.name, number, line)
        elif self.versioning:
            self.versioning = bool(line.strip())
            self.block.more("version", line)
        elif label:
            value = label.group(2)
            self.block.put(name, value.partition(",")[0] if name in {"platform", "interface"} else value)
            self.versioning = name == "version"
        return True

    def end(self) -> None:
        """Put the block into the preview."""
        if self.block is not None:
            announce(
                self.draft,
                self.block,
                protocol="cdp",
                request="show cdp neighbors detail",
                macs=("peer source mac",),
                address="ip address",
                said=("device id", "platform", "version"),
                inventory={},
            )
        self.block, self.versioning = None, False
