"""The summary of a run, in the shape of the interfaces."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from glasshouse.model.observation import Gap
from glasshouse.sources.active.result import HostResult, HostState

__all__ = ["MULTICAST", "Tally"]

MULTICAST = "multicast"  # the domain of the result that stands for the multicast round: no target


class Tally:
    """Adds up results as they come, so that none has to be kept."""

    def __init__(self) -> None:
        self._states: Counter[str] = Counter()
        self._gaps: list[Gap] = []
        self._packets = 0
        self._bytes = 0

    def add(self, result: HostResult) -> None:
        """Count one result; those of an earlier part of the run, read from its journal, count alike."""
        if result.domain != MULTICAST:
            self._states[result.state] += 1
        self._gaps.extend(result.gaps)
        self._packets += result.packets_sent
        self._bytes += result.bytes_sent

    @property
    def answered(self) -> int:
        """How many hosts sent data."""
        return self._states["answered"]

    def as_json(self, collection: str, seconds: float) -> dict[str, object]:
        """The object of `--summary`; `asked` is the sum of the five states. `seconds` is the caller's measure."""
        states: tuple[str, ...] = get_args(HostState)
        return {
            "collection": collection,
            "targets": {"asked": self._states.total(), **{state: self._states[state] for state in states}},
            "packets_sent": self._packets,
            "bytes_sent": self._bytes,
            "seconds": round(seconds, 3),
            "gaps": [_gap(gap) for gap in self._gaps],
        }


def _gap(gap: Gap) -> dict[str, object]:
    return {"address": gap.where, "protocol": gap.protocol, "reason": gap.reason.value, "detail": gap.detail}
