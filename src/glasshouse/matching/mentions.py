"""What a free text says of its own device, without the other equipment that it merely mentions.

An inventory line may name what the device replaces, works with, or is not; a page may write about a ban. None of that
is evidence of the device. Set aside means: written over with spaces, so that places in the text stay what they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["about_other_things", "own_part"]

_LONGEST = 4_096  # characters of a text that are looked at
_FILLER = (
    r"(?:(?:an?|the|any|our|old|existing|more|of|un|une|le|la|les|des|du|de|d['’]|l['’]|cam[eé]ras?|[eé]quipements?"
    r"|appareils?|devices?|equipment|kamera|ip)\s*\b)*"
)
# These lead to other equipment whatever follows ...
_LEADS = re.compile(
    r"(?i)\b(?:replaces|replacing|replacement (?:for|of)|to replace|in replacement of|instead of|in place of"
    r"|(?:in)?compatible (?:with|avec)|works? with|for use with|similar to|equivalent (?:to|of)|alternative to"
    r"|remplace(?! par)|remplaçant|en remplacement d[eu]|au lieu d[eu]|à la place d[eu]|fonctionne avec|équivalent (?:à|de)"
    r"|ersetzt(?! durch)|kompatibel mit|statt)\s+"
)
# ... and these only where a name follows at once: "no" is also a number, "was" also a verb.
_DENIALS = re.compile(
    r"(?i)\b(?:not|no|non|never|without|sans|pas (?:de|d['’]|du|une?)|aucune?|unlike|(?:other|rather) than|versus|vs\.?"
    r"|except|formerly|previously|was|anciennement|kein|keine|nicht)[ :]+" + _FILLER
)
_ACCESSORY = re.compile(
    r"(?i)\b(?:for|pour|für)\s+(?P<name>[\w-]+(?:[/ ][\w-]+)?)\s+(?:cameras|caméras|NVRs|DVRs|recorders|enregistreurs"
    r"|systems|systèmes|devices|equipment|équipements)\b"
)
_BEHIND = re.compile(
    r"(?i)(?:[ -](?:compatible|alternative|replacement|free|like)\b|\s+(?:ban|bans|is banned|are banned|interdit)\b)"
)
_REPLACED = re.compile(r"(?i)\b(?:replaced (?:by|with)|remplacée?s? par|ersetzt durch)\s+")
_CLAUSE_END = re.compile(r"[,;()\[\]|\n]|\.(?=\s|$)|\s[-–—]\s|\s(?:but|mais|by|par|with|avec)\s")
_WORD = re.compile(r"[\w-]+")
_NEWS = re.compile(
    r"(?i)\b(?:ban|bans|banning|government|gouvernement|article|news|nouvelles|court|lawsuit|sanctions?|announces?|annonce"
    r"|press release|communiqué|policy|politique|legislation|law|loi|regulation|entity list|blacklist\w*)\b"
)


def own_part(text: str, known: Callable[[str], bool]) -> str:
    """`text` with everything about other equipment written over by spaces; `known` tells names of makers and brands.

    >>> own_part("Axis M3045-V (replaces Acme X-1)", lambda name: True).rstrip(" )(")
    'Axis M3045-V'
    """
    text = text[:_LONGEST]
    replaced = _REPLACED.search(text)
    if replaced is not None:
        text = _blank(text, 0, replaced.end())
    for lead in _LEADS.finditer(text):
        text = _blank(text, lead.start(), _end_of_clause(text, lead.end()))
    for denial in _DENIALS.finditer(text):
        if _name_at(text, denial.end(), known):
            text = _blank(text, denial.start(), _end_of_clause(text, denial.end()))
    return _without_accessories(text, known)


def _without_accessories(text: str, known: Callable[[str], bool]) -> str:
    for accessory in _ACCESSORY.finditer(text):
        if any(map(known, re.split(r"[/ ]", accessory["name"]))):
            text = _blank(text, accessory.start(), accessory.end())
    for behind in _BEHIND.finditer(text):
        before = re.search(r"[\w-]+$", text[: behind.start()])
        if before is not None and known(before[0]):
            text = _blank(text, before.start(), behind.end())
    return text


def about_other_things(text: str) -> bool:
    """Whether a text reads like news or a rule about a maker: then a bare name in it is no device."""
    return _NEWS.search(text[:_LONGEST]) is not None


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _end_of_clause(text: str, start: int) -> int:
    found = _CLAUSE_END.search(text, start)
    return found.start() if found is not None else len(text)


def _name_at(text: str, start: int, known: Callable[[str], bool]) -> bool:
    words = [word[0] for word, _ in zip(_WORD.finditer(text, start), range(2), strict=False)]
    return any(known(" ".join(words[:size])) for size in range(1, len(words) + 1))
