"""TLS: a handshake without client authentication, and the certificate it shows."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document, _http
from glasshouse.protocols._document import Document
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._protocol import any_bytes, no_hints

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="tls-cert",
    title="TLS certificate",
    probe="tls-cert",
    ports=(443, 8443, 322),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference("RFC 5280, X.509 certificates", "https://www.rfc-editor.org/rfc/rfc5280"),
        Reference("RFC 4514, string form of distinguished names", "https://www.rfc-editor.org/rfc/rfc4514"),
    ),
    limitations=("Of a chain, the first certificate is read: the one of the device.",),
)

_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]{1,60000}-----END")
_LINE = re.compile(
    rb"^[ \t*\d|_]{0,16}(?:ssl-cert:[ \t]{0,4})?(subject|issuer|owner|s|i|serial(?: number)?|not ?(?:valid )?before|not ?(?:valid )?after"
    rb"|start date|expire date|sha-?256(?: fingerprint)?)[ \t]{0,8}[=:]\s{0,40}([^\r\n]{1,1000})",
    re.MULTILINE | re.IGNORECASE,
)
_SAN = re.compile(rb"\b(DNS|IP Address|IP|URI|email):([^\s,\r\n]{1,253})")
_VERSION = re.compile(rb"\b(?:TLSv?|SSLv)(1\.[0-3]|1|[23])\b")
_ATTRIBUTE = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9.-]{0,40}|\d[\d.]{2,60})\s*=\s*((?:\\.|\"[^\"]*\"|[^,/;\\\"]|[/,;](?!\s*[A-Za-z0-9.]{1,40}\s*=))*)[,/;]?"
)
_NAMES = {
    "s": "subject", "i": "issuer", "owner": "subject", "notbefore": "not-before", "notvalidbefore": "not-before",
    "startdate": "not-before", "notafter": "not-after", "notvalidafter": "not-after", "expiredate": "not-after",
    "serialnumber": "serial", "sha256": "sha256", "sha256fingerprint": "sha256", "fingerprintsha256": "sha256",
    "subjectdn": "subject", "issuerdn": "issuer", "validfrom": "not-before", "validto": "not-after", "start": "not-before",
    "end": "not-after", "names": "san", "dnsnames": "san", "subjectaltname": "san", "subjectaltnames": "san",
}  # fmt: skip
_SHORT = {
    "commonname": "CN", "organizationname": "O", "organization": "O", "organizationalunitname": "OU",
    "organizationalunit": "OU", "countryname": "C", "country": "C", "stateorprovincename": "ST", "province": "ST",
    "localityname": "L", "locality": "L", "cn": "CN", "o": "O", "ou": "OU", "c": "C", "st": "ST", "l": "L",
}  # fmt: skip
_BARE = re.compile(rb"\s{0,8}/?(?:CN|C|O|OU|ST|L|commonName|countryName)\s{0,2}=[^\r\n]{1,1000}\s{0,8}", re.IGNORECASE)
_NESTED = re.compile(r"\(\(?['\"](\w{1,40})['\"], ['\"]([^'\"]{1,200})['\"]\)")


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """A handshake; the leaf certificate in DER is the reply."""
    del token
    _http.authority(host, port, port)
    return (Request("handshake", b"", SafetyClass.READ, "handshake"),)


frame = any_bytes
hints = no_hints


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """DER, PEM, the text of `openssl x509` or `s_client`, or lines that begin with subject and issuer."""
    fields = Fields(raw[:MAX_BYTES])
    certificate = _load(fields.raw)
    if certificate is not None:
        _add_certificate(fields, certificate)
    else:
        _add_lines(fields)
    version = _VERSION.search(fields.raw[:65_536]) if not fields.raw.startswith(b"\x30\x82") else None
    if version is not None:
        fields.add("tls.version", text_of(version[1]), *version.span(1))
    return fields.done()


def _load(raw: bytes) -> Certificate | None:
    from cryptography import x509  # noqa: PLC0415 - the collector runs without it

    pem = _PEM.search(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd serial numbers and lengths are what devices have
        try:
            if pem is not None:
                return x509.load_pem_x509_certificate(raw[pem.start() :])
            return x509.load_der_x509_certificate(raw) if raw.startswith(b"\x30") else None
        except Exception:  # noqa: BLE001 - hostile bytes: the library documents ValueError and raises more
            return None


def _add_certificate(fields: Fields, certificate: Certificate) -> None:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for add in (_add_names, _add_san, _add_validity):
            try:
                add(fields, certificate)
            except Exception as problem:  # noqa: BLE001 - one unreadable part leaves the others readable, and is told
                fields.add("tls.unread", f"{add.__name__.removeprefix('_add_')}: {type(problem).__name__}")
        fields.add("tls.sha256", certificate.fingerprint(SHA256()).hex())


def _add_names(fields: Fields, certificate: Certificate) -> None:
    issuer, subject = _places(fields.raw, certificate)
    _add_name(fields, "subject", certificate.subject.rfc4514_string(), *subject)
    _add_name(fields, "issuer", certificate.issuer.rfc4514_string(), *issuer)
    fields.add("tls.serial", f"{certificate.serial_number:x}")


def _places(raw: bytes, certificate: Certificate) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where issuer and subject stand in DER, in this order; the whole text where the certificate is not DER."""
    whole = (0, len(raw))
    issuer, subject = certificate.issuer.public_bytes(), certificate.subject.public_bytes()
    first = raw.find(issuer)
    second = raw.find(subject, first + len(issuer)) if first >= 0 else -1
    if second < 0:
        return whole, whole
    return (first, first + len(issuer)), (second, second + len(subject))


def _add_validity(fields: Fields, certificate: Certificate) -> None:
    fields.add("tls.not-before", certificate.not_valid_before_utc.isoformat())
    fields.add("tls.not-after", certificate.not_valid_after_utc.isoformat())


def _add_san(fields: Fields, certificate: Certificate) -> None:
    from cryptography import x509  # noqa: PLC0415

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    subject = _places(fields.raw, certificate)[1]
    after = subject[1] if subject[0] else 0  # extensions follow the subject
    for name in list(names)[:50]:
        fields.add("tls.san", str(name.value), after, len(fields.raw))


def _add_name(fields: Fields, which: str, text: str, start: int | None = None, end: int | None = None) -> None:
    fields.add(f"tls.{which}", text, start, end)
    for key, value in _attributes(text):
        short = _SHORT.get(key.lower(), "").lower()
        if short in {"cn", "o", "ou"}:
            fields.add(f"tls.{which}.{short}", value, start, end)


def _attributes(text: str) -> list[tuple[str, str]]:
    found = [(item[1], item[2].strip()) for item in _ATTRIBUTE.finditer(text.lstrip("/ ")[:1_000])]
    return [(key, re.sub(r"\\(.)", r"\1", value.strip('"'))) for key, value in found[:30]]


def _add_lines(fields: Fields) -> None:
    document = _document.parse(fields.raw)
    if document is not None and document.kind == "json":
        _add_dump(fields, document)
        return
    if _BARE.fullmatch(fields.raw[:1_100]) is not None:
        _add_name(fields, "subject", _as_rfc4514(text_of(fields.raw).strip()), 0, len(fields.raw))
    for found, _ in zip(_LINE.finditer(fields.raw), range(60), strict=False):
        _add_part(fields, text_of(found[1]), text_of(found[2]).strip(), *found.span(2))
    for found, _ in zip(_SAN.finditer(fields.raw), range(50), strict=False):
        fields.add("tls.san", text_of(found[2]), *found.span(2))


def _add_part(fields: Fields, written: str, text: str, start: int | None, end: int | None) -> None:
    key = re.sub(r"[^a-z0-9]", "", written.lower())
    name = _NAMES.get(key, key)
    if f"tls.{name}" in fields.names() and name != "san":
        return  # of a chain, the first
    if name in {"subject", "issuer"}:
        _add_name(fields, name, _as_rfc4514(text), start, end)
    elif name == "sha256":
        fields.add("tls.sha256", text.replace(":", "").lower(), start, end)
    else:
        fields.add(f"tls.{name}", text, start, end)


def _add_dump(fields: Fields, document: Document) -> None:
    """A certificate as a scanner or a library dumps it: names flat, in objects, or in nested tuples."""
    names: dict[str, list[str]] = {"subject": [], "issuer": []}
    text = text_of(fields.raw[:65_536])
    for which in names:
        at = max(text.find(f"'{which}': ("), text.find(f'"{which}": ('))
        stop = min((end for end in (text.find(")),)", at), text.find("),))", at)) if end >= 0), default=at + 2_000)
        if at >= 0:
            names[which] = [
                f"{_SHORT.get(item[1].lower(), item[1])}={_escaped(item[2])}"
                for item in _NESTED.finditer(text, at, stop + 4)
                if item[1].lower() in _SHORT
            ]
    for node in document.nodes:
        owner = next((part.lower() for part in reversed(node.path[:-1]) if part.lower() in names), "")
        short = _SHORT.get(re.sub(r"[^a-z]", "", node.name.lower()))
        if owner and short is not None:
            names[owner].append(f"{short}={_escaped(node.text)}")
        elif re.sub(r"[^a-z0-9]", "", node.name.lower()) in _NAMES and not node.text.startswith("(("):
            _add_part(fields, node.name, node.text, node.start, node.end)
    for which, parts in names.items():
        if parts and f"tls.{which}" not in fields.names():
            ordered = reversed(parts) if parts[0].startswith(("C=", "ST=")) else parts
            _add_name(fields, which, ",".join(ordered), 0, len(fields.raw))


def _as_rfc4514(text: str) -> str:
    """OpenSSL's spellings in the order of RFC 4514: most specific first, commas, no blanks."""
    attributes = _attributes(text)
    if not attributes:
        return text
    if attributes[0][0].upper() in {"C", "DC", "ST"} or (text.startswith("/") and len(attributes) > 1):
        attributes.reverse()
    return ",".join(f"{_SHORT.get(key.lower(), key)}={_escaped(value)}" for key, value in attributes)


def _escaped(value: str) -> str:
    return re.sub(r'([,+"\\<>;])', r"\\\1", value)
