"""Firmware versions as makers write them, and their order inside one scheme.

General version libraries refuse or misorder these texts, so each scheme is read here. A scheme is recognised by the
shape of the text, never by the maker's name. Two versions of different schemes cannot be compared: that is None, not a
guess.

| scheme | examples | release |
|---|---|---|
| dotted | `V5.5.82 build 190910`, `10.12.257`, `7.80 B128`, `1.4.5 Build 251104`, `2.3.8-6` | the numbers in order |
| quad/CODE | `2.820.0000000.18.R.210705` | first, second and fourth number; CODE is the customisation |
| branch/NNNN | `DIPC-B1213.6.5.230215` | the numbers between branch and date |
| lettered | `0113d`, `VVTK-0107b_1` | number, letter, counter |
| date | `20241222`, `2016-11-14` | none: the build date alone |
| opaque | anything else | none: equal or incomparable |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

__all__ = ["Version", "compare", "compare_release", "parse", "parse_day"]


@dataclass(frozen=True, slots=True)
class Version:
    """`release` compares within `scheme`; `build` is the build date written in the text; `tail` what was not read."""

    text: str
    scheme: str
    release: tuple[int, ...] = ()
    build: date | None = None
    tail: str = ""


_BUILD = re.compile(r"[\s_,;(]*build[\s_:=]*(?:date|time)?[\s_:=]*(\d{8}|\d{6}|\d{4}-\d{2}-\d{2})(?!\d)", re.IGNORECASE)
_FILE_NAME = re.compile(r"_V?(\d+(?:\.\d+){2,3})_(\d{6})(?!\d)", re.IGNORECASE)
_QUAD = re.compile(
    r"v?(\d+)\.(\d{3})\.([0-9A-Z]{4,})\.(\d+)(?:\.([A-Z])(?![A-Z]))?(?:\.?(\d{8}|\d{6})(?!\d))?", re.IGNORECASE
)
_BRANCH = re.compile(r"(?:[A-Z0-9_]+-)?[A-Z]?(\d{4})((?:\.[A-Z]?\d{1,3})+)\.(\d{6})", re.IGNORECASE)
_LETTERED = re.compile(r"(?:[A-Z0-9.]+-)?(?:VVTK-)?(\d{4})([a-z])(?:_(\d+))?(?:_\d+)*", re.IGNORECASE)
_DOTTED = re.compile(r"v?(\d+(?:\.\d+)+)(?:[\s_]*B(\d+)(?![A-Z])|[-_](\d+)(?!\.?\d))?", re.IGNORECASE)
_DATE = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}")


def parse_day(text: str) -> date | None:
    """A day written `YYMMDD`, `YYYYMMDD` or `YYYY-MM-DD`; None for anything that is no day since 2000."""
    digits = text.replace("-", "")
    if len(digits) == 6:
        digits = f"20{digits}"
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day.year >= 2000 else None


@lru_cache(maxsize=65536)
def parse(text: str) -> Version:
    """Read `text`; never raises. What fits no scheme is `opaque`."""
    plain = text[:200].strip()
    build, rest = _cut_build(plain)
    for reader in (_read_date, _read_quad, _read_branch, _read_lettered, _read_file_name, _read_dotted):
        found = reader(plain, rest, build)
        if found is not None:
            return found
    return Version(plain, "opaque", build=build, tail=_squeeze(plain))


def compare_release(left: Version, right: Version) -> int | None:
    """-1, 0 or 1; None where the two cannot be ordered. Missing numbers count as zero. Build dates play no part."""
    if left.scheme != right.scheme or left.scheme == "date":
        return None
    if left.scheme == "opaque":
        return 0 if left.tail == right.tail else None
    width = max(len(left.release), len(right.release))
    one, other = (item.release + (0,) * (width - len(item.release)) for item in (left, right))
    if one != other:
        return -1 if one < other else 1
    return 0 if left.tail == right.tail else None


def compare(left: Version, right: Version) -> int | None:
    """As `compare_release`; equal releases are ordered by build date where both tell one. Two dates by date."""
    order = compare_release(left, right)
    if left.build is None or right.build is None:
        return order
    dated = (left.build > right.build) - (left.build < right.build)
    if left.scheme == right.scheme == "date":
        return dated
    return dated if order == 0 else order


def _squeeze(text: str) -> str:
    return re.sub(r"^v(?=\d)|\s+", "", text.strip().casefold())


def _cut_build(text: str) -> tuple[date | None, str]:
    found = _BUILD.search(text)
    if found is None:
        return None, text
    return parse_day(found[1]), text[: found.start()]


def _numbers(text: str) -> tuple[int, ...]:
    # eighteen digits: longer runs are no version numbers, and unbounded ones are slow to convert
    return tuple(int(item[:18]) for item in re.findall(r"\d+", text))


def _read_date(plain: str, _rest: str, _build: date | None) -> Version | None:
    day = parse_day(plain) if _DATE.fullmatch(plain) else None
    return None if day is None else Version(plain, "date", build=day)


def _read_quad(plain: str, rest: str, build: date | None) -> Version | None:
    found = _QUAD.match(rest)
    if found is None:
        return None
    first, second, code, fourth, _, day = found.groups()
    if len(fourth) == 8 and day is None:
        fourth, day = "0", fourth  # no counter: the date stands in its place
    build = build or (parse_day(day) if day else None)
    return Version(plain, f"quad/{code.upper()}", (int(first[:18]), int(second), int(fourth[:18])), build)


def _read_branch(plain: str, rest: str, _build: date | None) -> Version | None:
    found = _BRANCH.fullmatch(rest.strip())
    day = parse_day(found[3]) if found else None
    if found is None or day is None:
        return None
    return Version(plain, f"branch/{found[1]}", _numbers(found[2]), day)


def _read_lettered(plain: str, rest: str, build: date | None) -> Version | None:
    found = _LETTERED.fullmatch(rest.strip())
    if found is None:
        return None
    letter = ord(found[2].lower()) - ord("a") + 1
    return Version(plain, "lettered", (int(found[1]), letter, int((found[3] or "0")[:18])), build)


def _read_file_name(plain: str, rest: str, _build: date | None) -> Version | None:
    found = _FILE_NAME.search(rest)
    day = parse_day(found[2]) if found else None
    if found is None or day is None:
        return None
    return Version(plain, "dotted", _numbers(found[1]), day)


def _read_dotted(plain: str, rest: str, build: date | None) -> Version | None:
    found = _DOTTED.match(rest.strip())
    if found is None:
        return None
    counter = found[2] or found[3]
    release = _numbers(found[1]) + (_numbers(counter) if counter else ())
    # after a build date, what follows the numbers is no part of the version
    tail = "" if build else _squeeze(rest.strip()[found.end() :])
    return Version(plain, "dotted", release, build, tail)
