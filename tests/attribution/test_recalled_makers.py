"""What is only recalled about who makes what indicates a maker, whatever strength is written beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from glasshouse.attribution.lineage import Knowledge, maker_of
from glasshouse.datapack import load
from glasshouse.model.provenance import Basis
from glasshouse.model.strength import Strength

PACK = load(Path(__file__).resolve().parents[2] / "data")


def test_a_recalled_party_or_row_never_does_more_than_indicate():
    recalled = {party.id for party in PACK.parties if party.source.basis is Basis.RECALLED}
    sourced = {row.brand for row in PACK.lineage if row.source.basis is not Basis.RECALLED}
    knowledge = Knowledge(PACK.lineage, PACK.parties)
    told = {brand: maker_of(brand, None, knowledge) for brand in recalled - sourced}
    assert any(told.values())
    assert {brand for brand, found in told.items() if found is not None and found[1] > Strength.INDICATIVE} == set()


def test_a_strength_above_the_basis_is_taken_back():
    row = next(row for row in PACK.lineage if row.strength is Strength.SUPPORTING and row.model_pattern is None)
    assert maker_of(row.brand, None, Knowledge((row,), ()))[1] is Strength.SUPPORTING
    recalled = replace(row, source=replace(row.source, basis=Basis.RECALLED))
    assert maker_of(row.brand, None, Knowledge((recalled,), ()))[1] is Strength.INDICATIVE


@pytest.mark.parametrize(
    ("brand", "model"),
    [
        ("abus", "IPCB42510B"), ("honeywell", "H4W2PER2"), ("swann", "NVR8-7400"), ("swann", "SWPRO-H850"),
        ("w-box", "0E-21BF40"), ("3xlogic", "VX-2M-B"), ("provision-isr", "I4-390IPEN"), ("luma", "LUM-420-DOM"),
        ("lorex", "N841A8"), ("toshiba-surveillix", "IKS-WP806R"),
    ],
)  # fmt: skip
def test_a_seller_of_several_makers_has_none_for_a_series_that_no_source_names(brand, model):
    assert maker_of(brand, model, Knowledge(PACK.lineage, PACK.parties)) is None


@pytest.mark.parametrize(
    ("brand", "model", "maker"),
    [("luma", "LUM-510-BUL", "hikvision"), ("honeywell", "HRGX162", "hikvision"), ("lorex", "LNB8005-C", "dahua")],
)
def test_a_series_that_the_source_names_indicates_its_maker(brand, model, maker):
    found = maker_of(brand, model, Knowledge(PACK.lineage, PACK.parties))
    assert found is not None
    assert found[:2] == (maker, Strength.INDICATIVE)
