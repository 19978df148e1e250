"""WS-Discovery: three probes, because the types of one probe are a conjunction."""

from __future__ import annotations

from glasshouse.model.protocol import ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http, onvif
from glasshouse.protocols._protocol import any_bytes, uuid_from

__all__ = ["DOC", "decode", "frame", "hints", "message_id", "requests"]

DOC = ProtocolDoc(
    name="ws-discovery",
    title="WS-Discovery of ONVIF devices",
    probe="onvif-scopes",
    ports=(3702,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference("Web Services Dynamic Discovery, April 2005", "http://schemas.xmlsoap.org/ws/2005/04/discovery/"),
        Reference("ONVIF Core Specification", "https://github.com/onvif/specs", "doc/Core.xml, device discovery"),
    ),
    limitations=("Printers and desktop machines answer the probe without types too.",),
    multicast=(("239.255.255.250", 3702), ("ff02::c", 3702)),
)

_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"{space}>'
    "<s:Header>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
    "<a:MessageID>urn:uuid:{message}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    "</s:Header>"
    "<s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
)
_TYPES = (
    ("NetworkVideoTransmitter", "dn", "http://www.onvif.org/ver10/network/wsdl"),
    ("Device", "tds", "http://www.onvif.org/ver10/device/wsdl"),
    ("", "", ""),
)


def message_id(token: str, types: str) -> str:
    """The MessageID (without urn:uuid:) of the probe for `types`; replies name it in RelatesTo."""
    return uuid_from(token, f"probe {types}")


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """Probes for the old and usual type, for the type of the specification, and for anything; multicast or unicast."""
    _http.authority(host, port, port)
    return tuple(_probe(token, types, prefix, space) for types, prefix, space in _TYPES)


def _probe(token: str, types: str, prefix: str, space: str) -> Request:
    body = _PROBE.format(
        space=f' xmlns:{prefix}="{space}"' if types else "",
        message=message_id(token, types),
        types=f"<d:Types>{prefix}:{types}</d:Types>" if types else "",
    )
    return Request(f"WS-Discovery Probe {types or 'any'}", body.encode(), SafetyClass.DISCOVERY, "datagrams")


frame = any_bytes
decode = onvif.decode


def hints(raw: bytes) -> frozenset[str]:
    """A device that answers for video or as an ONVIF device has the device service."""
    text = raw[:65_536].lower()
    camera = b"networkvideotransmitter" in text or b"onvif://" in text or b"/onvif/" in text
    return frozenset({"onvif"} | onvif.hints(raw)) if camera else frozenset()
