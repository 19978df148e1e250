"""What the app gives to bulk work, as types: reading a line, shaping an answer; and a content apart from its sender."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from glasshouse.model.identity import Identity
from glasshouse.model.observation import Observation

__all__ = ["Content", "Kind", "Line", "Numbered", "ReadLine", "Shape", "as_text", "line_of"]


class Line(Protocol):
    """One line that was read: the caller's ids, and the observation or what was wrong with it."""

    @property
    def number(self) -> int:
        """Number of the line."""

    @property
    def id(self) -> str | None:
        """The caller's id."""

    @property
    def device(self) -> str | None:
        """The caller's name of the device."""

    @property
    def observation(self) -> Observation | None:
        """What was read."""

    @property
    def error(self) -> str | None:
        """What was wrong."""


ReadLine = Callable[[int, bytes], Line]
"""(number, JSON text of a line) -> what it holds; never raises."""

Shape = Callable[[Identity, str | None, str | None, Mapping[str, str]], dict[str, object]]
"""(identity, id, device, labels of observation ids) -> the answer as the interfaces shape it."""


@dataclass(frozen=True, slots=True)
class Numbered(Observation):
    """An observation whose id is known already, so that it is not worked out again and again."""

    known: str = ""

    @property
    def id(self) -> str:
        """The id that was given."""
        return self.known

    @classmethod
    def of(cls, one: Observation, known: str) -> Numbered:
        """`one` under the id `known`."""
        return cls(
            one.subject,
            one.probe,
            one.raw,
            one.fields,
            one.request,
            one.port,
            one.protocol,
            one.said_by,
            one.tool,
            known,
        )


class Kind(NamedTuple):
    """What decides, beside the text of a content, what it says."""

    probe: str | None
    protocol: str | None
    encoding: str | None  # None for bytes
    said_by: str | None
    is_row: bool  # `fields` as JSON text, no reply


class Content(NamedTuple):
    """A reply (bytes; or its text where `encoding` is not UTF-8) or a row (JSON text), whoever's it is."""

    kind: Kind
    text: str | bytes


def line_of(content: Content) -> bytes:
    """The content as a line of JSON without ids."""
    kind, text = content
    row: dict[str, object] = {"probe": kind.probe, "protocol": kind.protocol, "said_by": kind.said_by}
    if kind.is_row:
        row["fields"] = _object(text)
    elif isinstance(text, bytes):
        row |= as_text(text)
    else:
        row |= {"raw": text, "encoding": kind.encoding}
    return msgspec.json.encode({key: value for key, value in row.items() if value is not None})


def as_text(raw: bytes) -> dict[str, object]:
    """`raw` and `encoding` of a reply's bytes as JSON can hold them."""
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw": base64.b64encode(raw).decode(), "encoding": "base64"}


def _object(text: str | bytes) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text if isinstance(text, str) else text.decode("utf-8", "replace")
