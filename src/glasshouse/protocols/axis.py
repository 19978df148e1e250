"""Axis basic device information: the properties that Axis itself declares readable by anyone."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._document import Document, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import no_hints

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="axis",
    title="Axis basic device information",
    probe="other",
    ports=(80, 443),
    transport="tcp",
    safety=SafetyClass.FAMILY_READ,
    references=(
        Reference(
            "VAPIX: Basic device information",
            "https://developer.axis.com/vapix/network-video/basic-device-information/",
            "getAllUnrestrictedProperties, security level Anonymous",
        ),
    ),
    limitations=("AXIS OS 8.40 and later.",),
)

_OWN_MAC = re.compile(r"(?:root\.)?Network\.eth\d\.MACAddress")
_OWN_ADDRESS = re.compile(r"(?:root\.)?Network\.eth\d\.IPAddress")
_BODY = '{"apiVersion":"1.0","context":"glasshouse","method":"getAllUnrestrictedProperties"}'


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The one call of the interface that needs no login."""
    del token
    return (
        _http.post(
            host,
            port,
            "/axis-cgi/basicdeviceinfo.cgi",
            "POST /axis-cgi/basicdeviceinfo.cgi",
            "application/json",
            _BODY,
            SafetyClass.FAMILY_READ,
        ),
    )


frame = _http.frame
hints = no_hints


def read(fields: Fields, document: Document) -> None:
    """Read the property list, or the `root.` lines of param.cgi, into `axis.*` by the last name."""
    describe(fields, document)
    for node in document.nodes:
        name = node.name.rpartition(".")[2]
        full = node.name.removeprefix("root.") if document.kind == "pairs" else name
        fields.add(f"axis.{full}", node.text, node.start, node.end)
        if name == "SerialNumber":  # Axis numbers its units by their MAC address
            add_serial(fields, node.text, node.start, node.end)
            add_mac(fields, node.text, node.start, node.end)
        elif _OWN_MAC.fullmatch(node.name):
            add_mac(fields, node.text, node.start, node.end)
        elif _OWN_ADDRESS.fullmatch(node.name):
            add_address(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply, its JSON, or param.cgi lines."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields)
    if document is not None:
        read(fields, document)
    return fields.done()
