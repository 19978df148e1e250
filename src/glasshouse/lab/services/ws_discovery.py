"""WS-Discovery as ONVIF cameras, printers and desktop computers speak it: UDP 3702, SOAP 1.2.

WS-Discovery 2005/04, clauses 5.2 and 5.3: several types in one Probe mean "and"; no type matches everything.
"""

from __future__ import annotations

import re
from html import escape

from glasshouse.lab.device import Placed, Service

__all__ = ["answer"]

_MESSAGE = re.compile(rb"<(?:\w{1,16}:)?MessageID[^>]{0,200}>\s*([^<\s]{1,100})\s*</")
_TYPES = re.compile(rb"<(?:\w{1,16}:)?Types(?:\s[^>]{0,400})?>([^<]{0,400})</")
_CAMERA_TYPES = "dn:NetworkVideoTransmitter tds:Device"


def answer(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """One ProbeMatches for a Probe whose types this device has; nothing for anything else."""
    del service
    data = data[:8_192]
    message = _MESSAGE.search(data)
    if message is None or b"/discovery/Probe<" not in data.replace(b" ", b""):
        return ()
    types = placed.claim("wsd.types", _CAMERA_TYPES)
    asked = _TYPES.search(data)
    wanted = {_local(word) for word in asked.group(1).decode("latin-1").split()} if asked else set()
    if not wanted <= {_local(word) for word in types.split()}:
        return ()
    return (_matches(placed, message.group(1).decode("latin-1"), types),)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _xaddrs(placed: Placed) -> str:
    if placed.claim("wsd.elsewhere"):
        address, port = placed.elsewhere
        return f"http://{address}:{port}/onvif/device_service"
    path = placed.claim("wsd.path", "/onvif/device_service")
    return placed.url(path, int(placed.claim("onvif.port", "80")))


def _matches(placed: Placed, message: str, types: str) -> bytes:
    device = placed.device
    scopes = placed.claim("scopes")
    reply = f"urn:uuid:{device.uuid[:-4]}0001"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"'
        ' xmlns:wprt="http://schemas.microsoft.com/windows/2006/08/wdp/print"'
        ' xmlns:pub="http://schemas.microsoft.com/windows/pub/2005/07">\n'
        f"<env:Header><wsa:MessageID>{reply}</wsa:MessageID><wsa:RelatesTo>{escape(message)}</wsa:RelatesTo>"
        "<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>"
        "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></env:Header>\n"
        "<env:Body><d:ProbeMatches><d:ProbeMatch>"
        f"<wsa:EndpointReference><wsa:Address>urn:uuid:{device.uuid}</wsa:Address></wsa:EndpointReference>"
        f"<d:Types>{types}</d:Types><d:Scopes>{escape(scopes)}</d:Scopes>"
        f"<d:XAddrs>{escape(_xaddrs(placed))}</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>"
        "</d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>\n"
    )
    return text.encode("utf-8", "surrogateescape")
