"""How strongly evidence supports a claim: ordered words whose meaning is measured, never a percentage of belief."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Strength"]


class Strength(IntEnum):
    """Ordered; compare with < and >. The word is what leaves the program (`Strength.STRONG.word`)."""

    NONE = 0
    INDICATIVE = 1
    SUPPORTING = 2
    STRONG = 3
    CONCLUSIVE = 4

    @property
    def word(self) -> str:
        """The lower-case word used in files, JSON and reports."""
        return self.name.lower()

    @classmethod
    def parse(cls, word: str) -> Strength:
        """The strength called `word`; raises ValueError naming the accepted words."""
        try:
            return cls[word.upper()]
        except KeyError:
            accepted = ", ".join(member.word for member in cls)
            raise ValueError(f"strength {word!r} is unknown; accepted: {accepted}") from None
