"""Bounds against published values, and what they make of counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.attribution.calibration import (
    grade,
    lower_bound,
    needed,
    predictive_value,
    standing,
    upper_bound,
)
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Standing, Validation

CONCLUSIVE, STRONG, SUPPORTING, INDICATIVE = (
    Strength.CONCLUSIVE,
    Strength.STRONG,
    Strength.SUPPORTING,
    Strength.INDICATIVE,
)


@pytest.mark.parametrize(
    ("errors", "devices", "upper"),
    [
        # quantiles of the beta distribution, as every table of exact one-sided 95 % limits has them
        (0, 1, 0.95),
        (0, 10, 0.2588656),
        (0, 59, 0.0495076),
        (0, 299, 0.0099691),
        (1, 10, 0.3941633),
        (2, 10, 0.5069013),
        (5, 10, 0.7775589),
        (10, 10, 1.0),
        (1, 100, 0.0465598),
        (0, 0, 1.0),
    ],
)
def test_upper_bounds_are_those_of_clopper_and_pearson(errors, devices, upper):
    assert upper_bound(errors, devices) == pytest.approx(upper, abs=1e-6)


@pytest.mark.parametrize(
    ("errors", "devices", "lower"),
    [(0, 10, 0.0), (1, 10, 0.0051162), (5, 10, 0.2224411), (10, 10, 0.7411344), (0, 0, 0.0)],
)
def test_lower_bounds_are_those_of_clopper_and_pearson(errors, devices, lower):
    assert lower_bound(errors, devices) == pytest.approx(lower, abs=1e-6)


def test_without_an_error_the_bound_is_near_three_over_n():
    for devices in (30, 300, 3000, 100_000):
        assert upper_bound(0, devices) == pytest.approx(1 - 0.05 ** (1 / devices), abs=1e-12)
        assert upper_bound(0, devices) == pytest.approx(3 / devices, rel=0.06)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400).flatmap(lambda devices: st.tuples(st.integers(0, devices), st.just(devices))))
def test_bounds_enclose_the_share_and_hold_five_percent(counts):
    errors, devices = counts
    lower, upper = lower_bound(errors, devices), upper_bound(errors, devices)
    assert lower <= errors / devices <= upper
    if errors < devices:  # at the upper bound, so few errors have a chance of exactly 5 %
        chance = math.fsum(math.comb(devices, k) * upper**k * (1 - upper) ** (devices - k) for k in range(errors + 1))
        assert chance == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize("counts", [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="from 0 to the number of devices"):
        upper_bound(*counts)


def test_devices_that_a_promise_needs():
    assert needed(SUPPORTING) == 59
    assert needed(STRONG) == needed(CONCLUSIVE) == 299
    assert needed(INDICATIVE) is None


@pytest.mark.parametrize(
    ("strength", "devices", "errors", "expected"),
    [
        (SUPPORTING, 58, 0, Standing.NOT_YET),
        (SUPPORTING, 59, 0, Standing.VALIDATED),
        (SUPPORTING, 59, 1, Standing.NOT_YET),
        (SUPPORTING, 20, 4, Standing.BROKEN),
        (STRONG, 298, 0, Standing.NOT_YET),
        (STRONG, 299, 0, Standing.VALIDATED),
        (STRONG, 1, 1, Standing.BROKEN),
        (STRONG, 300, 3, Standing.NOT_YET),
        (CONCLUSIVE, 299, 0, Standing.VALIDATED),
        (CONCLUSIVE, 100_000, 1, Standing.BROKEN),
        (INDICATIVE, 10, 9, Standing.NO_PROMISE),
        (STRONG, 0, 0, Standing.NOT_YET),
    ],
)
def test_standing_of_counts(strength, devices, errors, expected):
    assert standing(strength, devices, errors) is expected


def test_no_measurement_shows_nothing_and_indicative_promises_nothing():
    unknown = Validation()
    assert unknown.open(Facet.MAKER, STRONG)
    assert not unknown.open(Facet.MAKER, INDICATIVE)
    shown = Validation((grade(Facet.MAKER, SUPPORTING, 100, 0), grade(Facet.MAKER, STRONG, 100, 0)))
    assert not shown.open(Facet.MAKER, SUPPORTING)
    assert shown.open(Facet.MAKER, STRONG)
    assert shown.open(Facet.BRAND, SUPPORTING), "what is measured for one facet says nothing of another"


def test_what_a_hit_is_worth_by_prevalence():
    value = predictive_value(0.1, hits=90, positives=100, alarms=5, negatives=100)
    assert value.point == pytest.approx(0.9 * 0.1 / (0.9 * 0.1 + 0.05 * 0.9))
    assert value.least < value.point
    rarer = predictive_value(0.01, hits=90, positives=100, alarms=5, negatives=100)
    assert rarer.point < value.point


def test_no_false_alarm_seen_is_no_certainty():
    value = predictive_value(0.01, hits=85, positives=85, alarms=0, negatives=788)
    assert value.point is None
    assert 0.5 < value.least < 1
    assert predictive_value(0.5, 0, 0, 0, 0).least == 0
