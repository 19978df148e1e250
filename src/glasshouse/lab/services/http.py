"""HTTP/1.1 server of the emulated devices: bounded, one request a connection, pages chosen by style.

The message form is RFC 9112, the challenges are RFC 7616 and RFC 7617. Devices close after each answer, as small
web servers do.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from glasshouse.lab.device import Placed

__all__ = ["Page", "Reply", "Request", "digest_challenge", "head", "read_request", "unauthorized"]

_HEAD_BYTES = 16_384
_BODY_BYTES = 65_536
_SECONDS = 10.0
_REASONS = {
    200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """A request as read: `headers` have lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is written out; `headers` keep their order and may repeat."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = "text/html"

    def encoded(self, server: str | None) -> bytes:
        """The bytes on the wire; `server` None leaves the Server header out, as some devices do."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'OK')}"]
        if server is not None:
            lines.append(f"Server: {server}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}", "Connection: close"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + self.body


Page = Callable[[Placed, Request], Reply | None]


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request, or None when the client sent none that fits the bounds."""
    try:
        async with asyncio.timeout(_SECONDS):
            raw = await reader.readuntil(b"\r\n\r\n")
            if len(raw) > _HEAD_BYTES:
                return None
            request = head(raw)
            length = _length(request.headers.get("content-length", "0")) if request else 0
            body = await reader.readexactly(length) if length else b""
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    if request is None:
        return None
    return Request(request.method, request.target, request.headers, body)


def head(raw: bytes) -> Request | None:
    """Reads a request head (HTTP or RTSP); None when the first line is none."""
    lines = raw.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3:
        return None
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Request(words[0], words[1], headers)


def _length(text: str) -> int:
    return min(int(text), _BODY_BYTES) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def digest_challenge(placed: Placed, realm: str, *, algorithm: str = "MD5") -> str:
    """A Digest challenge. The nonce is the device's own and constant: nobody logs in here."""
    nonce = hashlib.sha256(f"nonce {placed.device.name}".encode()).hexdigest()[:32]
    return f'Digest realm="{realm}", domain="/", qop="auth", nonce="{nonce}", algorithm={algorithm}, stale="FALSE"'


def unauthorized(
    placed: Placed, realm: str, body: bytes = b"", *, basic: bool = False, content_type: str = "text/html"
) -> Reply:
    """A 401 with a digest challenge, and a Basic one beside it on old firmware."""
    challenges = [("WWW-Authenticate", digest_challenge(placed, realm))]
    if basic:
        challenges.append(("WWW-Authenticate", f'Basic realm="{realm}"'))
    return Reply(401, tuple(challenges), body, content_type)
