"""Links lead somewhere, nothing is loaded from elsewhere, words are spelled, and each tree has its pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

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


def test_words_are_spelled():
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *[str(page) for page in PAGES if "fr" not in page.parts]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name_of)
def test_addresses_in_examples_are_documentation_addresses(page):
    allowed = re.compile(
        r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|127\.|224\.0\.0\.|239\.255\.|192\.168\.1\.64$|0\.0\.0\.0"
    )
    for address in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", page.read_text(encoding="utf-8")):
        assert allowed.match(address), f"{address} in {name_of(page)}"


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name_of)
def test_commands_in_examples_exist(page):
    from glasshouse.cli.root import COMMANDS  # noqa: PLC0415  # a page without commands needs no import

    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"(?ms)^ *```(?:sh|console|bash)\n(.*?)^ *```$", text):
        for name in re.findall(r"(?m)^\s*(?:\$ )?(?:\.venv/bin/)?glasshouse ([a-z-]+)", block):
            assert name in COMMANDS, f"glasshouse {name} in {name_of(page)}"
