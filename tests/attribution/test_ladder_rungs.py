from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.attribution import ladder
from glasshouse.attribution.ladder import LADDER, Tally
from glasshouse.model.signal import Facet, Signal
from glasshouse.model.strength import Strength


def signal(words: str, strength: Strength, field: str = "f", observation: str = "o1") -> Signal:
    return Signal(observation, Facet.MAKER, "acme", strength, "t.one", f"{observation}:{field}", words)


def reached(*signals: Signal, told: tuple[str, ...] = ()) -> Strength:
    return ladder.climb(ladder.tally(signals, told))[0]


S, P, I = Strength.STRONG, Strength.SUPPORTING, Strength.INDICATIVE  # noqa: E741  # the three words, short


def test_nothing_is_none():
    assert reached() is Strength.NONE


def test_a_single_witness_is_never_conclusive():
    assert reached(signal("alpha", S), signal("alpha", S), signal("alpha", P)) is S


def test_one_witness_counts_once_whatever_matches_it():
    assert reached(*(signal("same words", P) for _ in range(5))) is P


def test_the_same_words_in_two_replies_are_one_witness():
    assert reached(signal("App-webs/", P, observation="o1"), signal("App-webs/", P, observation="o2")) is P


def test_a_value_that_quotes_another_is_no_second_witness():
    assert reached(signal("DS-2CD2032-I", S, "model"), signal("DS-2CD2032-I20140101CCWR450000001", S, "serial")) is S


def test_two_strong_witnesses_in_two_replies_are_conclusive():
    pair = signal("realm alpha", S, "a"), signal("serial beta", S, "b", "o2")
    assert reached(*pair) is Strength.CONCLUSIVE
    third = signal("prefix gamma", P, "c", "o2")
    assert reached(pair[0], third, signal("title delta", P, "d")) is Strength.CONCLUSIVE


def test_a_single_reply_is_never_conclusive():
    assert reached(*(signal(f"different words {at}", S, f"f{at}") for at in range(6))) is S


def test_two_supporting_witnesses_make_strong():
    assert reached(signal("realm alpha", P, "a"), signal("prefix beta", P, "b")) is S


def test_told_witnesses_support_at_most():
    told = ("o1:a", "o2:b")
    assert reached(signal("realm alpha", S, "a"), signal("serial beta", S, "b", "o2"), told=told) is P


def test_indications_alone_never_get_beyond_supporting():
    many = [signal(f"hint number {at}", I, f"f{at}") for at in range(9)]
    assert reached(*many) is P


def test_rungs_fall_in_order():
    strengths = [rung.strength for rung in LADDER]
    assert strengths == sorted(strengths, reverse=True)
    for rung in LADDER:
        assert str(rung.because)


def test_cap_by_a_rival():
    assert ladder.cap(Strength.CONCLUSIVE, Strength.INDICATIVE) is Strength.CONCLUSIVE
    assert ladder.cap(Strength.CONCLUSIVE, Strength.SUPPORTING) is Strength.STRONG
    assert ladder.cap(Strength.STRONG, Strength.STRONG) is Strength.SUPPORTING


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.booleans())
@settings(max_examples=60)
def test_more_evidence_never_lowers(strong, supporting, indicative, own):
    tally = Tally(strong, strong + supporting, strong + supporting + indicative, own, 1)
    more = Tally(strong + 1, strong + supporting + 1, strong + supporting + indicative + 1, own=True, replies=2)
    assert ladder.climb(more)[0] >= ladder.climb(tally)[0]


def test_order_of_signals_makes_no_difference():
    signals = [signal("alpha one", S, "a"), signal("beta two", P, "b"), signal("gamma three", I, "c")]
    assert len({reached(*some) for some in itertools.permutations(signals)}) == 1


# --- properties over signals --------------------------------------------------------------------------------------

SIGNALS = st.lists(
    st.builds(
        signal,
        st.sampled_from(["realm alpha", "serial beta", "prefix gamma", "title delta", "beta", "alpha"]),
        st.sampled_from([I, P, S]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["o1", "o2", "o3"]),
    ),
    min_size=1,
    max_size=7,
)


@given(SIGNALS, st.integers(0, 6), st.sampled_from(["o1", "o2", "o9"]))
@settings(max_examples=60)
def test_a_repeated_witness_never_raises(signals, at, elsewhere):
    again = signals[at % len(signals)]
    field = again.witness.partition(":")[2]
    copy = signal(again.excerpt, again.strength, field, elsewhere)
    assert reached(*signals, copy) <= reached(*signals)
    assert reached(*signals, again) is reached(*signals)
    tallied, more = ladder.tally(signals, ()), ladder.tally([*signals, copy], ())
    assert (more.strong, more.supporting, more.indicative) == (tallied.strong, tallied.supporting, tallied.indicative)


@given(SIGNALS)
@settings(max_examples=60)
def test_an_independent_witness_never_lowers(signals):
    for strength in (I, P, S):
        assert reached(*signals, signal("something else entirely", strength, "z", "o8")) >= reached(*signals)


@given(st.sampled_from(list(Strength)), st.sampled_from(list(Strength)), st.sampled_from(list(Strength)))
def test_more_against_a_claim_never_raises_it(claim, less, more):
    less, more = sorted((less, more))
    assert ladder.cap(claim, more) <= ladder.cap(claim, less) <= claim


def test_words_that_another_reply_repeats_make_no_second_reply():
    pair = [signal("realm alpha", S, "a"), signal("serial beta", S, "b")]
    assert reached(*pair, signal("realm alpha", S, "a", "o9")) is S
    assert reached(*pair, signal("realm alpha", S, "a", "o9"), signal("serial beta", S, "b", "o9")) is S


def test_one_report_in_three_files_counts_once():
    files = [signal("Hikvision", P, "inventory.manufacturer", f"o{at}") for at in range(3)]
    assert reached(*files, told=tuple(one.witness for one in files)) is P
    assert reached(*files[:1], told=(files[0].witness,)) is P
