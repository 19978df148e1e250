"""Reading pack files: TOML into strict structs, one way for every kind of pack; errors name file and key path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from glasshouse.datapack.problem import PackError, Problem
from glasshouse.model.provenance import Basis, Reference, Source

__all__ = ["CompiledRoot", "Root", "SourceRow", "StrengthWord", "compile_folders", "parse", "read_folder", "toml_files"]

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


class CompiledRoot:
    """A pack root whose TOML folders were read before: `compiled` are the bytes of `compile_folders`.

    Everything that is not in them is read from `root`; raises ValueError where the bytes are damaged.
    """

    def __init__(self, root: Traversable | Path, compiled: bytes) -> None:
        self._root = root
        try:
            self.trees = msgspec.msgpack.decode(compiled, type=dict[str, list[tuple[str, dict[str, object]]]])
        except msgspec.MsgspecError as error:
            raise ValueError(f"the compiled packs are damaged ({error}); delete the cache file") from error

    def joinpath(self, *parts: str) -> Traversable | Path:
        """The file or folder below the uncompiled root."""
        return self._root.joinpath(*parts)


Root = Traversable | Path | CompiledRoot


def compile_folders(root: Root, folders: Iterable[str]) -> bytes:
    """The TOML trees of `folders` as bytes that load at once; raises `PackError` where a file is no TOML."""
    return msgspec.msgpack.encode(
        {folder: [(file, _tree(file, content)) for file, content in toml_files(root, folder)] for folder in folders}
    )


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
    return _convert(file, _tree(file, content), kind)


def _tree(file: str, content: bytes) -> dict[str, object]:
    import tomllib  # noqa: PLC0415  # a compiled pack needs no TOML

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError((Problem(file, "", f"is no valid TOML: {error}"),)) from error


def _convert(file: str, tree: dict[str, object], kind: type[T]) -> T:
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
    if isinstance(root, CompiledRoot) and folder in root.trees:
        return tuple((file, _convert(file, tree, kind)) for file, tree in root.trees[folder])
    for file, content in toml_files(root, folder):
        try:
            read.append((file, parse(file, content, kind)))
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tuple(problems))
    return tuple(read)
