"""Which fingerprints and grammars probably derive from corpus records without citing them: a list for their authors.

Conservative: what was measured on replies derives from every source it matches; what is said to come from a document
derives from the one source it matches, where no fact sheet holds its literal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from scripts.calibration_corpus import Corpus, derivations

from glasshouse.app.identify import Identifier
from glasshouse.datapack import DataPack
from glasshouse.matching.fields import fields_of
from glasshouse.model.provenance import Basis

__all__ = ["literal", "suggestions"]

_SHEETS = ("*.md", "*.yaml", "*.json")
_MODEL_LISTS = "Model lists of the makers"  # lists of names, none of them a record of a device


def literal(pattern: str) -> str:
    r"""The longest run of plain characters of a pattern, in lower case.

    >>> literal(r"(?i)^Server: Webs(?:erver)?\d+$")
    'server: webs'
    """
    plain = re.sub(r"\\([.\-/+()\[\]])", r"\1", re.sub(r"\(\?[imsx]+\)|\(\?:|\(\?P<\w+>", "|", pattern))
    runs = re.split(r"[|^$*+?()\[\]{}\\]", re.sub(r"\[[^\]]*\]|\{[^}]*\}|\\[a-zA-Z]", "|", plain))
    return max((run.strip().casefold() for run in runs), key=len, default="")


def _fired(corpus: Corpus, identifier: Identifier) -> dict[str, dict[str, str]]:
    """Fingerprint -> source -> the first record of it on which the fingerprint fires."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for device in corpus.devices:
        for record, observation in zip(device.ids, device.observations, strict=True):
            for signal in identifier.hearing.signals(observation, fields_of(observation)):
                source = corpus.record_sources[record]
                known = found[signal.fingerprint].get(source, record)
                found[signal.fingerprint][source] = min(known, record)
    return found


def suggestions(pack: DataPack, corpus: Corpus, facts: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`(fingerprint or grammar, corpus ids it should cite as well)`; nothing for those that cite enough."""
    sheets = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for glob in _SHEETS for path in sorted(facts.glob(glob))
    ).casefold()
    cited = derivations(pack, corpus.record_sources)
    fired = _fired(corpus, Identifier(pack))
    forms = pack.grammars
    for one in (*pack.fingerprints, *forms.models, *forms.serials, *forms.firmware):
        matches = fired.get(one.id, {})
        measured = one.source.basis is Basis.MEASURED and not one.source.reference.title.startswith(_MODEL_LISTS)
        known = len(literal(one.pattern)) >= 3 and literal(one.pattern) in sheets
        sourced = one.source.basis is Basis.SOURCED and len(matches) == 1 and not known
        if not (measured or sourced):
            continue
        missing = sorted(record for source, record in matches.items() if source not in cited.get(one.id, ()))
        if missing:
            yield one.id, tuple(missing)
