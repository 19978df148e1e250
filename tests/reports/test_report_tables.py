"""CSV and workbook: one row a device, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from tests.reports import factory

from glasshouse.reports.csv_table import COLUMNS, render_csv
from glasshouse.reports.xlsx import render_xlsx

REVIEW = factory.small()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_csv_has_one_row_a_device_and_stable_columns(language: str):
    rows = list(csv.reader(io.StringIO(render_csv(REVIEW, language), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(REVIEW.devices) + 1
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_no_csv_cell_is_a_formula_or_holds_a_control_character():
    for row in csv.reader(io.StringIO(render_csv(REVIEW, "en"), newline="")):
        for text in row:
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert text.isprintable()


def test_csv_keeps_what_was_neutralised():
    assert "'=cmd|' /C calc'!A0" in render_csv(REVIEW, "en")


def test_the_same_review_gives_the_same_bytes():
    assert render_xlsx(REVIEW, "fr") == render_xlsx(REVIEW, "fr")
    assert render_csv(REVIEW, "fr") == render_csv(REVIEW, "fr")


@pytest.mark.parametrize(
    ("language", "sheets"),
    [
        ("en", ["Summary", "Devices", "Findings", "Coverage", "Gaps", "Rejected input"]),
        ("fr", ["Sommaire", "Appareils", "Constatations", "Couverture", "Lacunes", "Entrées rejetées"]),
    ],
)
def test_sheets_carry_headings_of_the_language(language: str, sheets: list[str]):
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(REVIEW, language)))
    assert book.sheet_names == sheets
    devices = book.get_sheet_by_name(sheets[1]).to_python()
    assert len(devices) == len(REVIEW.devices) + 1
    assert devices[0][1] == {"en": "Property", "fr": "Propriété"}[language]


def test_findings_are_the_flagged_verdicts_alone():
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(REVIEW, "en")))
    outcomes = [row[4] for row in book.get_sheet_by_name("Findings").to_python()[1:]]
    assert sorted(set(outcomes)) == ["Conditional", "Prohibited", "To review"]
    flagged = sum(verdict.outcome.flagged for device in REVIEW.devices for verdict in device.judgement.verdicts)
    assert len(outcomes) == flagged


def test_the_workbook_holds_no_formula_and_no_link_and_freezes_its_headings():
    with zipfile.ZipFile(io.BytesIO(render_xlsx(REVIEW, "en"))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 6
        for name in sheets:
            tags = {etree.QName(node).localname for node in etree.fromstring(book.read(name)).iter()}
            assert "f" not in tags
            assert "hyperlink" not in tags
            assert {"autoFilter", "pane"} <= tags
        texts = etree.fromstring(book.read("xl/sharedStrings.xml")).itertext()
        assert any("=cmd|' /C calc'!A0" in text for text in texts)
