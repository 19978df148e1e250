"""UDP datagrams by which devices announce themselves: DHCP, SSDP, WS-Discovery, mDNS, SADP, DHIP, SIP; and DNS names of clouds."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from glasshouse.model.observation import SaidBy
from glasshouse.sources.passive import cloud_names
from glasshouse.sources.passive.frames import Datagram
from glasshouse.sources.passive.heard import Heard
from glasshouse.sources.redact import REMOVED, strip_bytes
from glasshouse.sources.values import address_of, mac_of

__all__ = ["PORTS", "read", "sip_head"]

MAX_RAW = 16_384
_COOKIE = b"\x63\x82\x53\x63"
_DHIP = b"\x20\x00\x00\x00DHIP"
_SIP_REPLY = re.compile(rb"SIP/2\.0 \d{3}[^\r\n]{0,200}")
_SIP_REQUEST = re.compile(
    rb"(REGISTER|OPTIONS|INVITE|NOTIFY|SUBSCRIBE|MESSAGE|BYE|ACK) sip[s]?:[^\r\n]{1,400} SIP/2\.0"
)
_SIP_AGENT = re.compile(rb"(?im)^(?:User-Agent|Server|Allow)[ \t]*:[^\r\n]{0,400}")


def read(datagram: Datagram) -> Iterator[Heard]:
    """What a datagram says about its sender (for a DHCP server's answer: about the client)."""
    ports = {datagram.source_port, datagram.target_port}
    for port, reader in _READERS.items():
        if port in ports and datagram.data:
            yield from reader(datagram)


def _from(datagram: Datagram, probe: str, raw: bytes, request: str | None = None) -> Iterator[Heard]:
    address = address_of(datagram.source)
    if address is not None:
        yield Heard(probe, raw[:MAX_RAW], address=address, port=datagram.source_port, request=request)


def _options(data: bytes) -> dict[int, bytes]:
    """DHCP options (RFC 2132) after the magic cookie."""
    found: dict[int, bytes] = {}
    place = 240
    while place + 2 <= len(data) and data[place] != 255:
        if data[place] == 0:
            place += 1
            continue
        length = data[place + 1]
        found.setdefault(data[place], data[place + 2 : place + 2 + length])
        place += 2 + length
    return found


def _dhcp(datagram: Datagram) -> Iterator[Heard]:
    """RFC 2131: a client's own packet, and the acknowledgement that ties its MAC address to an address."""
    data = datagram.data
    if len(data) < 241 or data[236:240] != _COOKIE or data[2] != 6:
        return
    mac = mac_of(data[28:34].hex())
    if mac is None:
        return
    kind = _options(data).get(53, b"")
    if data[0] == 1:
        yield Heard("dhcp", data[:MAX_RAW], _ipv4(data[12:16]), mac, 68, "DHCP")
    elif data[0] == 2 and kind == b"\x05":
        address = _ipv4(data[16:20])
        if address is not None:
            yield Heard("mac", mac.encode(), address, mac, said_by=SaidBy.INFRASTRUCTURE)


def _ipv4(data: bytes) -> str | None:
    return address_of(str(ipaddress.IPv4Address(data)))


def _ssdp(datagram: Datagram) -> Iterator[Heard]:
    data = datagram.data
    if data.startswith(b"NOTIFY * HTTP/1.") or (data.startswith(b"HTTP/1.") and datagram.target_port != 1900):
        yield from _from(datagram, "ssdp", strip_bytes(data), "SSDP")


def _ws_discovery(datagram: Datagram) -> Iterator[Heard]:
    data = datagram.data
    if re.search(rb"[:<](?:Hello|ProbeMatches|ResolveMatches)[\s>]", data):
        yield from _from(datagram, "onvif-scopes", strip_bytes(data), "WS-Discovery")


def _mdns(datagram: Datagram) -> Iterator[Heard]:
    data = datagram.data
    if datagram.source_port == 5353 and len(data) > 12 and data[2] & 0x80:  # QR: a response
        yield from _from(datagram, "mdns", data, "mDNS")


def _sadp(datagram: Datagram) -> Iterator[Heard]:
    if b"<ProbeMatch" in datagram.data[:512]:
        yield from _from(datagram, "sadp", strip_bytes(datagram.data), "SADP inquiry")


def _dhip(datagram: Datagram) -> Iterator[Heard]:
    data = datagram.data
    if data.startswith(_DHIP) and b"DHDiscover.search" not in data:
        yield from _from(datagram, "dhip", strip_bytes(data), "DHIP search")


def sip_head(data: bytes) -> bytes | None:
    """The lines of a SIP message that name software; addresses of people are left out. None = no SIP (RFC 3261)."""
    reply, request = _SIP_REPLY.match(data), _SIP_REQUEST.match(data)
    if reply is None and request is None:
        return None
    agents = _SIP_AGENT.findall(data.partition(b"\r\n\r\n")[0][:MAX_RAW])
    if not any(not line.lower().startswith(b"allow") for line in agents):
        return None
    start = reply.group() if reply else request.group(1) + f" sip:{REMOVED} SIP/2.0".encode() if request else b""
    return b"\r\n".join([start, *agents, b"", b""])


def _sip(datagram: Datagram) -> Iterator[Heard]:
    head = sip_head(datagram.data)
    if head is not None:
        yield from _from(datagram, "sip", head, "SIP")


def _dns(datagram: Datagram) -> Iterator[Heard]:
    """A question for a name of the list says something of who asks; every other name is left unread (RFC 1035, 4.1)."""
    data = datagram.data
    if len(data) < 17 or data[4:6] != b"\0\1":
        return
    name = cloud_names.listed(cloud_names.dns_name(data))
    asks = datagram.target if data[2] & 0x80 else datagram.source
    address = address_of(asks)
    if name is not None and address is not None:
        yield Heard("other", name.encode(), address=address, request="DNS", protocol="cloud-name")


_READERS: dict[int, Callable[[Datagram], Iterator[Heard]]] = {
    53: _dns,
    67: _dhcp,
    1900: _ssdp,
    3702: _ws_discovery,
    5353: _mdns,
    37020: _sadp,
    37810: _dhip,
    5060: _sip,
}
PORTS = tuple(_READERS)
