"""Where a firmware lies in the range of a record: three-valued, by version and by build date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum

from glasshouse.merits.advisory import AffectedRange
from glasshouse.merits.versions import Version, compare_release, parse

__all__ = ["Position", "describe", "place", "place_all"]


class Position(Enum):
    """Where a firmware lies. COARSE: inside only if the bound means its whole track ("up to 11.11" and 11.11.90)."""

    INSIDE = "inside"
    COARSE = "coarse"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"  # the range speaks of another branch of the firmware


def place_all(
    ranges: Sequence[AffectedRange], firmware: str | None, built_on: date | None
) -> tuple[tuple[AffectedRange, Position], ...]:
    """The position in each of `ranges`, which are OR-ed; each branch or track is compared within itself only."""
    version = parse(firmware) if firmware else None
    placed = [(item, _in_own_track(item, ranges, version, place(item, version, built_on))) for item in ranges]
    if placed and all(position is Position.ELSEWHERE for _, position in placed):
        return tuple((item, Position.UNKNOWN) for item, _ in placed)
    return tuple((item, position) for item, position in placed if position is not Position.ELSEWHERE)


def place(item: AffectedRange, version: Version | None, built_on: date | None) -> Position:
    """The position of one firmware in one range. `built_on` is the build date told apart from the version text."""
    built = built_on or (version.build if version else None)
    if item.kind == "all":
        return Position.INSIDE
    if item.kind in {"label", "unparsed"}:
        return Position.UNKNOWN
    if item.kind == "exact":
        return _place_exact(item, version, built)
    return _place_between(item, version, built)


def describe(item: AffectedRange) -> str:
    """The range in our words, e.g. ">= 5.3.1 build 2015-04-10, <= 5.4.4 build 2016-11-25"."""
    if item.kind in {"all", "unparsed", "label"}:
        return {"all": "all versions", "unparsed": "no range that can be read", "label": "a version named only"}[
            item.kind
        ]
    bounds = (
        (">=", item.introduced, item.build_introduced),
        ("<", item.fixed, item.build_fixed),
        ("<=", item.last_affected, item.build_last_affected),
        ("=", item.exact, item.build_exact),
    )
    words = [" ".join((sign, *_bound_words(text, built))) for sign, text, built in bounds if text or built]
    return ", ".join(words)


def _bound_words(text: str | None, built: date | None) -> tuple[str, ...]:
    if text and built == parse(text).build:
        return (text,)
    told = (text,) if text else ()
    return (*told, f"build {built.isoformat()}") if built else told


def _place_between(item: AffectedRange, version: Version | None, built: date | None) -> Position:
    checks: list[Position] = []
    if item.introduced or item.build_introduced:
        order = _order(version, built, item.introduced, item.build_introduced)
        checks.append(_position(order, outside=(-1,)))
    if item.fixed or item.build_fixed:
        order = _order(version, built, item.fixed, item.build_fixed)
        checks.append(_position(order, outside=(0, 1)))
    if item.last_affected or item.build_last_affected:
        order = _order(version, built, item.last_affected, item.build_last_affected)
        coarse = order == 1 and _finer(version, item.last_affected)
        checks.append(Position.COARSE if coarse else _position(order, outside=(1,)))
    return _all(checks, version, item)


def _all(checks: Sequence[Position], version: Version | None, item: AffectedRange) -> Position:
    """Inside only if every bound agrees; a range without bounds says nothing."""
    if Position.OUTSIDE in checks:
        return Position.OUTSIDE
    if not checks or Position.UNKNOWN in checks:
        return Position.ELSEWHERE if _other_branch(version, item) else Position.UNKNOWN
    if not (item.fixed or item.build_fixed or item.last_affected or item.build_last_affected):
        return Position.UNKNOWN  # a range without an end would hold every later version for ever
    return Position.COARSE if Position.COARSE in checks else Position.INSIDE


def _position(order: int | None, *, outside: tuple[int, ...]) -> Position:
    if order is None:
        return Position.UNKNOWN
    return Position.OUTSIDE if order in outside else Position.INSIDE


def _place_exact(item: AffectedRange, version: Version | None, built: date | None) -> Position:
    """One version. Where it is only the version that was examined, an older one was not looked at."""
    order = _order(version, built, item.exact, item.build_exact, exact=True)
    if order == 0:
        return Position.INSIDE
    if order == 1 and _finer(version, item.exact):
        return Position.COARSE
    return Position.UNKNOWN if order is None or (item.examined and order < 0) else Position.OUTSIDE


def _order(
    version: Version | None, built: date | None, text: str | None, bound_built: date | None, *, exact: bool = False
) -> int | None:
    """The firmware against a bound: -1, 0, 1, or None when it cannot be told or version and build date disagree."""
    bound = parse(text) if text else None
    if bound is not None and bound_built is None:
        bound_built = bound.build
    dated = None if built is None or bound_built is None else (built > bound_built) - (built < bound_built)
    if bound is None or bound.scheme == "date":
        return dated
    if version is None:
        return None
    if _branches_differ(version, bound):
        return None
    released = compare_release(version, bound)
    return _agree(released, dated, needs_build=bound_built is not None and not exact)


def _agree(released: int | None, dated: int | None, *, needs_build: bool) -> int | None:
    if released is None:
        return dated
    if released == 0:
        return dated if dated is not None else (None if needs_build else 0)
    # A lower version built later (or the reverse) is of another branch: the bound does not tell.
    return None if dated is not None and released * dated < 0 else released


def _finer(version: Version | None, text: str | None) -> bool:
    """Whether the firmware has the bound's numbers and further ones: 11.11.90 against "up to 11.11"."""
    if version is None or not text:
        return False
    bound = parse(text)
    width = len(bound.release)
    same = version.scheme == bound.scheme == "dotted" and version.release[:width] == bound.release
    return same and bound.build is None and 0 < width < len(version.release)


def _branches_differ(version: Version, bound: Version) -> bool:
    return version.scheme != bound.scheme and all(item.scheme.startswith("branch/") for item in (version, bound))


def _other_branch(version: Version | None, item: AffectedRange) -> bool:
    texts = [text for text in (item.introduced, item.fixed, item.last_affected) if text]
    return version is not None and bool(texts) and any(_branches_differ(version, parse(text)) for text in texts)


def _in_own_track(
    item: AffectedRange, ranges: Sequence[AffectedRange], version: Version | None, position: Position
) -> Position:
    """Of several ranges that only have an upper bound, each speaks of its own track (first number)."""
    track = _open_track(item)
    if position is not Position.INSIDE or track is None or version is None or not version.release:
        return position
    tracks = {_open_track(other) for other in ranges}
    own = version.release[0]
    return Position.ELSEWHERE if own != track and own in tracks else position


def _open_track(item: AffectedRange) -> int | None:
    if item.kind != "version" or item.introduced or item.build_introduced:
        return None
    bound = item.fixed or item.last_affected
    release = parse(bound).release if bound else ()
    return release[0] if release else None
