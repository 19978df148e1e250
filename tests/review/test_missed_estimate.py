"""The number of devices on no list: textbook values, exact coverage of the limits, symmetry, and when it is refused."""

from __future__ import annotations

import math
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.missed import Blindness, Method, SourceList
from glasshouse.review.estimate import chao, chapman, chapman_limits, missed_devices
from glasshouse.review.loglinear import fit_model, fit_models

SCAN, ARP, DHCP, VMS, BOOK = (
    SourceList.SCAN, SourceList.ARP, SourceList.DHCP, SourceList.VMS, SourceList.INVENTORY,
)  # fmt: skip
# of 8 cells by bit mask, without the unseen one
THREE = {1: 30, 2: 20, 4: 40, 3: 25, 5: 12, 6: 18, 7: 15}
counts = st.integers(1, 60)


def histories(*cells: tuple[int, tuple[SourceList, ...]]) -> list[frozenset[SourceList]]:
    return [frozenset(lists) for count, lists in cells for _ in range(count)]


def test_chapman_of_the_textbook():
    # ten turtles marked, fifteen caught, five of these marked
    assert chapman(10, 15, 5) == pytest.approx(28.333, abs=0.001)


@pytest.mark.parametrize(
    ("size", "first", "second"), [(30, 12, 10), (30, 25, 20), (12, 4, 5), (100, 30, 40), (9, 8, 7)]
)
def test_the_limits_hold_in_95_of_100_independent_lists(size, first, second):
    """Summed over every overlap that can happen, not simulated."""
    every = math.comb(size, second)
    held = 0.0
    for both in range(max(0, first + second - size), min(first, second) + 1):
        low, high = chapman_limits(first, second, both)
        chance = math.comb(first, both) * math.comb(size - first, second - both) / every
        if low <= size and (high is None or size <= high):
            held += chance
    assert 0.95 <= held <= 1


def test_without_an_overlap_there_is_no_upper_limit():
    low, high = chapman_limits(10, 12, 0)
    assert low > 22
    assert high is None


def test_limits_of_long_lists_neither_overflow_nor_vanish():
    low, high = chapman_limits(40_000, 30_000, 20_000)
    assert low < 60_000 < high
    assert high - low < 1_000


@given(counts, counts, counts)
@settings(max_examples=60)
def test_two_lists_are_symmetric_and_their_limits_hold_the_estimate(left, right, both):
    first, second = left + both, right + both
    assert chapman(first, second, both) == pytest.approx(chapman(second, first, both))
    low, high = chapman_limits(first, second, both)
    assert (low, high) == chapman_limits(second, first, both)
    assert left + right + both <= low <= chapman(first, second, both) + 1
    assert high is not None
    assert high >= math.floor(chapman(first, second, both))


@given(counts, counts, st.integers(1, 40))
@settings(max_examples=40)
def test_the_more_two_lists_share_the_fewer_are_missed(first, second, both):
    first, second = first + both, second + both
    before, after = chapman_limits(first, second, both - 1), chapman_limits(first, second, both)
    assert chapman(first, second, both) < chapman(first, second, both - 1)
    assert after[0] <= before[0]
    assert before[1] is None or after[1] <= before[1]


def test_chao_of_two_lists_is_chapman():
    bound, low = chao({1: 30, 2: 50, 3: 40}, 2)
    assert bound == pytest.approx(chapman(70, 90, 40) - 120)
    assert 0 < low < bound


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # closed forms of Bishop, Fienberg and Holland, Discrete Multivariate Analysis (1975), chapter 6
        ((3,), (30 + 20 + 25) * 40 / (12 + 18 + 15)),  # the third list against the other two as one
        ((3, 5), 20 * 40 / 18),  # second and third independent given the first
        ((3, 5, 6), 15 * 30 * 20 * 40 / (25 * 12 * 18)),  # every pair leans
    ],
)
def test_log_linear_models_give_their_closed_forms(pairs, expected):
    found = fit_model(THREE, 3, pairs)
    assert found is not None
    assert found[1] == pytest.approx(expected, rel=1e-4)


def test_independent_lists_choose_no_pair_and_find_the_truth():
    # 1000 devices, each list half of them: 125 in every cell, the unseen one too
    found = fit_models(dict.fromkeys(range(1, 8), 125), 3)
    assert found is not None
    assert found.best.pairs == ()
    assert found.best.unseen == pytest.approx(125, rel=1e-4)
    assert found.low < 125 < found.high


def test_a_pair_that_leans_is_found():
    # lists 1 and 2 agree in four of five devices, list 3 is by itself
    found = fit_models({3: 200, 7: 200, 1: 50, 5: 50, 2: 50, 6: 50, 4: 200}, 3)
    assert found is not None
    assert found.best.pairs == (3,)
    assert found.best.unseen == pytest.approx(200, rel=1e-3)


@given(st.lists(counts, min_size=7, max_size=7), st.sampled_from(list(permutations(range(3)))))
@settings(max_examples=25, deadline=None)
def test_the_order_of_three_lists_does_not_matter(numbers, order):
    cells = dict(enumerate(numbers, start=1))
    turned = {sum(1 << order[index] for index in range(3) if mask >> index & 1): count for mask, count in cells.items()}
    assert chao(cells, 3) == pytest.approx(chao(turned, 3))
    for pairs in ((), (3,), (5, 6)):
        moved = tuple(sorted(sum(1 << order[index] for index in range(3) if mask >> index & 1) for mask in pairs))
        left, right = fit_model(cells, 3, pairs), fit_model(turned, 3, moved)
        assert left == pytest.approx(right, rel=1e-5)


def test_cells_that_determine_no_model_give_none():
    assert fit_models({1: 5}, 3) is None


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        ([], "no device stands on any list"),
        ([frozenset()], "no device stands on any list"),
        (histories((9, (SCAN,))), "one list"),
        (histories((9, (SCAN,)), (4, (VMS,))), "no device stands on two lists"),
        (histories((9, (SCAN, VMS))), "exactly the same devices"),
        (histories((9, (SCAN, ARP)), (2, (SCAN,)), (4, (VMS,))), "both on a list from the network"),
    ],
)
def test_what_cannot_be_estimated_is_refused_and_says_why(seen, word):
    found = missed_devices(seen)
    assert found.method is Method.NONE
    assert found.likely is found.low is found.high is found.bound is None
    assert word in str(found.refused)
    assert found.walk_down


@pytest.mark.parametrize("lists", [(SCAN, ARP), (SCAN, ARP, DHCP), (VMS, BOOK)])
def test_lists_of_one_blind_spot_have_a_lower_bound_and_no_upper_limit(lists):
    seen = histories((20, lists[:1]), (15, lists[1:2]), (30, lists[:2]), *(((8, lists[2:]),) if lists[2:] else ()))
    found = missed_devices(seen)
    assert found.method is Method.CHAO
    assert found.high is None
    assert found.likely is None
    assert 0 < found.low <= found.bound
    assert any("no upper limit" in str(one) for one in found.assumptions)


def test_a_network_list_and_a_record_give_chapman_with_both_limits():
    found = missed_devices(histories((30, (SCAN,)), (50, (VMS,)), (40, (SCAN, VMS))))
    assert found.method is Method.CHAPMAN
    assert found.likely == pytest.approx(chapman(70, 90, 40) - 120)
    assert found.low < found.likely < found.high


def test_a_list_that_lies_inside_the_other_does_not_prove_that_none_is_missed():
    found = missed_devices(histories((3, (SCAN, VMS)), (7, (SCAN,))))
    assert found.likely == pytest.approx(0)
    assert found.high > 10


def test_three_lists_of_both_kinds_are_modelled_and_the_model_is_named():
    found = missed_devices(
        histories((200, (SCAN, ARP)), (200, (SCAN, ARP, VMS)), (50, (SCAN,)), (50, (SCAN, VMS)), (50, (ARP,)),
                  (50, (ARP, VMS)), (200, (VMS,)))
    )  # fmt: skip
    assert found.method is Method.LOG_LINEAR
    assert found.model == "arp*scan + vms"
    assert found.low <= found.likely <= found.high


def test_more_than_four_lists_are_taken_together_by_kind():
    five = (SCAN, ARP, DHCP, VMS, BOOK)
    found = missed_devices(histories((10, five), (20, (SCAN,)), (20, (VMS,)), (5, (ARP, BOOK)), (5, (DHCP,))))
    assert found.method is Method.CHAPMAN
    assert found.likely == pytest.approx(chapman(40, 35, 15) - 60)


def test_recorders_that_were_not_read_stand_in_the_line_on_the_walk_down():
    assert any("3" in str(one) for one in missed_devices([], 3).walk_down)
    assert len(missed_devices([]).walk_down) == 1


@given(st.lists(st.frozensets(st.sampled_from([SCAN, ARP, VMS, BOOK])), max_size=40))
@settings(max_examples=40, deadline=None)
def test_whatever_the_lists_the_answer_is_a_number_with_limits_or_a_reason(seen):
    found = missed_devices(seen)
    assert found.listed == sum(bool(one) for one in seen)
    assert (found.refused is None) == (found.method is not Method.NONE)
    if found.refused is None:
        assert found.low >= 0
        assert found.high is None or found.low <= found.high
        assert found.likely is None or math.isfinite(found.likely)
        assert found == missed_devices(list(reversed(seen)))
        kinds = Counter(one.blindness for history in seen for one in history)
        assert found.high is None or set(kinds) == set(Blindness)
