"""`data/parties/*.toml`: makers, brands, legal entities (`[[party]]`) and dated relations (`[[relation]]`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from glasshouse.datapack.files import Root, SourceRow, read_folder
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.model.party import Party, Relation, RelationKind
from glasshouse.model.time import DateRange

__all__ = ["FOLDER", "Parties", "load", "verify"]

FOLDER = "parties"
ENTITIES = "parties/entities.toml"  # legal entities: may give the legal side of a slug that is a brand elsewhere
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PartyRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A `[[party]]`. `aliases`: other names and slugs, as written in the wild, registrant names included."""

    id: str
    name: str
    kind: Literal["maker", "brand", "entity", "chipset-maker"]
    source: SourceRow
    country: str | None = None
    aliases: tuple[str, ...] = ()
    note: str = ""


class RelationRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"start": "from", "end": "to"}):
    """A `[[relation]]`: `party` stands in `kind` to `of`, `from` inclusive, `to` exclusive, `share` in percent."""

    party: str
    kind: RelationKind
    of: str
    source: SourceRow
    start: date | None = None
    end: date | None = None
    share: float | None = None


class PartiesFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file of the folder."""

    party: tuple[PartyRow, ...] = ()
    relation: tuple[RelationRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """All parties and relations of a pack."""

    parties: tuple[Party, ...]
    relations: tuple[Relation, ...]


def load(root: Root) -> Parties:
    """Every party and relation under `root`; raises `PackError` where a file breaks the schema."""
    files = read_folder(root, FOLDER, PartiesFile)
    parties = tuple(
        Party(row.id, row.name, row.kind, row.country, row.aliases, row.source.value(), row.note)
        for _, file in files
        for row in file.party
    )
    relations = tuple(
        Relation(row.party, row.kind, row.of, DateRange(row.start, row.end), row.source.value(), row.share)
        for _, file in files
        for row in file.relation
    )
    return Parties(parties, relations)


def verify(root: Root) -> tuple[Problem, ...]:
    """What is wrong with the parties under `root`: schema, ids, duplicate names, relations to nobody."""
    try:
        files = read_folder(root, FOLDER, PartiesFile)
    except PackError as error:
        return error.problems
    return tuple(_problems(files))


def _problems(files: tuple[tuple[str, PartiesFile], ...]) -> Iterator[Problem]:
    ids = Counter(row.id for name, file in files if name != ENTITIES for row in file.party)
    ids.update({row.id: 1 for name, file in files if name == ENTITIES for row in file.party if row.id not in ids})
    for name, file in files:
        for at, row in enumerate(file.party):
            yield from _party_problems(name, f"party[{at}]", row, ids)
        for at, relation in enumerate(file.relation):
            yield from _relation_problems(name, f"relation[{at}]", relation, ids)


def _party_problems(file: str, where: str, row: PartyRow, ids: Counter[str]) -> Iterator[Problem]:
    if not _SLUG.fullmatch(row.id):
        yield Problem(file, f"{where}.id", f"{row.id!r} is no slug; accepted: lower-case words joined by '-'")
    if ids[row.id] > 1:
        yield Problem(file, f"{where}.id", f"{row.id!r} is defined more than once; keep one")
    if row.country is not None and not re.fullmatch(r"[A-Z]{2}", row.country):
        yield Problem(file, f"{where}.country", f"{row.country!r} is no ISO 3166-1 alpha-2 code")


def _relation_problems(file: str, where: str, row: RelationRow, ids: Counter[str]) -> Iterator[Problem]:
    for key, slug in (("party", row.party), ("of", row.of)):
        if slug not in ids:
            yield Problem(file, f"{where}.{key}", f"no party has the id {slug!r}; add the party or correct the id")
    if row.start and row.end and row.end <= row.start:
        yield Problem(file, f"{where}.to", f"{row.end} is not after {row.start}; the end is exclusive")
    if row.share is not None and not 0 <= row.share <= 100:
        yield Problem(file, f"{where}.share", f"{row.share} is no percentage from 0 to 100")
