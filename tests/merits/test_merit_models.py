from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.merits.models import Fit, canonical, fit, read_models


def best(text, model, **options):
    return max((fit(pattern, canonical(model)) for pattern in read_models(text, **options)), default=Fit.NONE)


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        # x is one character, suffixes are free
        ("DS-2CD2xx2FWD", "DS-2CD2142FWD-I", Fit.PATTERN),
        ("DS-2CD2xx2FWD", "DS-2CD2142F-I", Fit.NONE),
        ("DS- 2CD4x2xFWD", "DS-2CD4026FWD-AP", Fit.PATTERN),
        ("DS-76xxNXI-Ix/S", "DS-7616NXI-I2/S", Fit.PATTERN),
        ("DS-76xxNXI-Ix/S", "DS-7616NI-I2/S", Fit.NONE),
        ("DS-76xxNI-Qx(/xP)", "DS-7608NI-Q1/8P", Fit.PATTERN),
        ("DS-76xxNI-Qx(/xP)", "DS-7608NI-Q1", Fit.PATTERN),
        # capital X in runs
        ("NVR4XXX", "DHI-NVR4216-16P-4KS2", Fit.PATTERN),
        ("NVR-4xxx", "NVR4216-4KS2", Fit.PATTERN),
        ("NVR4XXX-4KS2", "NVR4216-4KS2", Fit.PATTERN),
        ("Dahua IPC-HDBW2XXX", "DH-IPC-HDBW2431R-ZS", Fit.PATTERN),
        # form letters after IPC-H
        ("IPC-HX5xxx", "IPC-HFW5442E-ZE", Fit.PATTERN),
        ("IPC-HX5xxx", "DH-IPC-HDBW5442E-ZE", Fit.PATTERN),
        ("IPC-HX5xxx", "IPC-HDW5442TM-AS", Fit.PATTERN),
        ("IPC-HX5xxx", "IPC-HFW2431S-S", Fit.NONE),
        ("IPC-HXXX5X4X", "IPC-HDBW5442E", Fit.PATTERN),
        ("Dahua DH-IPC HX883X and DH-IPC-HX863X", "IPC-HFW8630E", Fit.PATTERN),
        ("IPC-HX8XXX and NVR4XXX", "NVR4108HS", Fit.PATTERN),
        # slashes
        ("DS-2CD2046G2-IU/SL", "DS-2CD2046G2-IU/SL", Fit.EXACT),
        ("DS-2CD2046G2-IU/SL", "DS-2CD2046G2-IU", Fit.NONE),
        ("DS-A71024/48/72R", "DS-A71048R", Fit.EXACT),
        ("DS-A71024/48/72R", "DS-A71049R", Fit.NONE),
        ("SD50/52C", "SD52C", Fit.EXACT),
        ("DS-K1T341A/K1T341B", "DS-K1T341B", Fit.EXACT),
        ("DS-K1T342/K1T343/K1T344/DS-K1T6QT-F72/F43", "DS-K1T6QT-F43", Fit.EXACT),
        ("DS-7604NI-K1 / 4P(B)", "DS-7604NI-K1/4P(B)", Fit.EXACT),
        ("DS-7604NXI-K1/4P", "DS-7604NXI-K4P", Fit.NONE),
        # brackets
        ("DS-2CD2066G2-I(U)", "DS-2CD2066G2-I", Fit.EXACT),
        ("DS-2CD2066G2-I(U)", "DS-2CD2066G2-IU", Fit.EXACT),
        ("DS-2CD2166G2-I(SU)", "DS-2CD2166G2-ISU", Fit.EXACT),
        ("DS-2CD2166G2-I(SU)", "DS-2CD2166G2-IX", Fit.NONE),
        ("VIGI InSight Sx45 (S245/S345/S445)", "VIGI S345", Fit.EXACT),
        ("VIGI InSight Sx45 (S245/S345/S445)", "VIGI S545", Fit.NONE),
        ("AXIS A1610 (-B) Network Door Controller", "AXIS A1610-B", Fit.EXACT),
        # hardware versions
        ("Tapo C200 V3", "Tapo C200 V3", Fit.EXACT),
        ("Tapo C200 V3", "C200", Fit.VARIANT),
        ("Tapo C200 V3", "Tapo C200 V2", Fit.NONE),
        ("VIGI Cx20I 1.20 (C220I/C320I/C420I)", "VIGI C320I 1.20", Fit.EXACT),
        ("VIGI Cx20I 1.20 (C220I/C320I/C420I)", "VIGI C320I 1.0", Fit.NONE),
        # names among other words
        ("AXIS A1001 Network Door Controller", "A1001", Fit.EXACT),
        ("Uniview IP Camera IPC322LB-SF28-A", "IPC322LB-SF28-A", Fit.EXACT),
        ("DCS-930L", "DCS-930LB1", Fit.NONE),
        ("IPC-HDW1200S", "IPC-HDW1200S-0360B", Fit.VARIANT),
    ],
)
def test_fits(text, model, expected):
    assert best(text, model) is expected


def test_series_are_prefixes():
    assert best("DS-KH63 Series", "DS-KH6320-WTE1") is Fit.PATTERN
    assert best("SD22", "SD22404T-GN", series=True) is Fit.PATTERN
    assert best("SD22", "SD22404T-GN") is Fit.NONE


@pytest.mark.parametrize(
    "text",
    [
        "Axis devices (see description)",
        "DS-2CD63xx, DS-2CD2xx3G0 and others (see HSRC-201808-01)",
        "P2P protocol",
        "IP Camera",
    ],
)
def test_texts_that_name_no_model(text):
    assert read_models(text) == ()


def test_literal_capital_x_is_no_wildcard():
    assert best("DS-76xxNXI-Mx", "DS-7616NAI-M2") is Fit.NONE
    assert best("GV_IPCAMD_GV_BX1500", "GV_IPCAMD_GV_BA1500") is Fit.NONE
    assert best("HRX-1620", "HRA-1620") is Fit.NONE


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_is_read_without_an_error(text, model):
    assert best(text, model) in Fit


@given(st.from_regex(r"[A-Z]{2,4}-[0-9A-Z]{3,8}", fullmatch=True).filter(lambda text: "X" not in text))
@settings(max_examples=60)
def test_a_plain_name_fits_itself_and_nothing_longer(name):
    assert best(name, name) is Fit.EXACT
    assert best(name, f"{name}Q") is Fit.NONE
    assert best(name, f"{name}-Q") is Fit.VARIANT
