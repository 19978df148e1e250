"""One fingerprint against one value, in time linear in the value (RE2): captures, vetoes, excerpts.

Patterns are RE2 syntax (https://github.com/google/re2/wiki/Syntax), searched anywhere in the value, case-sensitive
unless they begin with `(?i)`. No back references and no look-around exist in it, which is what keeps it linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import re2

from glasshouse.model.signal import Facet, Fingerprint
from glasshouse.model.strength import Strength

__all__ = ["Confirmed", "Said", "compiled", "encodable", "excerpt", "hyperscan_accepts", "problem"]

EXCERPT = 160  # characters of evidence shown
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 16 << 20


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a fingerprint says of a value; `start`, `end` in characters of the value."""

    facet: Facet
    value: str
    strength: Strength
    start: int
    end: int


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re2._Regexp:
    """The RE2 program of `pattern`; raises `re2.error` where the syntax is outside RE2."""
    return re2.compile(pattern, options=_OPTIONS)


def problem(pattern: str) -> str | None:
    """Why RE2 rejects `pattern`; None when it is accepted."""
    try:
        compiled(pattern)
    except re2.error as error:
        return f"is no RE2 expression: {error}"
    return None


def hyperscan_accepts(pattern: str) -> bool:
    """Whether the first stage can compile `pattern`; True where that stage is not installed (RE2 does its work)."""
    try:
        import hyperscan  # noqa: PLC0415  # optional first stage, slow to load
    except ImportError:
        return True
    database = hyperscan.Database()
    try:
        database.compile(
            expressions=[pattern.encode()],
            ids=[0],
            elements=1,
            flags=[hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY],
        )
    except hyperscan.error:
        return False
    return True


def encodable(value: str) -> str:
    """`value` with everything that UTF-8 cannot carry (lone surrogates) replaced."""
    return value.encode("utf-8", "replace").decode("utf-8")


def excerpt(value: str, start: int, end: int, size: int = EXCERPT) -> str:
    """At most `size` characters of `value` around `start`..`end`, on one line, with dots where something is cut."""
    spare = max(0, size - 2 - (end - start)) // 2
    left, right = max(0, start - spare), min(len(value), max(start, end) + spare)
    right = min(right, left + size - 2)
    text = " ".join(value[left:right].split())
    return f"{'…' if left else ''}{text}{'…' if right < len(value) else ''}"


class Confirmed:
    """A fingerprint ready to be asked about values."""

    __slots__ = ("_pattern", "_unless", "fingerprint")

    def __init__(self, fingerprint: Fingerprint) -> None:
        self.fingerprint = fingerprint
        self._pattern: re2._Regexp | None = None
        self._unless: tuple[re2._Regexp, ...] = ()

    def said(self, value: str) -> tuple[Said, ...]:
        """What the fingerprint says of `value`; () where it does not match, is vetoed, or captures nothing."""
        if self._pattern is None:
            self._pattern = compiled(self.fingerprint.pattern)
            self._unless = tuple(compiled(text) for text in self.fingerprint.unless)
        match = self._pattern.search(value)
        if match is None or any(veto.search(value) for veto in self._unless):
            return ()
        captures = {name: (text or "").strip() for name, text in match.groupdict().items()}
        said = []
        for facet, template, strength in self.fingerprint.says:
            filled = _fill(template, captures)
            if filled:
                said.append(Said(facet, filled, strength, match.start(), match.end()))
        return tuple(said)


def _fill(template: str, captures: dict[str, str]) -> str:
    if "{" not in template:
        return template
    for name, text in captures.items():
        if text:
            template = template.replace("{" + name + "}", text)
    return "" if "{" in template else template
