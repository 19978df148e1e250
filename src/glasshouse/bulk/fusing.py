"""One answer of several contents: the device sent more than one thing that says something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from glasshouse.attribution import Knowledge, weigh
from glasshouse.bulk.heard import Hearer
from glasshouse.bulk.reading import Line, Numbered, Shape
from glasshouse.model.identity import Asset
from glasshouse.model.ids import content_id
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import Signal

__all__ = ["Fuser"]


class Fuser:
    """Answers a device from all of its lines, as `app.identify` does."""

    def __init__(self, hearer: Hearer, knowledge: Knowledge, shape: Shape) -> None:
        self._hearer = hearer
        self._knowledge = knowledge
        self._shape = shape

    def answer(self, lines: Sequence[Line]) -> dict[str, object]:
        """The answer of one device; what was wrong with some of its lines stands beside what the others gave."""
        first = lines[0]
        usable = [line.observation for line in lines if line.observation is not None]
        errors = [line.error for line in lines if line.error is not None]
        if not usable and first.device is None and first.id is None:
            return {"id": None, "line": first.number, "error": errors[0] if errors else "nothing to read"}
        known = {id(one): one.id for one in usable}
        names = {
            known[id(one.observation)]: one.id or f"line {one.number}" for one in reversed(lines) if one.observation
        }
        answer = self._identified({known[id(one)]: one for one in usable}, first, names)
        answer["observations"] = [line.id for line in lines if line.id is not None]
        if errors:
            answer["error"] = "; ".join(errors[:5])
        return answer

    def _identified(
        self, unique: Mapping[str, Observation], first: Line, names: Mapping[str, str]
    ) -> dict[str, object]:
        order = tuple(sorted(unique))
        signals: list[Signal] = []
        macs: list[Field] = []
        for key in order:
            heard = self._hearer.whole(unique[key])
            signals += (_of(signal, key, len(signal.observation)) for signal in heard.signals)
            macs += (replace(field, observation=key) for field in heard.macs)
        asset = Asset(content_id("asset", list(order)), order)
        stood = tuple(Numbered.of(unique[key], key) for key in order)
        identity = weigh(asset, stood, macs, signals, self._knowledge)
        return self._shape(identity, first.id, first.device, names)


def _of(signal: Signal, observation: str, length: int) -> Signal:
    """A signal of nobody's content as one of `observation`; `length` is that of the id it had."""
    return replace(signal, observation=observation, witness=observation + signal.witness[length:])
