"""Channel tables of recorders of the Dahua family (`RemoteDevice` configuration), saved by their owner as text."""

from __future__ import annotations

import re

from glasshouse.model.observation import DocumentLine
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.channels import MAX_CHANNELS, MAX_TABLE, see_channel
from glasshouse.sources.importers.console import console_lines
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.texts import head_text
from glasshouse.sources.redact import is_secret_name, strip_text
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="dahua-channels",
    title="Recorder channels, Dahua family (RemoteDevice, key=value text)",
    suffixes=(".txt",),
    references=(Reference("rroller/dahua", "https://github.com/rroller/dahua"),),
    lost=("user names and passwords", "stream and port settings"),
    limitations=(
        "the file does not say which recorder it is from: the recorder is named by the file",
        "vendor and type are what the recorder learned or was told: Vendor may be the protocol that was chosen",
        "the file names no time: it stays unknown",
    ),
)

_LINE = re.compile(
    r"^\s*(?:table\.)?RemoteDevice(?:\.uuid:System_CONFIG_NETCAMERA_INFO_|\[)(\d{1,4})\]?\.([\w.\[\]]{1,80})=(.*)$"
)
_FIELDS = {
    "Name": "inventory.name",
    "Vendor": "inventory.manufacturer",
    "DeviceType": "inventory.model",
    "SerialNo": "inventory.serial",
    "Version": "inventory.firmware",
    "ProtocolType": "inventory.protocol",
    "Enable": "inventory.enabled",
    "VideoInputs[0].Name": "inventory.channel-name",
}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """Lines of the configuration `RemoteDevice`."""
    text = head_text(head) or ""
    return any(_LINE.match(line.rstrip("\r")) for line in text.split("\n", 20)[:20])


def read(draft: Draft) -> None:
    """Gather the lines of each channel; the table itself is the recorder's word."""
    channels: dict[int, tuple[int, dict[str, str]]] = {}
    kept: list[str] = []
    size = 0
    for number, line in console_lines(draft):
        found = _LINE.match(line)
        if found is None:
            if line.strip():
                draft.reject(
                    f"line {number}", "the line is no value of RemoteDevice: table.RemoteDevice...=value expected"
                )
            continue
        key, value = found.group(2), strip_text(cap(found.group(3), 512))
        channel = int(found.group(1)) + 1
        if is_secret_name(key, beside_secret=True):
            draft.note("credentials were left out")
            continue
        if channel > MAX_CHANNELS or size > MAX_TABLE or not draft.more_rows():
            draft.cut_short("the table is longer than any recorder's; the rest was not read")
            break
        size += len(line)
        kept.append(f"table.RemoteDevice[{found.group(1)}].{key}={value}")
        channels.setdefault(channel, (number, {}))[1].setdefault(key, value)
    for channel, (number, values) in channels.items():
        see_channel(draft, channel, f"line {number}", *_pairs(values))
    if kept:
        entry = Entry(draft, DocumentLine(draft.file.sha256, "1", draft.property), "document")
        entry.reply("dahua-cgi", "\n".join(kept).encode("utf-8", "replace"), request="getConfig RemoteDevice")


def _pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    return [
        *((field, values.get(key, "")) for key, field in _FIELDS.items()),
        ("inventory.address", address_of(values.get("Address", "")) or ""),
        ("inventory.mac", mac_of(values.get("Mac", "")) or ""),
    ]
