from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.attribution.assets import active, partition
from glasshouse.attribution.keys import unit_keys
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


# --- what names no unit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mac",
    [
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "00:11:22:33:44:55",
        "00:01:02:03:04:05",
        "44:19:b6:00:00:00",
        "02:19:b6:12:34:56",  # locally administered
        "01:00:5e:00:00:fb",  # a group
        "00:00:5e:00:01:0a",  # a virtual router
        "no address",
    ],
)
def test_addresses_that_many_units_share_join_nothing(mac):
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    assert len(partition([a, b], fields(a, id_mac=mac) | fields(b, mac_address=mac))) == 2
    c, d = seen("c", Interface(mac, "p")), seen("d", Endpoint("192.0.2.8", "p"))
    assert len(partition([c, d], fields(d, id_mac=mac))) == 2


@pytest.mark.parametrize("serial", ["123456", "00000000", "N/A", "0123456789", "not available", "xxxxxxxx"])
def test_serial_numbers_left_as_they_were_join_nothing(serial):
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    assert len(partition([a, b], fields(a, id_serial=serial) | fields(b, id_serial=serial))) == 2


def test_an_interface_with_a_local_address_is_itself_and_no_more():
    local = "02:19:b6:12:34:56"
    a, b = seen("a", Interface(local, "p")), seen("b", Interface(local, "p"))
    assert len(partition([a, b], {})) == 1
    c, d = seen("c", Interface("00:11:22:33:44:55", "p")), seen("d", Interface("00:11:22:33:44:55", "p"))
    assert len(partition([c, d], {})) == 2


# --- leases, forwards, interfaces, clones -------------------------------------------------------------------------


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_a_lease_of_another_time_is_another_unit():
    scan, lease = seen("scan"), seen("lease", said_by=SaidBy.INFRASTRUCTURE)
    known = fields(scan, id_mac=A) | fields(lease, dhcp_mac=B)
    later = {scan.id: [(at(20), at(20))]}
    assert len(partition([scan, lease], known, (), later | {lease.id: [(at(2), at(3))]})) == 2
    assert len(partition([scan, lease], known, (), later | {lease.id: [(at(2), at(20, 12))]})) == 1
    assert len(partition([scan, lease], known, (), later)) == 1  # a lease without times proves nothing
    same = fields(scan, id_mac=A) | fields(lease, dhcp_mac=A)
    assert len(partition([scan, lease], same, (), later | {lease.id: [(at(2), at(3))]})) == 1


def test_what_names_no_unit_goes_to_the_one_of_its_time():
    old, new, page = seen("old"), seen("new"), seen("page")
    known = fields(old, id_serial="AAAA1111") | fields(new, id_serial="BBBB2222")
    spans = {old.id: [(at(1), at(1))], new.id: [(at(20), at(20))], page.id: [(at(20, 3), at(20, 3))]}
    assert groups(partition([old, new, page], known, (), spans)) == {
        frozenset((old.id,)),
        frozenset((new.id, page.id)),
    }


def test_a_forwarder_shows_units_by_port():
    def reply(raw: str, port: int) -> Observation:
        return Observation(Endpoint("192.0.2.1", "p"), "other", raw.encode(), port=port)

    one, two = reply("one", 8081), reply("two", 8082)
    page, other, lost = reply("page", 8081), reply("page", 8082), reply("lost", 9000)
    known = fields(one, id_serial="AAAA1111") | fields(two, id_serial="BBBB2222")
    found = partition([one, two, page, other, lost], known)
    assert groups(found) == {frozenset((one.id, page.id)), frozenset((two.id, other.id)), frozenset((lost.id,))}
    for asset in found:
        assert any(link.key.startswith("apart:address:") for link in asset.links)


def test_wired_and_wireless_of_one_unit_are_one():
    both, wired, wireless = seen("b"), seen("w", Interface(A, "p")), seen("v", Endpoint("192.0.2.7", "p"))
    said = fields(both, id_mac=A)
    said[both.id] += fields(both, id_mac=B)[both.id]
    assert len(partition([both, wired, wireless], said | fields(wireless, mac_address=B))) == 1


def test_one_serial_on_two_interfaces_joins_and_on_three_is_shared():
    replies = [seen(str(number), Endpoint(f"192.0.2.{number}", "p")) for number in range(1, 4)]
    known = {}
    for number, one in enumerate(replies, 1):
        known |= {
            one.id: (*fields(one, id_serial="SAME9999")[one.id], *fields(one, id_mac=f"{A[:-1]}{number}")[one.id])
        }
    assert len(partition(replies[:2], known)) == 1
    apart = partition(replies, known)
    assert len(apart) == 3
    assert all(any(link.key == "apart:serial:same9999" for link in asset.links) for asset in apart)


def test_a_copied_mac_ties_no_two_serials():
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    known = {
        one.id: (*fields(one, id_mac=A)[one.id], *fields(one, id_serial=serial)[one.id])
        for one, serial in ((a, "AAAA1111"), (b, "BBBB2222"))
    }
    apart = partition([a, b], known)
    assert len(apart) == len({one.id for one in apart}) == 2
    assert all(link.key == f"apart:mac:{A}" for asset in apart for link in asset.links)
    assert len(partition([a, b], fields(a, id_mac=A) | fields(b, id_mac=A))) == 1  # two addresses of one interface


def test_a_uuid_that_firmware_carries_ties_no_two_units():
    places = [Endpoint("192.0.2.1", "p"), Endpoint("192.0.2.9", "p")]
    uuids = [seen("u", place) for place in places]
    macs = [seen("m", place) for place in places]
    known = {}
    for one in uuids:
        known |= fields(one, id_uuid="uuid-1")
    for one, mac in zip(macs, (A, B), strict=True):
        known |= fields(one, id_mac=mac)
    assert groups(partition([*uuids, *macs], known)) == {
        frozenset((uuids[0].id, macs[0].id)),
        frozenset((uuids[1].id, macs[1].id)),
    }
    assert len(partition(uuids, known)) == 1


def test_the_short_serial_of_a_label_is_no_other_unit():
    whole, label = seen("whole"), seen("label", said_by=SaidBy.PERSON)
    known = fields(whole, id_serial="MODEL20240101AAWR634390011") | fields(label, id_serial="634390011")
    assert len(partition([whole, label], known)) == 1


# --- channels of recorders ----------------------------------------------------------------------------------------


def channel(number: int, raw: str = "c", recorder: str = "192.0.2.1", place: str = "p") -> Observation:
    return seen(raw, Channel(recorder, number, place))


def test_a_channel_joins_the_camera_it_names():
    recorder, camera = seen("r"), seen("camera", Endpoint("192.0.2.20", "p"))
    one, two = channel(1), channel(2)
    known = fields(camera, id_mac=A)
    by_mac = known | fields(one, id_mac=A)
    assert len(partition([recorder, camera, one, two], by_mac)) == 3
    by_address = known | fields(one, id_address="192.0.2.20")
    (joined,) = [asset for asset in partition([recorder, camera, one, two], by_address) if one.id in asset.observations]
    assert camera.id in joined.observations
    assert any(link.key == "channel:192.0.2.1/1" for link in joined.links)


def test_a_camera_behind_a_recorder_is_not_the_one_with_its_address_outside():
    recorder, outside = seen("r"), seen("o", Endpoint("192.168.1.64", "p"))
    one = channel(1)
    named = fields(one, id_address="192.168.1.64", id_domain="behind 192.0.2.1")
    assert len(partition([recorder, outside, one], named)) == 3
    inside = seen("i", Endpoint("192.168.1.64", "p", "behind 192.0.2.1"))
    assert len(partition([recorder, outside, one, inside], named)) == 3
    other = fields(one, id_address="192.168.1.64", id_serial="AAAA1111") | fields(outside, id_serial="BBBB2222")
    assert len(partition([recorder, outside, one], other)) == 3
    nameless = channel(1, recorder="front desk recorder")
    assert len(partition([outside, nameless], fields(nameless, id_address="192.168.1.64"))) == 2


def test_two_cameras_of_one_channel_in_turn_are_two():
    before, after = channel(3, "before"), channel(3, "after")
    known = fields(before, id_serial="AAAA1111") | fields(after, id_serial="BBBB2222")
    assert len(partition([before, after], known)) == 2


def test_an_input_of_the_recorder_itself_is_no_camera_at_its_address():
    recorder, one = seen("r"), channel(1)
    assert len(partition([recorder, one], fields(one, id_address="192.0.2.1"))) == 2


# --- decisions ----------------------------------------------------------------------------------------------------


def test_a_merge_holds_for_later_evidence_of_the_same_units():
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    later_a, later_b = seen("la"), seen("lb", Endpoint("192.0.2.33", "p"))
    first = fields(a, id_mac=A) | fields(b, id_mac=B)
    subjects = (a.id, b.id, *sorted(unit_keys((a, b), (one for group in first.values() for one in group))))
    merge = decision("merge", *subjects)
    later = fields(later_a, id_mac=A) | fields(later_b, id_mac=B)
    assert len(partition([later_a, later_b], later, [merge])) == 1
    assert len(partition([later_a, later_b], later, [])) == 2
    elsewhere = seen("e", Endpoint("192.0.2.1", "q"))
    assert len(partition([elsewhere, later_b], fields(elsewhere, id_mac=A) | later, [merge])) == 2


def test_a_split_after_a_merge_takes_out_again():
    a, b, c = (seen(name, Endpoint(f"192.0.2.{number}", "p")) for number, name in enumerate("abc", 1))
    merge = decision("merge", a.id, b.id, c.id, identifier="m")
    split = decision("split", c.id, at=2, identifier="s")
    assert groups(partition([a, b, c], {}, [split, merge])) == {frozenset((a.id, b.id)), frozenset((c.id,))}
    again = decision("merge", a.id, c.id, at=3, identifier="n")
    assert len(partition([a, b, c], {}, [split, merge, again])) == 1


def test_a_decision_is_named_where_it_shows():
    a, b = seen("a"), seen("b", Endpoint("192.0.2.9", "p"))
    (asset,) = partition([a, b], {}, [decision("merge", a.id, b.id)])
    (link,) = asset.links
    assert link.key == "decision:x"
    assert str(link.because) == "merged by a person on 2026-01-01: because"


# --- properties ---------------------------------------------------------------------------------------------------

SUBJECTS = st.one_of(
    st.builds(Endpoint, st.sampled_from(["192.0.2.1", "192.0.2.2"]), st.just("p"), st.sampled_from(["d", "e"])),
    st.builds(Interface, st.sampled_from([A, B, "02:00:00:00:00:07"]), st.just("p")),
    st.builds(Channel, st.sampled_from(["192.0.2.1", A]), st.sampled_from([1, 2]), st.just("p")),
    st.builds(MountingPoint, st.sampled_from(["door", "gate"]), st.just("p")),
    st.builds(DocumentLine, st.just("f"), st.sampled_from(["1", "2"]), st.just("p")),
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "id_mac": st.sampled_from([A, B, "00:11:22:33:44:55"]),
        "id_serial": st.sampled_from(["S1S1S1S1", "S2S2S2S2", "00000000"]),
        "id_uuid": st.sampled_from(["uuid-1", "uuid-2"]),
        "id_address": st.sampled_from(["192.0.2.1", "192.0.2.2"]),
        "source_device": st.sampled_from(["c:d1"]),
    },
)
EVIDENCE = st.lists(
    st.tuples(
        SUBJECTS,
        VALUES,
        st.sampled_from(list(SaidBy)),
        st.sampled_from([None, 80, 554]),
        st.sampled_from([None, 1, 2, 9]),
    ),
    min_size=1,
    max_size=9,
)


def world(evidence, mark: str = ""):
    """Observations, fields and spans; equal replies are told apart by their number."""
    observations, known, spans = [], {}, {}
    for number, (subject, values, said_by, port, day) in enumerate(evidence):
        one = Observation(subject, "other", f"{mark}{number}".encode(), said_by=said_by, port=port)
        observations.append(one)
        known |= fields(one, **values)
        if day is not None:
            spans[one.id] = [(at(day), at(day))]
    return observations, known, spans


@st.composite
def decided(draw, observations):
    ids = st.lists(st.sampled_from([one.id for one in observations]), min_size=1, max_size=3, unique=True)
    kinds = draw(st.lists(st.sampled_from(["merge", "split"]), max_size=3))
    made = [
        decision(kind, *draw(ids), at=draw(st.integers(1, 3)), identifier=f"d{number}")
        for number, kind in enumerate(kinds)
    ]
    if made and draw(st.booleans()):
        made.append(decision("withdraw", draw(st.sampled_from(made)).id, at=5, identifier="w"))
    return made


def shape(assets):
    return [(one.id, one.observations) for one in assets]


@given(EVIDENCE, st.data())
@settings(max_examples=60, deadline=None)
def test_order_and_repetition_of_all_evidence_make_no_difference(evidence, data):
    observations, known, spans = world(evidence)
    decisions = data.draw(decided(observations))
    straight = partition(observations, known, decisions, spans)
    assert len({one.id for one in straight}) == len(straight)
    mixed = data.draw(st.permutations(observations + observations[:3]))
    again = partition(mixed, dict(reversed(known.items())), data.draw(st.permutations(decisions)), spans)
    assert shape(straight) == shape(again)
    assert sorted(member for one in straight for member in one.observations) == sorted({one.id for one in observations})


@given(EVIDENCE, EVIDENCE)
@settings(max_examples=40, deadline=None)
def test_evidence_of_another_property_changes_nothing_here(here, there):
    observations, known, spans = world(here)
    others, foreign, times = world(there, "other ")
    moved = [replace(one, subject=replace(one.subject, property="q")) for one in others]
    renamed = {new.id: foreign.get(old.id, ()) for old, new in zip(others, moved, strict=True)}
    spans_there = {new.id: times[old.id] for old, new in zip(others, moved, strict=True) if old.id in times}
    alone = partition(observations, known, (), spans)
    together = partition([*observations, *moved], known | renamed, (), spans | spans_there)
    mine = {one.id for one in observations}
    assert shape(alone) == [one for one in shape(together) if mine & set(one[1])]


@given(EVIDENCE, st.data())
@settings(max_examples=40, deadline=None)
def test_a_withdrawn_decision_leaves_no_trace(evidence, data):
    observations, known, spans = world(evidence)
    decisions = data.draw(decided(observations))
    withdrawals = [decision("withdraw", one.id, at=9, identifier=f"z{one.id}") for one in decisions if one.id != "w"]
    assert partition(observations, known, [*decisions, *withdrawals], spans) == partition(
        observations, known, (), spans
    )


@given(EVIDENCE)
@settings(max_examples=40, deadline=None)
def test_a_uuid_ties_no_two_serials(evidence):
    """What is joined across places by a UUID agrees on the serial numbers that its devices say."""
    observations, known, spans = world(
        [(s, v, SaidBy.DEVICE, p, d) for s, v, _, p, d in evidence if "source_device" not in v]
    )
    by_id = {one.id: one for one in observations}
    for asset in partition(observations, known, (), spans):
        serials = {f.value for name in asset.observations for f in known.get(name, ()) if f.name == "id.serial"}
        places = {by_id[name].subject for name in asset.observations}
        if len(serials - {"00000000"}) > 1:
            keys = [link.key for link in asset.links]
            assert len(places) == 1 or not any(key.startswith("onvif:") for key in keys)
