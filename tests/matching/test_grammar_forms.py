from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.datapack import load
from glasshouse.matching import grammar
from glasshouse.model.signal import Facet

GRAMMARS = load(Path(__file__).resolve().parents[2] / "data").grammars


def said(readings, facet: Facet) -> set[str]:
    return {one.value for one in readings if one.facet is facet}


@pytest.mark.parametrize(
    ("text", "maker", "brand"),
    [
        ("DS-2CD2143G2-I", "hikvision", "hikvision"),
        ("ds\u20112cd2143g2 - i", "hikvision", "hikvision"),
        ("CS-C6N-A0-1C2WFR", "hikvision", "ezviz"),
        ("IPC-HFW2431S-S-S2", "dahua", "dahua"),
        ("XNV-8080R", "hanwha", None),
        ("TC-C32QN", "tiandy", "tiandy"),
        ("TD-9442S4", "tvt", None),
    ],
)
def test_forms_of_one_maker(text, maker, brand):
    readings = grammar.model(text, GRAMMARS.models)
    assert said(readings, Facet.MAKER) == {maker}
    assert said(readings, Facet.BRAND) == ({brand} if brand else set())


@pytest.mark.parametrize(
    "text", ["IPC-B140H-M", "IPC-610", "SD-1000", "NVR-104MH-D/4P", "C800", "P3245-LVE", "IPC3614"]
)
def test_shared_forms_name_no_maker(text):
    assert said(grammar.model(text, GRAMMARS.models), Facet.MAKER) == set()


@pytest.mark.parametrize(
    ("text", "made_on"),
    [
        ("DS-2CD2032-I20140105CCWR450000001", "2014-01-05"),
        ("0820160719AARR600000001WCVU", "2016-07-19"),
        ("M10420150102CCWR500000001WCVU", "2015-01-02"),
        ("DS-2CD2146G2-ISU00000000AAWRG00000000", None),
        ("DS-KV8213-WME1(C)0120230501RRAB0000001", "2023-05-01"),
        ("DS-K1T341CMFW20230901V030315ENFH3000001", "2023-09-01"),
    ],
)
def test_long_serial_tells_maker_and_claimed_date(text, made_on):
    readings = grammar.serial(text, GRAMMARS.serials)
    assert said(readings, Facet.MAKER) == {"hikvision"}
    assert said(readings, Facet.MADE_ON) == ({made_on} if made_on else set())


@pytest.mark.parametrize(
    "text", ["594199052", "C79938008", "210235A0ABC000000001", "SN123456789012", "2016071912345678"]
)
def test_short_and_foreign_serials_name_nobody(text):
    assert grammar.serial(text, GRAMMARS.serials) == ()


def test_dahua_serial_has_no_date():
    readings = grammar.serial("4F00000PAZ00001", GRAMMARS.serials)
    assert said(readings, Facet.MAKER) == {"dahua"}
    assert said(readings, Facet.MADE_ON) == set()


@pytest.mark.parametrize(
    ("text", "origin", "brand", "built"),
    [
        ("V5.5.82 build 190910", "hikvision", None, "2019-09-10"),
        ("V5.2.5build 141201", "hikvision", None, "2014-12-01"),
        ("2.800.0000016.0.R,build:2020-06-05", "dahua", None, "2020-06-05"),
        ("V2.820.00AC001.0.R.230113", "dahua", "amcrest", "2023-01-13"),
        ("2.622.00LR000.10.R", "dahua", "lorex", None),
        ("2.811.0000013.0.R, Build Date 2023-12-20", "dahua", None, "2023-12-20"),
        ("QIPC-B2202.3.73.C06290.NB.230628", "uniview", None, "2023-06-28"),
        ("1.16.00", None, None, None),
    ],
)
def test_firmware_tells_origin_brand_and_date(text, origin, brand, built):
    readings = grammar.firmware(text, GRAMMARS.firmware)
    assert said(readings, Facet.FIRMWARE_ORIGIN) == ({origin} if origin else set())
    assert said(readings, Facet.BRAND) == ({brand} if brand else set())
    assert said(readings, Facet.FIRMWARE_BUILT_ON) == ({built} if built else set())


def test_build_dates_that_cannot_be_are_none():
    assert grammar.built_on("V5.5.82 build 191399") is None
    assert grammar.built_on("V1.0 build 990101") is None
    assert grammar.built_on("V5.5.82 build 190910") == date(2019, 9, 10)


def test_words_of_a_text():
    assert list(grammar.words("EmpireTech DB2X-WP (rebranded Dahua VTO2311R-WP), 2 pcs")) == ["DB2X-WP", "VTO2311R-WP"]


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_no_text_breaks_a_grammar(text):
    grammar.model(text, GRAMMARS.models)
    grammar.serial(text, GRAMMARS.serials)
    grammar.firmware(text, GRAMMARS.firmware)
    list(grammar.words(text))


def test_models_list_is_told_right_where_it_is_told(shared):
    """Over the list of real model names: a maker that the form names is the right one; mixed ones stay unnamed."""
    import json  # noqa: PLC0415  # this test alone

    counted = {"right": 0, "wrong": 0, "silent": 0}
    mixed = 0
    for line in (shared / "corpus/models.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        told = said(grammar.model(row["string"], GRAMMARS.models), Facet.MAKER)
        if row["maker"] is None:
            mixed += bool(told)
            continue
        counted["silent" if not told else "right" if told == {row["maker"]} else "wrong"] += 1
    print(counted, "mixed named:", mixed)  # noqa: T201  # the measure itself
    assert mixed == 0
    assert counted["wrong"] <= 6
    assert counted["right"] >= 4_600
