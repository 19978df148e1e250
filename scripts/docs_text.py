"""Markdown from values: what the pages of `docs/reference/` have in common."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from glasshouse.model.provenance import Reference

__all__ = ["code", "page", "plain", "reference", "section", "sentence", "table", "words"]

_MADE = "<!-- Written by `make docs` from the code and the data packs. Do not edit. -->"


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([_MADE, f"# {plain(title)}", *filter(None, parts)]) + "\n"


def section(level: int, title: str, *parts: str) -> str:
    """A heading and what stands under it; empty parts are left out."""
    return "\n\n".join([f"{'#' * level} {title}", *filter(None, parts)])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; "" where there is no row."""
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines])


def words(title: str, items: Iterable[str], none: str = "") -> str:
    """`Title:` and a list; where it is empty, `none` alone."""
    lines = [f"- {item}" for item in items]
    if not lines:
        return f"{title}: {none[0].lower()}{none[1:]}" if none else ""
    return "\n".join([f"{title}:", "", *lines])


def reference(one: Reference) -> str:
    """A link where there is an address, and the place in the document."""
    text = f"[{plain(one.title)}]({one.url})" if one.url else plain(one.title)
    return f"{text}, {plain(one.pinpoint)}" if one.pinpoint else text


def code(text: str) -> str:
    """Text in code type."""
    return f"`{text}`"


def plain(text: str) -> str:
    """Text of a data pack as words: nothing in it is markup."""
    return re.sub(r"([*_`\[\]])", r"\\\1", html.escape(text, quote=False))


def sentence(text: str) -> str:
    """The first paragraph of a docstring on one line."""
    return re.sub(r"\s+", " ", text.strip().partition("\n\n")[0])


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")
