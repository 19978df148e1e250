"""Dahua's CGI: key=value texts of magicBox and configManager, asked once without credentials for the challenge."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial
from glasshouse.protocols._protocol import no_hints

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="dahua-cgi",
    title="Dahua CGI (magicBox)",
    probe="dahua-cgi",
    ports=(80, 443, 8080),
    transport="tcp",
    safety=SafetyClass.FAMILY_READ,
    references=(
        Reference("rroller/dahua: replies of real devices", "https://github.com/rroller/dahua"),
        Reference("rapid7/recog: digest realms", "https://github.com/rapid7/recog", "xml/http_wwwauth.xml"),
    ),
    limitations=(
        "Without credentials current firmware answers with a challenge only.",
        "Rows of a recorder's camera table are kept apart as dahua-cgi.channel.<number>.<Key>: they describe other units.",
    ),
)

_PRINTED = {
    name.lower(): name
    for name in (
        "deviceType",
        "serialNumber",
        "hardwareVersion",
        "processor",
        "updateSerial",
        "version",
        "vendor",
        "class",
    )
}
_OWN_MAC = re.compile(r"table\.Network\.\w{1,20}\.PhysicalAddress")
_OWN_ADDRESS = re.compile(r"table\.Network\.\w{1,20}\.IPAddress")
_CHANNEL = re.compile(r"table\.RemoteDevice(?:\.uuid:System_CONFIG_NETCAMERA_INFO_|\[)(\d{1,4})\]?\.(\S{1,80})")

# Settings come as table.<Name>..., abilities as caps.<Name>...: the first name says which.
_TREE = re.compile(r"(table|caps)\.([A-Za-z]\w{0,60})")


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """The device type: the path exists and its challenge names the family."""
    del token
    return (_http.get(host, port, "/cgi-bin/magicBox.cgi?action=getDeviceType", SafetyClass.FAMILY_READ),)


frame = _http.frame
hints = no_hints


def read(fields: Fields, document: Document) -> None:
    """Read key=value lines into `dahua-cgi.*`; channels are counted from 1."""
    describe(fields, document)
    for node in document.nodes:
        key = node.name
        channel = _CHANNEL.fullmatch(key)
        if channel is not None:
            fields.add(f"dahua-cgi.channel.{int(channel[1]) + 1}.{channel[2]}", node.text, node.start, node.end)
            continue
        fields.add(f"dahua-cgi.{key.removeprefix('table.')}", node.text, node.start, node.end)
        tree = _TREE.match(key)
        if tree is not None:
            fields.add(f"dahua-cgi.{tree[1]}", tree[2])
        if key in {"serialNumber", "sn"}:
            add_serial(fields, node.text, node.start, node.end)
        elif _OWN_MAC.fullmatch(key):
            add_mac(fields, node.text, node.start, node.end)
        elif _OWN_ADDRESS.fullmatch(key):
            add_address(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply or its key=value lines."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields) or _document.printed(fields.raw, _PRINTED, least=2)
    if document is not None:
        read(fields, document)
    return fields.done()
