"""Hostile text made safe to look at: what a device says never steers the page, the terminal or the spreadsheet."""

from __future__ import annotations

import re

__all__ = ["bounded", "cell", "is_web_address", "visible"]

# Control characters, invisible formatting, bidirectional overrides, lone surrogates, non-characters and tag characters.
# U+202F (narrow no-break space) is left alone: French typography needs it.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _named(match: re.Match[str]) -> str:
    return f"[U+{ord(match.group()):04X}]"


def visible(text: str) -> str:
    r"""`text` with every control, bidirectional and invisible character shown by its code point.

    >>> visible("a\x1b[2Jb\u202ec")
    'a[U+001B][2Jb[U+202E]c'
    """
    return _UNSEEN.sub(_named, text)


def bounded(text: str, length: int) -> str:
    """The first `length` characters of `text`, and how many follow; reports show no more of one value."""
    return text if len(text) <= length else f"{text[:length]} […{len(text) - length}…]"


def cell(text: str) -> str:
    """`text` for a CSV cell: a spreadsheet must not read it as a formula (OWASP, CSV injection)."""
    start = text.lstrip(" \u00a0")
    return ("'" if start.startswith(_FORMULA_STARTS) else "") + visible(text)


def is_web_address(url: str) -> bool:
    """Whether `url` may stand in a link: http or https and nothing that a browser would strip or run."""
    return re.fullmatch(r"https?://[^\s\x00-\x20\x7f\"'<>\\^`{|}]+", url) is not None and visible(url) == url
