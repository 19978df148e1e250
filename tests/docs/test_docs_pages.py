"""Links lead somewhere, nothing is loaded from elsewhere, words are spelled, and each tree has its pages."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from glasshouse.cli.root import main

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
HAND_WRITTEN = [page for page in PAGES if "Written by `make docs`" not in page.read_text(encoding="utf-8")]
LINK = re.compile(r"(?<!!)\[(?:[^\]\\]|\\.)*\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]*)\)|<img\b[^>]*>")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"(?ms)^ *```.*?^ *```$|`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """Anchors of headings, as GitHub makes them."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    heads = [head.replace("`", "").strip().lower() for head in re.findall(r"(?m)^#{1,6} (.*)$", text)]
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_a_heading(page):
    for target in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            assert target.startswith(("https://", "http://")), f"{target} in {name_of(page)}"
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / unquote(path)).resolve() if path else page
        assert there.exists(), f"{target} in {name_of(page)} leads nowhere"
        if anchor:
            assert anchor in anchors(there), f"{target} in {name_of(page)} names no heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_image_is_loaded_from_elsewhere(page):
    for found in IMAGE.finditer(without_code(page.read_text(encoding="utf-8"))):
        assert found[1] is not None, f"{found[0]} in {name_of(page)}: write images as Markdown"
        assert not re.match(r"[a-z]+:|//", found[1]), f"{found[0]} in {name_of(page)}"
        assert (page.parent / found[1]).exists(), f"{found[0]} in {name_of(page)}"


def test_every_page_is_reached_from_the_map():
    reached, queue = set(), [ROOT / "docs" / "index.md"]
    while queue:
        page = queue.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for target in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
            path = target.partition("#")[0]
            if path and not re.match(r"[a-z]+:", path):
                queue.append((page.parent / unquote(path)).resolve())
    missing = [name_of(page) for page in (ROOT / "docs").rglob("*.md") if page.resolve() not in reached]
    assert missing == []


def english(page: Path) -> str:
    """A page without the French column of the glossary."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"(?m)^(\|[^|]*\|)[^|]*(\| `)", r"\1\2", text) if page.name == "glossary.md" else text


def test_words_are_spelled():
    """Generated pages repeat text of the code, which is checked there, and of the packs, which is partly French."""
    pages = [page for page in HAND_WRITTEN if "fr" not in page.relative_to(ROOT).parts]
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "-"],
        cwd=ROOT,
        input="\n".join(english(page) for page in pages),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name_of)
def test_addresses_in_examples_are_documentation_addresses(page):
    allowed = re.compile(
        r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|127\.|224\.0\.0\.|239\.255\.|192\.168\.1\.64$|0\.0\.0\.0"
    )
    for address in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", page.read_text(encoding="utf-8")):
        assert allowed.match(address), f"{address} in {name_of(page)}"


def example_commands(page: Path) -> list[list[str]]:
    """The words after `glasshouse` on each line of a shell example."""
    blocks = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```$", page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    found = [re.match(r"\s*(?:\.venv/bin/)?glasshouse (.*)", line) for line in lines]
    return [shlex.split(match[1]) for match in found if match]


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name_of)
def test_commands_and_options_in_examples_exist(page):
    for given in example_commands(page):
        command, context, rest = main, click.Context(main), list(given)
        while isinstance(command, click.Group):
            command = command.get_command(context, rest[0])
            assert command is not None, f"glasshouse {' '.join(given)} in {name_of(page)}"
            rest.pop(0)
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        used = [word.partition("=")[0] for word in rest if word.startswith("--")]
        assert set(used) <= known, f"glasshouse {' '.join(given)} in {name_of(page)}"
