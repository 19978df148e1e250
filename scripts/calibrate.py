"""Measures what the words of strength are worth, writes it down, and checks that what is written still holds.

    python scripts/calibrate.py              measure over the corpus; write the table, the plot and the page
    python scripts/calibrate.py --check      exit 1 where the packs, the corpus or the code no longer give the table
    python scripts/calibrate.py --suggest    name fingerprints and grammars that should cite the records they match

`--corpus` is the folder of the labelled corpus. Without one nothing can be measured, and the check compares digests.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import calibration_pages
from scripts.calibration_corpus import Corpus
from scripts.calibration_suggest import suggestions
from scripts.calibration_table import bars_missed, broken, corpus_digests, digests, measure, written

from glasshouse.datapack import DataPack, load
from glasshouse.datapack.calibration import FILE

__all__ = ["check", "main", "write"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs") / "explanation" / "what-strength-means.md"
PLOT = Path("docs") / "images" / "strength-reliability.svg"
_RENEW = "run 'make calibrate', read what it says, and commit the result"


def _documents(table: dict[str, Any], root: Path) -> Iterator[tuple[Path, str]]:
    """Everything that is written from the table, and its text."""
    yield root / "data" / FILE, written(table)
    yield root / PLOT, calibration_pages.plot(table)
    page = root / PAGE
    yield page, calibration_pages.renewed(page.read_text(encoding="utf-8"), table)


def write(pack: DataPack, corpus: Path, root: Path = ROOT) -> list[str]:
    """Measure and write; returns what is broken. Raises ValueError where the corpus or a citation cannot be used."""
    table = measure(pack, corpus)
    for path, text in _documents(table, root):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return broken(table) + bars_missed(table)


def _stale(table: dict[str, Any], pack: DataPack) -> Iterator[str]:
    now = digests(pack)
    if table.get("identification") != now["identification"]:
        changed = [name for name, digest in now["packs"].items() if table.get("packs", {}).get(name) != digest]
        yield f"the packs differ from those that were measured ({', '.join(changed)}); {_RENEW}"


def _recomputed(table: dict[str, Any], pack: DataPack, corpus: Path) -> Iterator[str]:
    if table.get("corpus") != corpus_digests(corpus):
        yield f"the corpus in {corpus} differs from the one that was measured; {_RENEW}"
        return
    fresh = measure(pack, corpus)
    differ = [key for key in fresh if json.loads(json.dumps(fresh[key])) != table.get(key)]
    if differ:
        yield f"measured again, {', '.join(differ)} come out otherwise than written; {_RENEW}"


def check(pack: DataPack, corpus: Path, root: Path = ROOT) -> list[str]:
    """What is wrong with the committed table; [] means it holds. Measures again where the corpus is there."""
    place = root / "data" / FILE
    try:
        table = json.loads(place.read_text(encoding="utf-8"))
        problems = [f"{where.relative_to(root)} is not what the table says; {_RENEW}"
                    for where, text in _documents(table, root) if not where.is_file() or where.read_text(encoding="utf-8") != text]  # fmt: skip
        problems += broken(table) + bars_missed(table)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{place} cannot be used ({type(error).__name__}: {error}); {_RENEW}"]
    problems += _stale(table, pack)
    if corpus.is_dir() and not problems:
        problems += _recomputed(table, pack, corpus)
    return problems


def _suggest(pack: DataPack, corpus: Path, facts: Path) -> int:
    found = list(suggestions(pack, Corpus.read(corpus), facts))
    for name, records in found:
        print(f"{name}: derived_from = [{', '.join(json.dumps(record) for record in records)}]")
    print(f"{len(found)} rows should cite records, or name the document that they come from", file=sys.stderr)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus", help="folder of the corpus")
    parser.add_argument("--facts", type=Path, default=None, help="folder of the fact sheets, for --suggest")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="compare instead of writing")
    does.add_argument("--suggest", action="store_true", help="list missing citations")
    chosen = parser.parse_args(arguments)
    pack = load(ROOT / "data")
    if not chosen.check and not chosen.corpus.is_dir():
        print(f"no corpus in {chosen.corpus}; name its folder with --corpus or GLASSHOUSE_CORPUS", file=sys.stderr)
        return 2
    try:
        if chosen.suggest:
            return _suggest(pack, chosen.corpus, chosen.facts or chosen.corpus.parent / "facts")
        problems = check(pack, chosen.corpus) if chosen.check else write(pack, chosen.corpus)
    except ValueError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    there = (
        "" if chosen.corpus.is_dir() else f"; no corpus in {chosen.corpus}: digests compared, nothing measured again"
    )
    print(f"calibration: {f'{len(problems)} problems' if problems else 'holds'}{there}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
