"""Maintainer tool: `python -m glasshouse.reports.extract` lists what the French catalogue lacks.

Walks the sources for literal `Message.of("...")` and plural calls, and the templates for `_("...")` and `n_(...)`.
With `--write` it adds the missing entries to the catalogue, empty, for a translator to fill, and drops those no longer used.
"""

from __future__ import annotations

import argparse
import ast
import re
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

__all__ = ["Found", "catalogue_problems", "extract", "main", "parameters", "renewed"]

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = Path(__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "glasshouse.po"
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2}")


@dataclass(frozen=True, slots=True)
class Found:
    """A msgid in the sources, or a call whose msgid is not a literal (`problem`)."""

    msgid: str | tuple[str, str]
    where: str
    problem: str = ""


def _literals(node: ast.expr, named: Mapping[str, list[str]]) -> list[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        left, right = _literals(node.body, named), _literals(node.orelse, named)
        return left + right if left is not None and right is not None else None
    return named.get(node.id) if isinstance(node, ast.Name) else None


def _named(tree: ast.Module) -> dict[str, list[str]]:
    """Names that the file assigns literal strings to, with all of these: long patterns stand on their own line."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).extend(_literals(node.value, {}) or ())
    return {name: texts for name, texts in found.items() if texts}


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        owner = function.value
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        return f"{name}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _in_call(node: ast.Call, where: str, named: Mapping[str, list[str]]) -> Iterator[Found]:
    name = _called(node)
    if name == "Message.of" and node.args:
        texts = _literals(node.args[0], named)
        if texts is None:
            yield Found("", where, "the msgid of Message.of is no literal string, so it cannot be translated")
        yield from (Found(text, where) for text in texts or ())
    elif name.endswith(".plural") and len(node.args) >= 2:
        one, many = _literals(node.args[0], {}), _literals(node.args[1], {})
        if one and many:
            yield Found((one[0], many[0]), where)


def _from_source(path: Path, name: str) -> Iterator[Found]:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    named = _named(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node, f"{name}:{node.lineno}", named)


def _from_template(path: Path, name: str, environment: Environment) -> Iterator[Found]:
    for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
        function = call.node
        texts = [item.value for item in call.args if isinstance(item, nodes.Const) and isinstance(item.value, str)]
        if isinstance(function, nodes.Name) and function.name in {"_", "n_"} and texts:
            msgid = (texts[0], texts[1]) if function.name == "n_" else texts[0]
            yield Found(msgid, f"{name}:{call.lineno}")


def extract(package: Path = PACKAGE) -> list[Found]:
    """Every msgid of the package in the order of files and lines; those without a word need no translation."""
    environment = Environment(autoescape=True)
    found: list[Found] = []
    for path in sorted(package.rglob("*.py")):
        found.extend(_from_source(path, path.relative_to(package).as_posix()))
    for path in sorted(package.rglob("*.j2")):
        found.extend(_from_template(path, path.relative_to(package).as_posix(), environment))
    return [item for item in found if item.problem or _WORD.search(_without_parameters(item.msgid))]


def _without_parameters(msgid: str | tuple[str, str]) -> str:
    return re.sub(r"\{[^{}]*\}", "", msgid if isinstance(msgid, str) else " ".join(msgid))


def parameters(pattern: str) -> frozenset[str]:
    """Names of the replacement fields of a `str.format` pattern; raises ValueError when it is none."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None)


def _first(msgid: str | Iterable[str]) -> str:
    return msgid if isinstance(msgid, str) else next(iter(msgid))


def _entry_problems(item: Found, entry: Entry | None) -> Iterator[str]:
    first = _first(item.msgid)
    if entry is None:
        yield f"{item.where}: no French for {first!r}"
        return
    ids = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
    wanted = (item.msgid,) if isinstance(item.msgid, str) else item.msgid
    if ids != wanted:
        yield f"{item.where}: {first!r} is once with and once without a plural, or its plural differs"
        return
    strings = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))
    if entry.fuzzy or not all(strings):
        yield f"{item.where}: the French of {first!r} is {'fuzzy' if entry.fuzzy else 'empty'}"
        return
    needed = parameters(wanted[-1]) | parameters(wanted[0])
    for text in strings:
        try:
            used = parameters(text)
        except ValueError as error:
            yield f"{item.where}: the French of {first!r} is no pattern: {error}"
            continue
        if used != needed:
            yield f"{item.where}: the French of {first!r} has {sorted(used)}, the English {sorted(needed)}"


def catalogue_problems(found: Iterable[Found], catalogue: Catalog) -> list[str]:
    """What keeps the report from being whole in French: one sentence a problem, without repetition."""
    problems: dict[str, None] = {}
    known: set[str | tuple[str, str]] = set()
    for item in found:
        if item.problem:
            problems[f"{item.where}: {item.problem}"] = None
        elif item.msgid not in known:
            known.add(item.msgid)
            first = _first(item.msgid)
            problems.update(dict.fromkeys(_entry_problems(item, catalogue.get(first))))
    return list(problems)


def renewed(catalogue: Catalog, found: Iterable[Found]) -> tuple[int, int]:
    """Add missing entries, empty, and drop unused ones; returns how many of each."""
    used = {_first(item.msgid): item.msgid for item in found if not item.problem}
    held = {_first(entry.id) for entry in catalogue if entry.id}
    for first in sorted(used.keys() - held):
        catalogue.add(used[first])
    for first in held - used.keys():
        catalogue.delete(first)
    return len(used.keys() - held), len(held - used.keys())


def main(arguments: list[str] | None = None) -> int:
    """Print the problems; exit code 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m glasshouse.reports.extract", description=__doc__)
    parser.add_argument("--write", action="store_true", help="add missing entries, empty, and drop unused ones")
    options = parser.parse_args(arguments)
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="fr")
    found = extract()
    if options.write:
        added, dropped = renewed(catalogue, found)
        with CATALOGUE.open("wb") as out:
            write_po(out, catalogue, width=0, sort_output=True)
        sys.stderr.write(f"{CATALOGUE.name}: {added} entries added, {dropped} dropped\n")
    problems = catalogue_problems(found, catalogue)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
