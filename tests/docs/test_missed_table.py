"""The table of what-was-not-seen.md is what the simulation prints: the quick rows are drawn again."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.missed_coverage import BEGIN, END, HEADS, PAGE, ROWS, RUNS, line

TABLE = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip().splitlines()
QUICK = [row for row in ROWS if row.devices <= 20 and row.name.startswith("two")]


def test_the_page_holds_every_row_in_order():
    assert Path(PAGE).name == "what-was-not-seen.md"
    assert TABLE[0] == HEADS
    assert [text.split(" | ")[0].removeprefix("| ") for text in TABLE[2:]] == [row.name for row in ROWS]


@pytest.mark.parametrize("row", QUICK, ids=lambda row: row.name)
def test_a_row_comes_out_again(row):
    assert line(row, RUNS) in TABLE


def test_what_the_page_says_in_words_stands_in_the_table():
    holds = {text.split(" | ")[0].removeprefix("| "): int(text.split(" | ")[4].split()[0]) for text in TABLE[2:]}
    assert all(share >= 95 for name, share in holds.items() if "independent" in name)
    uneven = [share for name, share in holds.items() if "uneven" in name and not name.startswith("network")]
    assert min(uneven) == 31
    assert max(uneven) == 85
    assert holds["two lists that hold the same devices (+0.2)"] == 0
