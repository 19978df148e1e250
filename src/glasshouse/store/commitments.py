"""Salted commitments: they bind to a value, show nothing of it, and survive its erasure."""

from __future__ import annotations

import hashlib
import secrets

from glasshouse.model.ids import canonical_json

__all__ = ["SALT_BYTES", "commit", "event_hash", "new_salt"]

SALT_BYTES = 32


def new_salt() -> bytes:
    """Unpredictable, so that nobody can guess a value and test it against its commitment."""
    return secrets.token_bytes(SALT_BYTES)


def commit(salt: bytes, value: object) -> str:
    """SHA-256 (hexadecimal) over salt and canonical JSON of `value`."""
    return hashlib.sha256(salt + canonical_json(value)).hexdigest()


def event_hash(previous: str, sequence: int, at: str, kind: str, subject: str, commitment: str) -> str:
    """Hash of an event: SHA-256 over the previous hash and the canonical event."""
    event = {"sequence": sequence, "at": at, "kind": kind, "subject": subject, "commitment": commitment}
    return hashlib.sha256(bytes.fromhex(previous) + canonical_json(event)).hexdigest()
