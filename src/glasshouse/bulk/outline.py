"""Answers whose contents differ only in the words around what was heard: weighed once, quoted anew.

Attribution compares the excerpts of signals with one another (equal, one inside the other, in which order); it reads
nothing else of them. Signals that are alike beside their excerpts, and whose excerpts compare alike, give the same
answer, in which only the excerpts of the evidence are other ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from glasshouse.attribution.ladder import quotes
from glasshouse.model.observation import Field
from glasshouse.model.signal import Signal

__all__ = ["Outline", "key_of"]

_MOST = 6  # different excerpts of a content that is compared


def key_of(signals: Sequence[Signal], macs: Sequence[Field]) -> tuple[object, ...] | None:
    """What decides on an answer beside the excerpts; None where there are too many excerpts to compare."""
    excerpts = tuple(dict.fromkeys(one.excerpt for one in signals))
    if len(excerpts) > _MOST:
        return None
    number = {text: place for place, text in enumerate(excerpts)}
    told = tuple(
        (one.facet, one.value, one.strength, one.fingerprint, one.witness, number[one.excerpt]) for one in signals
    )
    starts = [one.start for one in signals]
    return told, _ranks([-1 if one is None else one for one in starts]), None in starts, _compared(excerpts), (
        tuple((one.name, one.value) for one in macs) if macs else ()
    )  # fmt: skip


def _compared(excerpts: Sequence[str]) -> tuple[object, ...]:
    if len(excerpts) == 1:
        return ()
    words = [one.casefold() for one in excerpts]
    inside = tuple(quotes(one, other) for one in words for other in words)
    return _ranks([len(one) for one in words]), _ranks(words), inside


def _ranks(values: Sequence[object]) -> tuple[int, ...]:
    """The place of each value in the order of all; equal ones have the same."""
    place = {one: at for at, one in enumerate(sorted(set(values)))}  # type: ignore[type-var]
    return tuple(place[one] for one in values)


@dataclass(frozen=True, slots=True)
class Outline:
    """An answer without the excerpts of its evidence and the labels of its observation.

    `rows`: of each row of evidence, which ends with its observation and excerpt, the JSON text before them, and the
    number of the excerpt.
    """

    columns: tuple[object, ...]
    rows: tuple[tuple[str, int], ...]

    @classmethod
    def of(
        cls, columns: tuple[object, ...], evidence: Iterable[Mapping[str, object]], signals: Iterable[Signal]
    ) -> Outline:
        """The outline of an answer to `signals`."""
        number = {text: at for at, text in enumerate(dict.fromkeys(one.excerpt for one in signals))}
        return cls(columns, tuple((_before(row), number[str(row["excerpt"])]) for row in evidence))

    def evidence(self, signals: Iterable[Signal]) -> tuple[str, ...]:
        """The evidence as JSON text, cut where the label of the observation belongs; () = none."""
        if not self.rows:
            return ()
        excerpts = [json.dumps(text, ensure_ascii=False) for text in dict.fromkeys(one.excerpt for one in signals)]
        between = [f', "excerpt": {excerpts[number]}}}, {before}' for before, (_, number) in self._pairs()]
        return ("[" + self.rows[0][0], *between[:-1], between[-1][: -len(", ")] + "]")

    def _pairs(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """Each row with what stands before the next one's label."""
        return zip((*(before for before, _ in self.rows[1:]), ""), self.rows, strict=True)


def _before(row: Mapping[str, object]) -> str:
    told = {name: value for name, value in row.items() if name not in {"observation", "excerpt"}}
    return json.dumps(told, ensure_ascii=False)[:-1] + ', "observation": '
