"""What was worked out lately, in bounded memory."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Recent"]

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Recent(Generic[_K, _V]):
    """Values by key in two generations: the older one is dropped when the younger is full."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._young: dict[_K, _V] = {}
        self._old: dict[_K, _V] = {}

    def get(self, key: _K) -> _V | None:
        """The value of `key`, or None."""
        known = self._young.get(key)
        return self._old.get(key) if known is None else known

    def __setitem__(self, key: _K, value: _V) -> None:
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = value
