"""Model names as advisories write them: wildcards, form letters, alternatives, series.

- `x` is one character (`DS-76xxNI-Mx`); capital `X` too where a text has runs of it (`NVR4XXX`). Suffixes are free.
- The X right after `IPC-H` stands for one or more form letters: `IPC-HX5xxx` is IPC-HFW5442, IPC-HDBW5442 ...
- Slashes join alternatives where digits or whole names follow (`SD50/52C`, `DS-K1T341A/K1T341B`); elsewhere they are
  part of the name (`DS-2CD2046G2-IU/SL`). Brackets hold alternatives (`(S245/S345)`) or an optional part (`-I(U)`).
- "Series" makes a name a prefix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

__all__ = ["Fit", "ModelPattern", "canonical", "fit", "read_models"]


class Fit(IntEnum):
    """How a device's model fits a pattern, from not at all to the very name."""

    NONE = 0
    PATTERN = 1  # wildcard or series
    VARIANT = 2  # the name with a further suffix
    EXACT = 3


@dataclass(frozen=True, slots=True)
class ModelPattern:
    """One model pattern. `kind`: exact | glob | series. `text` is the pattern as read, in capitals but for x."""

    text: str
    kind: str
    hardware: str = ""  # hardware version, which a device may not tell: "V3", "1.20"


# Words around a model name that are no part of it; brands among them are only dropped, never compared.
_NOISE_WORDS = (
    "DAHUA HIKVISION AXIS UNIVIEW UNV VIVOTEK REOLINK TAPO VIGI INSIGHT EASYCAM HANWHA BOSCH FOSCAM GEOVISION AVISION "
    "TIANDY XIONGMAI NETWORK IP CAMERA CAMERAS DOOR CONTROLLER VIDEO STATION WI-FI WIFI INDOOR HD WEBCAM SECURITY "
    "NETWORK_CAMERA PROVISION-ISR"
)
_NOISE = frozenset(_NOISE_WORDS.split())
_UNCLEAR = re.compile(r"\bsee\b|\bothers\b|\bmodels\b|\bdevices\b|\bprotocol\b|\bcameras and\b", re.IGNORECASE)
_SMALL_X = re.compile(r"(?<![a-wyz])x(?![a-wyz])")
_LARGE_X = re.compile(r"XX|IPC[- ]?HX\d|\bHX\d")
_PREFIXES = re.compile(r"^DHI?-(?=[A-Z])")


@lru_cache(maxsize=8192)
def read_models(text: str, *, series: bool = False) -> tuple[ModelPattern, ...]:
    """The patterns in an advisory's product text; () when it names no model ("devices, see description")."""
    if _UNCLEAR.search(text):
        return ()
    parts = _split(text)
    patterns = [_pattern(part, series=series) for part in parts]
    return tuple(dict.fromkeys(pattern for pattern in patterns if pattern is not None))


@lru_cache(maxsize=8192)
def canonical(model: str) -> str:
    """A device's model text for comparing: capitals, no brand or kind words, one kind of separator."""
    words = [word for word in model[:120].upper().split() if word not in _NOISE]
    return _PREFIXES.sub("", "-".join(words))


def fit(pattern: ModelPattern, model: str) -> Fit:
    """How `model`, as `canonical` gives it, fits `pattern`."""
    found = _regex(pattern.text, pattern.kind).match(model)
    if found is None or not model:
        return Fit.NONE
    rest = model[found.end() :]
    if pattern.hardware:
        return _fit_hardware(pattern.hardware, rest)
    if pattern.kind in {"glob", "series"}:
        return Fit.PATTERN
    if not rest:
        return Fit.EXACT
    return Fit.VARIANT if rest[0] in "-_/( " else Fit.NONE


def _fit_hardware(hardware: str, rest: str) -> Fit:
    """The very hardware version, or a device that tells none."""
    told = rest.lstrip("-_ /(").rstrip(")").removeprefix("V")
    if told == hardware.removeprefix("V"):
        return Fit.EXACT
    return Fit.NONE if rest and (rest[0] not in "-_ /(" or told[:1].isdigit()) else Fit.VARIANT


def _split(text: str) -> list[str]:
    text = re.sub(r"-\s+(?=\w)", "-", text)
    text = re.sub(r"\s+/\s+(?=\d+P)", "/", text)  # "K1 / 4P" is the variant with four powered ports
    bracket = re.search(r"\(([^()]*[A-Z]\w*\d\w*(?:/[A-Z]\w*\d\w*)+)\)", text)
    if bracket:
        return _with_hardware(bracket[1].split("/"), text)
    parts = [part.strip() for part in re.split(r"\s+and\s+|\s*[,;]\s*|\s+/\s+", text) if part.strip()]
    parts = [f"IPC-{part}" if part.startswith("HX") and "IPC" in parts[0] else part for part in parts]
    return [name for part in parts for name in _slashes(part)]


def _with_hardware(names: list[str], text: str) -> list[str]:
    """A hardware version before the bracket belongs to each name: `Cx20I 1.20 (C220I/C320I)`."""
    found = re.search(r"\s(\d\.\d+)\s*\(", text)
    return [f"{name} {found[1]}" if found else name for name in names]


def _slashes(part: str) -> list[str]:
    first, *others = part.split("/")
    if others and all(re.fullmatch(r"\d{2,}[A-Z]?(?:-[A-Z]+)?", item) for item in others):
        return _numbered(first, others)
    if others and all(re.fullmatch(r"[A-Z](?=(?:\D*\d){2})[A-Z0-9-]*", item) for item in others):
        return _joined(first, others)
    return [part]


def _numbered(first: str, others: list[str]) -> list[str]:
    """`DS-A71024/48/72R` is DS-A71024R, DS-A71048R, DS-A71072R; `SD50/52C` is SD50, SD50C and SD52C."""
    digits = [re.match(r"\d+", item).group() for item in others]  # type: ignore[union-attr]
    tail = others[-1][len(digits[-1]) :]
    names = [first + tail, *(first[: -len(number)] + number + tail for number in digits)]
    return [first, *names] if len(tail) == 1 else names


def _joined(first: str, others: list[str]) -> list[str]:
    """`DS-K1T341A/K1T341B`: each takes what stands before the same letters in the one before it."""
    names = [first]
    for item in others:
        letters = re.match(r"[A-Z]+", item)
        at = names[-1].find(letters.group()) if letters else -1
        names.append(names[-1][:at] + item if at > 0 else item)
    return names


def _pattern(part: str, *, series: bool) -> ModelPattern | None:
    words = [word for word in part.split() if word.upper() not in _NOISE]
    if any(word.casefold() == "series" for word in words):
        series, words = True, [word for word in words if word.casefold() != "series"]
    text = " ".join(words).strip("/ ")
    text, hardware = _cut_hardware(text)
    if not any(character.isdigit() for character in text) and "x" not in text.casefold():
        return ModelPattern(text.upper(), "exact") if text else None
    glob = bool(_SMALL_X.search(text))
    large = not glob and bool(_LARGE_X.search(text))
    text = _SMALL_X.sub("\0", text).upper()
    text = re.sub(r"(IPC-?\s?H)[X\0]+", "\\1\1", text) if glob or large else text
    text = text.replace("X", "\0") if large else text
    text = _PREFIXES.sub("", text.replace("\1", "@").replace("\0", "x"))
    kind = "series" if series else "glob" if {"x", "@"} & set(text) else "exact"
    return ModelPattern(text, kind, hardware)


def _cut_hardware(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*\d.*?) (V\d+(?:\.\d+)?|\d\.\d+)", text, re.IGNORECASE)
    return (found[1], found[2].upper()) if found else (text, "")


@lru_cache(maxsize=8192)
def _regex(text: str, kind: str) -> re.Pattern[str]:
    parts: list[str] = []
    previous = ""
    for sign in re.findall(r"\([^()]*\)|.", text):
        # a hyphen between letters and digits is written or not: NVR-4XXX is NVR4104
        if previous.isalpha() and sign.isdigit():
            parts.append("-?")
        parts.append(_sign(sign))
        previous = sign
    flags = re.IGNORECASE if kind == "exact" else re.NOFLAG
    return re.compile("".join(parts), flags)


def _sign(sign: str) -> str:
    if sign == "x":
        return "[A-Z0-9]"
    if sign == "@":
        return "[A-Z]+"
    if sign in "-_ ":
        return "[-_ ]?"
    if sign == "/":
        return "/?"
    if len(sign) > 1:
        inner = sign[1:-1]
        letters = "".join(f"{letter}?" for letter in inner) if inner.isalpha() else f"(?:{_inner(inner)})?"
        return rf"(?:\({_inner(inner)}\)|{letters})"
    return re.escape(sign)


def _inner(text: str) -> str:
    return "".join(_sign(character) for character in text)
