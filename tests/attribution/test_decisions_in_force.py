from datetime import UTC, datetime
from itertools import permutations

from glasshouse.attribution.assets import active
from glasshouse.model.identity import Decision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_withdrawal_of_the_same_moment_counts_whatever_the_ids():
    merge = Decision("dec_b", "merge", ("obs_1", "obs_2"), "same box", "a", NOON)
    for name in ("dec_a", "dec_c"):
        withdrawal = Decision(name, "withdraw", ("dec_b",), "mistaken", "a", NOON)
        for order in permutations((merge, withdrawal)):
            assert active(order) == ()
