"""Which family a document belongs to, and the reading of one that belongs to none."""

from __future__ import annotations

import re

from glasshouse.protocols._document import Document, describe
from glasshouse.protocols._fields import Fields
from glasshouse.protocols._identity import add_mac, add_serial

__all__ = ["family", "read_generic"]

_ISAPI_SPACE = re.compile(
    r"hikvision\.com/|isapi\.org/|std-cgi\.com/|psialliance-org|selfextension:psiaext", re.IGNORECASE
)
_ISAPI_ROOT = frozenset(
    [
        "DeviceInfo",
        "ResponseStatus",
        "ActivateStatus",
        "EventNotificationAlert",
        "InputProxyChannelList",
        "InputProxyChannelStatusList",
        "StreamingChannelList",
        "VideoInputChannelList",
        "AdminAccessProtocolList",
        "HttpHostNotificationList",
        "userCheck",
    ]
)
_DAHUA_KEYS = frozenset(["appautostart", "processor", "updateserial", "devicetype", "serialnumber", "sn"])
_DAHUA_ALONE = frozenset(["type", "version", "vendor", "class", "sn", "name", "hardwareversion", "builddate"])
_MAC_KEYS = frozenset(["mac", "macaddress", "macaddr", "hwaddress", "physaddress", "ethernetmac"])
_SERIAL_KEYS = frozenset(["serial", "serialnumber", "serialno", "sn", "devicesn"])


def family(document: Document) -> str:
    """Name of the protocol whose document this is; empty where it is none that we know."""
    if document.kind == "xml":
        return _xml_family(document)
    names = {node.name.lower() for node in document.nodes}
    return _json_family(document, names) if document.kind == "json" else _pairs_family(document, names)


def _xml_family(document: Document) -> str:
    if document.root == "Envelope":
        return "onvif"
    if document.root == "ProbeMatch":
        return "sadp"
    if any(_ISAPI_SPACE.search(space.text) for space in document.namespaces) or document.root in _ISAPI_ROOT:
        return "isapi"
    upnp = document.root in {"root", "scpd"} and any(
        "device-1-0" in s.text or "service-1-0" in s.text for s in document.namespaces
    )
    if upnp or (document.root == "root" and document.first("UDN", "friendlyName") is not None):
        return "upnp-description"
    return ""


def _json_family(document: Document, names: set[str]) -> str:
    paths = {node.path[0] for node in document.nodes} | {node.parent for node in document.nodes}
    if {"DeviceInfo"} & paths and {"model", "serialnumber"} <= names and "firmwareversion" in names:
        return "isapi"
    if any(space.text for space in document.namespaces if _ISAPI_SPACE.search(space.text)):
        return "isapi"
    if "deviceInfo" in paths or ({"realm", "random"} <= names and "encryption" in names) or {"action", "code"} <= names:
        return "dhip"
    if {"prodnbr"} & names or "propertyList" in paths:
        return "axis"
    if {"manufacturer", "model"} <= names and {
        "hardwareid",
        "hardware_id",
        "firmwareversion",
        "firmware_version",
    } & names:
        return "onvif"
    if "scopes" in names or "xaddrs" in names:
        return "onvif"
    if {"device_model", "device_type"} <= names and "mac" in names:
        return "tapo"
    return "xm" if "NetWork.NetCommon" in paths else ""


def _pairs_family(document: Document, names: set[str]) -> str:
    if any(name.startswith("root.") for name in names):
        return "axis"
    if len(names & _DAHUA_KEYS) >= 2 or any(name.startswith("table.") for name in names):
        return "dahua-cgi"
    return "dahua-cgi" if len(document.nodes) == 1 and names <= _DAHUA_ALONE else ""


def read_generic(fields: Fields, document: Document) -> None:
    """Read a document of no known family: `json.<key>` and `kv.<key>`, and for XML its root and name spaces."""
    describe(fields, document)
    prefix = {"json": "json", "pairs": "kv", "xml": "xml.element"}[document.kind]
    for node in document.nodes:
        fields.add(f"{prefix}.{node.name}", node.text, node.start, node.end)
        key = re.sub(r"[^a-z]", "", node.name.lower())
        if key in _MAC_KEYS:
            add_mac(fields, node.text, node.start, node.end)
        elif key in _SERIAL_KEYS:
            add_serial(fields, node.text, node.start, node.end)
