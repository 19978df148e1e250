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
_SEPARATOR = re.compile(r"[\s;,|]+")
_PACKAGING = re.compile(r"(?:\([^()]{2,20}\))+$")
# What may stand between a name and a model: kinds of equipment, in English and French.
_CLASS_WORDS = frozenset(
    [
        "nvr",
        "dvr",
        "xvr",
        "camera",
        "cameras",
        "cam",
        "ip",
        "ipc",
        "poe",
        "dome",
        "bullet",
        "turret",
        "ptz",
        "doorbell",
        "recorder",
        "network",
        "mini",
        "wifi",
        "wi-fi",
        "indoor",
        "outdoor",
        "fixed",
        "box",
        "fisheye",
        "model",
        "modèle",
        "modele",
        "type",
        "réseau",
        "reseau",
        "caméra",
        "dôme",
        "enregistreur",
        "tourelle",
    ]
)
_MEASURE = re.compile(r"(?i)\d+(?:[.,]\d+)?(?:mp|mpx|mm|ch|tb|to|gb|go|w|v|p|x|fps|in|m|k|db|nm)")
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
        "power",
        "space",
        "sentient",
        "airspace",
        "alibi",
        "novus",
        "sinclair",
        "kasa",
        "ava",
        "blink",
        "nest",
        "yi",
        "hunt",
        "commend",
        "planet",
        "compro",
        "lg",
        "samsung",
        "hitachi",
        "cbc",
        "tst",
        "meraki",
        "rhombus",
        "basler",
        "vicon",
        "xiaomi",
        "logitech",
        "2n",
        "verint",
        "ernitec",
        "oncam",
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
        # A chip is inside devices of many brands: its maker's name in a text is not the device's.
        self._chips: set[str] = set()
        for party in parties:
            if party.kind == "chipset-maker":
                self._chips.add(party.id)
            for name in (party.id, party.name, *party.aliases):
                words = folded(name)
                if words:
                    self._exact.setdefault(words, party.id)
        self._first_words = frozenset(words[0] for words in self._exact)
        self._longest = max((len(words) for words in self._exact), default=0)

    def exact(self, text: str) -> str | None:
        """The party called exactly `text`, spelling aside; None: nobody we know."""
        return self._exact.get(folded(text[:200]))

    def first_in(self, text: str) -> tuple[str, int, int] | None:
        """The first known name in `text`, longest reading first: (slug, word index, number of words); None."""
        words = [word for word in _NOT_A_WORD.split(text[:2000].casefold()) if word]
        for at, word in enumerate(words):
            if word not in self._first_words:
                continue
            for size in range(min(self._longest, len(words) - at), 0, -1):
                part = tuple(words[at : at + size])
                slug = self._exact.get(part)
                if slug is not None and slug not in self._chips and self._worth(part):
                    return slug, at, size
        return None

    def model_after_name(self, text: str) -> tuple[str, str] | None:
        """Name and model where they stand together: `Lorex NVR N845A62` -> `("Lorex", "N845A62")`; None: nowhere.

        Everyday words are names only where the text begins with them.
        """
        parts = [part for part in _SEPARATOR.split(text[:600]) if part]
        for at in range(len(parts) - 1):
            if not self._may_begin(parts[at]):
                continue
            for size in range(min(4, len(parts) - 1 - at), 0, -1):
                name = " ".join(parts[at : at + size])
                if self.exact(name) is None or (at > 0 and not self._worth(folded(name))):
                    continue
                model = self._model_in(parts[at + size : at + size + 5])
                if model is not None:
                    return name, model
        return None

    def _may_begin(self, part: str) -> bool:
        """Whether a name could begin with this word: most words of a text are put aside here."""
        words = _NOT_A_WORD.split(part.casefold())
        return any(word in self._first_words for word in words[:2])

    def _model_in(self, parts: list[str]) -> str | None:
        """The model among the words behind a name; None where something else comes first."""
        for part in parts:
            word = _PACKAGING.sub("", part.strip(":[]\"'.")) or part
            if _MEASURE.fullmatch(word) or word.casefold() in _CLASS_WORDS or self.exact(word) is not None:
                continue
            return word if _MODEL_LIKE.fullmatch(word) else None
        return None

    @staticmethod
    def _worth(words: tuple[str, ...]) -> bool:
        return len(words) > 1 or (len(words[0]) >= _SHORTEST_IN_TEXT and words[0] not in _EVERYDAY)
