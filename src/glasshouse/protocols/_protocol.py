"""What every protocol file offers, as a type; and the parts of it that many files share."""

from __future__ import annotations

import re
import uuid
from typing import Protocol

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request

__all__ = ["ProtocolModule", "any_bytes", "no_hints", "no_requests", "uuid_from"]

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class ProtocolModule(Protocol):
    """One file a protocol. Pure: bytes in, values out."""

    DOC: ProtocolDoc

    def requests(self, host: str, port: int, token: str, /) -> tuple[Request, ...]:
        """The exact requests that may be sent; ValueError where host or port is none."""

    def frame(self, data: bytes, /) -> bool:
        """Whether the reply read so far is complete."""

    def hints(self, raw: bytes, /) -> frozenset[str]:
        """Names of protocols worth asking next. Standard library alone."""

    def decode(self, raw: bytes, /) -> tuple[Decoded, ...]:
        """The values found in a reply. Never raises."""


def no_requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """Nothing is sent: the protocol is read where others collected it."""
    del host, port, token
    return ()


def any_bytes(data: bytes) -> bool:
    """A datagram is complete as it arrives."""
    return bool(data)


def no_hints(raw: bytes) -> frozenset[str]:
    """A reply that points to no other protocol."""
    del raw
    return frozenset()


def uuid_from(token: str, purpose: str = "") -> str:
    """The UUID that a request carries: the token itself where it is one, otherwise one derived from it."""
    if not purpose and _UUID.fullmatch(token):
        return token
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{token}/{purpose}"))
