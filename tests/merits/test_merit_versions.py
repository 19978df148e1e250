from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.merits.versions import compare, compare_release, parse, parse_day

# Each pair in ascending order, as the makers count.
ASCENDING = [
    ("V5.5.9 build 190910", "V5.5.88 build 190910"),
    ("V5.5.82 build 190910", "V5.5.82 build 210628"),
    ("5.4.4 Build 161125", "5.4.4 Build 161126"),
    ("V1.4.0_build221212", "V1.4.0_build230101"),
    ("2.820.0000000.5.r.210705", "2.820.0000000.18.r.210705"),
    ("2.820.0000000.18.R.210704", "2.820.0000000.18.r.210705"),
    ("2.800.0000000.29.r.210630", "2.820.0000000.5.r.210705"),
    ("10.12.114", "10.12.257"),
    ("6.50.5.20", "6.50.5.21"),
    ("9.80.3.5", "10.7"),
    ("1.4.4 Build 251104", "1.4.5 Build 251104"),
    ("1.4.5 Build 251103", "1.4.5 Build 251104 Rel.1234n"),
    ("7.80 B127", "7.80 B128"),
    ("7.72", "7.80 B001"),
    ("0113a", "0113d"),
    ("VVTK-0107b_1", "0109a"),
    ("0107b_1", "0107b_2"),
    ("2.3.8-5", "2.3.8-6"),
    ("DIPC-B1213.6.5.230215", "DIPC-B1213.6.6.230301"),
    ("3801.20.16.240101", "NVR-B3801.20.17.240507"),
    ("IPC_E3_EN_STD_5.5.88_200610.zip", "IPC_E3_EN_STD_5.5.800_210628"),
    ("20241221", "20241222"),
]


@pytest.mark.parametrize(("lower", "higher"), ASCENDING)
def test_makers_order(lower, higher):
    one, other = parse(lower), parse(higher)
    assert compare(one, other) == -1
    assert compare(other, one) == 1
    assert compare(one, one) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("V5.5.82 build 190910", "2.820.0000000.18.R.210705"),
        ("2.820.0000000.18.R", "2.820.00AC000.18.R"),
        ("DIPC-B1213.6.5.230215", "CIPC-B2303.2.8.230105"),
        ("0113d", "1.13"),
        ("HEW4PER2B", "HEW4PER3B"),
        ("1.06.01 Hotfix", "1.06.01"),
        ("4.x", "5.x"),
    ],
)
def test_what_cannot_be_ordered_is_unknown(left, right):
    assert compare(parse(left), parse(right)) is None


def test_missing_numbers_count_as_zero():
    assert compare(parse("5.4"), parse("V5.4.0")) == 0
    assert compare(parse("5.4"), parse("5.4.0.1")) == -1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("V5.5.82 build 190910", date(2019, 9, 10)),
        ("V5.5.82 Build Date: 2019-09-10", date(2019, 9, 10)),
        ("1.3.0 Build 220830 Rel.69909n", date(2022, 8, 30)),
        ("2.420.AC00.16.R.20160909", date(2016, 9, 9)),
        ("1.000.0041.20180530", date(2018, 5, 30)),
        ("DIPC-B1213.6.5.230215", date(2023, 2, 15)),
        ("2.800.0000016.0.R, build: 2021-12-21", date(2021, 12, 21)),
        ("V5.5.82 build 191310", None),
        ("V5.5.82", None),
    ],
)
def test_build_dates(text, day):
    assert parse(text).build == day


@pytest.mark.parametrize("text", ["", "13", "2019-02-30", "19991231", "abcdef", "１９０９１０"])
def test_no_days(text):
    assert parse_day(text) is None


def texts_of(release, with_build):
    """The same release written in each scheme."""
    first, second, third = release
    build = "210705" if with_build else None
    return {
        "dotted": f"V{first}.{second}.{third}" + (f" build {build}" if build else ""),
        "quad/0000000": f"{first}.{second:03}.0000000.{third}.R" + (f".{build}" if build else ""),
        "branch/1213": f"DIPC-B1213.{first}.{second}.{third}.210705",
        "lettered": f"{first:04}{'abcdefghij'[second % 10]}_{third}",
    }


releases = st.tuples(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))


@given(st.lists(releases, min_size=3, max_size=6), st.booleans())
@settings(max_examples=60)
def test_order_within_a_scheme_is_a_total_preorder(found, with_build):
    for scheme in ("dotted", "quad/0000000", "branch/1213", "lettered"):
        versions = [parse(texts_of(release, with_build)[scheme]) for release in found]
        assert {version.scheme for version in versions} == {scheme}
        for one in versions:
            for other in versions:
                order = compare(one, other)
                assert order is not None
                assert compare(other, one) == -order
                for third in versions:
                    if order <= 0 and compare(other, third) <= 0:
                        assert compare(one, third) <= 0


@given(st.lists(releases, min_size=2, max_size=6, unique=True))
@settings(max_examples=60)
def test_order_is_that_of_the_numbers(found):
    for lower, higher in pairwise(sorted(found)):
        assert compare(parse(texts_of(lower, False)["dotted"]), parse(texts_of(higher, False)["dotted"])) == -1


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_is_read_without_an_error(text):
    version = parse(text)
    assert compare_release(version, version) in {0, None}


def test_a_hostile_text_is_read_fast():
    assert parse("1." * 100_000).scheme in {"dotted", "opaque"}
    assert parse("9" * 100_000).scheme == "opaque"
    assert parse("V" + "1." * 90 + "9" * 5000).release[0] == 1
