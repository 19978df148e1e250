"""RTSP 1.0 server: OPTIONS is open, DESCRIBE asks for a login, except where the claims hold a stream description.

RFC 2326. Claims read: `rtsp.server`, `rtsp.realm`, `rtsp.public`, `rtsp.basic`, `rtsp.sdp`.
"""

from __future__ import annotations

import asyncio

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.services.http import Request, digest_challenge, head

__all__ = ["serve"]

_PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
_REQUESTS = 16  # a client that asks more often on one connection is closed
_SECONDS = 10.0


async def serve(placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Answers up to 16 requests on one connection; returns the first request line, for the site's log."""
    first = b""
    for _ in range(_REQUESTS):
        try:
            async with asyncio.timeout(_SECONDS):
                raw = await reader.readuntil(b"\r\n\r\n")
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            break
        first = first or raw.split(b"\r\n", 1)[0]
        request = head(raw)
        if request is None:
            break
        writer.write(_answer(placed, service, request))
        await writer.drain()
    return first


def _answer(placed: Placed, service: Service, request: Request) -> bytes:
    if request.method == "OPTIONS":
        return _reply(placed, request, "200 OK", [("Public", placed.claim("rtsp.public", _PUBLIC))])
    if request.method != "DESCRIBE":
        return _reply(placed, request, "405 Method Not Allowed", [])
    sdp = placed.claim("rtsp.sdp").encode()
    if not sdp:
        return _reply(placed, request, "401 Unauthorized", _challenges(placed))
    base = placed.url("/", service.port, "rtsp")
    headers = [("Content-Base", base), ("Content-Type", "application/sdp"), ("Content-Length", str(len(sdp)))]
    return _reply(placed, request, "200 OK", headers) + sdp


def _challenges(placed: Placed) -> list[tuple[str, str]]:
    realm = placed.claim("rtsp.realm", placed.claim("realm", "RTSP"))
    challenges = [("WWW-Authenticate", digest_challenge(placed, realm).replace('domain="/", qop="auth", ', ""))]
    basic = placed.claim("rtsp.basic")
    if basic:
        challenges.append(("WWW-Authenticate", f'Basic realm="{basic}"'))
    return challenges


def _reply(placed: Placed, request: Request, status: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"RTSP/1.0 {status}", f"CSeq: {request.headers.get('cseq', '0')[:12]}"]
    server = placed.claim("rtsp.server")
    if server:
        lines.append(f"Server: {server}")
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")
