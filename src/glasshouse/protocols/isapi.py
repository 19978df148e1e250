"""ISAPI: Hikvision's HTTP interface, asked without credentials for its activation state and its challenge."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document, Node, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial, is_foreign
from glasshouse.protocols._protocol import no_hints

__all__ = ["DOC", "decode", "frame", "hints", "read", "requests"]

DOC = ProtocolDoc(
    name="isapi",
    title="ISAPI (Hikvision HTTP interface)",
    probe="isapi",
    ports=(80, 443, 8080),
    transport="tcp",
    safety=SafetyClass.FAMILY_READ,
    references=(
        Reference("maciej-or/hikvision_next: replies of real devices", "https://github.com/maciej-or/hikvision_next"),
        Reference(
            "nmap service probes: web servers of the family", "https://github.com/nmap/nmap", "nmap-service-probes"
        ),
    ),
    limitations=(
        "Without credentials current firmware answers deviceInfo with a challenge only.",
        "Elements of a recorder's channels are kept apart as isapi.channel.<id>.<Element>: they describe other units.",
    ),
)

_CHANNELS = frozenset({"InputProxyChannel", "InputProxyChannelStatus"})
_PRINTED = {
    name.lower(): name
    for name in (
        "deviceName", "deviceID", "deviceDescription", "deviceLocation", "systemContact", "model", "serialNumber",
        "macAddress", "firmwareVersion", "firmwareReleasedDate", "encoderVersion", "encoderReleasedDate", "bootVersion",
        "hardwareVersion", "deviceType", "manufacturer", "subSerialNumber", "firmwareVersionInfo", "customizedInfo",
    )
}  # fmt: skip
_OWN = frozenset({"DeviceInfo", "EventNotificationAlert"})


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """Activation state (documented as public), then the device information, which answers with its challenge."""
    del token
    return (
        _http.get(host, port, "/SDK/activateStatus", SafetyClass.FAMILY_READ),
        _http.get(host, port, "/ISAPI/System/deviceInfo", SafetyClass.FAMILY_READ),
    )


frame = _http.frame
hints = no_hints


def read(fields: Fields, document: Document) -> None:
    """Read a document of the family into `isapi.*`."""
    describe(fields, document)
    channel = ""
    for node in document.nodes:
        if not _CHANNELS.isdisjoint(node.path):
            if node.name == "id" and node.parent in _CHANNELS:
                channel = node.text[:8]
            fields.add(f"isapi.channel.{channel}.{node.name}", node.text, node.start, node.end)
        else:
            name = "activated" if node.name == "Activated" else node.name
            fields.add(f"isapi.{name}", node.text, node.start, node.end)
            _add_identity(fields, document, node)


def _add_identity(fields: Fields, document: Document, node: Node) -> None:
    if "NetworkInterface" in node.path and not is_foreign(node.path[:-1]):
        if node.name == "MACAddress":
            add_mac(fields, node.text, node.start, node.end)
        elif node.name == "ipAddress":
            add_address(fields, node.text, node.start, node.end)
        return
    if _OWN.isdisjoint(node.path) and document.kind == "xml":
        return  # address lists and notification targets name other machines
    if node.name == "macAddress":
        add_mac(fields, node.text, node.start, node.end)
    elif node.name == "serialNumber":
        add_serial(fields, node.text, node.start, node.end)
    elif node.name == "ipAddress" and len(node.path) == 2:
        add_address(fields, node.text, node.start, node.end)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply, its XML, or a dump of it as JSON."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields)
    if document is None or document.kind == "pairs":
        document = _document.printed(fields.raw, _PRINTED) or document
    if document is not None:
        read(fields, document)
    return fields.done()
