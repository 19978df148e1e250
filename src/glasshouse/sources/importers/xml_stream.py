"""XML documents as a stream of elements: no entities, no network, memory of one element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from glasshouse.model.observation import GapReason
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.texts import head_text

__all__ = ["child_text", "elements", "local_name", "root_of"]

_PROLOGUE = 65_536  # bytes in which a document type stands
_DECLARES = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)|<!DOCTYPE[^>\[]*\[", re.IGNORECASE)

_FIRST = re.compile(r"<(?:[A-Za-z_][\w.\-]{0,60}:)?([A-Za-z_][\w.\-]{0,60})[\s/>]")


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """The document declares entities."""


def elements(draft: Draft, root: str, tags: Sequence[str], advice: str) -> Iterator[Any]:
    """The root element at its start (attributes only), then each finished element of `tags`, cleared after use.

    Names are local names, in any name space; one of `tags` directly inside another is part of that.
    A document that declares anything is refused as a whole, with a fatal rejection; one that breaks off makes the
    preview partial. `advice` ends the message of a refusal.
    """
    with draft.file.open() as stream:
        head = head_text(stream.read(_PROLOGUE)) or ""
    if _DECLARES.search(head.partition(f"<{root}")[0]):
        _refuse(draft, advice)
        return
    try:
        yield from _stream(draft, root, tags)
    except _Refused:
        _refuse(draft, advice)


def _stream(draft: Draft, root: str, tags: Sequence[str]) -> Iterator[Any]:
    """Entities are not resolved, nothing is loaded, no huge trees; the parser stands on libxml2's own bounds."""
    from lxml import etree  # noqa: PLC0415 - only XML needs it

    with draft.stream() as stream:
        context = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=tuple(f"{{*}}{name}" for name in (root, *tags)),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for event, element in context:
                parent = element.getparent()
                if event == "start" and parent is None and local_name(element) == root:
                    _refuse_declarations(element)
                    yield element
                elif event == "end" and (parent is None or local_name(parent) not in tags):
                    if local_name(element) != root:
                        yield element
                    _forget(element)
        except etree.LxmlError as problem:
            draft.cut_short(f"the XML breaks off or is damaged ({str(problem)[:200]}); what came before it was read")


def _refuse_declarations(root: Any) -> None:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for kind in (declared.iterentities(), declared.iterelements()) for _ in kind):
        raise _Refused


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse(draft: Draft, advice: str) -> None:
    draft.reject(
        "document type",
        "the XML declares entities or elements of its own, which such files never do and which can be an attack; the "
        f"file was not read. {advice}",
        fatal=True,
    )
    draft.gap(draft.file.name, GapReason.UNREADABLE, "declares entities")
    draft.partial = True


def local_name(element: Any) -> str:
    """The name of an element without its name space; "" for what is no element."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def root_of(head: bytes) -> str:
    """The local name of the root element, for recognising a format; "" when the head is no XML."""
    text = head_text(head[:_PROLOGUE])
    if text is None or not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return ""
    found = _FIRST.search(_without_comments(text))
    return found.group(1) if found else ""


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])


def child_text(element: Any, path: str) -> str:
    """The text of the first element under a path; "" where there is none."""
    return (element.findtext(path) or "").strip()
