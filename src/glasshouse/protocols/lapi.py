"""LAPI: Uniview's HTTP interface, read where its owner's program asked it. JSON under `Response`."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._document import Document, Node, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_mac, add_serial
from glasshouse.protocols._protocol import no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="lapi",
    title="LAPI (Uniview HTTP interface)",
    probe="other",
    ports=(80, 443),
    transport="tcp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference(
            "apache/hertzbeat: monitoring of Uniview devices",
            "https://github.com/apache/hertzbeat",
            "app-uniview.yml: /LAPI/V1.0/System/DeviceInfo, Response.Data",
        ),
    ),
    limitations=(
        "Nothing is sent: the interface asks for a login; replies come from imports.",
        "The names inside Data are known from one source.",
        "Values inside lists describe channels: they are kept apart as lapi.channel.<Key>.",
    ),
)

requests = no_requests
frame = _http.frame
hints = no_hints

_SERIAL = frozenset({"serialnumber", "devicesn", "serialno"})
_MAC = frozenset({"mac", "macaddress", "macaddr"})
_OTHERS = frozenset(("detailinfos", "channels", "channellist", "videoinputs", "ipcinfos", "deviceinfos", "basicinfos"))


def read(fields: Fields, document: Document) -> None:
    """Read a reply into `lapi.*`, by the last key."""
    describe(fields, document)
    for node in document.nodes:
        if any(part.lower() in _OTHERS for part in node.path[:-1]):
            fields.add(f"lapi.channel.{node.name}", node.text, node.start, node.end)
            continue
        fields.add(f"lapi.{node.name}", node.text, node.start, node.end)
        _add_identity(fields, node)


def _add_identity(fields: Fields, node: Node) -> None:
    key = node.name.lower()
    if key in _SERIAL:
        add_serial(fields, node.text, node.start, node.end)
    elif key in _MAC:
        add_mac(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply or its JSON."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields)
    if document is not None and document.kind == "json":
        read(fields, document)
    return fields.done()
