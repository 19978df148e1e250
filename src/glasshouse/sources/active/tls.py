"""A TLS client over a socket that is already connected: handshake, certificate, one request.

Old devices speak old versions and weak ciphers, so the library's usual list is offered without its security floor;
nothing is verified and no client certificate is shown. What is learnt is the certificate, and what a page says.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

__all__ = ["TlsClient", "TlsError"]

_T = TypeVar("_T")
_CHUNK = 16_384
_MAX_HANDSHAKE = 262_144  # bytes: far above any honest chain of certificates


class TlsError(Exception):
    """The other side does not speak TLS as this library knows it."""


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with contextlib.suppress(ssl.SSLError):  # a library without security levels has nothing to lower
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


class TlsClient:
    """TLS over memory buffers, so that every byte read is counted and bounded here."""

    def __init__(self, sock: socket.socket, note: Callable[[bytes], None]) -> None:
        self._note = note  # is told every write before it is made
        self._sock = sock
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_side=False)
        self._read = 0
        self.sent = 0
        self.writes = 0

    async def handshake(self) -> None:
        """Complete the handshake. Raises TlsError."""
        try:
            await self._step(self._tls.do_handshake, bound=_MAX_HANDSHAKE)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            raise TlsError("the connection was closed during the TLS handshake") from None

    def certificate_text(self) -> bytes:
        """The protocol version and the certificate of the device in PEM (RFC 7468), as TLS tools print them."""
        der = self._tls.getpeercert(binary_form=True)
        if der is None:
            raise TlsError("the handshake showed no certificate")
        return f"Protocol: {self._tls.version()}\n{ssl.DER_cert_to_PEM_cert(der)}".encode("ascii")

    async def send(self, data: bytes) -> None:
        """Send application data. Raises TlsError."""
        await self._step(lambda: self._tls.write(data))

    async def receive(self, size: int) -> bytes:
        """Up to `size` bytes of application data; b"" at the end. Raises TlsError."""
        try:
            return await self._step(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # many devices close without the closing alert
            return b""

    async def _step(self, act: Callable[[], _T], bound: int | None = None) -> _T:
        while True:
            try:
                done = act()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill(bound)
                continue
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                raise
            except ssl.SSLError as error:
                with contextlib.suppress(OSError):
                    await self._flush()  # the alert that says why
                raise TlsError(f"TLS failed: {error.reason or error}") from None
            await self._flush()
            return done

    async def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            self.sent += len(data)
            self.writes += 1
            self._note(data)
            await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def _fill(self, bound: int | None) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._sock, _CHUNK)
        self._read += len(data)
        if bound is not None and self._read > bound:
            raise TlsError(f"TLS handshake is longer than {bound:,} bytes; it was left")
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
