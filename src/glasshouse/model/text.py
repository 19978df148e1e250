"""Sentences for people, kept translatable: an English pattern and its parameters, never a finished string."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Message", "Title"]

Parameter = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence: `msgid` is the English `str.format` pattern and the key of the translation catalogue.

    >>> str(Message.of("The maker is {maker}.", maker="axis"))
    'The maker is axis.'
    """

    msgid: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, msgid: str, /, **params: Parameter) -> Message:
        """Build a message; parameters become text at once, so that the value is frozen and comparable."""
        return cls(msgid, tuple((name, str(value)) for name, value in sorted(params.items())))

    def format(self, pattern: str | None = None) -> str:
        """Fill `pattern` (a translation; the English one by default) with the parameters."""
        return (pattern or self.msgid).format(**dict(self.params))

    def __str__(self) -> str:
        return self.format()


@dataclass(frozen=True, slots=True)
class Title:
    """A name that data packs carry in both languages."""

    en: str
    fr: str

    def in_language(self, language: str) -> str:
        """The title in `language` ("fr", anything else is English)."""
        return self.fr if language == "fr" else self.en
