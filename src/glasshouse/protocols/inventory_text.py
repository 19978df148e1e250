"""Free text about a device: an inventory line, a label, a banner of nothing known."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document
from glasshouse.protocols._document import Document, Node
from glasshouse.protocols._fields import MAX_BYTES, MAX_TEXT, Fields, text_of
from glasshouse.protocols._generic import read_generic
from glasshouse.protocols._identity import add_mac, add_serial, find_macs, is_foreign
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="inventory-text",
    title="Free text about a device",
    probe="inventory-text",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(Reference("RFC 20, ASCII format for network interchange", "https://www.rfc-editor.org/rfc/rfc20"),),
    limitations=("Who wrote the text is not known from it: it supports, it does not prove.",),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_LABELS = {
    "manufacturer": "manufacturer", "vendor": "manufacturer", "make": "manufacturer", "maker": "manufacturer",
    "brand": "manufacturer", "model": "model", "modelnumber": "model", "modelno": "model", "modelname": "model",
    "partnumber": "model", "serial": "serial", "serialnumber": "serial", "serialno": "serial", "sn": "serial",
    "firmware": "firmware", "firmwareversion": "firmware", "firmwarerevision": "firmware", "firmwareobserved": "firmware",
    "fw": "firmware", "softwareversion": "firmware", "swversion": "firmware", "sw": "firmware", "mac": "mac",
    "macaddress": "mac", "name": "name", "devicename": "name", "location": "location", "hostname": "name",
    "ip": "address", "ipaddress": "address", "hardwareversion": "hardware", "hw": "hardware",
    "firmver": "firmware", "fwver": "firmware", "hardver": "hardware", "devicemodel": "model", "productname": "model",
}  # fmt: skip
_VERSION = re.compile(
    r"\b(?:firmware|f/?w|s/?w|software)(?:[ ](?:version|observed))?[ ]?:?[ ]((?:V(?:er)?\.?[ ]?)?\d[\w.,:-]{2,60}(?:[ ]build[ ]?\d{6})?)",
    re.IGNORECASE,
)


def _read_row(fields: Fields, document: Document) -> None:
    """A row of an inventory as JSON: the columns that name the one device it is about."""
    found: dict[str, list[Node]] = {}
    for node in document.nodes:
        name = _LABELS.get(re.sub(r"[^a-z]", "", node.name.lower()))
        if name is not None and not is_foreign(node.path):
            found.setdefault(name, []).append(node)
    for name, nodes in found.items():
        if len({node.text for node in nodes}) == 1:  # several: a list of devices, or of parts
            fields.add(f"inventory.{name}", nodes[0].text, nodes[0].start, nodes[0].end, limit=200)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The text itself, its labelled parts, and its one MAC address."""
    fields = Fields(raw[:MAX_BYTES])
    text = text_of(fields.raw[:MAX_TEXT])
    fields.add("text", text, 0, min(len(fields.raw), MAX_TEXT), limit=MAX_TEXT)
    document = _document.parse(fields.raw)
    if document is not None:
        read_generic(fields, document)
        if document.kind == "json":
            _read_row(fields, document)
    _read_labels(fields)
    version = _VERSION.search(text[:8_192])
    if version is not None and "inventory.firmware" not in fields.names():
        fields.add("inventory.firmware", version[1], 0, len(fields.raw))
    written = {mac for mac, start, end in find_macs(text[:8_192]) if not text[start:end].isalnum()}
    if len(written) == 1 and (document is None or document.kind != "json"):  # of JSON, the keys tell whose it is
        add_mac(fields, written.pop(), 0, len(fields.raw))
    return fields.done()


def _read_labels(fields: Fields) -> None:
    for node in _document.labelled(fields.raw):
        name = _LABELS.get(re.sub(r"[^a-z]", "", node.name.lower()))
        if name is None:
            continue
        fields.add(f"inventory.{name}", node.text, node.start, node.end, limit=200)
        if name == "serial":
            add_serial(fields, node.text, node.start, node.end)
        elif name == "mac":
            add_mac(fields, node.text, node.start, node.end)
