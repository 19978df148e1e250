"""All data packs behind one value; each kind is read when it is first asked for, and never again."""

from __future__ import annotations

import contextlib
import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib import import_module
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from glasshouse.datapack.files import CompiledRoot, Root, compile_folders, parse
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.matching.grammar import Grammars
from glasshouse.model.ids import canonical_json, sha256_hex
from glasshouse.model.party import Lineage, Party, Relation
from glasshouse.model.signal import Fingerprint

if TYPE_CHECKING:
    from glasshouse.datapack.advisories import Advisories
    from glasshouse.datapack.parties import Parties
    from glasshouse.model.restriction import Rules
    from glasshouse.model.review import PackAge
    from glasshouse.model.validation import Validation

__all__ = ["PACKS", "DataPack", "compile_packs", "default_root", "identification_digest", "load", "verify"]

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


def default_root() -> Traversable | Path:
    """The packs that came with the program: inside the wheel, else the checkout's `data/`."""
    inside = importlib.resources.files("glasshouse").joinpath("_data")
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "data"


def _content(folder: Traversable | Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _content(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIXES):
            yield prefix + entry.name, entry.read_bytes()


def _digest(root: Root, folder: str) -> str:
    """Of every file's name and content; line ends do not count, so that a checkout on any system agrees."""
    place = root.joinpath(folder)
    files = _content(place) if place.is_dir() else iter(())
    rows = [[name, sha256_hex(data if name.endswith(".bin") else data.replace(b"\r\n", b"\n"))] for name, data in files]
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
        from glasshouse.datapack import fingerprints  # noqa: PLC0415  # each kind is loaded when it is asked for

        return fingerprints.load(self.root)

    @cached_property
    def _parties(self) -> Parties:
        from glasshouse.datapack import parties  # noqa: PLC0415  # each kind is loaded when it is asked for

        return parties.load(self.root)

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
        from glasshouse.datapack import lineage  # noqa: PLC0415  # each kind is loaded when it is asked for

        return lineage.load(self.root)

    @cached_property
    def grammars(self) -> Grammars:
        """Forms of models, serial numbers and firmware versions."""
        from glasshouse.datapack import grammars  # noqa: PLC0415  # each kind is loaded when it is asked for

        return grammars.load(self.root)

    @cached_property
    def oui(self) -> bytes:
        """The table of registered MAC prefixes, for `matching.oui.Table`."""
        from glasshouse.datapack import oui  # noqa: PLC0415  # each kind is loaded when it is asked for

        return oui.load(self.root)

    @cached_property
    def validation(self) -> Validation:
        """What was measured of the words of strength with exactly these packs; empty where nothing was."""
        from glasshouse.datapack import calibration  # noqa: PLC0415  # each kind is loaded when it is asked for

        return calibration.load(self.root, identification_digest(self.root))

    @cached_property
    def rules(self) -> Rules:
        """Restrictions."""
        from glasshouse.datapack import rules  # noqa: PLC0415  # each kind is loaded when it is asked for

        return rules.load(self.root)

    @cached_property
    def advisories(self) -> Advisories:
        """Security advisories."""
        from glasshouse.datapack import advisories  # noqa: PLC0415  # each kind is loaded when it is asked for

        return advisories.load(self.root)

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
            "rules": len(self.rules.regimes),
            "advisories": len(self.advisories.advisories),
        }
        return tuple(self._age(name, counts[name]) for name in PACKS)

    def _age(self, name: str, items: int) -> PackAge:
        from glasshouse.model.review import PackAge  # noqa: PLC0415  # reviews are far from reading packs

        known = self.versions.get(name)
        dated = datetime.combine(known.dated, time(), UTC) if known else None
        return PackAge(name, known.version if known else "unversioned", self.digest(name), dated, items)


def _prefixes(table: bytes) -> int:
    from glasshouse.matching.oui import Table  # noqa: PLC0415  # only ages need it here

    return len(Table(table))


_COMPILED = ("fingerprints", "parties", "lineage", "models")  # folders that identification reads


def identification_digest(root: Root | None = None) -> str:
    """Hex digest over everything that identification reads: the name of a cache entry."""
    place = root if root is not None else default_root()
    return sha256_hex(canonical_json([_digest(place, PACKS[name]) for name in (*_COMPILED, "oui")]))


def compile_packs(root: Root | None = None) -> bytes:
    """What identification reads of the packs, as bytes that load at once (for a cache under `DataPack.digest`)."""
    return compile_folders(root if root is not None else default_root(), _COMPILED)


def load(root: Root | None = None, compiled: bytes | None = None) -> DataPack:
    """The packs under `root`, or those that came with the program. Nothing is parsed yet.

    `compiled` are the bytes of `compile_packs` for the same content; damaged ones are not used.
    """
    place = root if root is not None else default_root()
    if compiled and not isinstance(place, CompiledRoot):
        with contextlib.suppress(ValueError):
            place = CompiledRoot(place, compiled)
    return DataPack(place)


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
