from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasshouse.merits import assess
from glasshouse.merits.advisory import Advisories, AffectedRange, Cvss
from glasshouse.merits.cvss import automatable, total_impact
from glasshouse.merits.decision import Decision, decide
from glasshouse.merits.factor_a import factor_a
from glasshouse.merits.factor_s import factor_s
from glasshouse.merits.grades import factor
from glasshouse.merits.level import level_of
from glasshouse.model.merit import ADVISORY_DECISIONS, MeritDevice, Posture
from glasshouse.model.text import Message

DATA = Path(__file__).resolve().parents[2] / "data" / "advisories"
DAY = date(2026, 11, 23)
HIK = MeritDevice("hikvision", "DS-2CD2046G2-IU/SL", "V5.5.82 build 190910")
GOOD = Posture("internal", activated=True, auth="digest", tls="1.3", services=("https",))
WHY = (Message.of("because"),)
BUILT = AffectedRange("build_date", build_fixed=date(2021, 6, 25))


def only(merit):
    (found,) = merit.advisories
    return found


# --- decision table ----------------------------------------------------------------------------------------------------


def test_the_table_has_sixteen_rows_of_known_words(snapshot):
    assert set(snapshot.decisions) == set(product((False, True), repeat=4))
    assert set(snapshot.decisions.values()) == set(ADVISORY_DECISIONS)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ((False, False, False, False), "next-upgrade"),
        ((False, True, False, False), "60-days"),
        ((True, False, False, False), "14-days"),
        ((False, True, True, True), "3-days"),
        ((True, True, False, True), "3-days-forensics"),
        ((True, False, True, True), "3-days-forensics"),
        ((True, True, True, True), "3-days-forensics"),
    ],
)
def test_rows_of_bod_26_04(snapshot, row, word):
    assert snapshot.decisions[row] == word


def test_unknown_inputs_count_both_ways(snapshot):
    found = decide(snapshot.decisions, kev=False, exposed=None, automatable=False, total_impact=False)
    assert found == Decision("60-days", "next-upgrade")
    found = decide(snapshot.decisions, kev=True, exposed=None, automatable=True, total_impact=True)
    assert found == Decision("3-days-forensics", "3-days-forensics")


@pytest.mark.parametrize("exposure", ["internet", "internal", None])
def test_36260_is_three_days_with_forensics_exposed_or_not(snapshot, exposure):
    found = only(assess(HIK, replace(GOOD, exposure=exposure), DAY, snapshot))
    assert found.id == "CVE-2021-36260"
    assert (found.applicability, found.decision, found.kev) == ("confirmed", "3-days-forensics", True)
    assert found.decision_range == (None if exposure else ("3-days-forensics", "3-days-forensics"))


@pytest.mark.parametrize(
    ("exposure", "decision", "ends"),
    [("internal", "next-upgrade", None), ("internet", "60-days", None), (None, "60-days", ("next-upgrade", "60-days"))],
)
def test_8160_is_for_the_next_upgrade_or_sixty_days(snapshot, exposure, decision, ends):
    device = MeritDevice("axis", "AXIS P3245-LV", "10.12.200")
    merit = assess(device, replace(GOOD, exposure=exposure), DAY, snapshot)
    found = next(item for item in merit.advisories if item.id == "CVE-2024-8160")
    assert (found.decision, found.decision_range) == (decision, ends)


def test_kev_counts_from_the_day_it_was_added(snapshot):
    before = only(assess(HIK, GOOD, date(2022, 1, 9), snapshot))
    on = only(assess(HIK, GOOD, date(2022, 1, 10), snapshot))
    assert (before.kev, before.decision) == (False, "60-days")
    assert (on.kev, on.decision) == (True, "3-days-forensics")


def test_excluded_has_no_decision(snapshot):
    found = only(assess(replace(HIK, firmware="V5.5.800 build 210628"), GOOD, DAY, snapshot))
    assert (found.applicability, found.decision, found.decision_range) == ("excluded", None, None)


@pytest.mark.parametrize(
    ("vector", "auto", "total"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", True, True),
        ("CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:N/I:L/A:L", False, False),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:L/A:N", False, True),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:L/A:N", False, False),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", True, False),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", False, True),
    ],
)
def test_points_derived_from_cvss(vector, auto, total):
    score = (Cvss(vector[5:8], vector, 5.0, "x"),)
    assert (automatable(score), total_impact(score)) == (auto, total)


def test_no_usable_vector_leaves_both_points_unknown():
    old = (Cvss("2.0", "AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, "NVD"),)
    assert automatable(old) is None
    assert total_impact(old) is None
    assert automatable(()) is None


def test_technical_impact_follows_certcc_table(shared):
    lines = (shared / "facts/samples/ssvc/cvssv4_to_technical_impact_1_0_0.csv").read_text().splitlines()[1:]
    assert len(lines) == 27
    for line in lines:
        _, privileges, confidentiality, integrity, impact = line.split(",")
        told = {"PR": privileges, "VC": confidentiality, "VI": integrity}
        vector = "/".join(f"{name}:{value[0].upper()}" for name, value in told.items())
        assert total_impact((Cvss("4.0", vector, 5.0, "x"),)) is (impact == "total"), line


def test_the_table_is_the_published_one(shared):
    published = (shared / "facts/samples/ssvc/cisa_bod_26_04_1_0_0.csv").read_bytes()
    assert published.replace(b"\r", b"") == (DATA / "decision_table.csv").read_bytes().replace(b"\r", b"")


# --- factors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posture", "possible"),
    [
        (Posture(activated=False, auth="digest", tls="1.2"), ("D",)),
        (Posture(auth="none", tls="1.3"), ("D",)),
        (Posture(auth="basic", tls="none"), ("C",)),
        (Posture(auth="basic", tls="1.1"), ("C",)),
        (Posture(auth="basic", tls="1.2"), ("B",)),
        (Posture(auth="basic"), ("B", "C")),
        (Posture(auth="digest", tls="none"), ("B",)),
        (Posture(auth="digest", tls="TLSv1.3"), ("A",)),
        (Posture(), ("A", "B", "C", "D")),
    ],
)
def test_access(posture, possible):
    found = factor_a(posture)
    assert found.possible == possible
    assert found.grade == (possible[0] if len(possible) == 1 else None)
    assert found.reasons


@pytest.mark.parametrize(
    ("posture", "possible"),
    [
        (Posture(tls="1.2", services=("https",)), ("A",)),
        (Posture(tls="1.2", services=("https", "rtsp")), ("B",)),
        (Posture(tls="1.2", services=("telnet", "rtsp")), ("C",)),
        (Posture(tls="1.2", services=("ftp",)), ("C",)),
        (Posture(tls="1.1", services=("https",)), ("C",)),
        (Posture(tls="none", services=()), ("C",)),
        (Posture(tls="1.2", services=("debug-console",)), ("D",)),
        (Posture(services=("telnet",)), ("C",)),
        (Posture(services=("http",)), ("B", "C")),
        (Posture(tls="1.2"), ("A", "B", "C", "D")),
        (Posture(tls="none"), ("C", "D")),
    ],
)
def test_services(posture, possible):
    assert factor_s(posture).possible == possible
    assert factor_s(posture).reasons


@pytest.mark.parametrize(
    ("text", "modern"), [("1.2", True), ("1.3", True), ("1.1", False), ("SSLv3", False), ("", False)]
)
def test_tls_versions(text, modern):
    assert (factor_s(Posture(tls=text or "none", services=())).grade == "A") is modern


def graded(**grades):
    return [factor(letter, tuple(grades.get(letter, "ABCD")), WHY) for letter in "VUAS"]


@pytest.mark.parametrize(
    ("grades", "level"),
    [
        ({"V": "D", "A": "B", "S": "C"}, ("D", ("D", "D"))),
        ({"V": "A", "A": "A", "S": "C"}, ("C", ("C", "D"))),
        ({"V": "A", "A": "A", "S": "A"}, ("A", ("A", "D"))),
        ({"V": "A", "U": "A", "A": "A", "S": "B"}, ("B", ("B", "B"))),
        ({"V": "ABCD", "U": "A", "A": "A", "S": "C"}, ("C", ("C", "D"))),
        ({"V": "CD", "U": "A", "A": "A", "S": "A"}, ("C", ("C", "D"))),
        # too little seen is never a good letter
        ({"V": "A", "A": "A"}, ("not-graded", None)),
        ({"A": "A", "S": "A"}, ("not-graded", None)),
        ({"V": "A", "A": "AB", "S": "A"}, ("not-graded", None)),
        ({}, ("not-graded", None)),
        ({"A": "D"}, ("D", ("D", "D"))),
    ],
)
def test_level_is_the_worst_factor(grades, level):
    assert level_of(graded(**grades)) == level


# --- the whole ---------------------------------------------------------------------------------------------------------


def test_the_worked_example(snapshot):
    posture = Posture(None, activated=True, auth="basic", tls="1.2", services=("telnet", "rtsp"))
    merit = assess(HIK, posture, DAY, snapshot)
    assert merit.vector == "V:D U:? A:B S:C"
    assert (merit.level, merit.level_range) == ("D", ("D", "D"))
    assert merit.snapshot == snapshot.digest
    assert "With build 2021-06-25 or later V becomes A, level C." in map(str, merit.would_change)


def test_what_it_promises_to_become_it_becomes(snapshot):
    posture = Posture("internal", activated=True, auth="basic", tls="1.2", services=("telnet",))
    merit = assess(replace(HIK, firmware="V5.5.800 build 210628"), posture, DAY, snapshot)
    assert (merit.vector, merit.level) == ("V:A U:? A:B S:C", "C")


def test_nothing_known_is_not_graded(snapshot):
    merit = assess(MeritDevice(), Posture(), DAY, snapshot)
    assert (merit.vector, merit.level, merit.level_range) == ("V:? U:? A:? S:?", "not-graded", None)
    assert merit.advisories == ()
    assert merit.would_change


def test_a_maker_without_records_is_not_safest(snapshot):
    merit = assess(MeritDevice("nobody", "X1", "1.0"), GOOD, DAY, snapshot)
    assert merit.factors[0].grade is None
    assert merit.level == "not-graded"


def test_an_unnamed_model_under_a_list_that_was_cut_is_unknown(snapshot):
    merit = assess(MeritDevice("hikvision", "DS-2CD9999", "V5.5.82 build 190910"), GOOD, DAY, snapshot)
    assert merit.advisories == ()
    assert merit.factors[0].grade is None
    assert any("CVE-2021-36260" in str(text) for text in merit.would_change)
    later = assess(MeritDevice("hikvision", "DS-2CD9999", "V5.9.0 build 260101"), GOOD, DAY, snapshot)
    assert later.factors[0].grade == "A"


def test_end_of_life_is_d(make):
    merit = assess(MeritDevice("acme", "X100", "V1.0 build 220101"), GOOD, DAY, make(BUILT, end_of_life=True))
    assert merit.factors[1].grade == "D"


def test_a_known_fix_that_is_missing_bounds_support(make):
    ranged = AffectedRange("version", fixed="2.0")
    merit = assess(MeritDevice("acme", "X100", "1.0"), GOOD, DAY, make(ranged))
    assert merit.factors[1].possible == ("C", "D")


@pytest.mark.parametrize(
    ("kev", "exposure", "grade"),
    [(DAY, "internal", "D"), (None, "internet", "D"), (None, "internal", "B")],
)
def test_vulnerabilities_by_the_worst_row(make, kev, exposure, grade):
    merit = assess(
        MeritDevice("acme", "X100", "V1 build 200101"), replace(GOOD, exposure=exposure), DAY, make(BUILT, kev=kev)
    )
    assert merit.factors[0].grade == grade


def test_possible_advisories_widen_and_never_settle(make):
    merit = assess(MeritDevice("acme", "X100", None), GOOD, DAY, make(BUILT, kev=DAY))
    assert merit.factors[0].possible == ("A", "B", "C", "D")
    assert merit.factors[0].grade is None
    assert merit.level == "not-graded"


def test_scores_are_shown_and_do_not_count(make):
    low = make(BUILT, cvss=(Cvss("3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 0.1, "x"),))
    high = make(BUILT)
    device = MeritDevice("acme", "X100", "V1 build 200101")
    assert assess(device, GOOD, DAY, low).vector == assess(device, GOOD, DAY, high).vector
    assert only(assess(device, GOOD, DAY, low)).cvss == 0.1


def renamed(snapshot, names):
    rows = tuple(
        replace(item, makers=tuple(names.get(maker, maker) for maker in item.makers)) for item in snapshot.advisories
    )
    return Advisories(rows, snapshot.kev, snapshot.decisions, snapshot.digest)


POSTURES = st.builds(
    Posture,
    st.sampled_from(["internet", "internal", None]),
    st.sampled_from([True, False, None]),
    st.sampled_from(["digest", "basic", "none", None]),
    st.sampled_from(["none", "1.1", "1.2", "1.3", None]),
    st.none() | st.lists(st.sampled_from(["http", "https", "rtsp", "telnet", "ftp", "debug"]), max_size=3).map(tuple),
)
DEVICES = st.sampled_from(
    [
        HIK,
        MeritDevice("hikvision", "DS-2CD2142FWD-I", "V5.4.1 build 160525"),
        MeritDevice("dahua", "IPC-HFW5442E-ZE", "2.820.0000000.5.R.210705"),
        MeritDevice("axis", "AXIS P3245-LV", "10.12.114"),
        MeritDevice("bosch", "FLEXIDOME", "7.80 B127"),
        MeritDevice("tp-link", "Tapo C200", None),
        MeritDevice("axis", None, "10.12.114"),
    ]
)
CYCLE = {"hikvision": "axis", "axis": "dahua", "dahua": "bosch", "bosch": "tp-link", "tp-link": "hikvision"}


@given(DEVICES, POSTURES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_swapping_makers_moves_nothing(snapshot, device, posture):
    """Rename the makers in device and records alike: the merit is the same to the letter."""
    swapped = renamed(snapshot, CYCLE)
    other = replace(device, maker=CYCLE[device.maker])
    assert assess(device, posture, DAY, snapshot) == assess(other, posture, DAY, swapped)


@given(DEVICES, POSTURES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_merit_hangs_together(snapshot, device, posture):
    merit = assess(device, posture, DAY, snapshot)
    assert merit == assess(device, posture, DAY, snapshot)
    for found in merit.factors:
        assert found.reasons
        assert found.possible
        assert (found.grade is None) == (len(found.possible) > 1)
    if merit.level_range is not None:
        assert merit.level_range[0] == merit.level <= merit.level_range[1]
    for item in merit.advisories:
        assert (item.decision is None) == (item.applicability == "excluded")
        assert str(item.reason)
        assert item.ranges
        assert item.source
        assert (item.decision_range is not None) or posture.exposure is not None or item.decision is None


def test_more_knowledge_never_widens_the_level(snapshot):
    unknown = assess(replace(HIK, firmware=None), replace(GOOD, services=("telnet",)), DAY, snapshot)
    known = assess(HIK, replace(GOOD, services=("telnet",)), DAY, snapshot)
    assert unknown.level_range == ("C", "D")
    assert known.level_range == ("D", "D")
