"""What became of a device between two runs: one test a state, and what is never said."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

import pytest

from glasshouse.model.missed import SourceList, Unreached
from glasshouse.model.observation import Channel, Collection, CollectionKind, Endpoint, Observation, Sighting
from glasshouse.review.compare import Run, Seen, State, compare
from glasshouse.review.lists import list_of, lists_of
from glasshouse.review.reach import unreached

NETWORK = ipaddress.ip_network("192.0.2.0/28")
MAC, OTHER_MAC = "mac:ac:cc:8e:30:51:11", "mac:ac:cc:8e:30:51:22"


def seen(asset="a", *keys, at="192.0.2.5", site="P", lists=(SourceList.SCAN,), **facets):
    places = frozenset({("default", at)}) if at else frozenset()
    return Seen(asset, site, frozenset(keys), places, tuple(facets.items()), frozenset(lists))


def only(before, after, earlier=frozenset()):
    (change,) = compare(before, after, earlier)
    return change


def test_new_and_back():
    empty = Run(())
    now = Run((seen("a", MAC),))
    assert only(empty, now).state is State.NEW
    assert only(empty, now, frozenset({MAC})).state is State.BACK
    assert only(empty, now, frozenset({"a"})).state is State.BACK


def test_unchanged_changed_and_a_fact_that_only_one_run_knows():
    old = Run((seen("a", MAC, model="M1"),))
    assert only(old, Run((seen("a", MAC, model="M1"),))).state is State.UNCHANGED
    assert only(old, Run((seen("a", MAC),))).state is State.UNCHANGED
    found = only(old, Run((seen("a", MAC, model="M2"),)))
    assert found.state is State.CHANGED
    assert found.facets == (("model", "M1", "M2"),)
    assert "another unit" not in str(found.reason)


def test_a_change_without_a_key_may_be_another_unit():
    found = only(Run((seen("a", model="M1"),)), Run((seen("a", model="M2"),)))
    assert found.state is State.CHANGED
    assert "another unit" in str(found.reason)


def test_moved_by_address_and_by_property_with_what_changed_beside():
    old = Run((seen("a", MAC, firmware="1"),))
    found = only(old, Run((seen("b", MAC, at="192.0.2.9", firmware="2"),)))
    assert found.state is State.MOVED
    assert found.facets == (("firmware", "1", "2"),)
    assert only(old, Run((seen("b", MAC, site="Q"),))).state is State.MOVED


def test_an_asset_that_has_another_id_is_known_by_its_place():
    found = only(Run((seen("a"),)), Run((seen("b", MAC),)))
    assert found.state is State.UNCHANGED
    assert found.before.asset == "a"


def test_another_mac_at_the_same_address_is_another_unit():
    scanned = {"P": (NETWORK,)}
    answered = {"P": frozenset({("default", "192.0.2.5")})}
    after = Run((seen("b", OTHER_MAC),), asked=scanned, answered=answered)
    new, gone = compare(Run((seen("a", MAC),)), after)
    assert (new.state, gone.state) == (State.NEW, State.SILENT)
    assert "Something answered" in str(gone.reason)


def test_a_device_stands_in_one_pair_only():
    changes = compare(Run((seen("a", MAC),)), Run((seen("b", MAC), seen("c", MAC, at="192.0.2.6"))))
    assert sorted(one.state.value for one in changes) == ["new", "unchanged"]


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (Run((), asked={"P": (NETWORK,)}), State.SILENT),
        (Run((), asked={"P": (NETWORK,)}, unasked={"P": frozenset({"192.0.2.5"})}), State.NOT_ASKED),
        (Run((), silent={"P": frozenset({"192.0.2.5"})}), State.SILENT),
        (Run((), asked={"Q": (NETWORK,)}), State.NOT_ASKED),
        (Run((), asked={"P": (ipaddress.ip_network("198.51.100.0/24"),)}), State.NOT_ASKED),
        (Run(()), State.NOT_ASKED),
        (Run((), lists={"P": frozenset({SourceList.SCAN})}), State.NOT_ASKED),
    ],
)
def test_silent_only_where_it_was_asked(after, state):
    assert only(Run((seen(),)), after).state is state


def test_a_list_that_no_longer_holds_it_is_silent_and_not_gone():
    old = Run((seen(at=None, lists=(SourceList.VMS,)),))
    found = only(old, Run((), lists={"P": frozenset({SourceList.VMS, SourceList.DHCP})}))
    assert found.state is State.SILENT
    assert "does not show that the device is gone" in str(found.reason)
    assert only(old, Run((), lists={"P": frozenset({SourceList.DHCP})})).state is State.NOT_ASKED


def test_networks_from_which_nothing_is_known():
    far, near = ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("203.0.113.0/24")
    six = ipaddress.ip_network("2001:db8::/32")
    found = unreached((NETWORK, far, near, far, six), (NETWORK, near), ("192.0.2.15", "camera.example"))
    assert found == (
        Unreached(str(far), asked=False),
        Unreached(str(near), asked=True),
        Unreached(str(six), asked=False),
    )


@pytest.mark.parametrize(
    ("kind", "tool", "expected"),
    [
        (CollectionKind.ACTIVE, "glasshouse 1", SourceList.SCAN),
        (CollectionKind.IMPORT, "glasshouse 1 nmap-xml", SourceList.SCAN),
        (CollectionKind.IMPORT, "glasshouse 1 arp-table", SourceList.ARP),
        (CollectionKind.IMPORT, "glasshouse 1 milestone-cameras", SourceList.VMS),
        (CollectionKind.PASSIVE, "glasshouse 1 pcap", SourceList.TRAFFIC),
        (CollectionKind.STATEMENT, "", SourceList.INVENTORY),
    ],
)
def test_collections_are_lists(kind, tool, expected):
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    assert list_of(Collection("col", kind, "op", None, "h", None, tool, (), moment)) is expected


def test_a_channel_is_of_the_recorder_whatever_read_it():
    channel = Sighting(Observation(Channel("r", 1, "P"), "other"), "col", None)
    point = Sighting(Observation(Endpoint("192.0.2.1", "P"), "http"), "col", None)
    assert lists_of([channel, point], {"col": SourceList.SCAN}) == {SourceList.RECORDER, SourceList.SCAN}
    assert lists_of([point], {}) == frozenset()
