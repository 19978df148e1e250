"""Content-derived identifiers: the same content has the same id everywhere, and another content another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum

__all__ = ["canonical_json", "content_id", "sha256_hex"]


_AS_IT_IS = frozenset((str, int, bool, float))


def sha256_hex(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256 (FIPS 180-4) of `data`."""
    return hashlib.sha256(data).hexdigest()


def _plain(value: object) -> object:
    if value is None or type(value) in _AS_IT_IS:  # most values, and the other tests are slow
        return value
    if isinstance(value, bytes):
        return {"sha256": sha256_hex(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; bytes are represented by their SHA-256.

    Close to RFC 8785; numbers in our values are integers or short decimals, where the two agree.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "surrogatepass"
    )


def content_id(kind: str, *parts: object) -> str:
    """`kind_` + the first 32 hex digits (128 bits) of the SHA-256 over kind and parts."""
    return f"{kind}_{sha256_hex(canonical_json([kind, *parts]))[:32]}"
