import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasshouse.model.truth import Truth

values = st.lists(st.sampled_from(list(Truth)), max_size=6)


def test_nothing_known_is_unknown_never_success():
    assert Truth.all([]) is Truth.UNKNOWN
    assert Truth.any([]) is Truth.UNKNOWN


def test_a_truth_is_no_boolean():
    with pytest.raises(TypeError, match="three values"):
        bool(Truth.YES)


@given(values)
def test_de_morgan_holds_in_three_values(items):
    assert ~Truth.all(items) is Truth.any(~item for item in items)


@given(values)
def test_learning_an_unknown_never_reverses_a_known_answer(items):
    answer = Truth.all(items)
    if answer is not Truth.UNKNOWN:
        for known in (Truth.YES, Truth.NO):
            assert Truth.all([known if item is Truth.UNKNOWN else item for item in items]) is answer
