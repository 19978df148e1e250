from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.attribution.assets import active, partition
from glasshouse.model.identity import Decision
from glasshouse.model.observation import (
    Channel,
    DocumentLine,
    Endpoint,
    Field,
    Interface,
    MountingPoint,
    Observation,
    SaidBy,
)

A, B = "44:19:b6:00:00:01", "44:19:b6:00:00:02"


def seen(raw: str, subject=None, said_by: SaidBy = SaidBy.DEVICE) -> Observation:
    return Observation(subject or Endpoint("192.0.2.1", "p"), "other", raw.encode(), said_by=said_by)


def fields(observation: Observation, **values: str) -> dict[str, tuple[Field, ...]]:
    return {
        observation.id: tuple(Field(observation.id, name.replace("_", "."), value) for name, value in values.items())
    }


def decision(kind, *subjects: str, at: int = 1, identifier: str = "x") -> Decision:
    return Decision(identifier, kind, subjects, "because", "a person", datetime(2026, 1, at, tzinfo=UTC))


def groups(assets) -> set[frozenset[str]]:
    return {frozenset(one.observations) for one in assets}


def test_one_address_is_one_asset():
    a, b = seen("a"), seen("b")
    (asset,) = partition([a, b], {})
    assert groups([asset]) == {frozenset((a.id, b.id))}
    assert asset.links[0].key.startswith("address:")


def test_a_private_address_in_two_domains_is_two():
    a = seen("a", Endpoint("192.168.1.64", "p", "left"))
    b = seen("a", Endpoint("192.168.1.64", "p", "right"))
    c = seen("a", Endpoint("192.168.1.64", "q", "left"))
    assert len(partition([a, b, c], {})) == 3


def test_a_mac_joins_two_addresses():
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    known = fields(a, id_mac=A) | fields(b, id_mac=A.upper())
    (asset,) = partition([a, b], known)
    assert asset.links[0].key == f"mac:{A}"


def test_a_lease_that_passed_on_is_two_units():
    a, b, c = seen("a"), seen("b"), seen("c")
    known = fields(a, id_serial="AAAA1111") | fields(b, id_serial="BBBB2222")
    assert len(partition([a, b, c], known)) == 3
    assert len(partition([a, c], known)) == 1


def test_a_switch_seeing_another_mac_is_a_question_not_a_split():
    a = seen("a")
    b = seen("b", said_by=SaidBy.INFRASTRUCTURE)
    assert len(partition([a, b], fields(a, id_mac=A) | fields(b, mac_address=B))) == 1


def test_interface_joins_what_says_its_mac():
    a, b = seen("a"), seen("x", Interface(A, "p"), SaidBy.INFRASTRUCTURE)
    assert len(partition([a, b], fields(a, id_mac=A))) == 1


def test_channels_lines_and_mounting_points_are_apart():
    subjects = [Channel("r", 1, "p"), Channel("r", 2, "p"), MountingPoint("door", "p"), DocumentLine("f", "1", "p")]
    assert len(partition([seen("a", one) for one in subjects], {})) == 4
    assert len(partition([seen("a", subjects[0]), seen("b", subjects[0])], {})) == 1


def test_decisions_merge_split_and_are_withdrawn():
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    merge = decision("merge", a.id, b.id)
    assert len(partition([a, b], {}, [merge])) == 1
    withdrawn = [merge, decision("withdraw", "x", at=2, identifier="y")]
    assert len(partition([a, b], {}, withdrawn)) == 2
    again = [*withdrawn, decision("withdraw", "y", at=3, identifier="z")]
    assert len(partition([a, b], {}, again)) == 1
    c = seen("c")
    split = decision("split", c.id)
    assert groups(partition([a, c], {}, [split])) == {frozenset((a.id,)), frozenset((c.id,))}


def test_only_decisions_in_force_are_active():
    first = decision("attribute", "o", identifier="a1")
    assert active([decision("withdraw", "a1", at=2, identifier="w"), first]) == ()
    assert active([first]) == (first,)


def test_id_comes_from_the_strongest_key():
    a, b = seen("a"), seen("b")
    alone = partition([a], fields(a, id_mac=A))[0].id
    assert partition([a, b], fields(a, id_mac=A))[0].id == alone
    assert partition([b], {})[0].id != alone


SPECS = st.lists(
    st.tuples(
        st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
        st.sampled_from([None, A, B]),
        st.sampled_from([None, "S1S1S1", "S2S2S2"]),
        st.sampled_from([None, "uuid-1"]),
        st.sampled_from([SaidBy.DEVICE, SaidBy.INFRASTRUCTURE]),
    ),
    min_size=1,
    max_size=8,
)


@given(SPECS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_evidence_makes_no_difference(specs, random):
    observations, known = [], {}
    for number, (address, mac, serial, uuid, said_by) in enumerate(specs):
        one = seen(str(number), Endpoint(address, "p"), said_by)
        values = {"id_mac": mac, "id_serial": serial, "id_uuid": uuid}
        known |= fields(one, **{name: value for name, value in values.items() if value})
        observations.append(one)
    decisions = [
        decision("merge", observations[0].id, observations[-1].id, identifier="m"),
        decision("split", observations[len(observations) // 2].id, identifier="s"),
        decision("withdraw", "m", at=2, identifier="w"),
    ]
    straight = partition(observations, known, decisions)
    random.shuffle(observations)
    random.shuffle(decisions)
    shuffled = partition(observations, dict(reversed(known.items())), decisions)
    assert [(one.id, one.observations) for one in straight] == [(one.id, one.observations) for one in shuffled]
    everything = [member for one in straight for member in one.observations]
    assert sorted(everything) == sorted(one.id for one in observations)


def test_empty_input_is_no_asset():
    assert partition([], {}) == ()


@pytest.mark.parametrize("count", [2, 5])
def test_equal_observations_are_one(count):
    assert len(partition([seen("a")] * count, {})) == 1
