"""Self-signed certificates of the emulated devices, as their firmware would make them at first start.

Keys are derived from the device's name and signatures are deterministic (RFC 6979), so that two runs of the site
give the same certificate and the same evidence. They protect nothing and are used on loopback alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from glasshouse.lab.device import Device

__all__ = ["certificate", "server_context"]

_SUBJECT = (
    ("c", NameOID.COUNTRY_NAME),
    ("st", NameOID.STATE_OR_PROVINCE_NAME),
    ("l", NameOID.LOCALITY_NAME),
    ("o", NameOID.ORGANIZATION_NAME),
    ("ou", NameOID.ORGANIZATIONAL_UNIT_NAME),
    ("cn", NameOID.COMMON_NAME),
)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group P-256, SEC 2


def certificate(device: Device) -> tuple[bytes, bytes]:
    """Certificate and private key (PEM) of a device; its subject comes from the claims `tls.cn`, `tls.o` ..."""
    seed = int.from_bytes(hashlib.sha512(f"key {device.name}".encode()).digest(), "big")
    key = ec.derive_private_key(seed % (_ORDER - 1) + 1, ec.SECP256R1())
    claims = dict(device.claims)
    parts = [x509.NameAttribute(oid, claims[f"tls.{word}"]) for word, oid in _SUBJECT if f"tls.{word}" in claims]
    name = x509.Name(parts or [x509.NameAttribute(NameOID.COMMON_NAME, device.name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(device.name.encode()).digest()[:8], "big") | 1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2037, 12, 31, tzinfo=dt.UTC))
    )
    signed = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signed.public_bytes(serialization.Encoding.PEM), private


def server_context(device: Device) -> ssl.SSLContext:
    """A TLS context that shows the device's certificate. The ssl module reads files only, hence the short detour."""
    public, private = certificate(device)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "device.pem"
        file.write_bytes(public + private)
        context.load_cert_chain(file)
    return context
