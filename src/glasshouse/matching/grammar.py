"""Grammars of models, serial numbers and firmware versions: what their form says about maker, dates and class.

A grammar is a pattern over the whole normalised value. `shared` grammars fit several makers and never name one.
Named captures: `date` (YYYYMMDD), `month` (MMYYYY) in serials; `version`, `build` (YYMMDD or YYYYMMDD), `oem` in
firmware. A date inside a serial is what the number claims; a firmware date bounds the manufacture, never equals it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

import re2

from glasshouse.matching.patterns import compiled
from glasshouse.model.provenance import Source
from glasshouse.model.signal import DeviceClass, Facet
from glasshouse.model.strength import Strength

__all__ = [
    "FirmwareGrammar", "Grammars", "ModelGrammar", "Reading", "SerialGrammar", "built_on", "firmware", "model",
    "normalise", "serial", "words",
]  # fmt: skip

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘－", "-"))
_LONGEST = 128  # characters of a model, serial or version
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/()+-]{3,63}")
_WORDS = 400  # words of a text that are looked at
_YEARS = range(2004, 2050)  # such devices have existed since; a two-digit year means this century


@dataclass(frozen=True, slots=True)
class ModelGrammar:
    """`brand` where the form is used by one brand alone; `device_class` where the form tells it."""

    id: str
    pattern: str
    specificity: Literal["maker", "shared"]
    strength: Strength
    source: Source
    maker: str | None = None
    brand: str | None = None
    device_class: DeviceClass | None = None
    in_text: bool = True  # distinctive enough to be told inside a free text
    brand_strength: Strength | None = None  # where others sell under the same names; None: like the maker
    derived_from: tuple[str, ...] = ()  # corpus ids, cited not copied


@dataclass(frozen=True, slots=True)
class SerialGrammar:
    """`strength` of the maker by the form alone."""

    id: str
    pattern: str
    strength: Strength
    source: Source
    maker: str
    brand: str | None = None
    in_text: bool = False
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirmwareGrammar:
    """`maker`: whose firmware has this form; `brands`: what the capture `oem` means."""

    id: str
    pattern: str
    strength: Strength
    source: Source
    maker: str | None = None
    brands: Mapping[str, str] = field(default_factory=dict)
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammars:
    """All grammars of a pack."""

    models: tuple[ModelGrammar, ...] = ()
    serials: tuple[SerialGrammar, ...] = ()
    firmware: tuple[FirmwareGrammar, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a form says; `grammar` names it."""

    grammar: str
    facet: Facet
    value: str
    strength: Strength


def normalise(text: str) -> str:
    """A model as grammars expect it: NFKC, upper case, plain dashes, single spaces, none around `-` and `/`.

    >>> normalise("ds\u20112cd2143g2 - i")
    'DS-2CD2143G2-I'
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_DASHES).upper()
    return re.sub(r"\s*([-/])\s*", r"\1", " ".join(plain.split()))


def words(text: str) -> Iterable[str]:
    """The words of a free text that could be a model or a serial: a letter and a digit, four characters or more."""
    for at, found in enumerate(_WORD.finditer(text)):
        if at >= _WORDS:
            return
        word = found[0].rstrip("./-")
        if word.count("(") > word.count(")"):
            word = word.split("(")[0]
        elif word.count(")") > word.count("("):
            word = word.rstrip(")")
        if len(word) >= 4 and any(map(str.isdigit, word)) and any(map(str.isalpha, word)):
            yield word


def _whole(pattern: str, text: str) -> re2._Match | None:
    return compiled(pattern).fullmatch(text)


@lru_cache(maxsize=64)
def _any_of(patterns: tuple[str, ...]) -> re2._Regexp | None:
    """One pattern for all: it tells at once that none of them fits, the usual case; None: too large for one."""
    nameless = (re.sub(r"\(\?P<\w+>", "(?:", one) for one in patterns)
    try:
        return compiled("|".join(f"(?:{one})" for one in nameless))
    except re2.error:
        return None


def _fits_none(patterns: Iterable[str], text: str) -> bool:
    every = _any_of(tuple(patterns))
    return every is not None and every.fullmatch(text) is None


def model(text: str, grammars: Iterable[ModelGrammar], *, inside_text: bool = False) -> tuple[Reading, ...]:
    """What the form of a model says. `inside_text`: a word of a free text, where only distinctive forms count."""
    shape = normalise(text)
    asked = [one for one in grammars if not inside_text or (one.in_text and one.specificity == "maker")]
    if _fits_none((one.pattern for one in asked), shape):
        return ()
    return tuple(reading for one in asked if _whole(one.pattern, shape) for reading in _model_readings(one))


def _model_readings(grammar: ModelGrammar) -> Iterable[Reading]:
    if grammar.specificity == "maker" and grammar.maker is not None:
        yield Reading(grammar.id, Facet.MAKER, grammar.maker, grammar.strength)
    if grammar.brand is not None:
        yield Reading(grammar.id, Facet.BRAND, grammar.brand, grammar.brand_strength or grammar.strength)
    if grammar.device_class is not None:
        own = grammar.specificity == "maker" or grammar.brand is not None
        strength = grammar.strength if own else Strength.INDICATIVE
        yield Reading(grammar.id, Facet.DEVICE_CLASS, grammar.device_class.value, strength)


def serial(text: str, grammars: Iterable[SerialGrammar], *, inside_text: bool = False) -> tuple[Reading, ...]:
    """What the form of a serial number says: maker, and the production date that it claims."""
    shape = normalise(text)
    asked = [one for one in grammars if one.in_text or not inside_text]
    if _fits_none((one.pattern for one in asked), shape):
        return ()
    found: list[Reading] = []
    for grammar in asked:
        match = _whole(grammar.pattern, shape)
        if match is None:
            continue
        found.append(Reading(grammar.id, Facet.MAKER, grammar.maker, grammar.strength))
        if grammar.brand is not None:
            found.append(Reading(grammar.id, Facet.BRAND, grammar.brand, grammar.strength))
        stem = (match.groupdict().get("model") or "").strip("- ")
        if stem[:1].isalpha() and any(map(str.isdigit, stem)):
            found.append(Reading(grammar.id, Facet.MODEL, stem, Strength.INDICATIVE))
        made_on = _day(match.groupdict().get("date"))
        if made_on is not None:
            found.append(Reading(grammar.id, Facet.MADE_ON, made_on.isoformat(), grammar.strength))
    return tuple(found)


def firmware(text: str, grammars: Iterable[FirmwareGrammar]) -> tuple[Reading, ...]:
    """What the form of a firmware version says: whose firmware, which brand's build, when it was built."""
    shape = " ".join(text[:_LONGEST].split())
    found: list[Reading] = []
    for grammar in grammars:
        match = _whole(grammar.pattern, shape)
        if match is None:
            continue
        captures = match.groupdict()
        if grammar.maker is not None:
            found.append(Reading(grammar.id, Facet.FIRMWARE_ORIGIN, grammar.maker, grammar.strength))
            found.append(Reading(grammar.id, Facet.MAKER, grammar.maker, grammar.strength))
        brand = grammar.brands.get(captures.get("oem") or "")
        if brand is not None:
            found.append(Reading(grammar.id, Facet.BRAND, brand, Strength.SUPPORTING))
    built = built_on(shape)
    if built is not None:
        found.append(Reading("firmware.build-date", Facet.FIRMWARE_BUILT_ON, built.isoformat(), Strength.STRONG))
    return tuple(found)


_BUILD = re.compile(r"(?i)build[ :_]*(?:date)?[ :_]*(?P<day>(?:20\d\d[-/]?\d\d[-/]?\d\d)|\d{6})(?!\d)")
_BUILD_TAIL = re.compile(r"^V?\d+\.\d+[0-9A-Za-z.]*[._](?P<day>(?:20)?\d{6})$")

_BUILD_LAST = re.compile(r"^[QGDH]?(?:IPC|NVR)-[0-9A-Z.]+\.(?P<day>\d{6})$")


def built_on(text: str) -> date | None:
    """The build date a firmware version states (`build 190910`, `build:2020-06-05`, `..._151224`); None: none stated."""
    match = _BUILD.search(text) or _BUILD_TAIL.search(text) or _BUILD_LAST.search(text)
    return _day(match["day"]) if match else None


def _day(text: str | None) -> date | None:
    """YYYYMMDD or YYMMDD, separators aside, as a date that makes sense for such a device; None otherwise."""
    digits = re.sub(r"\D", "", text or "")
    if len(digits) == 6:
        digits = "20" + digits
    if len(digits) != 8:
        return None
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day.year in _YEARS else None
