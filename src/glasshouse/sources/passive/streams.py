"""TCP streams in which a server shows what it is: HTTP, RTSP, TLS certificate, FTP and telnet greeting, SIP.

Of a client only the server name in its TLS hello is read, and kept where it is a name of the cloud list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from glasshouse.sources.passive import cloud_names
from glasshouse.sources.passive.datagrams import sip_head
from glasshouse.sources.passive.flows import Direction, Flow
from glasshouse.sources.passive.heard import Heard, Where
from glasshouse.sources.redact import strip_bytes
from glasshouse.sources.values import address_of

__all__ = ["certificate", "read", "reply", "server_name"]

MAX_REPLY = 16_384
MAX_GREETING = 1_024
_REQUEST = re.compile(rb"([A-Z_]{3,16}) ([^\s?#]{1,256})[^\r\n]* (?:HTTP|RTSP)/1\.")
_TEXT = re.compile(
    rb"(?im)^content-type[ \t]*:[ \t]*(?:text/|application/(?:[\w.+\-]*xml|json|sdp|soap)|multipart/none)"
)
_ENCODED = re.compile(rb"(?im)^content-encoding[ \t]*:[ \t]*(?!identity)")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,9})")
_LOGIN = re.compile(rb"(?i)login[ \t]*:|password[ \t]*:")

_address = lru_cache(maxsize=4_096)(address_of)
_stripped = lru_cache(maxsize=256)(strip_bytes)  # devices answer the same again and again


def read(flow: Flow) -> Iterator[tuple[Heard, Where]]:
    """What each end of a finished flow says about itself, and where it began to speak."""
    for server, client in flow.pairs():
        address = _address(server.address)
        if address is None or not server.data:
            continue
        for item in _server(server, client, address):
            yield item, server.where


def _server(server: Direction, client: Direction, address: str) -> Iterator[Heard]:
    data = bytes(server.data)
    asked = _REQUEST.match(bytes(client.data[:1_024]))
    request = b" ".join(asked.groups()).decode("ascii", "replace") if asked else None
    if data.startswith((b"HTTP/1.", b"RTSP/1.")):
        raw = reply(data)
        probe = "rtsp" if data.startswith(b"RTSP") else _http_probe(request, raw)
        yield Heard(probe, raw, address, port=server.port, request=request)
    elif data.startswith(b"\x16\x03"):
        yield from _tls(data, address, server.port)
    elif data.startswith(b"SIP/2.0"):
        head = sip_head(data)
        if head is not None:
            yield Heard("sip", head, address, port=server.port, request="SIP")
    elif server.port == 21 and data.startswith(b"220"):
        yield Heard("ftp", data.partition(b"\n")[0][:MAX_GREETING].rstrip(), address, port=21, request="banner")
    elif server.port == 23:
        yield Heard("telnet", _until_login(data), address, port=23, request="banner")


def _tls(data: bytes, address: str, port: int) -> Iterator[Heard]:
    """A client's hello with a name of the list, or a server's certificate."""
    name = cloud_names.listed(server_name(data))
    if name is not None:
        yield Heard("other", name.encode(), address, request="TLS server name", protocol="cloud-name")
    der = certificate(data)
    if der is not None:
        yield Heard("tls-cert", der, address, port=port, request="TLS")


def _until_login(data: bytes) -> bytes:
    """The greeting up to the prompt: what comes after is what a person typed."""
    found = _LOGIN.search(data[:MAX_GREETING])
    return data[: found.end() if found else MAX_GREETING]


def reply(data: bytes) -> bytes:
    """The head of the first message and its body if that is text; never media. Credentials are taken out."""
    end = re.search(rb"\r?\n\r?\n", data[:MAX_REPLY])
    if end is None:
        return _stripped(data[:MAX_REPLY])
    head, body = data[: end.end()], data[end.end() :]
    if not _TEXT.search(head) or _ENCODED.search(head):
        body = b""
    length = _LENGTH.search(head)
    if length is not None:
        body = body[: int(length.group(1))]
    elif b"chunked" in head.lower():
        body = body.partition(b"\r\n0\r\n\r\n")[0]
    return _stripped((head + body)[:MAX_REPLY])


def _http_probe(request: str | None, raw: bytes) -> str:
    path = (request or "").partition(" ")[2].lower()
    if path.startswith(("/isapi/", "/psia/")):
        return "isapi"
    if path.startswith("/cgi-bin/magicbox.cgi"):
        return "dahua-cgi"
    if b"GetDeviceInformationResponse" in raw:
        return "onvif-device-info"
    return "upnp-description" if b"urn:schemas-upnp-org:device-1-0" in raw else "http"


def _handshake(data: bytes) -> bytes:
    """Handshake bytes of the plaintext records at the start of a TLS stream (RFC 5246, 6.2.1)."""
    found = b""
    place = 0
    while place + 5 <= len(data) and data[place] == 0x16 and data[place + 1] == 3:
        length = int.from_bytes(data[place + 3 : place + 5], "big")
        found += data[place + 5 : place + 5 + length]
        place += 5 + length
    return found


def certificate(data: bytes) -> bytes | None:
    """DER of the server's own certificate in the first flight of TLS up to 1.2 (RFC 5246, 7.4.2); None = not there.

    TLS 1.3 encrypts the message, so a capture cannot show it.
    """
    messages = _handshake(data)
    place = 0
    if messages[:1] != b"\x02":  # a server speaks first of its hello
        return None
    while place + 4 <= len(messages):
        kind, length = messages[place], int.from_bytes(messages[place + 1 : place + 4], "big")
        body = messages[place + 4 : place + 4 + length]
        if kind == 11 and len(body) == length and length > 6:
            size = int.from_bytes(body[3:6], "big")
            der = body[6 : 6 + size]
            return der if len(der) == size and size else None
        place += 4 + length
    return None


def server_name(data: bytes) -> str | None:
    """The host that a client's TLS hello asks for (RFC 8446, 4.1.2; RFC 6066, 3); None = no hello or no name in it."""
    hello = _handshake(data)[:MAX_REPLY]
    if hello[:1] != b"\x01":
        return None
    place = 4 + 2 + 32  # message head, version, random
    for size in (1, 2, 1):  # session, cipher suites, compression methods, each behind its length
        place += size + int.from_bytes(hello[place : place + size], "big")
    place += 2  # length of the extensions
    while place + 4 <= len(hello):
        kind, length = (
            int.from_bytes(hello[place : place + 2], "big"),
            int.from_bytes(hello[place + 2 : place + 4], "big"),
        )
        if kind == 0 and hello[place + 6 : place + 7] == b"\0":  # a list whose first entry is a host name
            size = int.from_bytes(hello[place + 7 : place + 9], "big")
            return hello[place + 9 : place + 9 + min(size, 253)].decode("ascii", "replace")
        place += 4 + length
    return None
