"""`show lldp neighbors detail` of Cisco switches: what devices announced to them, with their MED inventory."""

from __future__ import annotations

import re

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.announced import Block, announce, read_blocks
from glasshouse.sources.importers.console import begins, other_output

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="switch-lldp",
    title="Switch LLDP neighbours (show lldp neighbors detail; Cisco IOS)",
    suffixes=(".txt", ".log"),
    references=(
        Reference(
            "networktocode/ntc-templates: layout of the blocks",
            "https://github.com/networktocode/ntc-templates",
            "cisco_ios_show_lldp_neighbors_detail",
        ),
    ),
    lost=("capabilities, power and negotiation values",),
    limitations=("the output names no time: it stays unknown",),
)

_LABEL = re.compile(
    r"(?i)^\s*(local intf|chassis id|port id|port description|system name|system description|vlan id|ip|manufacturer"
    r"|model|serial number|h/w revision|f/w revision|s/w revision)\s*(?::\s*(.*)|\s+-\s+not advertised)$"
)
_END = re.compile(r"(?i)^(?:-{5,}\s*$|total entries displayed)")
_AFTER_DESCRIPTION = re.compile(r"(?i)^(?:time remaining|system capabilities)")
_SAID = ("chassis id", "port id", "port description", "system name", "system description", "ip")
_WORDS = {"ip": "Management Address"}
_INVENTORY = {
    "manufacturer": "inventory.manufacturer",
    "model": "inventory.model",
    "serial number": "inventory.serial",
    "s/w revision": "inventory.firmware",
    "f/w revision": "inventory.boot-firmware",
    "h/w revision": "inventory.hardware",
}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A line `Chassis id:` with `Port id:` below it."""
    return begins(DOC.name, head)


def read(draft: Draft) -> None:
    """Read block after block."""
    read_blocks(draft, _Reader(draft))


class _Reader:
    """The block that is being read."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.block: Block | None = None
        self.describing = False

    def take(self, number: int, line: str) -> bool:
        """Use one line; False = stop reading."""
        label = _LABEL.match(line)
        name = label.group(1).lower() if label else ""
        starts = name == "local intf" or (
            name == "chassis id" and (self.block is None or "chassis id" in self.block.values)
        )
        if starts or _END.match(line):
            self.end()
        if starts:
            if not self.draft.more_rows():
                return False
            self.block = Block(number)
        if self.block is None:
            other_output(self.draft, DOC.name, number, line)
        elif label and not self.describing:
            self.block.put(name, label.group(2) or "")
            self.describing = name == "system description"
        elif self.describing:
            self._describe(self.block, line)
        return True

    def _describe(self, block: Block, line: str) -> None:
        self.describing = not _AFTER_DESCRIPTION.match(line)
        if self.describing:
            block.more("system description", line)

    def end(self) -> None:
        """Put the block into the preview."""
        if self.block is not None:
            _see(self.draft, self.block)
        self.block, self.describing = None, False


def _see(draft: Draft, block: Block) -> None:
    block.values = {_WORDS.get(name, name): value for name, value in block.values.items()}
    announce(
        draft,
        block,
        protocol="lldp",
        request="show lldp neighbors detail",
        macs=("chassis id", "port id"),
        address="Management Address",
        said=tuple(_WORDS.get(name, name) for name in _SAID),
        inventory=_INVENTORY,
    )
