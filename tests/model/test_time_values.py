from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasshouse.model.time import DateRange

days = st.dates(date(2000, 1, 1), date(2030, 1, 1))


def test_the_start_is_inside_and_the_end_is_not():
    span = DateRange(date(2023, 12, 21), date(2023, 12, 23))
    assert date(2023, 12, 21) in span
    assert date(2023, 12, 22) in span
    assert date(2023, 12, 23) not in span


def test_an_empty_or_reversed_range_is_refused():
    with pytest.raises(ValueError, match="exclusive"):
        DateRange(date(2024, 1, 1), date(2024, 1, 1))


@given(days, days)
def test_open_ranges_split_time_without_gap_or_overlap(cut, day):
    before, after = DateRange(None, cut), DateRange(cut, None)
    assert (day in before) is not (day in after)
    assert not before.overlaps(after)


@given(days, st.integers(1, 400), days, st.integers(1, 400))
def test_overlap_agrees_with_counting_days(start, length, other_start, other_length):
    first = DateRange(start, start + timedelta(length))
    second = DateRange(other_start, other_start + timedelta(other_length))
    shared = any(start + timedelta(n) in second for n in range(length))
    assert first.overlaps(second) is shared
    assert second.overlaps(first) is shared
