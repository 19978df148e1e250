"""What a page says: title, links, where it moves the browser to, its meta words; and a picture by its hashes."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from glasshouse.protocols._fields import MAX_TEXT, Fields, text_of

__all__ = ["add", "is_picture", "mmh3"]

_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,1000})<", re.IGNORECASE)
_LINK = re.compile(
    rb"""<(?:script|link|iframe|frame|a|img|embed|form)\b[^<>]{0,400}?\b(?:src|href|action)\s{0,2}=\s{0,2}["']?([^"'\s<>]{1,300})""",
    re.IGNORECASE,
)
_META = re.compile(rb"<meta\b[^<>]{1,600}>", re.IGNORECASE)
_NAME = re.compile(rb"""\b(?:name|http-equiv|property)\s{0,2}=\s{0,2}["']?([A-Za-z:._-]{1,40})""", re.IGNORECASE)
_CONTENT = re.compile(
    rb"""\bcontent\s{0,2}=\s{0,2}(?:"([^"<>]{0,400})"|'([^'<>]{0,400})'|([^\s"'<>]{1,300}))""", re.IGNORECASE
)
_URL = re.compile(rb"""url\s{0,2}=\s{0,2}['"]?([^'"\s;]{1,300})""", re.IGNORECASE)
_MOVES = re.compile(
    rb"""\blocation(?:\.href|\.pathname)?\s{0,4}=\s{0,4}["']([^"'\r\n]{1,300})["']"""
    rb"""|\blocation\.(?:replace|assign)\(\s{0,4}["']([^"'\r\n]{1,300})["']""",
    re.IGNORECASE,
)
_VERSION = re.compile(  # what the scripts of some pages say of their own build
    rb"""\b((?:web|device|plugin|software|firmware)_?[vV]ersion)["']?\s{0,4}[:=]\s{0,4}["']([^"'<>\r\n]{1,80})["']"""
)
_WORTH = frozenset(
    {"generator", "author", "copyright", "description", "keywords", "application-name", "product", "version"}
)
_PICTURES = (b"\x00\x00\x01\x00", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"BM", b"RIFF")
_MOST_MOVES = 5


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like an icon or picture (ICO, PNG, GIF, JPEG, BMP, WEBP)."""
    if data[:2] == b"BM":
        return len(data) > 54 and data[6:10] == b"\0\0\0\0"
    return data.startswith(_PICTURES)


def add(fields: Fields, body: bytes, offset: int | None) -> None:
    """Add the `http.*` values of a body; `offset` is where it stands in the reply, None where it does not literally."""
    if is_picture(body):
        _add_picture(fields, body)
        return
    base = 0 if offset is None else offset

    def place(start: int, end: int) -> tuple[int | None, int | None]:
        return (None, None) if offset is None else (base + start, base + end)

    title = _TITLE.search(body)
    if title is not None:
        fields.add("http.title", " ".join(html.unescape(text_of(title[1])).split()), *place(*title.span(1)))
    for link, _ in zip(_LINK.finditer(body), range(60), strict=False):
        fields.add("http.script", text_of(link[1]), *place(*link.span(1)), limit=300)
    for name, text, start, end in _moves(body):
        fields.add(name, text, *place(start, end), limit=400)
    fields.add("http.body", text_of(body), *place(0, len(body)), limit=MAX_TEXT)


def _moves(body: bytes) -> list[tuple[str, str, int, int]]:
    found: list[tuple[str, str, int, int]] = []
    for meta, _ in zip(_META.finditer(body), range(30), strict=False):
        name, content = _NAME.search(meta[0]), _CONTENT.search(meta[0])
        if name is None or content is None:
            continue
        key = text_of(name[1]).lower()
        which = content.lastindex or 1
        at = meta.start() + content.start(which)
        if key == "refresh":
            url = _URL.search(content[which])
            if url is not None:
                found.append(("http.refresh", text_of(url[1]), at + url.start(1), at + url.end(1)))
        elif key in _WORTH:
            text = html.unescape(text_of(content[which]))
            found.append((f"http.meta.{key}", text, at, at + len(content[which])))
    for told, _ in zip(_VERSION.finditer(body), range(_MOST_MOVES), strict=False):
        found.append((f"http.page.{text_of(told[1])}", text_of(told[2]), *told.span(2)))
    for move, _ in zip(_MOVES.finditer(body), range(_MOST_MOVES), strict=False):
        which = move.lastindex or 1
        found.append(("http.refresh", text_of(move[which]), *move.span(which)))
    return found


def _add_picture(fields: Fields, body: bytes) -> None:
    fields.add("http.favicon.sha256", hashlib.sha256(body).hexdigest())
    fields.add("http.favicon.md5", hashlib.md5(body, usedforsecurity=False).hexdigest())
    fields.add("http.favicon.mmh3", str(mmh3(base64.encodebytes(body))))


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & 0xFFFFFFFF


def mmh3(data: bytes) -> int:
    """MurmurHash3 (x86, 32 bit, seed 0) as a signed number; search engines take it of the icon's base64 lines.

    >>> mmh3(b"hello")
    613153351
    """
    value, tail = 0, len(data) & ~3
    for at in range(0, tail, 4):
        value ^= _mixed(int.from_bytes(data[at : at + 4], "little"))
        value = (_rotated(value, 13) * 5 + 0xE6546B64) & 0xFFFFFFFF
    if tail < len(data):
        value ^= _mixed(int.from_bytes(data[tail:], "little"))
    value ^= len(data)
    value = ((value ^ value >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
    value = ((value ^ value >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


def _mixed(word: int) -> int:
    return (_rotated((word * 0xCC9E2D51) & 0xFFFFFFFF, 15) * 0x1B873593) & 0xFFFFFFFF
