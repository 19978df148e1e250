"""RTSP: OPTIONS, and where that names no server, DESCRIBE of the root for its challenge."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http
from glasshouse.protocols._fields import MAX_BYTES, MAX_TEXT, Fields, text_of

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="rtsp",
    title="RTSP",
    probe="rtsp",
    ports=(554, 8554, 10554, 5544),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference("RFC 2326, Real Time Streaming Protocol", "https://www.rfc-editor.org/rfc/rfc2326", "10.1 OPTIONS"),
        Reference("RFC 8866, Session Description Protocol", "https://www.rfc-editor.org/rfc/rfc8866"),
    ),
    limitations=(
        "DESCRIBE is sent only where the reply to OPTIONS names no server; no path but the root is tried.",
        "The second request of one connection counts CSeq on; a new connection may repeat it.",
    ),
)

_NAMED = {"server": "rtsp.server", "public": "rtsp.public", "content-base": "rtsp.content-base"}
_QUIET = frozenset(
    [
        "cseq",
        "date",
        "session",
        "www-authenticate",
        "content-length",
        "content-type",
        "cache-control",
        "expires",
        "range",
        "transport",
    ]
)
_SDP = re.compile(rb"^[ \t]{0,8}v=0[ \t]{0,8}\r?\n", re.MULTILINE)
_SDP_LINE = re.compile(
    rb"^[ \t]{0,8}(?:([osieu])=|a=(tool|control|x-[A-Za-z0-9_-]{1,40}|rtpmap|range):?)[ \t]{0,8}([^\r\n]{0,400})",
    re.MULTILINE | re.IGNORECASE,
)
_SDP_NAMES = {
    b"s": "rtsp.sdp.session",
    b"i": "rtsp.sdp.information",
    b"e": "rtsp.sdp.email",
    b"u": "rtsp.sdp.uri",
    b"o": "rtsp.sdp.origin",
    b"tool": "rtsp.sdp.tool",
    b"control": "rtsp.sdp.control",
    b"rtpmap": "rtsp.sdp.codec",
}


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """OPTIONS; then DESCRIBE without credentials, whose challenge shows the realm."""
    del token
    shown = _http.authority(host, port, 0)
    return (
        _request("OPTIONS", 1, shown, ()),
        _request("DESCRIBE", 2, shown, ("Accept: application/sdp",)),
    )


def _request(method: str, number: int, shown: str, more: tuple[str, ...]) -> Request:
    lines = (f"{method} rtsp://{shown}/ RTSP/1.0", f"CSeq: {number}", "User-Agent: glasshouse", *more)
    return Request(method, ("\r\n".join(lines) + "\r\n\r\n").encode("ascii"), SafetyClass.READ)


frame = _http.frame


def hints(raw: bytes) -> frozenset[str]:
    """A realm of a family points to that family's HTTP read."""
    text = raw[:65_536].lower()
    found = set[str]()
    if b"login to" in text or b"dahua rtsp" in text:
        found.add("dahua-cgi")
    if b'realm="hikvision' in text or b'realm="ip camera(' in text or b"/streaming/channels" in text:
        found.add("isapi")
    if b'realm="axis_' in text:
        found.add("axis")
    return frozenset(found)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Every reply of a capture, whole or only its head, or a bare session description."""
    fields = Fields(raw[:MAX_BYTES])
    for reply in _http.messages(fields.raw):
        if reply.method is None:
            _add_reply(fields, reply)
    _add_description(fields)
    return fields.done()


def _add_reply(fields: Fields, reply: _http.Reply) -> None:
    if reply.status is not None:
        fields.add("rtsp.status", reply.status, reply.status_at, reply.status_at + 3)
    for header in reply.headers:
        if header.name in _NAMED:
            fields.add(_NAMED[header.name], header.value, header.start, header.end)
        elif header.name not in _QUIET:
            fields.add(f"rtsp.header.{header.name}", header.value, header.start, header.end)
    _http.add_challenges(fields, reply, "rtsp")


def _add_description(fields: Fields) -> None:
    found = _SDP.search(fields.raw)
    if found is None:
        return
    start, end = found.start(), min(len(fields.raw), found.start() + MAX_TEXT)
    for line, _ in zip(_SDP_LINE.finditer(fields.raw, start, end), range(100), strict=False):
        key = (line[1] or line[2]).lower()
        name = _SDP_NAMES.get(key)
        if name is not None:
            fields.add(name, text_of(line[3]), *line.span(3))
        elif key.startswith(b"x-"):
            fields.add("rtsp.sdp.attribute", text_of(line[2] + b":" + line[3]), line.start(2), line.end(3))
    fields.add("rtsp.sdp", text_of(fields.raw[start:end]), start, end, limit=MAX_TEXT)
