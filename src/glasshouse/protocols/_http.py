"""The message form that HTTP, RTSP, SIP and SSDP share: a start line, headers, a body. Also how we ask by HTTP."""

from __future__ import annotations

import ipaddress
import re
import zlib
from dataclasses import dataclass

from glasshouse.model.protocol import Request, SafetyClass
from glasshouse.protocols import _document, _page
from glasshouse.protocols._fields import MAX_TEXT, Fields, text_of
from glasshouse.protocols._identity import add_realm

__all__ = [
    "Header",
    "Reply",
    "add_reply",
    "authority",
    "body_of",
    "challenges",
    "frame",
    "get",
    "messages",
    "parse",
    "unwrap",
]

MAX_HEADERS = 100
MAX_MESSAGES = 8  # replies in one capture: a challenge, a redirect, the page
MAX_FOLDED = 4_096  # bytes of a header over several lines
MAX_HOST = 64  # some recorders mishandle a Host of 256 bytes or more

_STATUS = re.compile(rb"[ \t\[]{0,8}((?:HTTP|RTSP|SIP|ICY)/\d(?:\.\d)?)[ \t]{1,4}(\d{3})(?:[ \t]([^\r\n]{0,200}))?")
_ASKED = re.compile(rb"([A-Z-]{3,16}) (\S{1,512}) ((?:HTTP|RTSP|SIP)/\d\.\d)[ \t]*\r?$", re.MULTILINE)
_HEADER = re.compile(rb"[ \t]{0,32}([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64})[ \t]{0,4}:[ \t]{0,32}([^\r\n]{0,4096})")
_START = re.compile(rb"^[ \t\[]{0,8}(?:HTTP|RTSP)/\d(?:\.\d)?[ \t]{1,4}\d{3}(?![^ \t\r\n\]])", re.MULTILINE)
_HEAD_ALONE = re.compile(
    rb"(?:[ \t]{0,32}[A-Za-z][A-Za-z0-9-]{1,40}[ \t]?:[ \t][^\r\n]{0,1000}\r?\n){0,12}?[ \t]{0,32}"
    rb"(?:server|www-authenticate|content-type|content-length|connection|date|location|set-cookie|x-frame-options"
    rb"|cache-control)[ \t]?:[ \t]",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(r"\b(Digest|Basic|Bearer|NTLM|Negotiate)\b", re.IGNORECASE)
_REALM = re.compile(
    r"""realm\s{0,2}=\s{0,2}(?:"([^"]{0,256})"|'([^']{0,256})'|([^\s,"'][^,"'\r\n]{0,255}))""", re.IGNORECASE
)
_QUIET = frozenset(
    [
        "server",
        "x-powered-by",
        "location",
        "www-authenticate",
        "set-cookie",
        "date",
        "expires",
        "last-modified",
        "content-length",
        "connection",
        "keep-alive",
        "age",
        "authorization",
        "cookie",
        "etag",
        "session",
        "cseq",
    ]
)


@dataclass(frozen=True, slots=True)
class Header:
    """One header: lower-case name, value, and where the value stands."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A message. `status` is None for a request (NOTIFY, REGISTER) and for headers without a start line."""

    version: str
    status: str | None
    method: str | None
    headers: tuple[Header, ...]
    body_at: int  # offset of the body; the length of the message where only the head was kept
    complete: bool  # the blank line after the headers was seen
    end: int  # where the next message of the same capture begins, else the length
    status_at: int  # offset of the three digits; -1 without a start line

    def all(self, name: str) -> tuple[Header, ...]:
        """Every header of this name."""
        return tuple(header for header in self.headers if header.name == name)

    def get(self, name: str) -> str:
        """The first value of this header; empty where there is none."""
        return next((header.value for header in self.headers if header.name == name), "")


def parse(raw: bytes, start: int = 0, end: int | None = None) -> Reply | None:
    """Read one message, whole or only its head, with CRLF or bare LF; None where the bytes are no message."""
    stop = len(raw) if end is None else end
    at = start + len(raw[start:stop]) - len(raw[start:stop].lstrip(b"\xef\xbb\xbf\r\n \t"))
    status = _STATUS.match(raw, at, stop)
    asked = None if status else _ASKED.match(raw, at, stop)
    if status is None and asked is None and _HEAD_ALONE.match(raw, at, stop) is None:
        return None
    first = status or asked
    if first is not None:
        line_end = raw.find(b"\n", first.end(), stop)
        at = stop if line_end < 0 else line_end + 1
    headers, body_at, complete = _headers(raw, at, stop)
    return Reply(
        text_of(status[1] if status else asked[3] if asked else b""),
        text_of(status[2]) if status else None,
        text_of(asked[1]) if asked else None,
        headers,
        body_at,
        complete,
        stop,
        status.start(2) if status else -1,
    )


def messages(raw: bytes) -> tuple[Reply, ...]:
    """Every reply of a capture in order: a challenge or redirect may come before the page, a request before both.

    A request that a reply follows is the client's and is left out; () where the bytes are no message.
    """
    starts = [found.start() for found, _ in zip(_START.finditer(raw), range(MAX_MESSAGES), strict=False)]
    first = parse(raw, 0, starts[1] if len(starts) > 1 else None)
    if first is None or not starts:
        return () if first is None else (first,)
    if first.method is None:
        starts[0] = 0
    replies = (parse(raw, at, end) for at, end in zip(starts, [*starts[1:], len(raw)], strict=True))
    return tuple(reply for reply in replies if reply is not None)


def _headers(raw: bytes, at: int, stop: int) -> tuple[tuple[Header, ...], int, bool]:
    headers: list[Header] = []
    while at < stop:
        end = raw.find(b"\n", at, stop)
        end = stop if end < 0 else end
        if not raw[at:end].strip():
            return tuple(headers), min(end + 1, stop), True
        found = _HEADER.match(raw, at, end)
        if found and len(headers) < MAX_HEADERS:
            name, value = text_of(found[1]).lower(), text_of(found[2])
            headers.append(Header(name, value.strip(), *found.span(2)))
        elif raw[at:end].lstrip().startswith((b"<", b"{")):
            return tuple(headers), at, True  # the blank line was lost in a paste
        elif headers and raw[at : at + 1] in {b" ", b"\t"} and end - headers[-1].start < MAX_FOLDED:
            last = headers[-1]  # a folded header goes on
            more = text_of(raw[at:end]).strip()
            headers[-1] = Header(last.name, f"{last.value} {more}", last.start, end)
        at = end + 1
    return tuple(headers), stop, False


def body_of(reply: Reply, raw: bytes) -> tuple[bytes, int | None]:
    """The body without transfer and content coding, at most 64 KiB, and its offset if it stands there literally."""
    body, offset = raw[reply.body_at : min(reply.end, reply.body_at + 2 * MAX_TEXT)], reply.body_at
    place: int | None = offset
    if "chunked" in reply.get("transfer-encoding").lower():
        body, place = _unchunked(body, offset)
    if reply.get("content-encoding").lower().strip() in {"gzip", "deflate", "x-gzip"} or body[:3] == b"\x1f\x8b\x08":
        unpacked = _unpacked(body)
        body, place = (body, place) if unpacked is None else (unpacked, None)
    return body[:MAX_TEXT], place


def _unpacked(body: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(wbits=47).decompress(body, MAX_TEXT)
    except zlib.error:
        return None


def _unchunked(body: bytes, offset: int) -> tuple[bytes, int | None]:
    pieces: list[tuple[int, bytes]] = []
    at = 0
    for _ in range(2_000):
        size = re.compile(rb"([0-9A-Fa-f]{1,6})[^\r\n]{0,80}\r?\n").match(body, at)
        length = int(size[1], 16) if size else 0
        if size is None or length == 0:
            break
        pieces.append((size.end(), body[size.end() : size.end() + length]))
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    if not pieces:
        return body, offset  # captured after the coding was taken off
    return b"".join(piece for _, piece in pieces), offset + pieces[0][0] if len(pieces) == 1 else None


def challenges(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The schemes (lower case) and realms of a WWW-Authenticate value, in order, each once."""
    unquoted = re.sub(r'"[^"]*"', '""', value)
    schemes = dict.fromkeys(found[1].lower() for found in _CHALLENGE.finditer(unquoted))
    realms = dict.fromkeys(next(filter(None, found.groups()), "") for found in _REALM.finditer(value))
    return tuple(schemes), tuple(realms)


def add_reply(fields: Fields, reply: Reply) -> None:
    """Add the `http.*` values of a whole reply or its head, except what `_page.add` reads from the body."""
    if reply.status is not None:
        fields.add("http.status", reply.status, reply.status_at, reply.status_at + 3)
    named = {"server": "http.server", "location": "http.location", "x-powered-by": "http.powered"}
    for header in reply.headers:
        if header.name in named:
            fields.add(named[header.name], header.value, header.start, header.end)
        elif header.name == "set-cookie":
            fields.add("http.set-cookie-name", header.value.partition("=")[0], header.start, header.end)
        elif header.name not in _QUIET:
            fields.add(f"http.header.{header.name}", header.value, header.start, header.end)
    add_challenges(fields, reply, "http")


def add_challenges(fields: Fields, reply: Reply, prefix: str) -> None:
    """Add `<prefix>.auth` and `<prefix>.realm` from the challenges of a reply."""
    for header in reply.all("www-authenticate"):
        schemes, realms = challenges(header.value)
        for scheme in schemes:
            fields.add(f"{prefix}.auth", scheme)
        for realm in realms:
            fields.add(f"{prefix}.realm", realm, header.start, header.end)
            add_realm(fields, realm, header.start, header.end)


def unwrap(fields: Fields) -> _document.Document | None:
    """The document a reply carries; where it is a whole HTTP message, its `http.*` values are added first.

    Of several messages in one capture, all are read and the last document is given.
    """
    replies = messages(fields.raw)
    if not replies or replies[0].version.startswith(("RTSP", "SIP")):
        return _document.parse(fields.raw)
    document = None
    for reply in replies:
        add_reply(fields, reply)
        body, offset = body_of(reply, fields.raw)
        _page.add(fields, body, offset)
        document = _document.parse(body, offset) or document
    return document


def frame(data: bytes) -> bool:
    """Whether a message is complete: head, and as much body as it announces; unannounced bodies end at close."""
    reply = parse(data)
    if reply is None:
        return len(data) >= MAX_TEXT
    if not reply.complete:
        return False
    body = data[reply.body_at :]
    if "chunked" in reply.get("transfer-encoding").lower():
        return re.search(rb"(?:^|\n)0{1,8}[^\r\n]{0,80}\r?\n\r?\n", body) is not None
    length = reply.get("content-length")
    if length.isascii() and length.isdigit():
        return len(body) >= min(int(length[:9]), MAX_TEXT)
    if reply.version.startswith(("RTSP", "SIP")) or reply.status in {"204", "304"}:
        return True
    return len(body) >= MAX_TEXT


def authority(host: str, port: int, default: int = 80) -> str:
    """The Host header for an address or name; ValueError where it is longer than 64 bytes or no host."""
    bare = host.partition("%")[0].strip("[]")
    try:
        shown = f"[{bare}]" if ipaddress.ip_address(bare).version == 6 else bare
    except ValueError:
        shown = bare
    if not re.fullmatch(r"[A-Za-z0-9._:\[\]-]{1,58}", shown):
        raise ValueError(
            f"cannot ask {host!r}: a host is an IP address or a name of at most 58 letters, digits, dots and dashes; "
            "name the device by its address"
        )
    if not 0 < port < 65_536:
        raise ValueError(f"cannot ask {host} at port {port}: ports are 1 to 65535")
    return shown if port == default else f"{shown}:{port}"


def get(host: str, port: int, path: str, safety: SafetyClass = SafetyClass.READ) -> Request:
    """One plain GET. The connection is closed after it, so that a small server is soon free again."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {authority(host, port)}",
        "User-Agent: glasshouse",
        "Accept: */*",
        "Connection: close",
    )
    return Request(f"GET {path}", ("\r\n".join(lines) + "\r\n\r\n").encode("ascii"), safety)


def post(host: str, port: int, path: str, name: str, kind: str, body: str, safety: SafetyClass) -> Request:
    """One POST of a fixed document that reads and changes nothing."""
    data = body.encode()
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {authority(host, port)}",
        "User-Agent: glasshouse",
        f"Content-Type: {kind}",
        f"Content-Length: {len(data)}",
        "Connection: close",
    )
    return Request(name, ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + data, safety)
