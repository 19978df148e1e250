"""The page on the Python API runs as it stands: block after block in one namespace, each printing what is shown."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "python-api.md"
BLOCK = re.compile(r"(?ms)^```python\n(?P<source>.*?)^```$(?:\n\n```text\n(?P<shown>.*?)^```$)?")


def test_every_block_runs_and_prints_what_the_page_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    text = PAGE.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    assert len(found) >= 5
    for block in found:
        line = text.count("\n", 0, block.start()) + 2
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * (line - 1) + block["source"], str(PAGE), "exec"), namespace)
        assert printed.getvalue() == (block["shown"] or ""), f"{PAGE.name}, line {line}"


def test_every_line_of_python_on_the_page_is_run():
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("```python") == len(BLOCK.findall(text))


def test_every_public_name_of_the_package_is_on_the_page():
    import glasshouse  # noqa: PLC0415  # the page is about it

    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in glasshouse.__all__ if name[0].islower() and f"gh.{name}" not in text] == []
