"""What the emulated devices speak, one protocol a file; the tables below are all that exists.

TCP services are coroutines over a connection; UDP services are functions from a datagram to its replies; HTTP
services are page sets. The bytes are written from the protocol fact sheets; nothing here is shared with decoders.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.services import (
    axis_web,
    dahua_web,
    dhip,
    finders,
    held,
    hikvision_web,
    hostile,
    mdns,
    onvif,
    plain_web,
    rtsp,
    sadp,
    upnp,
    ws_discovery,
)
from glasshouse.lab.services.http import Page, Reply, read_request

__all__ = ["PAGES", "TCP", "UDP", "Answer", "Serve", "respond"]

Serve = Callable[[Placed, Service, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]
Answer = Callable[[Placed, Service, bytes], tuple[bytes, ...]]

PAGES: dict[str, Page] = {
    "axis": axis_web.page,
    "dahua": dahua_web.page,
    "hikvision": hikvision_web.page,
    "lapi": plain_web.lapi,
    "onvif": onvif.page,
    "plain": plain_web.page,
    "redirect": hostile.redirect,
    "upnp": upnp.page,
}


async def respond(
    placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    """HTTP: one request, answered from the service's page sets; returns the request line, for the site's log."""
    request = await read_request(reader)
    if request is None:
        return b""
    reply = Reply(404, content_type="text/plain")
    for style in service.styles:
        found = PAGES[style](placed, request)
        if found is not None:
            reply = found
            break
    server = placed.claim("server")
    writer.write(reply.encoded(server or None))
    await writer.drain()
    return f"{request.method} {request.target}".encode("latin-1", "replace")


TCP: dict[str, Serve] = {
    "endless-body": hostile.endless_body,
    "endless-headers": hostile.endless_headers,
    "held": held.held,
    "http": respond,
    "rtsp": rtsp.serve,
    "sdk-8000": held.sdk_8000,
    "silent": hostile.silent,
}

UDP: dict[str, Answer] = {
    "dhip": dhip.answer,
    "mdns": mdns.answer,
    "sadp": sadp.answer,
    "ssdp": upnp.answer,
    "tp-link": finders.tp_link,
    "ubiquiti": finders.ubiquiti,
    "vivotek": finders.vivotek,
    "ws-discovery": ws_discovery.answer,
    "xiongmai": finders.xiongmai,
}
