"""Ordinary web and RTSP replies, cut down to what can speak before anything is decoded.

Most replies of a network are servers' pages of which at most a header or a title says anything. A well-formed reply
whose page holds none of the texts that a fingerprint needs is replaced by its telling headers and title; a reply with
nothing telling is answered without decoding. Whatever is out of the ordinary (codings, several messages, documents,
escapes, character references, pictures) is left as it is. The cut reply gives the same answer as the whole one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable

from glasshouse.matching.literals import required
from glasshouse.matching.signals import Hearing
from glasshouse.model.signal import Fingerprint
from glasshouse.protocols._fields import Fields, text_of
from glasshouse.protocols._http import challenges
from glasshouse.protocols._identity import add_realm

__all__ = ["NOTHING", "Plain"]

NOTHING = b""
"""What is left of a reply that says nothing."""

_LONGEST = 60_000  # bytes: below every bound that decoders set, so that no bound cuts one reply and not the other
_HEAD = re.compile(
    rb"(HTTP/1\.[01]|RTSP/1\.0) (\d{3})(?: [ -~]{0,200})?\r\n"
    rb"((?:[A-Za-z][A-Za-z0-9-]{0,63}:[^\r\n\0\\]{0,3900}\r\n){1,60})(?:\r\n|\Z)"
)
# A nonce that holds the word realm could be taken for one.
_NONCE = re.compile(rb'(?i)\b(nonce|opaque|cnonce)="(?![^"]*realm)[0-9A-Za-z+/_:.-]{6,200}={0,2}"')
_PAGE = re.compile(rb"\s{0,64}<(?:!doctype html|html|head)\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,1000})<", re.IGNORECASE)
_FOLDED = ("\u017f", "\u212a")  # are s and k to a pattern that does not mind case
# Escapes of a paste, further messages, bytes that are no text.
_STRANGE_PAGE = (r"\\[rnx]", r'=\\"', r"(?i:HTTP|RTSP)/\d", r"\x00")
# Codings; headers of SSDP; the code of a label, which is hidden in every value (see `Fields`).
_STRANGE = (
    r"(?:^|\n)(?i:transfer-encoding|content-encoding|st|usn)[ \t]*:",
    r"[{,]\s{0,2}SC:",
    r"[A-Z0-9]{9}(?:\r|\n|\\r|\\n){1,2}[A-Z]{6}(?:[\r\n\\]|$)",
)
# A reply that shows one of these has two values at least.
_SHOWN = {
    "http": re.compile(
        rb"(?im)^(?:server|content-type|cache-control|accept-ranges|x-frame-options|vary|pragma):[ \t]*[a-z0-9]"
    ),
    "rtsp": re.compile(rb"(?im)^(?:server|public):[ \t]*[a-z0-9]"),
}
_OF_HEADERS = {"http.server": b"server", "http.location": b"location", "http.powered": b"x-powered-by",
               "http.set-cookie-name": b"set-cookie", "http.realm": b"www-authenticate", "http.auth": b"www-authenticate",
               "rtsp.server": b"server", "rtsp.public": b"public", "rtsp.content-base": b"content-base",
               "rtsp.realm": b"www-authenticate", "rtsp.auth": b"www-authenticate"}  # fmt: skip
_OF_PAGES = ("http.body", "http.script", "http.page.")  # written into values as they stand in the page
_READ_PAGES = ("http.refresh", "http.meta.")  # with character references replaced and blanks joined
_LEFT_WHOLE = ("rtsp.sdp", "http.favicon.")  # of replies that are never cut: with a description, with a picture


class Plain:
    """What can speak in an ordinary reply, as `hearing` hears it."""

    def __init__(self, hearing: Hearing) -> None:
        mine = [one for one in hearing.fingerprints if one.field.startswith(("http.", "rtsp."))]
        named = {name for name in hearing.named if name.startswith(("http.", "rtsp."))}
        self._hearing = hearing
        self._asked = _Recent()
        told = {one.field for one in mine} | named
        self._headers = {scheme: _headers(scheme, told) for scheme in ("http", "rtsp")}
        texts = _texts(mine)
        self._page = None if texts is None else _looker(texts | set(_FOLDED), _STRANGE_PAGE)
        self._strange = _looker((), _STRANGE)
        self._lines = {scheme: _header_lines(headers) for scheme, headers in self._headers.items()}
        in_pages = {name for name in named if _header(name) is None} - {"http.title"}
        self._usable = not in_pages and all(map(_is_known, told))

    def cut(self, probe: str, raw: bytes) -> bytes | None:
        """What is left of an ordinary reply (`NOTHING` where it says nothing); None: the reply is not ordinary."""
        if probe not in {"http", "rtsp"} or len(raw) > _LONGEST or not self._usable:
            return None
        head = _HEAD.match(raw)
        if head is None or not _is_of(probe, head[1]) or self._strange(raw):
            return None
        lines = self._telling(probe, head[3])
        title = self._title(raw, head.end()) if probe == "http" else _no_body(raw, head.end())
        if lines is None or title is None:
            return None
        if not lines and not title:
            return NOTHING
        start = head[1] + b" 200 \r\n"  # no status says anything: a fingerprint on it would make no reply ordinary
        return start + b"".join(lines) + b"\r\n" + (b"<html>" + title + b"/title></html>" if title else b"")

    def _telling(self, probe: str, head: bytes) -> list[bytes] | None:
        """The header lines that say something; None where the reply may hold a single value, which is read as a text."""
        if _SHOWN[probe].search(head) is None:
            return None
        kept: list[bytes] = []
        for found in self._lines[probe].finditer(head):
            line = masked(found[0]) if b"nonce" in found[0] else found[0]
            if self._says(probe, found[1].lower(), line):
                kept.append(line + b"\r\n")
        return kept

    def _says(self, probe: str, name: bytes, line: bytes) -> bool:
        known = self._asked.get(line)
        if known is None:
            text = text_of(line.partition(b":")[2]).strip()
            if name == b"www-authenticate":
                schemes, realms = challenges(text)
                told = [(f"{probe}.auth", one) for one in schemes] + [(f"{probe}.realm", one) for one in realms]
                told += _identity(realms)
            else:
                told = [(self._headers[probe][name], text.partition("=")[0] if name == b"set-cookie" else text)]
            known = self._asked[line] = any(self._speaks(field, value) for field, value in told)
        return known

    def _title(self, raw: bytes, at: int) -> bytes | None:
        """The title of an inert page if it may say something, else b""; None where the page is not ordinary."""
        body = raw[at:]
        if not body.strip():
            return b""
        if self._page is None or _PAGE.match(body) is None or self._page(body):
            return None
        title = _TITLE.search(body)
        if title is None:
            return b""
        known = self._asked.get(title[0])
        if known is None:
            text = " ".join(html.unescape(text_of(title[1])).split())
            known = self._asked[title[0]] = self._speaks("http.title", text)
        return title[0] if known else b""

    def _speaks(self, field: str, value: str) -> bool:
        """Whether a value may say something, written into a field as decoders do it."""
        fields = Fields(b"")
        fields.add(field, value)
        return any(self._hearing.speaks(one.name, one.value) for one in fields.done())


def _identity(realms: Iterable[str]) -> list[tuple[str, str]]:
    """What decoders read of a unit out of its realms: an address, a serial number."""
    fields = Fields(b"")
    for realm in realms:
        add_realm(fields, realm)
    return [(one.name, one.value) for one in fields.done()]


def masked(line: bytes) -> bytes:
    """A header line with the values that a server makes up anew for every challenge replaced."""
    return _NONCE.sub(rb'\1="0"', line)


def _is_of(probe: str, version: bytes) -> bool:
    return version.startswith(b"RTSP") is (probe == "rtsp")


def _no_body(raw: bytes, at: int) -> bytes | None:
    return None if raw[at:].strip() else b""


def _header(field: str) -> bytes | None:
    """The header that a field is read from; None where it is of no header."""
    kind, _, name = field.partition(".header.")
    return name.encode() if kind in {"http", "rtsp"} and name else _OF_HEADERS.get(field)


def _headers(scheme: str, fields: Iterable[str]) -> dict[bytes, str]:
    """The headers whose values may say something, each with its field."""
    return {header: one for one in fields if one.startswith(scheme) and (header := _header(one)) is not None}


def _is_known(field: str) -> bool:
    """Whether it is known where the values of a field come from."""
    known = field == "http.title" or field.startswith((*_OF_PAGES, *_READ_PAGES, *_LEFT_WHOLE))
    return known or _header(field) is not None


def _texts(fingerprints: Iterable[Fingerprint]) -> frozenset[str] | None:
    """Texts of which one stands in every page that a fingerprint, titles aside, says something about; None: unknown."""
    found: set[str] = set()
    for one in fingerprints:
        if not one.field.startswith((*_OF_PAGES, *_READ_PAGES)):
            continue
        read = one.field.startswith(_READ_PAGES)
        texts = required(one.pattern, words=read)
        if texts is None:
            return None
        found |= texts | ({"&#"} if read else set())
    return frozenset(found)


def _header_lines(names: Iterable[bytes]) -> re.Pattern[bytes]:
    """Finds the lines of these headers."""
    return re.compile(rb"(?im)^(" + b"|".join(map(re.escape, sorted(names))) + rb"):[^\r\n]*")


def _looker(texts: Collection[str], patterns: Iterable[str]) -> Callable[[bytes], bool]:
    """Whether bytes hold one of `texts`, in any case of their letters, or match one of the patterns."""
    every = [f"(?i:{re.escape(text)})" for text in sorted(texts)] + list(patterns)
    try:
        import hyperscan  # noqa: PLC0415  # optional: without it the standard library looks, more slowly
    except ImportError:
        slow = re.compile("|".join(f"(?:{one})" for one in every).encode())
        return lambda data: slow.search(data) is not None
    database = hyperscan.Database()
    single = hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(expressions=[one.encode() for one in every], ids=list(range(len(every))), flags=single)

    def holds(data: bytes) -> bool:
        hits: list[int] = []
        database.scan(data, match_event_handler=lambda at, *_: hits.append(at))
        return bool(hits)

    return holds


class _Recent:
    """What was asked lately: two generations, the older one is dropped when the younger is full."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._young: dict[bytes, bool] = {}
        self._old: dict[bytes, bool] = {}

    def get(self, key: bytes) -> bool | None:
        """The answer to `key`, or None."""
        known = self._young.get(key)
        return self._old.get(key) if known is None else known

    def __setitem__(self, key: bytes, value: bool) -> None:
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = value
