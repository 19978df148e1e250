"""Peers that misbehave, so that a client's bounds can be shown to hold: silent, endless, fast and slow."""

from __future__ import annotations

import asyncio

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.services.http import Reply, Request

__all__ = ["endless_body", "endless_headers", "redirect", "silent"]

_CHUNK = b"A" * 65_536
_DRIP_SECONDS = 0.05


async def silent(placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Accepts and reads, and never says anything, until the client gives up or the site stops."""
    del placed, service, writer
    first = b""
    while data := await reader.read(1_024):
        first = first or data
    return first


async def endless_headers(
    placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    """A head that never ends, one short line at a time: each read succeeds, no deadline per read ever fires."""
    del placed, reader
    name = b"RTSP/1.0" if service.port == 554 else b"HTTP/1.1"
    writer.write(name + b" 200 OK\r\n")
    number = 0
    while True:
        writer.write(b"X-Line-%d: more\r\n" % number)
        await writer.drain()
        await asyncio.sleep(_DRIP_SECONDS)
        number += 1


async def endless_body(
    placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    """A body without length, as fast as the client takes it: only the client's byte bound ends it."""
    del placed, service, reader
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(_CHUNK)
        await writer.drain()
        await asyncio.sleep(0)


def redirect(placed: Placed, request: Request) -> Reply | None:
    """Leads every request to a loopback address outside the scope; a listener there counts who follows."""
    address, port = placed.elsewhere
    return Reply(302, (("Location", f"http://{address}:{port}{request.path[:100]}"),), b"")
