"""Channel tables of recorders of the Hikvision family (ISAPI InputProxy), saved by their owner as XML."""

from __future__ import annotations

import re
from typing import Any

from glasshouse.model.observation import DocumentLine
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, ImportProblem, cap
from glasshouse.sources.importers.channels import MAX_CHANNELS, MAX_TABLE, see_channel
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.texts import head_text
from glasshouse.sources.importers.xml_stream import elements, local_name, root_of
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="isapi-channels",
    title="Recorder channels, Hikvision family (ISAPI InputProxy, XML)",
    suffixes=(".xml",),
    references=(
        Reference("maciej-or/hikvision_next: replies of real devices", "https://github.com/maciej-or/hikvision_next"),
    ),
    lost=("user names", "certificate and streaming settings"),
    limitations=(
        "the file does not say which recorder it is from: the recorder is named by the file",
        "model, serial number and firmware of a channel's unit are there on some firmware only",
        "the file names no time: it stays unknown",
    ),
)

_ROOTS = ("InputProxyChannelList", "InputProxyChannelStatusList")
_USER = re.compile(r"(?i)(<(?:[a-z0-9]{1,16}:)?user_?name(?:\s[^<>]{0,200})?>)[^<]+(?=</)")
_FIELDS = {
    "name": "inventory.name",
    "model": "inventory.model",
    "serialNumber": "inventory.serial",
    "firmwareVersion": "inventory.firmware",
    "proxyProtocol": "inventory.protocol",
    "online": "inventory.online",
    "chanDetectResult": "inventory.status",
}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The root element of a list of channels or of their states."""
    return root_of(head) in _ROOTS


def read(draft: Draft) -> None:
    """Read channel after channel; the table itself is the recorder's word."""
    with draft.stream() as stream:
        raw = stream.read(MAX_TABLE + 1)
    if len(raw) > MAX_TABLE:
        raise ImportProblem(f"{draft.file.name} has more than {MAX_TABLE} bytes, which no table of channels has")
    text, root = head_text(raw) or "", root_of(raw)
    root = root if root in _ROOTS else _ROOTS[0]
    tag = root.removesuffix("List")
    for element in elements(draft, root, (tag,), "Save the reply of the recorder again"):
        if local_name(element) != tag:
            continue
        if draft.rows_read >= MAX_CHANNELS or not draft.more_rows():
            draft.cut_short(f"only the first {MAX_CHANNELS} channels are read")
            break
        _channel(draft, element)
    if draft.rows_used:
        entry = Entry(draft, DocumentLine(draft.file.sha256, "1", draft.property), "document")
        entry.reply(
            "isapi",
            _USER.sub(r"\1[removed]", text).encode("utf-8", "replace"),
            request="GET /ISAPI/ContentMgmt/InputProxy/channels",
        )


def _channel(draft: Draft, element: Any) -> None:
    values: dict[str, str] = {}
    for child in element.iter():
        if child.text and child.text.strip() and local_name(child):
            values.setdefault(local_name(child), cap(child.text, 512))
    text = values.get("id", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
    where = f"channel {draft.rows_read}"
    if number < 1:
        draft.reject(where, f"{text[:32]!r} is no number of a channel; channels count from 1")
        return
    see_channel(
        draft,
        number,
        where,
        *((field, values.get(name, "")) for name, field in _FIELDS.items()),
        ("inventory.address", address_of(values.get("ipAddress", "")) or ""),
        ("inventory.mac", mac_of(values.get("macAddress", "")) or ""),
    )
