"""The two languages: sentences through gettext catalogues, numbers and dates through Babel, French typography.

English patterns are the keys (`Message.msgid`); the French catalogue is read from its `.po` file at run time, once.
A sentence without translation appears in English rather than not at all; a test keeps that from happening.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from glasshouse.model.text import Message, Title
from glasshouse.reports.words import VOCABULARY

__all__ = ["LANGUAGES", "Translator", "french_spaces", "load_catalogue"]

LANGUAGES = ("en", "fr")
_LOCALES = {"en": "en_CA", "fr": "fr_CA"}
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
# parameters that hold several words, and what stands between them
_SEPARATORS = {
    **dict.fromkeys(("roles", "acts", "purposes", "classes"), (", ",)),
    "values": (" / ", ", "),
}
_TERRITORY_PARAMETERS = frozenset(("jurisdiction", "country", "countries", "codes"))
# parameters whose value may be the slug of a party, shown by the name people know
_PARTY_PARAMETERS = frozenset(
    [
        "maker",
        "brand",
        "party",
        "entity",
        "origin",
        "firmware_origin",
        "chipset",
        "supplier",
        "owner",
        "parent",
        "group",
        "listed",
        "values",
    ]
)


@cache
def load_catalogue(language: str) -> Catalog:
    """The catalogue of `language` as Babel reads it; English has none, since its patterns are the keys."""
    if language == "en":
        return Catalog(locale="en")
    source = files("glasshouse.reports") / "locale" / language / "LC_MESSAGES" / "glasshouse.po"
    return read_po(BytesIO(source.read_bytes()), locale=language)


def french_spaces(text: str) -> str:
    """Ordinary spaces before : ; ! ? % » and after « become narrow no-break ones (U+202F)."""
    text = re.sub(r"[ \u00a0](?=[:;!?%»](?:\s|$|[)\]»,.{<]))", "\u202f", text)
    return re.sub(r"«[ \u00a0]", "«\u202f", text)


class Translator:
    """Turns messages, titles, dates and numbers into text of one language.

    `names` maps party slugs to the names people know; a slug without a name is shown as it is.
    """

    def __init__(self, language: str, names: Mapping[str, str] = _NO_NAMES) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is not available; accepted: {', '.join(LANGUAGES)}")
        self.language = language
        self.names = names
        self._locale = Locale.parse(_LOCALES[language])
        self._patterns: dict[str, str] = {}

    def pattern(self, msgid: str) -> str:
        """The pattern of `msgid` in this language; the English one where there is no translation."""
        known = self._patterns.get(msgid)
        if known is None:
            entry = None if self.language == "en" else load_catalogue(self.language).get(msgid)
            found = entry.string if entry is not None and not entry.fuzzy else ""
            known = french_spaces(found) if isinstance(found, str) and found else msgid
            self._patterns[msgid] = known
        return known

    def text(self, message: Message) -> str:
        """The sentence in this language, its parameters filled in; words of our vocabulary among them translated."""
        params = {name: self._parameter(name, value) for name, value in message.params}
        try:
            return self.pattern(message.msgid).format(**params)
        except (KeyError, IndexError, ValueError):  # a pattern with stray braces is shown as it stands
            return self.pattern(message.msgid)

    def _parameter(self, name: str, value: str) -> str:
        for separator in _SEPARATORS.get(name, ()):
            if separator in value:
                return separator.join(self._word(name, item) for item in value.split(separator))
        return self._word(name, value)

    def _word(self, name: str, value: str) -> str:
        word = VOCABULARY.get(name, {}).get(value)
        if word is not None:
            return self.pattern(word.msgid)
        if name in _PARTY_PARAMETERS:
            return self.names.get(value, value)
        if name == "name":  # brand and model in one
            brand, space, rest = value.partition(" ")
            return self.names.get(brand, brand) + space + rest
        if name in _TERRITORY_PARAMETERS:
            return ", ".join(map(self.territory, value.split(", ")))
        return value

    def plural(self, one: str, many: str, count: int, **params: str) -> str:
        """`one` or `many` by the plural rule of the language; `{n}` is the number, written its way."""
        if self.language == "en":
            chosen = one if count == 1 else many
        else:
            entry = load_catalogue(self.language).get(one)
            strings = entry.string if entry is not None and isinstance(entry.string, tuple) else (one, many)
            chosen = french_spaces(strings[0 if count < 2 else 1])
        return chosen.format(n=self.number(count), **params)

    def title(self, title: Title) -> str:
        """A title of a data pack in this language."""
        text = title.in_language(self.language)
        return re.sub(r"(?<=\w)'(?=\w)", "’", french_spaces(text)) if self.language == "fr" else text

    def name(self, slug: str) -> str:
        """The name people know a party by."""
        return self.names.get(slug, slug)

    def date(self, day: date) -> str:
        """A day in words: "June 27, 2025", « 27 juin 2025 »."""
        return format_date(day, format="long", locale=self._locale)

    def moment(self, when: datetime) -> str:
        """A moment as ISO 8601 to the second in UTC; the form both languages of the Government of Canada use."""
        utc = when.astimezone(UTC) if when.tzinfo else when
        return utc.strftime("%Y-%m-%d %H:%M:%S UTC")

    @property
    def colon(self) -> str:
        """The colon between a label and its value, with the spaces of the language."""
        return ": " if self.language == "en" else "\u202f: "

    def number(self, value: float) -> str:
        """A number with the grouping of the language."""
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float) -> str:
        """A share 0..1 as whole percent."""
        return french_spaces(format_percent(share, locale=self._locale))

    def listing(self, items: Iterable[str]) -> str:
        """Items joined with commas and "and" / « et »."""
        return format_list(list(items), locale=self._locale)

    def territory(self, code: str) -> str:
        """A jurisdiction code in words: "CA-QC" is Canada (QC)."""
        country, _, part = code.partition("-")
        name = self._locale.territories.get("GB" if country == "UK" else country, country)
        return f"{name} ({part})" if part else name
