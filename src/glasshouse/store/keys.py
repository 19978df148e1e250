"""The store's own Ed25519 key (RFC 8032): made at first need, readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from glasshouse.store.errors import StoreError

__all__ = ["SigningKey", "verify_signature"]


class SigningKey:
    """Signs tombstones. The private half never leaves its file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def sign(self, message: bytes) -> tuple[str, str]:
        """(public key, signature), both hexadecimal. Makes the key if there is none. Raises StoreError."""
        key = self._load()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return public.hex(), key.sign(message).hex()

    def _load(self) -> Ed25519PrivateKey:
        if not self.path.exists():
            self._create()
        try:
            key = load_pem_private_key(self.path.read_bytes(), password=None)
        except ValueError as error:
            raise self._damaged() from error
        if not isinstance(key, Ed25519PrivateKey):
            raise self._damaged()
        return key

    def _create(self) -> None:
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            # link fails where another process was first: then its key is the store's key
            os.link(part, self.path)
        except FileExistsError:
            return
        finally:
            part.unlink(missing_ok=True)

    def _damaged(self) -> StoreError:
        return StoreError(
            "the signing key cannot be read",
            str(self.path),
            "an Ed25519 private key in PKCS #8 PEM",
            "restore it from where you keep it, or move it away: a new one is then made and logged",
        )


def verify_signature(public_key: str, message: bytes, signature: str) -> bool:
    """Whether `signature` (hexadecimal) over `message` is by `public_key` (hexadecimal)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True
