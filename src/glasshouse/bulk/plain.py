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
from typing import NamedTuple

from glasshouse.bulk.recent import Recent
from glasshouse.matching.literals import required
from glasshouse.matching.signals import Hearing
from glasshouse.model.signal import Fingerprint
from glasshouse.protocols import tls_cert
from glasshouse.protocols._fields import Fields, text_of
from glasshouse.protocols._http import challenges
from glasshouse.protocols._identity import add_realm

__all__ = ["NOTHING", "Plain"]

NOTHING = b""
"""What is left of a reply that says nothing."""

_LONGEST = 60_000  # bytes: below every bound that decoders set, so that no bound cuts one reply and not the other
_STATUS = re.compile(rb"(HTTP/1\.[01]|RTSP/1\.0) \d{3}(?: [ -~]{0,200})?")
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,63}")
_MOST_LINES = 60
_LONGEST_LINE = 3_900  # bytes
# A nonce that holds the word realm could be taken for one.
_NONCE = re.compile(rb'(?i)\b(nonce|opaque|cnonce)="(?![^"]*realm)[0-9A-Za-z+/_:.-]{6,200}={0,2}"')
_PAGE = re.compile(rb"\s{0,64}<(?:!doctype html|html|head)\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,1000})<", re.IGNORECASE)
# The names of a certificate, and beside them only what says nothing, in characters that no reading of it changes.
_NAMES = re.compile(
    rb"subject= ?CN ?= ?(?P<subject>[A-Za-z0-9*][A-Za-z0-9.*_-]{0,200})\n"
    rb"(?P<issuer>issuer= ?[A-Z]{1,2} ?= ?[A-Za-z0-9][A-Za-z0-9 =,./*_-]{0,300})(?:\nserial=[0-9A-Za-z]{1,64})?\n?"
)
_CERTIFICATE = ("tls.subject", "tls.issuer")
_GREETING = re.compile(rb"\d{3}[ -]([A-Za-z0-9(][A-Za-z0-9 ()._,:+*#!-]{0,400})(?:\r\n)?")
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
    "http": {b"server", b"content-type", b"cache-control", b"accept-ranges", b"x-frame-options", b"vary", b"pragma"},
    "rtsp": {b"server", b"public"},
}
_VALUE = re.compile(rb"[ \t]*[A-Za-z0-9]")
_MOST_NAMES = 5_000  # header names, as written, that are remembered
_CHALLENGE = re.compile(rb'(?i)[ \t]*(?:digest|basic)\b[^\r\n]*\brealm="[a-z0-9]')
_OF_HEADERS = {"http.server": b"server", "http.location": b"location", "http.powered": b"x-powered-by",
               "http.set-cookie-name": b"set-cookie", "http.realm": b"www-authenticate", "http.auth": b"www-authenticate",
               "rtsp.server": b"server", "rtsp.public": b"public", "rtsp.content-base": b"content-base",
               "rtsp.realm": b"www-authenticate", "rtsp.auth": b"www-authenticate"}  # fmt: skip
_OF_PAGES = ("http.body", "http.script", "http.page.", "http.refresh")  # written into values as they stand in the page
_READ_PAGES = ("http.meta.",)  # with character references replaced and blanks joined
_LEFT_WHOLE = ("rtsp.sdp", "http.favicon.")  # of replies that are never cut: with a description, with a picture


class _Header(NamedTuple):
    """A header by its name as written: whether it may say something; what its value is when it shows as a value."""

    name: bytes
    tells: bool
    shows: Callable[[bytes], object] | None


class Plain:
    """What can speak in an ordinary reply, as `hearing` hears it."""

    def __init__(self, hearing: Hearing) -> None:
        mine = [one for one in hearing.fingerprints if one.field.startswith(("http.", "rtsp."))]
        named = {name for name in hearing.named if name.startswith(("http.", "rtsp."))}
        self._hearing = hearing
        self._asked: Recent[bytes, bool] = Recent()
        self._names: dict[tuple[str, bytes], _Header] = {}
        told = {one.field for one in mine} | named
        self._headers = {scheme: _headers(scheme, told) for scheme in ("http", "rtsp")}
        texts = _texts(mine)
        self._page = None if texts is None else _looker(texts | set(_FOLDED), _STRANGE_PAGE)
        self._strange = _looker((), _STRANGE)
        in_pages = {
            name
            for name in named
            if _header(name) is None and name != "http.title" and not name.startswith(_LEFT_WHOLE)
        }
        self._usable = not in_pages and all(map(_is_known, told))
        heard = {one.field for one in hearing.fingerprints} | hearing.named
        self._certificates = all(one.startswith(_CERTIFICATE) for one in heard if one.startswith("tls."))

    def cut(self, probe: str, raw: bytes) -> bytes | None:
        """What is left of an ordinary reply (`NOTHING` where it says nothing); None: the reply is not ordinary."""
        if len(raw) > _LONGEST:
            return None
        if probe == "tls-cert":
            return self._names_only(raw)
        if probe == "ftp":
            greeting = _GREETING.fullmatch(raw)
            return NOTHING if greeting is not None and not self._greets(greeting[1]) else None
        return self._message(probe, raw) if probe in {"http", "rtsp"} and self._usable else None

    def _message(self, probe: str, raw: bytes) -> bytes | None:
        head, body = _parted(raw)
        first, *lines = head.split(b"\r\n")
        status = _STATUS.fullmatch(first)
        if status is None or not _is_of(probe, status[1]) or not _is_plain(head, len(lines)) or self._strange(raw):
            return None
        told = self._telling(probe, lines)
        title = self._title(body) if probe == "http" else (None if body.strip() else b"")
        if told is None or title is None:
            return None
        if not told and not title:
            return NOTHING
        start = status[1] + b" 200 \r\n"  # no status says anything: a fingerprint on it would make no reply ordinary
        return start + b"".join(told) + b"\r\n" + (b"<html>" + title + b"/title></html>" if title else b"")

    def _names_only(self, raw: bytes) -> bytes | None:
        names = _NAMES.fullmatch(raw) if self._certificates else None
        if names is None or self._issued(names["issuer"]) or self._strange(raw):
            return None
        subject = names["subject"].decode()
        says = self._speaks("tls.subject", f"CN={subject}") or self._speaks("tls.subject.cn", subject)
        return None if says else NOTHING

    def _issued(self, issuer: bytes) -> bool:
        known = self._asked.get(issuer)
        if known is None:
            told = tls_cert.decode(issuer)
            known = self._asked[issuer] = any(self._hearing.speaks(one.name, one.value) for one in told)
        return known

    def _greets(self, banner: bytes) -> bool:
        known = self._asked.get(banner)
        if known is None:
            known = self._asked[banner] = self._strange(banner) or self._speaks("ftp.banner", text_of(banner))
        return known

    def _telling(self, probe: str, lines: Iterable[bytes]) -> list[bytes] | None:
        """The header lines that say something; None where a line is no header or the reply may hold a single value.

        A single value would be read as a text.
        """
        kept: list[bytes] = []
        shown = False
        for line in lines:
            name, _, value = line.partition(b":")
            header = self._names.get((probe, name)) or self._header(probe, name)
            if header is None or len(line) == len(name) or len(value) > _LONGEST_LINE:
                return None
            if not shown and header.shows is not None:
                shown = header.shows(value) is not None
            if header.tells:
                line = masked(line) if b"nonce" in line else line  # noqa: PLW2901  # as it is asked about
                if self._says(probe, header.name, line):
                    kept.append(line + b"\r\n")
        return kept if shown else None

    def _header(self, probe: str, written: bytes) -> _Header | None:
        if _NAME.fullmatch(written) is None:
            return None
        name = written.lower()
        challenge = _CHALLENGE.match if name == b"www-authenticate" else None
        header = _Header(name, name in self._headers[probe], _VALUE.match if name in _SHOWN[probe] else challenge)
        if len(self._names) < _MOST_NAMES:
            self._names[probe, written] = header
        return header

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

    def _title(self, body: bytes) -> bytes | None:
        """The title of an inert page if it may say something, else b""; None where the page is not ordinary."""
        if not body.strip():
            return b""
        if self._page is None or _PAGE.match(body) is None or self._page(body):
            return None
        at = body.lower().find(b"<title")
        title = _TITLE.search(body, at) if at >= 0 else None
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


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body of a message; a head that is all there is ends with its last line."""
    head, end, body = raw.partition(b"\r\n\r\n")
    return (head, body) if end else (raw.removesuffix(b"\r\n") if raw.endswith(b"\r\n") else b"", b"")


def _is_plain(head: bytes, lines: int) -> bool:
    """Whether the head has header lines, not too many, and no line end, escape or zero byte within one."""
    ends = head.count(b"\n") == lines and head.count(b"\r") == lines
    return 0 < lines <= _MOST_LINES and ends and b"\\" not in head and b"\0" not in head


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
