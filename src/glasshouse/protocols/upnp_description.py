"""UPnP device description: the document an SSDP reply points to, read from the replying host alone."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document, Node, describe
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_mac, add_serial, add_uuid
from glasshouse.protocols._protocol import no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "read", "request_for", "requests"]

DOC = ProtocolDoc(
    name="upnp-description",
    title="UPnP device description",
    probe="upnp-description",
    ports=(49152, 80, 1900),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference(
            "UPnP Device Architecture 1.1",
            "http://upnp.org/specs/arch/UPnP-arch-DeviceArchitecture-v1.1.pdf",
            "2.3 Device description",
        ),
    ),
    limitations=(
        "Its path is known from an SSDP reply only, and is asked of the host that replied, never of another.",
    ),
)

_PATH = re.compile(r"/[A-Za-z0-9._~-]{1,60}(?:/[A-Za-z0-9._~-]{1,60}){0,3}")
_NAMES = {
    "name": "friendlyName", "friendlyname": "friendlyName", "manufacturer": "manufacturer", "udn": "udn",
    "manufacturerurl": "manufacturerURL", "modelname": "modelName", "modelnumber": "modelNumber",
    "modeldescription": "modelDescription", "modelurl": "modelURL", "serialnumber": "serialNumber",
    "serial": "serialNumber", "devicetype": "deviceType", "presentationurl": "presentationURL",
}  # fmt: skip

requests = no_requests
frame = _http.frame
hints = no_hints


def request_for(host: str, port: int, path: str) -> Request:
    """GET of the description at `path`, the path part of an SSDP LOCATION whose host is the replying one.

    ValueError where the path is not a plain file path: no query, no program (cgi), at most four parts.
    """
    if _PATH.fullmatch(path) is None or "cgi" in path.lower() or ".." in path:
        raise ValueError(
            f"cannot ask for {path[:80]!r}: a description is a plain path such as /rootDesc.xml, without query; "
            "leave this device's description out"
        )
    return _http.get(host, port, path)


def read(fields: Fields, document: Document) -> None:
    """Read the root device into `upnp.*`; embedded devices and services describe parts of it."""
    describe(fields, document)
    for node in document.nodes:
        if document.kind == "xml" and not _of_root_device(node):
            continue
        name = _NAMES.get(node.name.lower().replace("_", ""))
        fields.add(f"upnp.{name or node.name}", node.text, node.start, node.end)
        if name == "udn":
            add_uuid(fields, node.text, node.start, node.end)
        elif name == "serialNumber":
            add_serial(fields, node.text, node.start, node.end)
        elif node.name == "macAddress":
            add_mac(fields, node.text, node.start, node.end)


def _of_root_device(node: Node) -> bool:
    return node.parent == "device" and node.path.count("device") == 1


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A whole HTTP reply, the description, or a client's dump of its names."""
    fields = Fields(raw[:MAX_BYTES])
    document = _http.unwrap(fields)
    if document is None or document.kind == "pairs":
        document = _document.printed(fields.raw, _NAMES) or document
    if document is not None:
        read(fields, document)
    return fields.done()
