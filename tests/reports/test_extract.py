"""The maintainer's tool finds what a translator must see, and nothing slips past it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

from glasshouse.reports.extract import catalogue_problems, extract, main, renewed

SOURCE = """
text = "A pattern on its own line {x}"
a = Message.of("One {x}" if y else "Other {x}", x=1)
b = Message.of(text, x=1)
c = tr.plural("{n} thing", "{n} things", 3)
d = Message.of(f"computed {x}")
e = Message.of("{x}")
"""
TEMPLATE = '{{ _("In a template {x}", x=1) }}{{ n_("{n} a", "{n} as", 2) }}{{ other("not this") }}'


def write(folder: Path) -> list:
    (folder / "a.py").write_text(SOURCE, "utf-8")
    (folder / "b.html.j2").write_text(TEMPLATE, "utf-8")
    return extract(folder)


def catalogue(text: str):
    return read_po(
        BytesIO(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n{text}'.encode()), locale="fr"
    )


def test_literals_plurals_and_templates_are_found(tmp_path: Path):
    found = {item.msgid for item in write(tmp_path) if not item.problem}
    assert found == {
        "One {x}", "Other {x}", "A pattern on its own line {x}", ("{n} thing", "{n} things"), "In a template {x}", ("{n} a", "{n} as"),
    }  # fmt: skip


def test_a_computed_pattern_is_a_problem_with_its_place(tmp_path: Path):
    problems = [item for item in write(tmp_path) if item.problem]
    assert [item.where for item in problems] == ["a.py:6"]
    assert "no literal" in catalogue_problems(problems, catalogue(""))[0]


def test_missing_fuzzy_empty_and_unequal_parameters_are_problems(tmp_path: Path):
    found = [
        item
        for item in write(tmp_path)
        if item.msgid in {"One {x}", "Other {x}", "In a template {x}", ("{n} a", "{n} as")}
    ]
    known = catalogue(
        'msgid "One {x}"\nmsgstr "Un {y}"\n\n#, fuzzy\nmsgid "Other {x}"\nmsgstr "Autre {x}"\n\nmsgid "In a template {x}"\nmsgstr ""\n\n'
    )
    problems = "\n".join(catalogue_problems(found, known))
    assert "['y'], the English ['x']" in problems
    assert "'Other {x}' is fuzzy" in problems
    assert "'In a template {x}' is empty" in problems
    assert "no French for '{n} a'" in problems


def test_a_complete_catalogue_has_no_problem(tmp_path: Path):
    found = [item for item in write(tmp_path) if item.msgid == ("{n} a", "{n} as")]
    assert (
        catalogue_problems(
            found, catalogue('msgid "{n} a"\nmsgid_plural "{n} as"\nmsgstr[0] "{n} b"\nmsgstr[1] "{n} bs"\n')
        )
        == []
    )


def test_the_command_reports_the_shipped_catalogue(capsys):
    assert main([]) == (1 if capsys.readouterr().out else 0)


def test_renewing_adds_empty_entries_and_drops_unused_ones(tmp_path: Path):
    known = catalogue('msgid "No longer said"\nmsgstr "x"\n\nmsgid "One {x}"\nmsgstr "Un {x}"\n')
    assert renewed(known, write(tmp_path)) == (5, 1)
    assert known.get("No longer said") is None
    assert known.get("One {x}").string == "Un {x}"
    assert not any(known.get("{n} a").string)
