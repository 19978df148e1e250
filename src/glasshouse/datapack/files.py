"""Reading pack files: TOML into strict structs, one way for every kind of pack; errors name file and key path."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from glasshouse.datapack.problem import PackError, Problem
from glasshouse.model.provenance import Basis, Reference, Source

__all__ = ["Root", "SourceRow", "StrengthWord", "parse", "read_folder", "toml_files"]

Root = Traversable | Path
T = TypeVar("T")
StrengthWord = Literal["indicative", "supporting", "strong", "conclusive"]

_KEY_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


class SourceRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`source` of any row: where it comes from, how it was learned (`sourced measured recalled`), when it was read."""

    title: str
    basis: Basis
    url: str = ""
    pinpoint: str = ""
    read_on: date | None = None

    def value(self) -> Source:
        """The model value."""
        return Source(Reference(self.title, self.url, self.pinpoint), self.basis, self.read_on)


def toml_files(root: Root, folder: str) -> Iterator[tuple[str, bytes]]:
    """`("folder/name.toml", content)` of every TOML file directly in `folder`, by name; nothing if it is absent."""
    place = root.joinpath(folder)
    if not place.is_dir():
        return
    for entry in sorted(place.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield f"{folder}/{entry.name}", entry.read_bytes()


def parse(file: str, content: bytes, kind: type[T]) -> T:
    """`content` as `kind`; raises `PackError` with file, key path and what is accepted."""
    try:
        tree = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError((Problem(file, "", f"is no valid TOML: {error}"),)) from error
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _KEY_PATH.search(text)
        where, text = (found["path"], text[: found.start()]) if found else ("", text)
        raise PackError((Problem(file, where, text),)) from error


def read_folder(root: Root, folder: str, kind: type[T]) -> tuple[tuple[str, T], ...]:
    """Every TOML file of `folder` as `kind`; raises one `PackError` with the problems of all files."""
    read: list[tuple[str, T]] = []
    problems: list[Problem] = []
    for file, content in toml_files(root, folder):
        try:
            read.append((file, parse(file, content, kind)))
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tuple(problems))
    return tuple(read)
