"""XML, JSON and key=value replies as one flat list of named texts with their places in the bytes.

XML is read by expat: it gives byte offsets and it is in the standard library. Names keep their local part only,
document type declarations end the reading, so no entity is ever declared, let alone expanded. What expat refuses
(a cut paste, a stray ampersand) is read tag by tag: the leaves that are whole are kept, the rest is left.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of

__all__ = ["Document", "Node", "describe", "is_html", "labelled", "parse", "printed"]

MAX_NODES = 2_000
MAX_DEPTH = 32
MAX_MISSED = 50


@dataclass(frozen=True, slots=True)
class Node:
    """A leaf: the names from the root to it, its text, and where the text stands in the reply."""

    path: tuple[str, ...]
    text: str
    start: int | None = None
    end: int | None = None

    @property
    def name(self) -> str:
        """The last name of the path."""
        return self.path[-1]

    @property
    def parent(self) -> str:
        """The name above it; empty at the root."""
        return self.path[-2] if len(self.path) > 1 else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A reply read as a document. `root` is the local name of the XML root, the first key of JSON, else empty."""

    kind: Literal["xml", "json", "pairs"]
    root: str
    namespaces: tuple[Node, ...]
    nodes: tuple[Node, ...]

    def first(self, *names: str) -> Node | None:
        """The first leaf with one of these names, compared without regard to case."""
        wanted = {name.lower() for name in names}
        return next((node for node in self.nodes if node.name.lower() in wanted), None)


def is_html(data: bytes) -> bool:
    """Whether the bytes begin like a web page."""
    head = data[:512].lower()
    return b"<html" in head or b"<!doctype html" in head or b"<head" in head


def parse(data: bytes, offset: int | None = 0) -> Document | None:
    """Read `data` as XML, JSON or key=value lines; None where it is none of them. Never raises.

    `offset` is where `data` begins in the reply; None where it does not stand there literally (decompressed).
    """
    data = data[:MAX_BYTES]
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if head.startswith(b"<") or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        document = None if is_html(data) else _xml(data)
    elif head[:1] in {b"{", b"[", b"'", b'"'}:
        document = _json(data)
    else:
        document = _pairs(data)
    return document if document is None else _moved(document, offset)


def describe(fields: Fields, document: Document) -> None:
    """Add what is true of any XML: root and declared name spaces."""
    if document.kind == "xml":
        fields.add("xml.root", document.root)
    for node in document.namespaces:
        fields.add("xml.namespace", node.text, node.start, node.end, limit=256)


def _moved(document: Document, offset: int | None) -> Document:
    if offset == 0:
        return document

    def moved(node: Node) -> Node:
        if offset is None or node.start is None or node.end is None:
            return Node(node.path, node.text)
        return Node(node.path, node.text, node.start + offset, node.end + offset)

    return Document(
        document.kind,
        document.root,
        tuple(moved(node) for node in document.namespaces),
        tuple(moved(node) for node in document.nodes),
    )


# --- XML ------------------------------------------------------------------------------------------------------

_NAMESPACE = re.compile(rb"""\sxmlns(?::[\w.-]{1,60})?\s{0,4}=\s{0,4}["']([^"'<>]{1,300})["']""")
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]{0,80})((?:\s[^<>]{0,4000})?)>")


class _TooMuchError(Exception):
    """The document is deeper or longer than any reply of a device."""


class _Reader:
    """Receives expat's events; keeps leaves with their byte offsets."""

    def __init__(self, data: bytes, base: int) -> None:
        self.root = ""
        self.nodes: list[Node] = []
        self._base = base
        self._path: list[str] = []
        self._texts: list[str] = []
        self._text_at: int | None = None
        self._leaf = False
        self._parser = expat.ParserCreate("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._data = data

    def read(self) -> bool:
        """Read to the end or to the first error; False where there was one."""
        try:
            self._parser.Parse(self._data[self._base :], True)
        except (expat.ExpatError, _TooMuchError, ValueError):
            return False
        return True

    def _refuse(self, *_: object) -> None:
        raise _TooMuchError

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self._path.append(local)
        if len(self._path) > MAX_DEPTH or len(self.nodes) >= MAX_NODES:
            raise _TooMuchError
        self._texts, self._text_at, self._leaf = [], None, True

    def _text(self, text: str) -> None:
        if self._leaf:
            if self._text_at is None:
                self._text_at = self._base + self._parser.CurrentByteIndex
            self._texts.append(text)

    def _end(self, _name: str) -> None:
        if self._leaf and self._texts:
            end = self._base + self._parser.CurrentByteIndex
            self.nodes.append(Node(tuple(self._path), "".join(self._texts).strip(), self._text_at, end))
        self._leaf = False
        self._path.pop()


def _xml(data: bytes) -> Document | None:
    base = 0 if data.startswith((b"\xff\xfe", b"\xfe\xff")) else max(data.find(b"<"), 0)
    reader = _Reader(data, base)
    root, nodes = (reader.root, reader.nodes) if reader.read() else _tag_by_tag(data)
    if not root:
        return None
    spaces = {found[1]: found for found in reversed(list(_NAMESPACE.finditer(data)))}
    ordered = sorted(spaces.values(), key=lambda found: found.start())[:100]
    namespaces = tuple(Node(("xmlns",), text_of(found[1]), found.start(1), found.end(1)) for found in ordered)
    return Document("xml", root, namespaces, tuple(nodes))


def _tag_by_tag(data: bytes) -> tuple[str, list[Node]]:
    root, path, nodes, open_at = "", list[str](), list[Node](), -1
    for tag in _TAG.finditer(data):
        local = text_of(tag[2]).rpartition(":")[2]
        if not tag[1]:
            if tag[3].endswith(b"/"):
                continue
            root = root or local
            path.append(local)
            open_at = tag.end()
        elif local in path:
            if open_at >= 0 and path[-1] == local:
                text = html.unescape(text_of(data[open_at : tag.start()])).strip()
                nodes.append(Node(tuple(path), text, open_at, tag.start()))
            while path.pop() != local:
                pass
            open_at = -1
        if len(path) > MAX_DEPTH or len(nodes) >= MAX_NODES:
            break
    return root, nodes


# --- JSON and its relatives -----------------------------------------------------------------------------------

# A quoted name and what follows its colon: for cut JSON, and for dumps of client programs that quote otherwise.
_PAIR = re.compile(
    rb"""["']([\w@:. /-]{1,80})["']\s{0,8}:\s{0,8}(?:"((?:[^"\\\r\n]|\\.){0,4000})"|'([^'\r\n]{0,4000})'|([^\s,{}\[\]"'][^,{}\[\]"'\r\n]{0,400}))"""
)


def _json(data: bytes) -> Document | None:
    try:
        value = json.loads(text_of(data).strip(" \t\r\n\0\ufeff"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        nodes = [
            Node((text_of(found[1]),), text_of(found[found.lastindex or 1]), *found.span(found.lastindex or 1))
            for found in _PAIR.finditer(data)
            if (found.lastindex or 1) > 1 and text_of(found[found.lastindex or 1]).strip() not in {"None", "null"}
        ][:MAX_NODES]
    else:
        nodes = _located(data, list(_flat(value, ())))
    if not nodes:
        return None
    spaces = tuple(node for node in nodes if node.name == "@xmlns")
    return Document("json", nodes[0].path[0], spaces, tuple(node for node in nodes if not node.name.startswith("@")))


def _flat(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if len(path) > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, (*path, str(key)))
    elif isinstance(value, list):
        for item in value[:MAX_NODES]:
            yield from _flat(item, path)
    elif path and isinstance(value, (str, bool)):
        yield path, value if isinstance(value, str) else str(value).lower()


def _located(data: bytes, flat: list[tuple[tuple[str, ...], str]]) -> list[Node]:
    nodes: list[Node] = []
    cursor = 0
    last: tuple[str, ...] = ()
    missed = 0  # a search that finds nothing reads to the end: too many of them and no place is worth it
    for path, text in flat[:MAX_NODES]:
        if missed > MAX_MISSED:
            nodes.append(Node(path, text))
            continue
        wanted = text.encode("utf-8", "replace")
        if path != last:  # further items of a list follow their key only once
            key = data.find(json.dumps(path[-1], ensure_ascii=False).encode("utf-8", "replace"), cursor)
            cursor = key + len(path[-1]) + 2 if key >= 0 else cursor
            missed += key < 0
        at = data.find(wanted, cursor) if wanted else -1
        if at < 0:
            nodes.append(Node(path, text))
            missed += bool(wanted)
        else:
            nodes.append(Node(path, text, at, at + len(wanted)))
            cursor = at + len(wanted)
        last = path
    return nodes


# --- key=value lines ------------------------------------------------------------------------------------------

_LINE = re.compile(rb"^[ \t]{0,8}([A-Za-z_@][\w.:@\[\]-]{0,160})[ \t]{0,4}=[ \t]{0,4}([^\r\n]{0,4000})", re.MULTILINE)


def _pairs(data: bytes) -> Document | None:
    nodes = tuple(
        Node((text_of(found[1]),), text_of(found[2]).strip(), *found.span(2))
        for found, _ in zip(_LINE.finditer(data), range(MAX_NODES), strict=False)
    )
    return Document("pairs", "", (), nodes) if nodes else None


# --- labelled text --------------------------------------------------------------------------------------------

_SEGMENT = re.compile(rb"[^\r\n;|]{1,2000}")
_LABEL = re.compile(
    rb"[ \t,({\[-]{0,16}(?:[A-Za-z]\w{0,40}\()?([A-Za-z][\w .#/-]{0,40}?)[ \t]{0,4}[:=][ \t]{0,4}(.*)", re.DOTALL
)


def labelled(data: bytes) -> tuple[Node, ...]:
    """`label: value` and `label = value` parts of a text, one a line or parted by semicolons, bars or a comma and blank."""
    nodes: list[Node] = []
    for segment in _SEGMENT.finditer(data[:MAX_BYTES]):
        at = segment.start()
        for part in segment[0].split(b", "):
            found = _LABEL.match(part)
            if found is not None:
                value = text_of(found[2]).strip(" \t\"'[]")
                nodes.append(Node((text_of(found[1]).strip(),), value, at + found.start(2), at + found.end(2)))
            at += len(part) + 2
        if len(nodes) >= MAX_NODES:
            break
    return tuple(nodes)


def printed(data: bytes, names: Mapping[str, str], least: int = 3) -> Document | None:
    """A document that a client program printed as labelled text; None where fewer than `least` names are known.

    `names` gives the document's own name for a label in lower-case letters and digits.
    """
    known = [
        Node((name,), node.text, node.start, node.end)
        for node in labelled(data[:65_536])
        if (name := names.get(re.sub(r"[^a-z0-9]", "", node.name.lower())))
    ]
    return Document("pairs", "", (), tuple(known)) if len({node.name for node in known}) >= least else None
