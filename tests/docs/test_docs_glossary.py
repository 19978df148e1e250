"""The glossary names every public class of the model, once, in both languages, and no class that is gone."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from pathlib import Path

import glasshouse.model

GLOSSARY = Path(__file__).parents[2] / "docs" / "reference" / "glossary.md"
ROW = re.compile(r"^\| (?P<en>[^|]*) \| (?P<fr>[^|]*) \| `(?P<name>\w+)` \| (?P<meaning>[^|]*) \|$", re.MULTILINE)


def public_classes() -> set[str]:
    found = set()
    for info in pkgutil.iter_modules(glasshouse.model.__path__):
        module = importlib.import_module(f"glasshouse.model.{info.name}")
        found.update(name for name in module.__all__ if inspect.isclass(getattr(module, name)))
    return found


def rows() -> list[dict[str, str]]:
    return [found.groupdict() for found in ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))]


def test_every_public_class_stands_there_exactly_once():
    counted = Counter(row["name"] for row in rows())
    assert set(counted) == public_classes()
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_row_has_both_languages_and_one_sentence():
    for row in rows():
        assert row["en"].strip(), row
        assert row["fr"].strip(), row
        assert row["meaning"].endswith("."), row
        assert row["meaning"].count(". ") == 0, f"one sentence, please: {row}"


def test_every_line_of_a_table_is_a_readable_row():
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heads = [line for line in lines if line.startswith(("| term |", "|---"))]
    assert len(lines) - len(heads) == len(rows())


def test_a_term_has_one_meaning():
    for language in ("en", "fr"):
        terms = Counter(row[language] for row in rows())
        assert [term for term, count in terms.items() if count > 1] == []
