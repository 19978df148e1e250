"""All data packs behind one value; each kind is read when it is first asked for, and never again."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from glasshouse.datapack.files import Root, parse
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.matching.grammar import Grammars
from glasshouse.model.ids import canonical_json, sha256_hex
from glasshouse.model.party import Lineage, Party, Relation
from glasshouse.model.review import PackAge
from glasshouse.model.signal import Fingerprint

if TYPE_CHECKING:
    from glasshouse.datapack.advisories import Advisories
    from glasshouse.datapack.parties import Parties
    from glasshouse.datapack.rules import Rules

__all__ = ["PACKS", "DataPack", "default_root", "load", "verify"]

# Pack name -> folder under the root. The names are those of `made_by`.
PACKS = {
    "fingerprints": "fingerprints",
    "parties": "parties",
    "lineage": "lineage",
    "models": "models",
    "oui": "oui",
    "rules": "rules",
    "advisories": "advisories",
}
_READERS = {"models": "grammars"}  # where the module is not called like the folder
_VERSIONS = "PACKS.toml"
_SUFFIXES = (".toml", ".json", ".bin", ".jsonl", ".csv")


class PackVersion(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Version and date of one pack, from `PACKS.toml`."""

    version: str
    dated: date


class VersionsFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`PACKS.toml`."""

    packs: dict[str, PackVersion]


def default_root() -> Root:
    """The packs that came with the program: inside the wheel, else the checkout's `data/`."""
    inside = importlib.resources.files("glasshouse").joinpath("_data")
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "data"


def _content(folder: Root, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _content(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIXES):
            yield prefix + entry.name, entry.read_bytes()


def _digest(root: Root, folder: str) -> str:
    """Of every file's name and content; line ends do not count, so that a checkout on any system agrees."""
    place = root.joinpath(folder)
    files = _content(place) if place.is_dir() else iter(())
    rows = [
        [name, sha256_hex(data if name.endswith(".bin") else data.replace(b"\r\n", b"\n"))] for name, data in files
    ]
    return f"sha256:{sha256_hex(canonical_json(rows))}"


@dataclass(frozen=True)
class DataPack:
    """What the program knows. `root` is where it was read from; everything else is read on first use.

    Reading raises `PackError` (file, key path, what is accepted) where a file breaks its schema.
    """

    root: Root

    @cached_property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """Patterns over decoded fields."""
        return import_module("glasshouse.datapack.fingerprints").load(self.root)  # type: ignore[no-any-return]

    @cached_property
    def _parties(self) -> Parties:
        return import_module("glasshouse.datapack.parties").load(self.root)  # type: ignore[no-any-return]

    @property
    def parties(self) -> tuple[Party, ...]:
        """Makers, brands, legal entities."""
        return self._parties.parties

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Who belongs to whom, dated and sourced."""
        return self._parties.relations

    @cached_property
    def lineage(self) -> tuple[Lineage, ...]:
        """Who makes what a brand sells."""
        return import_module("glasshouse.datapack.lineage").load(self.root)  # type: ignore[no-any-return]

    @cached_property
    def grammars(self) -> Grammars:
        """Forms of models, serial numbers and firmware versions."""
        return import_module("glasshouse.datapack.grammars").load(self.root)  # type: ignore[no-any-return]

    @cached_property
    def oui(self) -> bytes:
        """The table of registered MAC prefixes, for `matching.oui.Table`."""
        return import_module("glasshouse.datapack.oui").load(self.root)  # type: ignore[no-any-return]

    @cached_property
    def rules(self) -> Rules:
        """Restrictions."""
        return import_module("glasshouse.datapack.rules").load(self.root)

    @cached_property
    def advisories(self) -> Advisories:
        """Security advisories."""
        return import_module("glasshouse.datapack.advisories").load(self.root)

    def digest(self, pack: str) -> str:
        """`sha256:…` over the content of one pack; KeyError for a name that is not in `PACKS`."""
        return self._digests[pack]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {name: _digest(self.root, folder) for name, folder in PACKS.items()}

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """`(pack, "sha256:…")` of every pack, for `made_by`."""
        return tuple(self._digests.items())

    @cached_property
    def versions(self) -> dict[str, PackVersion]:
        """Version and date of every pack."""
        try:
            content = self.root.joinpath(_VERSIONS).read_bytes()
        except OSError as error:
            raise PackError((Problem(_VERSIONS, "", f"cannot be read: {error}"),)) from error
        return parse(_VERSIONS, content, VersionsFile).packs

    @property
    def ages(self) -> tuple[PackAge, ...]:
        """How old each pack is and how much is in it (counts of top-level rows; files for rules and advisories)."""
        counts = {
            "fingerprints": len(self.fingerprints),
            "parties": len(self.parties),
            "lineage": len(self.lineage),
            "models": sum(map(len, (self.grammars.models, self.grammars.serials, self.grammars.firmware))),
            "oui": _prefixes(self.oui),
        }
        return tuple(self._age(name, counts.get(name)) for name in PACKS)

    def _age(self, name: str, items: int | None) -> PackAge:
        known = self.versions.get(name)
        dated = datetime.combine(known.dated, time(), UTC) if known else None
        if items is None:
            place = self.root.joinpath(PACKS[name])
            items = sum(1 for _ in _content(place)) if place.is_dir() else 0
        return PackAge(name, known.version if known else "unversioned", self.digest(name), dated, items)


def _prefixes(table: bytes) -> int:
    from glasshouse.matching.oui import Table  # noqa: PLC0415  # only ages need it here

    return len(Table(table))


def load(root: Root | None = None) -> DataPack:
    """The packs under `root`, or those that came with the program. Nothing is parsed yet."""
    return DataPack(root if root is not None else default_root())


def verify(root: Root | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong in any pack; () means that all of it can be used."""
    place = root if root is not None else default_root()
    problems: list[Problem] = []
    for name, folder in PACKS.items():
        if not place.joinpath(folder).is_dir():
            problems.append(Problem(folder, "", "is missing; a pack root holds " + ", ".join(PACKS.values())))
            continue
        problems.extend(import_module(f"glasshouse.datapack.{_READERS.get(name, name)}").verify(place))
    try:
        missing = set(PACKS) - set(DataPack(place).versions)
        problems.extend(Problem(_VERSIONS, f"packs.{name}", "has no version and date") for name in sorted(missing))
    except PackError as error:
        problems.extend(error.problems)
    return tuple(problems)
