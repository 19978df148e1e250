"""The data packs made ready: compiled patterns from the cache, parties, rules, advisories. One value a run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from glasshouse.app.config import cache_folder
from glasshouse.app.errors import UserError
from glasshouse.app.identify import Identifier
from glasshouse.app.made_by import made_by
from glasshouse.datapack import DataPack, load
from glasshouse.datapack.problem import PackError
from glasshouse.matching.index import compile as compile_patterns
from glasshouse.model.partybook import PartyBook
from glasshouse.model.provenance import MadeBy

__all__ = ["KnowledgeBase", "open_knowledge"]


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything the pure core is given beside the evidence; each part is read when first asked for."""

    pack: DataPack

    @cached_property
    def identifier(self) -> Identifier:
        """Decoding, matching, attribution."""
        return Identifier(self.pack, _compiled(self.pack))

    @cached_property
    def parties(self) -> PartyBook:
        """Parties by any of their names, and who belongs to whom."""
        return PartyBook.of(self.pack.parties, self.pack.relations)

    @cached_property
    def made_by(self) -> MadeBy:
        """Program and pack versions, for every output."""
        return made_by(self.pack.digests)


def open_knowledge(root: Path | None = None) -> KnowledgeBase:
    """The packs in `root`, by default those that came with the program. Raises UserError where they are broken."""
    try:
        return KnowledgeBase(load(root))
    except PackError as error:
        raise UserError(f"the data packs cannot be used:\n{error}\nrun 'glasshouse data verify'") from error


def _compiled(pack: DataPack) -> bytes | None:
    """The compiled patterns, from the cache where there is one; a cache that fails costs time, never a result."""
    folder = cache_folder()
    if folder is None:
        return compile_patterns(pack.fingerprints)
    path = folder / f"patterns-{pack.digest('fingerprints').removeprefix('sha256:')[:32]}.bin"
    try:
        return path.read_bytes()
    except OSError:
        compiled = compile_patterns(pack.fingerprints)
    try:
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_bytes(compiled)
        fresh.replace(path)
    except OSError:
        pass  # a full or read-only disk: compiled again next time
    return compiled
