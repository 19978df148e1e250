"""What one content (a reply or row, whoever's) says, worked out once however many devices sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import msgspec

from glasshouse.attribution import Knowledge, weigh
from glasshouse.bulk import fresh
from glasshouse.bulk.outline import Outline, key_of
from glasshouse.bulk.plain import Plain
from glasshouse.bulk.reading import Content, Kind, Numbered, ReadLine, Shape, line_of
from glasshouse.bulk.recent import Recent
from glasshouse.bulk.schema import flat
from glasshouse.matching.fields import fields_of
from glasshouse.matching.signals import Hearing
from glasshouse.model.identity import Asset
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import Signal

__all__ = ["Heard", "Hearer"]

_MACS = frozenset(("id.mac", "mac.address", "dhcp.mac"))  # fields that contradictions look at
# Headers that quote the time of an answer.
_UNREAD = frozenset(
    f"{scheme}.header.{name}" for scheme in ("http", "rtsp") for name in ("date", "expires", "last-modified")
)
_ID = "obs"  # of a content that is nobody's yet
_BYTES = 96 << 20  # of contents that are remembered, about
_EACH = 600  # bytes that a remembered content takes beside its text, about
# In the place of an encoding: contents in which what is new each time is replaced; contents that were never cut.
_SHARED, _WHOLE = "shared", "whole"

COLUMNS = ("is_surveillance", "device_class", "brand", "maker", "firmware_origin", "platform", "chipset_maker", "model",
           "firmware", "firmware_built_on", "serial", "made_on", "mac", "strength", "not_yet_validated", "contradictions")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """What a content says; observation ids are `_ID` until it is somebody's.

    `columns`: the answer of a device that sent nothing else, without ids; `evidence`: its evidence as JSON text, cut
    where the label of the observation belongs; () = no evidence. `error`: what was wrong with the content.
    """

    columns: tuple[object, ...]
    evidence: tuple[str, ...]
    usable: bool
    error: str | None
    signals: tuple[Signal, ...]
    macs: tuple[Field, ...]


_NOT_SHARED = Heard((), (), False, None, (), ())


class Hearer:
    """Works out contents and remembers them, up to a bound of memory.

    `shortcuts` False decodes every distinct content as it stands: the slower way to the same answers.
    """

    def __init__(
        self, hearing: Hearing, knowledge: Knowledge, read: ReadLine, shape: Shape, *, shortcuts: bool = True
    ) -> None:
        self._hearing = hearing
        self._knowledge = knowledge
        self._read = read
        self._shape = shape
        self._plain = Plain(hearing) if shortcuts else None
        nobody = shape(weigh(Asset("", ()), (), (), (), knowledge), None, None, {})
        self._named = {one.field for one in hearing.fingerprints} | hearing.named | hearing.joint
        self._outlines: Recent[tuple[object, ...], Outline] = Recent(20_000)
        self._nothing = Heard(_columns(nobody), (), False, None, (), ())
        self._young: dict[Kind, dict[str | bytes, Heard]] = {}
        self._old: dict[Kind, dict[str | bytes, Heard]] = {}
        self._weight = 0

    def heard(self, content: Content) -> Heard:
        """What `content` says."""
        known = self._known(content)
        if known is None and self._plain is not None and isinstance(content.text, bytes):
            known = self._shared(content, content.text)
        if known is None:
            known = self._worked_out(content)
            self._remember(content, known)
        return known

    def _known(self, content: Content) -> Heard | None:
        kind, text = content
        young = self._young.get(kind)
        known = young.get(text) if young is not None else None
        if known is None and (old := self._old.get(kind)) is not None:
            known = old.get(text)
        return known

    def _remember(self, content: Content, heard: Heard) -> None:
        self._weight += len(content.text) + _EACH
        if self._weight > _BYTES // 2:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young.setdefault(content.kind, {})[content.text] = heard

    def _worked_out(self, content: Content) -> Heard:
        kind, raw = content
        cut = self._plain.cut(kind.probe or "", raw) if self._plain is not None and isinstance(raw, bytes) else None
        return self._decoded(content)[0] if cut is None or cut == raw else self.heard(Content(kind, cut))

    def _shared(self, content: Content, raw: bytes) -> Heard | None:
        """What a message says that is like others beside what is new in each; None where that is read, or is none."""
        alike = fresh.replaced(raw)
        if alike == raw:
            return None
        shared = Content(content.kind._replace(encoding=_SHARED), alike)
        known = self._known(shared)
        if known is None:
            known = self._alike(Content(content.kind, alike), alike)
            self._remember(shared, known)
        return None if known is _NOT_SHARED else known

    def _alike(self, content: Content, raw: bytes) -> Heard:
        """What every message says of which `content` is left; `_NOT_SHARED` where something that is read is new in each."""
        cut = self._plain.cut(content.kind.probe or "", raw) if self._plain is not None else None
        if cut is not None:
            return (
                _NOT_SHARED
                if fresh.shows(cut)
                else self.heard(Content(content.kind, cut))
                if cut != raw
                else _NOT_SHARED
            )
        heard, fields = self._decoded(content)
        read = (one.value for one in fields if one.name not in _UNREAD or one.name in self._named)
        return _NOT_SHARED if any(fresh.shows(value.encode()) for value in read) else heard

    def _decoded(self, content: Content) -> tuple[Heard, tuple[Field, ...]]:
        line = self._read(0, line_of(content))
        found = line.observation
        if found is None:
            return replace(self._nothing, error=line.error), ()
        return self._told(Numbered.of(found, _ID), line.error)

    def _told(self, observation: Observation, error: str | None) -> tuple[Heard, tuple[Field, ...]]:
        fields = fields_of(observation)
        signals = self._hearing.signals(observation, fields)
        macs = _macs(fields)
        if not signals:
            return replace(self._nothing, usable=True, error=error, macs=macs), fields
        outline = self._outline(observation, signals, macs)
        return Heard(outline.columns, outline.evidence(signals), True, error, signals, macs), fields

    def _outline(self, observation: Observation, signals: Sequence[Signal], macs: Sequence[Field]) -> Outline:
        alike = key_of(signals, macs) if self._plain is not None else None
        key = None if alike is None else (observation.said_by, alike)
        known = None if key is None else self._outlines.get(key)
        if known is None:
            identity = weigh(Asset("", (_ID,)), (observation,), macs, signals, self._knowledge)
            answer = self._shape(identity, None, None, {_ID: _ID})
            known = Outline.of(_columns(answer), cast("list[dict[str, object]]", answer["evidence"]), signals)
            if key is not None:
                self._outlines[key] = known
        return known

    def whole(self, observation: Observation) -> Heard:
        """What an observation says, with the places in its bytes as they are."""
        kind = Kind(
            observation.probe, observation.protocol, _WHOLE, observation.said_by.value, bool(observation.fields)
        )
        text = msgspec.json.encode(observation.fields) if observation.fields else observation.raw
        known = self._known(Content(kind, text))
        if known is None:
            known, _ = self._told(Numbered.of(observation, _ID), None)
            self._remember(Content(kind, text), known)
        return known


def _macs(fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(field for field in fields if field.name in _MACS)


def _columns(answer: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(flat(answer.get(name)) for name in COLUMNS)
