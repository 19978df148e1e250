"""Three-valued logic (Kleene). Unknown is a value; an empty list of reasons is unknown, never success."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

__all__ = ["Truth"]


class Truth(Enum):
    """Yes, no or unknown. Has no bool value on purpose: `if truth` is an error."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """None is unknown."""
        if value is None:
            return cls.UNKNOWN
        return cls.YES if value else cls.NO

    def __invert__(self) -> Truth:
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(self, Truth.UNKNOWN)

    def __and__(self, other: Truth) -> Truth:
        return Truth.all((self, other))

    def __or__(self, other: Truth) -> Truth:
        return Truth.any((self, other))

    def __bool__(self) -> bool:
        raise TypeError("Truth has three values: compare with Truth.YES, Truth.NO or Truth.UNKNOWN")

    @classmethod
    def all(cls, values: Iterable[Truth]) -> Truth:
        """NO if one is; YES if all are and there is at least one; else UNKNOWN."""
        found = set(values)
        if Truth.NO in found:
            return cls.NO
        return cls.YES if found == {Truth.YES} else cls.UNKNOWN

    @classmethod
    def any(cls, values: Iterable[Truth]) -> Truth:
        """YES if one is; NO if all are no and there is at least one; else UNKNOWN."""
        found = set(values)
        if Truth.YES in found:
            return cls.YES
        return cls.NO if found == {Truth.NO} else cls.UNKNOWN
