"""What nmap's scripts and service fingerprints say, as replies of the protocols they spoke."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.sources.document import cap
from glasshouse.sources.redact import strip_bytes, strip_text

__all__ = ["Found", "Reply", "Script", "banners", "read"]

MAX_OUTPUT = 65_536
MAX_ELEMENTS = 2_000
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A script result: its id, its text, and its structured elements by key path (`subject.commonName`)."""

    id: str
    output: str
    elements: Mapping[str, str]

    @classmethod
    def of(cls, element: Any) -> Script:
        """From a `script` element."""
        found: dict[str, str] = {}
        _collect(element, "", found, 0)
        return cls(cap(element.get("id", ""), 64), element.get("output", "")[:MAX_OUTPUT], found)


def _collect(element: Any, path: str, found: dict[str, str], depth: int) -> None:
    for child in element:
        if len(found) >= MAX_ELEMENTS or depth > 8:
            return
        key = f"{path}.{child.get('key')}".strip(".") if child.get("key") else path
        if child.tag == "table":
            _collect(child, key, found, depth + 1)
        elif child.tag == "elem":
            found.setdefault(key, (child.text or "")[:MAX_OUTPUT])


@dataclass(frozen=True, slots=True)
class Reply:
    """One observation to be: a reply's bytes, or values that a script took out of a reply."""

    probe: str
    raw: bytes = b""
    fields: Fields = ()
    request: str | None = None
    protocol: str | None = None
    said_by: SaidBy = SaidBy.DEVICE


@dataclass(slots=True)
class Found:
    """What the scripts of one port gave; `redacted` names scripts whose output was left out."""

    replies: list[Reply] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)


_SECRET_SCRIPT = re.compile(r"brute|default-accounts|-creds|passw|hashes|snmp-win32|snmp-brute|auth-bypass")


def read(scripts: Sequence[Script], service: str) -> Found:  # noqa: ARG001 - the name is what nmap's table says
    """The replies of one port's (or one host's) scripts; those about HTTP become one."""
    found = Found()
    http: list[tuple[str, str]] = []
    for script in scripts:
        if _SECRET_SCRIPT.search(script.id):
            found.redacted.append(script.id)
        elif script.id in _HTTP:
            http += _HTTP[script.id](script)
        elif script.id in _OTHERS:
            found.replies += _OTHERS[script.id](script)
        elif script.output.strip():
            raw = strip_text(_lines(script.output)).encode("utf-8", "replace")
            request, protocol = f"nmap script {script.id}", f"nmap-{script.id}"
            found.replies.append(Reply("other", raw, (), request, protocol, SaidBy.TOOL))
    kept = tuple(dict.fromkeys((name, strip_text(cap(value))) for name, value in http if value.strip()))
    if kept:
        found.replies.insert(0, Reply("http", fields=kept, request="nmap http scripts"))
    return found


def _lines(output: str) -> str:
    return "\n".join(cap(line) for line in output[:MAX_OUTPUT].splitlines()).strip()


def _title(script: Script) -> list[tuple[str, str]]:
    if "title" in script.elements:
        return [("http.title", script.elements["title"])]
    first = script.output.strip().splitlines()[:1]
    return [("http.title", first[0])] if first and not first[0].startswith(("Did not follow", "Site doesn't")) else []


def _server_header(script: Script) -> list[tuple[str, str]]:
    values = [text for text in script.elements.values() if text] or script.output.strip().splitlines()
    return [("http.server", value) for value in values[:8]]


_HEADER = re.compile(r"^\s*([A-Za-z0-9\-]{1,64}):\s?(.*)$")
_COMMON = {"server": "http.server", "x-powered-by": "http.powered", "location": "http.location"}


def _headers(script: Script) -> list[tuple[str, str]]:
    fields = []
    for line in script.output.splitlines()[:200]:
        header = _HEADER.match(line)
        if not header:
            continue
        name, value = header.group(1).lower(), header.group(2)
        if name == "set-cookie":
            fields.append(("http.set-cookie-name", value.partition("=")[0]))
        elif name not in {"cookie", "authorization", "date"}:
            fields.append((_COMMON.get(name, f"http.header.{name}"), value))
    return fields


_REALM = re.compile(
    r"(?i)\b(Basic|Digest)\b[^\r\n]*?\brealm=\"?([^\"\r\n]*?)\"?"
    r"(?=,|\s+(?:qop|nonce|opaque|algorithm|stale|domain|charset|userhash)=|\s*$)",
    re.MULTILINE,
)


def _auth(script: Script) -> list[tuple[str, str]]:
    """Scheme and realm; nmap writes the parameters without quotation marks, in any order."""
    fields = []
    for scheme, realm in _REALM.findall(script.output[:4_096])[:4]:
        fields += [("http.auth", scheme.lower()), ("http.realm", realm.strip())]
    return fields


def _favicon(script: Script) -> list[tuple[str, str]]:
    found = re.search(r"(?i)\b([0-9a-f]{32})\b", script.output)
    return [("http.favicon-md5", found.group(1).lower())] if found else []


_HTTP: Mapping[str, Callable[[Script], list[tuple[str, str]]]] = {
    "http-title": _title,
    "http-server-header": _server_header,
    "http-headers": _headers,
    "http-auth": _auth,
    "http-favicon": _favicon,
}

_RDN = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "countryName": "C",
}


def _certificate(script: Script) -> list[Reply]:
    pem = script.elements.get("pem", "")
    if "BEGIN CERTIFICATE" in pem:
        return [Reply("tls-cert", pem.strip().encode("ascii", "replace"), request="nmap script ssl-cert")]
    lines = []
    for who in ("subject", "issuer"):
        parts = [
            f"{_RDN.get(key.split('.', 1)[1], key.split('.', 1)[1])}={cap(value, 256)}"
            for key, value in script.elements.items()
            if key.startswith(f"{who}.")
        ]
        if parts:
            lines.append(f"{who}={', '.join(parts)}")
    for key, word in (("validity.notBefore", "notBefore"), ("validity.notAfter", "notAfter")):
        if key in script.elements:
            lines.append(f"{word}={cap(script.elements[key], 64)}")
    if not lines:
        found = re.search(r"(?m)^\s*Subject: (.+)$", script.output)
        lines = [f"subject={cap(found.group(1))}"] if found else []
    return [Reply("tls-cert", "\n".join(lines).encode(), request="nmap script ssl-cert")] if lines else []


def _rtsp(script: Script) -> list[Reply]:
    return [Reply("rtsp", fields=(("rtsp.public", cap(script.output)),), request="OPTIONS")] if script.output else []


_UPNP = {
    "server": "ssdp.server",
    "location": "ssdp.location",
    "manufacturer": "upnp.manufacturer",
    "name": "upnp.friendlyName",
    "model descr": "upnp.modelDescription",
    "model name": "upnp.modelName",
    "model version": "upnp.modelNumber",
}


def _upnp(script: Script) -> list[Reply]:
    fields: list[tuple[str, str]] = []
    for line in script.output.splitlines()[:200]:
        name, _, value = line.strip().partition(":")
        if value.strip() and name.lower() in _UPNP:
            fields.append((_UPNP[name.lower()], strip_text(cap(value))))
    if not fields:
        return []
    return [Reply("upnp-description", fields=tuple(dict.fromkeys(fields)), request="nmap script upnp-info")]


def _sysdescr(script: Script) -> list[Reply]:
    lines = script.output.strip().splitlines()
    text = " ".join(cap(line) for line in lines if not line.strip().startswith("System uptime")).strip()
    raw = f'.1.3.6.1.2.1.1.1.0 = STRING: "{text}"'.encode() if text else b""
    return [Reply("snmp", raw, request="nmap script snmp-sysdescr")] if raw else []


def _snmp_info(script: Script) -> list[Reply]:
    fields = tuple((f"snmp.{cap(key, 64)}", cap(value)) for key, value in script.elements.items() if key and value)
    return [Reply("snmp", fields=fields, request="nmap script snmp-info", said_by=SaidBy.TOOL)] if fields else []


_OTHERS: Mapping[str, Callable[[Script], list[Reply]]] = {
    "ssl-cert": _certificate,
    "rtsp-methods": _rtsp,
    "upnp-info": _upnp,
    "snmp-sysdescr": _sysdescr,
    "snmp-info": _snmp_info,
}

_PROBE = re.compile(r"%r\(([A-Za-z0-9_\-]{1,40}),[0-9A-Fa-f]{1,8},\"((?:[^\"\\]|\\.)*)\"\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\x00"}
_REQUESTS = {"GetRequest": "GET /", "HTTPOptions": "OPTIONS /", "RTSPRequest": "OPTIONS /", "SIPOptions": "OPTIONS"}


def _unescape(text: str) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        if len(code) == 3:
            return bytes.fromhex(code[1:].decode())
        return _SHORT.get(code, code)

    return _ESCAPE.sub(one, text.encode("latin-1", "replace"))


def banners(fingerprint: str, port: int) -> Iterator[Reply]:
    """The raw replies inside a service fingerprint (`servicefp`), each under the protocol that its bytes show."""
    text = re.sub(r"\r?\n?SF:", "", fingerprint[: 4 * MAX_OUTPUT])
    for probe, escaped in _PROBE.findall(text)[:64]:
        raw = strip_bytes(_unescape(escaped))[:MAX_OUTPUT]
        if not raw:
            continue
        word, protocol = _kind(raw, probe, port)
        yield Reply(word, raw, request=_REQUESTS.get(probe, f"nmap probe {probe}"), protocol=protocol)


def _kind(raw: bytes, probe: str, port: int) -> tuple[str, str | None]:
    for start, word in ((b"HTTP/", "http"), (b"RTSP/", "rtsp"), (b"SIP/", "sip")):
        if raw.startswith(start):
            return word, None
    if probe == "NULL" and raw.startswith(b"220"):
        return "ftp", None
    if probe == "NULL" and (port == 23 or raw[:1] == b"\xff"):
        return "telnet", None
    return "other", f"port-{port}"
