"""Excel workbooks: sheets with a known heading are read, bombs and damaged files refused."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import DocumentLine, Endpoint
from glasshouse.sources.importers import ImportFile, ImportProblem, preview


def workbook(**sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, column, cell, day)
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return out.getvalue()


WHOLE = workbook(
    Cover=[["Camera list"], ["by facilities"]],
    Units=[
        ["North wing"],
        [None, "Fabricant", "Modèle", "Adresse IP", "N° de série", "Mot de passe", "Date d'achat"],  # codespell:ignore
        [None, "Example", "C-1", "192.0.2.60", 123456789012, "s3cr3t", date(2024, 5, 6)],
        [],
        [None, "Example", "C-2", None, "S2", None, None],
    ],
)


def read(data: bytes, **options):
    return preview(ImportFile.of_bytes("list.csv", data), property="hq", **options)


def test_the_sheet_with_a_heading_is_read_and_the_other_named():
    seen = read(WHOLE)
    assert (seen.importer, seen.rows_read, seen.rows_used) == ("xlsx", 2, 2)
    assert any("Cover" in note for note in seen.notes)
    first, second = (sighting.observation for sighting in seen.sightings)
    assert first.subject == Endpoint("192.0.2.60", "hq")
    assert dict(first.fields) == {
        "inventory.manufacturer": "Example",
        "inventory.model": "C-1",
        "inventory.address": "192.0.2.60",
        "inventory.serial": "123456789012",
        "inventory.acquired-on": "2024-05-06",
        "inventory.credentials": "present",
    }
    assert second.subject == DocumentLine(seen.sha256, "Units:5", "hq")
    assert seen.sightings[1].locator == "sheet Units, line 5"
    assert "s3cr3t" not in str(seen)


def test_without_a_heading_the_columns_found_are_named():
    with pytest.raises(ImportProblem, match="Columns found: colour, size"):
        read(workbook(A=[["colour", "size"], ["red", 1]]))


def test_old_and_protected_workbooks_are_named():
    with pytest.raises(ImportProblem, match=r"save it as \.xlsx"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_other_archives_and_cut_workbooks():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(ImportProblem, match="no Excel workbook"):
        read(out.getvalue())
    with pytest.raises(ImportProblem, match="damaged or cut"):
        read(WHOLE[: len(WHOLE) // 2])


def test_a_sheet_that_spans_the_grid_is_refused_before_it_is_loaded():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "model")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(ImportProblem, match="spans more than"):
        read(out.getvalue())


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=30), st.integers(0, len(WHOLE)))
def test_mutated_workbooks_never_raise_anything_else(noise, place):
    with contextlib.suppress(ImportProblem):
        assert read(WHOLE[:place] + noise + WHOLE[place + len(noise) :]).importer
