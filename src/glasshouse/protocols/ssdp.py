"""SSDP: the search for UPnP root devices, and the reading of replies and announcements."""

from __future__ import annotations

import ipaddress

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._fields import MAX_BYTES, Fields
from glasshouse.protocols._identity import add_uuid
from glasshouse.protocols._protocol import any_bytes

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="ssdp",
    title="SSDP (search for UPnP devices)",
    probe="ssdp",
    ports=(1900,),
    transport="udp",
    safety=SafetyClass.DISCOVERY,
    references=(
        Reference(
            "UPnP Device Architecture 1.1",
            "http://upnp.org/specs/arch/UPnP-arch-DeviceArchitecture-v1.1.pdf",
            "1.3 Search",
        ),
    ),
    limitations=("Many devices ignore a search that is sent to them alone.",),
    multicast=(("239.255.255.250", 1900),),
)

_NAMED = {"server": "ssdp.server", "st": "ssdp.st", "nt": "ssdp.st", "usn": "ssdp.usn", "location": "ssdp.location"}
_QUIET = frozenset(
    [
        "host",
        "cache-control",
        "date",
        "ext",
        "content-length",
        "opt",
        "01-nls",
        "nts",
        "bootid.upnp.org",
        "configid.upnp.org",
        "man",
        "mx",
    ]
)


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """M-SEARCH for root devices; MX is for the group only, a single host answers at once."""
    del token
    shown = _http.authority(host, port, 0)
    lines = ["M-SEARCH * HTTP/1.1", f"HOST: {shown}", 'MAN: "ssdp:discover"']
    if _is_group(host):
        lines.append("MX: 1")
    lines.append("ST: upnp:rootdevice")
    return (
        Request("SSDP M-SEARCH", ("\r\n".join(lines) + "\r\n\r\n").encode("ascii"), SafetyClass.DISCOVERY, "datagrams"),
    )


def _is_group(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_multicast
    except ValueError:
        return False


frame = any_bytes


def hints(raw: bytes) -> frozenset[str]:
    """A reply with a location has a description."""
    reply = _http.parse(raw[:MAX_BYTES])
    return frozenset({"upnp-description"}) if reply is not None and reply.get("location") else frozenset()


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A search reply or an announcement, whole or without its start line."""
    fields = Fields(raw[:MAX_BYTES])
    reply = _http.parse(fields.raw) or _http.parse(b"HTTP/1.1 200 OK\n" + fields.raw)
    moved = 0 if reply is None or reply == _http.parse(fields.raw) else len(b"HTTP/1.1 200 OK\n")
    for header in reply.headers if reply is not None else ():
        start, end = header.start - moved, header.end - moved
        if header.name in _NAMED:
            fields.add(_NAMED[header.name], header.value, start, end)
        elif header.name not in _QUIET:
            fields.add(f"ssdp.header.{header.name}", header.value, start, end)
        if header.name == "usn":
            add_uuid(fields, header.value, start, end)
    return fields.done()
