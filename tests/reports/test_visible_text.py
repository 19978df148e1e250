"""What a device says never steers page, terminal or spreadsheet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.reports.visible import cell, is_web_address, visible


def test_controls_and_direction_overrides_are_shown_by_code_point():
    assert visible("a\x1b[31mb\u202ec\x00\u200b\ud800") == "a[U+001B][31mb[U+202E]c[U+0000][U+200B][U+D800]"


def test_ordinary_text_of_both_languages_is_left_alone():
    text = "Dépôt Sainte-Foy\u202f: « caméra »\u00a0– 日本 🎥 עברית"
    assert visible(text) == text


@settings(max_examples=60)
@given(st.text())
def test_nothing_invisible_survives(text: str):
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in shown)
    assert not any(
        unicodedata.bidirectional(character) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
        for character in shown
    )


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1"])
def test_cells_that_a_spreadsheet_would_compute_get_an_apostrophe(start: str):
    assert cell(start).startswith("'")


def test_other_cells_stay_as_they_are():
    assert cell("192.0.2.1") == "192.0.2.1"
    assert cell("DS-2CD") == "DS-2CD"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        'https://example.org/"onclick=',
        "https://ex\u202e.org",
        "http://",
        " https://example.org",
        "https://example.org/\n",
    ],
)
def test_only_plain_web_addresses_become_links(url: str):
    assert not is_web_address(url)


def test_a_web_address_is_one():
    assert is_web_address("https://example.org/a?b=c#d")
