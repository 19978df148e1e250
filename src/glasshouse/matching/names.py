"""Names of makers and brands as written in the wild, looked up exactly or found first in a free text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from glasshouse.model.party import Party

__all__ = ["Names", "folded"]

_NOT_A_WORD = re.compile(r"[^0-9a-z\u0080-\uffff]+")
# Legal forms carry no name: "Dahua Technology Co., Ltd." and "Dahua Technology" are one.
_FORMS = frozenset(
    [
        "co",
        "ltd",
        "limited",
        "inc",
        "corp",
        "corporation",
        "llc",
        "gmbh",
        "ag",
        "ab",
        "bv",
        "srl",
        "sa",
        "pty",
        "company",
        "technologies",
        "technology",
    ]
)
_MODEL_LIKE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z][0-9A-Za-z._/()+-]{2,47}")
# Lens, pack and region notes behind a model; a single letter is a hardware revision and stays.
_PACKAGING = re.compile(r"(?:\([^()]{2,20}\))+$")
_CLASS_WORDS = frozenset(
    ["nvr", "dvr", "xvr", "camera", "ip", "ipc", "dome", "bullet", "turret", "ptz", "doorbell", "recorder"]
)
_SHORTEST_IN_TEXT = 3  # letters of a name worth finding inside a text
# Names that are everyday words: told only by a field that holds nothing but a name.
_EVERYDAY = frozenset(
    [
        "oco",
        "riva",
        "ring",
        "arlo",
        "niko",
        "onix",
        "raster",
        "umbrella",
        "defender",
        "watchman",
        "vantage",
        "eclipse",
        "stanley",
        "oem",
        "norden",
        "gazer",
        "grizzly",
        "telefonica",
        "legrand",
        "infinity",
        "optiview",
        "dw",
        "unv",
        "xm",
        "hik",
        "hyt",
        "adt",
        "rca",
        "dunlop",
        "lynx",
        "navaio",
        "vtek",
        "zetec",
        "swann-some",
        "toshiba",
        "western",
        "security",
        "sony",
        "canon",
        "panasonic",
        "pelco",
    ]
)


def folded(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, legal forms at the end dropped.

    >>> folded("Zhejiang Dahua Technology Co., Ltd.")
    ('zhejiang', 'dahua')
    """
    words = [word for word in _NOT_A_WORD.split(text.casefold()) if word]
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return tuple(words)


class Names:
    """Which party a name means."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self._exact: dict[tuple[str, ...], str] = {}
        for party in parties:
            for name in (party.id, party.name, *party.aliases):
                words = folded(name)
                if words:
                    self._exact.setdefault(words, party.id)
        self._longest = max((len(words) for words in self._exact), default=0)

    def exact(self, text: str) -> str | None:
        """The party called exactly `text`, spelling aside; None: nobody we know."""
        return self._exact.get(folded(text[:200]))

    def first_in(self, text: str) -> tuple[str, int, int] | None:
        """The first known name in `text`, longest reading first: (slug, word index, number of words); None."""
        words = [word for word in _NOT_A_WORD.split(text[:2000].casefold()) if word]
        for at in range(len(words)):
            for size in range(min(self._longest, len(words) - at), 0, -1):
                part = tuple(words[at : at + size])
                slug = self._exact.get(part)
                if slug is not None and self._worth(part):
                    return slug, at, size
        return None

    def model_after_name(self, text: str) -> tuple[str, str] | None:
        """Name and model in a line that begins so: `Lorex NVR N845A62` -> `("Lorex", "N845A62")`; None: it does not."""
        parts = text[:300].split()
        for size in range(min(4, len(parts) - 1), 0, -1):
            if self.exact(" ".join(parts[:size])) is None:
                continue
            for part in parts[size : size + 3]:
                word = _PACKAGING.sub("", part.strip(",;:[]\"'"))
                if _MODEL_LIKE.fullmatch(word):
                    return " ".join(parts[:size]), word
                if word.casefold() not in _CLASS_WORDS:
                    return None
        return None

    @staticmethod
    def _worth(words: tuple[str, ...]) -> bool:
        return len(words) > 1 or (len(words[0]) >= _SHORTEST_IN_TEXT and words[0] not in _EVERYDAY)
