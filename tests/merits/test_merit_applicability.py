from __future__ import annotations

from datetime import date

import pytest

from glasshouse.merits.advisory import AffectedRange
from glasshouse.merits.applicability import applies
from glasshouse.merits.ranges import Position, describe, place_all
from glasshouse.merits.versions import parse
from glasshouse.model.merit import MeritDevice
from glasshouse.model.provenance import Basis

BUILT = AffectedRange("build_date", build_fixed=date(2021, 6, 25), raw="before 210625")
BOTH = AffectedRange(
    "version", introduced="5.3.1", build_introduced=date(2015, 4, 10), last_affected="5.4.4",
    build_last_affected=date(2016, 11, 25),
)  # fmt: skip
QUAD = AffectedRange("version", fixed="2.820.0000000.18.r.210705", build_fixed=date(2021, 7, 5))


def position(item, firmware=None, built_on=None):
    ((_, found),) = place_all((item,), firmware, built_on)
    return found


@pytest.mark.parametrize(
    ("item", "firmware", "expected"),
    [
        (BUILT, "V5.5.82 build 190910", Position.INSIDE),
        (BUILT, "V5.5.82 build 210624", Position.INSIDE),
        (BUILT, "V5.5.82 build 210625", Position.OUTSIDE),
        (BUILT, "V5.5.800 build 210628", Position.OUTSIDE),
        (BUILT, "V5.5.82", Position.UNKNOWN),
        (BUILT, None, Position.UNKNOWN),
        (BOTH, "V5.3.1 build 150409", Position.OUTSIDE),
        (BOTH, "V5.3.1 build 150410", Position.INSIDE),
        (BOTH, "V5.4.4 build 161125", Position.INSIDE),
        (BOTH, "V5.4.4 build 161126", Position.OUTSIDE),
        (BOTH, "V5.4.5 build 170123", Position.OUTSIDE),
        (BOTH, "V5.2.0 build 140721", Position.OUTSIDE),
        # a lower version built later is of another branch: neither in nor out
        (BOTH, "V5.4.1 build 170123", Position.UNKNOWN),
        (BOTH, "V5.4.4", Position.UNKNOWN),
        (QUAD, "2.820.0000000.5.R.210705", Position.INSIDE),
        (QUAD, "2.820.0000000.17.R.210704", Position.INSIDE),
        (QUAD, "2.820.0000000.18.R.210705", Position.OUTSIDE),
        (QUAD, "2.820.0000000.18.R.210704", Position.INSIDE),
        (QUAD, "2.840.0000000.1.R.220101", Position.OUTSIDE),
        # another customisation: by build date alone
        (QUAD, "2.820.00AC000.30.R.210101", Position.INSIDE),
        (QUAD, "2.820.00AC000.1.R.220101", Position.OUTSIDE),
        (QUAD, "V5.5.82", Position.UNKNOWN),
        (AffectedRange("version", fixed="7.80 B128", introduced="7.80"), "7.80 B127", Position.INSIDE),
        (AffectedRange("version", fixed="7.80 B128", introduced="7.80"), "7.80.0128", Position.OUTSIDE),
        (AffectedRange("version", fixed="7.80 B128", introduced="7.80"), "7.72", Position.OUTSIDE),
        (AffectedRange("version", introduced="10.9", last_affected="11.11"), "11.11", Position.INSIDE),
        (AffectedRange("version", introduced="10.9", last_affected="11.11"), "11.11.90", Position.COARSE),
        (AffectedRange("version", introduced="10.9", last_affected="11.11"), "11.12.1", Position.OUTSIDE),
        (AffectedRange("version", introduced="6.40"), "12.5.10", Position.UNKNOWN),
        (AffectedRange("version", introduced="6.40"), "6.30", Position.OUTSIDE),
        (AffectedRange("version", last_affected="20241222"), "2.400.0000.14.R.201707", Position.UNKNOWN),
        (AffectedRange("version", last_affected="20241222"), "2.400.0000000.14.R.241222", Position.INSIDE),
        (AffectedRange("version", last_affected="20241222"), "2.400.0000000.14.R.241223", Position.OUTSIDE),
        (AffectedRange("exact", exact="0113a"), "0113a", Position.INSIDE),
        (AffectedRange("exact", exact="0113a"), "0113d", Position.OUTSIDE),
        (AffectedRange("exact", exact="0113a"), "0112a", Position.OUTSIDE),
        (AffectedRange("exact", exact="0113a", examined=True), "0112a", Position.UNKNOWN),
        (AffectedRange("exact", exact="11.11"), "11.11.90", Position.COARSE),
        (AffectedRange("all"), None, Position.INSIDE),
        (AffectedRange("label"), "1.0", Position.UNKNOWN),
        (AffectedRange("unparsed"), "1.0", Position.UNKNOWN),
        (AffectedRange("version"), "1.0", Position.UNKNOWN),
    ],
)
def test_positions(item, firmware, expected):
    assert position(item, firmware) is expected


def test_a_stated_build_date_goes_before_the_one_in_the_text():
    assert position(BUILT, "V5.5.82 build 190910", date(2021, 7, 1)) is Position.OUTSIDE
    assert position(BUILT, None, date(2021, 6, 24)) is Position.INSIDE


def test_branches_are_compared_within_themselves():
    ranges = tuple(
        AffectedRange("version", last_affected=text)
        for text in ("CIPC-B2303.2.8.230105", "DIPC-B1213.6.5.230215", "DIPC-B1216.5.7.230109")
    )
    assert place_all(ranges, "DIPC-B1213.6.5.230215", None) == ((ranges[1], Position.INSIDE),)
    assert place_all(ranges, "DIPC-B1213.6.6.230301", None) == ((ranges[1], Position.OUTSIDE),)
    assert {found for _, found in place_all(ranges, "DIPC-B9999.1.1.200101", None)} == {Position.UNKNOWN}


def test_tracks_without_a_lower_bound_are_compared_within_themselves():
    ranges = (AffectedRange("version", fixed="1.41.16"), AffectedRange("version", fixed="2.22.00"))
    found = {
        text: [item[1] for item in place_all(ranges, text, None)] for text in ("1.41.15", "1.41.16", "2.21.9", "2.22.0")
    }
    assert found == {
        "1.41.15": [Position.INSIDE],
        "1.41.16": [Position.OUTSIDE],
        "2.21.9": [Position.OUTSIDE, Position.INSIDE],
        "2.22.0": [Position.OUTSIDE, Position.OUTSIDE],
    }


def test_ranges_are_told_in_words():
    assert describe(BOTH) == ">= 5.3.1 build 2015-04-10, <= 5.4.4 build 2016-11-25"
    assert describe(QUAD) == "< 2.820.0000000.18.r.210705"
    assert describe(AffectedRange("all")) == "all versions"


def applicability(snapshot, model="X100", firmware="V1.0 build 200101", maker="acme"):
    found = applies(snapshot.advisories[0], MeritDevice(maker, model, firmware))
    return None if found is None else found.applicability


OLD, NEW = "V1.0 build 200101", "V1.0 build 220101"


def test_confirmed_needs_the_very_name(make):
    assert applicability(make(BUILT)) == "confirmed"
    assert applicability(make(BUILT), firmware=NEW) == "excluded"
    assert applicability(make(BUILT), firmware=None) == "possible"
    assert applicability(make(BUILT), model="X100-B") == "likely"
    assert applicability(make(BUILT), model="X200") is None
    assert applicability(make(BUILT), maker="other") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "X1xx"},
        {"model": "X1 Series"},
        {"affected": {"certain_models": True}},
        {"affected": {"platforms": ("P1",)}},
        {"condition": "only with the weak login"},
    ],
)
def test_less_than_a_name_is_likely(make, changes):
    assert applicability(make(BUILT, **changes)) == "likely"
    assert applicability(make(BUILT, **changes), firmware=NEW) == "excluded"


def test_a_whole_range_of_a_maker(make):
    whole = make(BUILT, scope="maker")
    assert applicability(whole) == "confirmed"
    assert applicability(whole, firmware=NEW) == "excluded"
    # without a model only "all versions of everything" says something
    assert applicability(whole, model=None) is None
    assert applicability(make(AffectedRange("all"), scope="maker"), model=None) == "possible"
    assert applicability(make(AffectedRange("all")), model=None) is None


@pytest.mark.parametrize("kind", ["label", "unparsed"])
def test_ranges_that_cannot_be_read_are_possible_whatever_the_firmware(make, kind):
    assert applicability(make(AffectedRange(kind)), firmware=NEW) == "possible"


@pytest.mark.parametrize("where", ["range", "advisory"])
def test_recalled_ranges_are_possible_at_most(make, where):
    recalled = AffectedRange("build_date", build_fixed=date(2021, 6, 25), basis=Basis.RECALLED)
    found = make(recalled) if where == "range" else make(BUILT, basis=Basis.RECALLED)
    assert applicability(found) == "possible"
    assert applicability(found, firmware=NEW) == "excluded"


def test_a_contradicted_range_alone_is_disputed(make):
    doubted = AffectedRange("build_date", build_fixed=date(2021, 6, 25), conflict=True)
    assert applicability(make(doubted)) == "disputed"
    assert applicability(make(doubted), firmware=NEW) == "excluded"
    assert applicability(make(doubted, AffectedRange("build_date", build_fixed=date(2020, 6, 1)))) == "confirmed"


def test_ranges_are_or_ed(make):
    two = make(AffectedRange("exact", exact="7.70"), AffectedRange("exact", exact="7.72"))
    assert applicability(two, firmware="7.72") == "confirmed"
    assert applicability(two, firmware="7.71") == "excluded"


def test_the_reason_names_text_source_range_and_fact(make):
    found = applies(make(BUILT).advisories[0], MeritDevice("acme", "X100", OLD))
    assert found is not None
    assert str(found.reason) == f"NVD names X100; firmware {OLD} lies in < build 2021-06-25."
    assert found.ranges == "before 210625"
    excluded = applies(make(BUILT).advisories[0], MeritDevice("acme", "X100", NEW))
    assert NEW in str(excluded.reason)
    assert "outside < build 2021-06-25" in str(excluded.reason)


def test_parse_is_what_the_ranges_use():
    assert parse(OLD).build == date(2020, 1, 1)
