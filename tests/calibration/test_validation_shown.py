"""Every output says beside a word of strength where its promise is not shown, and stops saying so once it is."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from lxml import html
from python_calamine import CalamineWorkbook
from tests.reports import factory

from glasshouse.attribution.calibration import grade
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Validation
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.csv_table import render_csv
from glasshouse.reports.html import render_html
from glasshouse.reports.jsonl import render_jsonl
from glasshouse.reports.shapes import identity_json
from glasshouse.reports.terminal import explain_lines
from glasshouse.reports.xlsx import render_xlsx

WORDS = "not yet validated"
SHOWN = Validation(tuple(grade(facet, word, 500, 0) for facet in Facet for word in Strength if word))
PART = Validation((grade(Facet.MAKER, Strength.CONCLUSIVE, 500, 0), grade(Facet.BRAND, Strength.SUPPORTING, 12, 1)))


def outputs(validation: Validation) -> dict[str, str]:
    review = replace(
        factory.review((factory.device(1, "s", "hikvision", "annke", "C800", "D"),), ("s",)), validation=validation
    )
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(review, "en")))
    page = html.fromstring(render_html(review, "en"))
    return {
        "terminal": "\n".join(explain_lines(review.devices[0], Translator("en"), validation=validation)),
        "html": " ".join(page.get_element_by_id("devices").text_content().split()),
        "workbook": str(sheets.get_sheet_by_name("Devices").to_python()),
    }


@pytest.mark.parametrize("output", ["terminal", "html", "workbook"])
def test_the_words_stand_beside_a_strength_until_it_is_shown(output):
    assert f"conclusive, {WORDS}" in outputs(Validation())[output]
    assert WORDS not in outputs(SHOWN)[output]


def test_one_facet_shown_says_nothing_of_another():
    text = outputs(PART)["terminal"]
    assert "(conclusive)" in text
    assert f"(strong, {WORDS}" in text


def test_lines_of_identify_and_of_the_report_name_the_facets():
    identity = factory.device(1, "s", "hikvision", "annke", "C800", "D").identity
    line = identity_json(identity, id="o", device="d")
    assert line["not_yet_validated"] == [name for name, word in line["strength"].items() if word != "indicative"]
    assert "maker" in line["not_yet_validated"]
    assert "maker" not in identity_json(identity, id="o", device="d", validation=PART)["not_yet_validated"]
    assert identity_json(identity, id="o", device="d", validation=SHOWN)["not_yet_validated"] == []
    review = replace(factory.small(), validation=SHOWN)
    assert all(json.loads(text)["not_yet_validated"] == [] for text in list(render_jsonl(review))[1:])


def test_the_table_names_the_facets_and_keeps_plain_words():
    review = factory.small()
    for row in csv.DictReader(io.StringIO(render_csv(review, "en"), newline="")):
        open_facets = row["not_yet_validated"].split()
        assert ("maker" in open_facets) is (row["maker_strength"] in {"supporting", "strong", "conclusive"})
        assert WORDS not in row["maker_strength"]
    shown = render_csv(replace(review, validation=SHOWN), "en")
    assert {row["not_yet_validated"] for row in csv.DictReader(io.StringIO(shown, newline=""))} == {""}


def test_the_method_of_the_report_prints_counts_and_bounds():
    page = html.fromstring(render_html(replace(factory.small(), validation=PART), "en"))
    rows = [[cell.text_content() for cell in row] for row in page.get_element_by_id("method").iter("tr")]
    assert ["maker", "conclusive", "500", "0", "1%", "299", "shown by measurement"] in rows
    assert ["brand", "supporting", "12", "1", "34%", "59", WORDS] in rows
    bare = html.fromstring(render_html(factory.small(), "en")).get_element_by_id("method").text_content()
    assert "have not been measured" in bare
