"""XM finder (NetSurveillance, Sofia): the reply to a broadcast on UDP 34569."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Node
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="xm",
    title="XM finder (Sofia)",
    probe="other",
    ports=(34569,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(Reference("OpenIPC/python-dvr", "https://github.com/OpenIPC/python-dvr", "DeviceManager.py"),),
    limitations=(
        "Whether devices answer a routed datagram is not known: it is broadcast.",
        "Model and firmware are told after a login only.",
    ),
    reply_ports=(34569,),
    broadcast=(34569,),
)

_SEARCH = b"\xff" + bytes(13) + b"\xfa\x05" + bytes(4)  # message 1530, no body
frame = any_bytes
hints = no_hints


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The search, once; it has no parameters."""
    del token
    _http.authority(host, port, port)
    return (Request("XM search 1530", _SEARCH, SafetyClass.DISCOVERY, "datagrams"),)


_HEADER = 20
_REPLY = b"\xfb\x05"  # message 1531, little-endian
_ADDRESSES = frozenset({"HostIP", "GateWay", "Submask"})


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The JSON of a reply, framed or alone, as `xm.<key>`."""
    fields = Fields(raw[:MAX_BYTES])
    framed = fields.raw[:1] == b"\xff" and fields.raw[14:16] == _REPLY
    if framed:
        fields.add("xm.frame", "1531")
    at = _HEADER if framed else 0
    document = _document.parse(fields.raw[at:].rstrip(b"\n\0"), at)
    if document is None or document.kind != "json":
        return fields.done()
    for node in document.nodes:
        _add(fields, node)
    return fields.done()


def _add(fields: Fields, node: Node) -> None:
    value = _address(node.text) if node.name in _ADDRESSES else node.text
    fields.add(f"xm.{node.name}", value, node.start, node.end)
    if node.name == "MAC":
        add_mac(fields, value, node.start, node.end)
    elif node.name == "SN":
        add_serial(fields, value, node.start, node.end)
    elif node.name == "HostIP":
        add_address(fields, value)


def _address(text: str) -> str:
    """`0x0A0200C0` is 192.0.2.10: octets in reverse, in hexadecimal."""
    if re.fullmatch(r"0x[0-9A-Fa-f]{8}", text) is None:
        return text
    return ".".join(str(octet) for octet in reversed(bytes.fromhex(text[2:])))
