"""Services that say little: the greeting of port 8000, and ports that accept and wait for a login nobody sends."""

from __future__ import annotations

import asyncio
import struct

from glasshouse.lab.device import Placed, Service

__all__ = ["held", "sdk_8000"]

_SECONDS = 10.0
_GREETING_AFTER = 0.2  # the field shows a frame that comes unasked, a moment after the connect


async def sdk_8000(
    placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    """Four big-endian words: frame length 16, and a code twice (0x1e unasked, 0x0d after foreign data)."""
    del placed, service
    try:
        async with asyncio.timeout(_GREETING_AFTER):
            got = await reader.read(256)
    except TimeoutError:
        got = b""
    code = 0x0D if got else 0x1E
    writer.write(struct.pack(">IIII", 16, code, code, 0))
    await writer.drain()
    return got


async def held(placed: Placed, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Accepts, reads what comes, answers nothing, and closes after ten seconds."""
    del placed, service, writer
    try:
        async with asyncio.timeout(_SECONDS):
            return await reader.read(1_024)
    except TimeoutError:
        return b""
