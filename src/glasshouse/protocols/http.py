"""HTTP: the start page of a web server, without credentials."""

from __future__ import annotations

from glasshouse.model.protocol import Decoded, ProtocolDoc, Request, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _http, _page, axis, dahua_cgi, hanwha, isapi, lapi, onvif, upnp_description
from glasshouse.protocols._fields import MAX_BYTES, MAX_TEXT, Fields
from glasshouse.protocols._generic import family, read_generic

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="http",
    title="HTTP start page",
    probe="http",
    ports=(80, 8080, 8000, 8899, 443, 8443),
    transport="tcp",
    safety=SafetyClass.READ,
    references=(
        Reference("RFC 9110, HTTP Semantics", "https://www.rfc-editor.org/rfc/rfc9110"),
        Reference("RFC 9112, HTTP/1.1", "https://www.rfc-editor.org/rfc/rfc9112"),
    ),
    limitations=("A redirect is recorded and never followed.", "Of a page, the first 64 KiB are read."),
)

_READERS = {
    "isapi": isapi.read,
    "onvif": onvif.read,
    "upnp-description": upnp_description.read,
    "axis": axis.read,
    "dahua-cgi": dahua_cgi.read,
    "lapi": lapi.read,
    "hanwha": hanwha.read,
}
_HIK_PAGE = (
    b"/doc/page/login.asp",
    b"app-webs",
    b"dnvrs-webs",
    b"dvrdvs-webs",
    b"hikvision-webs",
    b"/isapi/",
    b"/sdk/",
)
_DAHUA_PAGE = (b"login to", b"/rpc2_login", b"<title>web service", b"/cgi-bin/magicbox")
_AXIS_PAGE = (b'realm="axis_', b"/axis-cgi/", b"axis communications")


def requests(host: str, port: int, token: str) -> tuple[Request, ...]:
    """`GET /`, the request of every browser."""
    del token  # nothing in it varies
    return (_http.get(host, port, "/"),)


frame = _http.frame


_FINDERS = (  # marks of makers whose finder answers a datagram to one host
    (b"server: vivotek", "vivotek"),
    (b"unifi video", "unifi"),
    (b"unifi nvr", "unifi"),
    (b"tp-link ip-camera", "tapo"),
)


def hints(raw: bytes) -> frozenset[str]:
    """Families whose own read is worth one request, told by header, realm or page."""
    text = raw[:65_536].lower()
    found = set[str]()
    if any(mark in text for mark in _HIK_PAGE) or _bare_webs(raw):
        found.add("isapi")
    if any(mark in text for mark in _DAHUA_PAGE):
        found.add("dahua-cgi")
    if any(mark in text for mark in _AXIS_PAGE):
        found.add("axis")
    if b"onvif" in text:
        found.add("onvif")
    found.update(name for mark, name in _FINDERS if mark in text)
    return frozenset(found)


def _bare_webs(raw: bytes) -> bool:
    # Later Hikvision firmware says only "webs" or "webserver"; their digest realms show a type in brackets.
    reply = _http.parse(raw[:MAX_BYTES])
    if reply is None:
        return False
    realm = next(iter(_http.challenges(reply.get("www-authenticate"))[1]), "").lower()
    return reply.get("server").lower() in {"webs", "web", "webserver"} or realm.startswith(
        ("ip camera(", "dvrnvrdvs", "embedded net dvr")
    )


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """Head and page; a body that is a device document is read as such too."""
    fields = Fields(raw[:MAX_BYTES])
    if _http.parse(fields.raw) is None:
        _page.add(fields, fields.raw[:MAX_TEXT], 0)  # only the body was kept
    document = _http.unwrap(fields)
    if document is not None:
        _READERS.get(family(document), read_generic)(fields, document)
    return fields.done()
