"""What one content (a reply or row, whoever's) says, worked out once however many devices sent it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from glasshouse.attribution import Knowledge, weigh
from glasshouse.bulk.plain import Plain
from glasshouse.bulk.reading import Content, Kind, Numbered, ReadLine, Shape, line_of
from glasshouse.bulk.schema import flat
from glasshouse.matching.fields import fields_of
from glasshouse.matching.signals import Hearing
from glasshouse.model.identity import Asset
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import Signal

__all__ = ["Heard", "Hearer"]

_MACS = frozenset(("id.mac", "mac.address", "dhcp.mac"))  # fields that contradictions look at
_ID = "obs"  # of a content that is nobody's yet
_BYTES = 96 << 20  # of contents that are remembered, about
_EACH = 600  # bytes that a remembered content takes beside its text, about
_LONGEST = 60_000  # bytes: below every bound that decoders set
_MASK = b"00c0ffee-0000-4000-8000-0000000000aa"
_MASK_TEXT = _MASK.decode()
# In the place of an encoding: contents whose new-each-time ids are replaced; contents that were never cut.
_SHARED, _WHOLE = "shared", "whole"
# What senders make up anew for every message, in forms that nothing else is read from.
_NEW_EACH_TIME = re.compile(
    rb"((?:MessageID|RelatesTo)\b[^<>]{0,200}>\s{0,8}(?:urn:)?uuid:)[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?=\s{0,8}<)"
)


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
        self._nothing = Heard(_columns(nobody), (), False, None, (), ())
        self._young: dict[Kind, dict[str | bytes, Heard]] = {}
        self._old: dict[Kind, dict[str | bytes, Heard]] = {}
        self._weight = 0

    def heard(self, content: Content) -> Heard:
        """What `content` says."""
        known = self._known(content)
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
        if self._plain is None or not isinstance(raw, bytes):
            return self._decoded(content)[0]
        cut = self._plain.cut(kind.probe or "", raw)
        if cut is not None:
            return self.heard(Content(kind, cut)) if cut != raw else self._decoded(content)[0]
        return self._without_new(content, raw) if b"uuid:" in raw else self._decoded(content)[0]

    def _without_new(self, content: Content, raw: bytes) -> Heard:
        """The message with its new-each-time ids replaced, unless something that is read holds one of them."""
        replaced = _NEW_EACH_TIME.sub(rb"\g<1>" + _MASK, raw)
        if replaced == raw or len(raw) > _LONGEST or _MASK in raw:
            return self._decoded(content)[0]
        shared = Content(content.kind._replace(encoding=_SHARED), replaced)
        known = self._known(shared)
        if known is None:
            heard, fields = self._decoded(Content(content.kind, replaced))
            known = _NOT_SHARED if any(_MASK_TEXT in field.value.lower() for field in fields) else heard
            self._remember(shared, known)
        return self._decoded(content)[0] if known is _NOT_SHARED else known

    def _decoded(self, content: Content) -> tuple[Heard, tuple[Field, ...]]:
        line = self._read(0, line_of(content))
        found = line.observation
        if found is None:
            return replace(self._nothing, error=line.error), ()
        return self._told(Numbered.of(found, _ID), line.error)

    def _told(self, observation: Observation, error: str | None) -> tuple[Heard, tuple[Field, ...]]:
        fields = fields_of(observation)
        signals = self._hearing.signals(observation, fields)
        if not signals:
            return replace(self._nothing, usable=True, error=error, macs=_macs(fields)), fields
        answer = self._shape(
            weigh(Asset("", (_ID,)), (observation,), fields, signals, self._knowledge), None, None, {_ID: _ID}
        )
        heard = Heard(
            _columns(answer),
            cut_evidence(answer["evidence"]),
            True,
            error,
            signals,
            _macs(fields),
        )
        return heard, fields

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


def cut_evidence(rows: object) -> tuple[str, ...]:
    """Evidence as JSON text, cut where the label of the observation belongs; () where there is none."""
    if not isinstance(rows, list) or not rows:
        return ()
    pieces = ["["]
    for row in rows:
        before: dict[str, object] = {}
        after = dict(row)
        while (key := next(iter(after))) != "observation":
            before[key] = after.pop(key)
        del after["observation"]
        pieces[-1] += json.dumps(before, ensure_ascii=False)[:-1] + ', "observation": '
        pieces.append(", " + json.dumps(after, ensure_ascii=False)[1:] + ", ")
    pieces[-1] = pieces[-1][:-2] + "]"
    return tuple(pieces)
