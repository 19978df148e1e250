"""TP-Link Tapo and VIGI finder: the reply on UDP 20002."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="tapo",
    title="TP-Link Tapo finder",
    probe="other",
    ports=(20002, 20004),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("python-kasa/python-kasa", "https://github.com/python-kasa/python-kasa", "kasa/discover.py"),
    ),
    limitations=("The encrypted part is left closed.",),
    reply_ports=(),
    broadcast=(20002,),
)

_SEARCH = bytes.fromhex("020000010000000000000000463cb5d3")
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search without a key: nothing that is encrypted is asked for."""
    del token
    _http.authority(host, port, port)
    return (Request("TP-Link search", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_HEADER = 16


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The JSON of a reply, framed or alone, as `tapo.<key>`."""
    fields = Fields(raw[:MAX_BYTES])
    at = _HEADER if fields.raw[:1] == b"\x02" and fields.raw[_HEADER : _HEADER + 1] == b"{" else 0
    document = _document.parse(fields.raw[at:], at)
    if document is None or document.kind != "json":
        return ()
    for node in document.nodes:
        if node.parent == "encrypt_info":
            continue
        fields.add(f"tapo.{node.name}", node.text, node.start, node.end)
        if node.name == "mac":
            add_mac(fields, node.text, node.start, node.end)
        elif node.name == "ip":
            add_address(fields, node.text, node.start, node.end)
    return fields.done()
