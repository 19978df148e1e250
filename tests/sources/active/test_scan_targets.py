"""Targets: what operators write, bounded, and the hosts it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.sources.active.scope import Scope
from glasshouse.sources.active.scope_file import parse_scope
from glasshouse.sources.active.targets import TargetError, expand, names_in

SCOPE = parse_scope('ranges = ["192.0.2.0/24"]', "")
SHARED = parse_scope(
    """
ranges = ["127.0.0.1"]
ports = { 80 = 9 }
[[endpoint]]
name = "cam-1"
address = "127.0.0.1"
ports = { 80 = 21000, 554 = 21001 }
udp = { 37020 = 21002 }
[[endpoint]]
name = "cam-2"
address = "127.0.0.1"
ports = { 80 = 21100 }
""",
    "",
)


@pytest.mark.parametrize(
    ("text", "count", "first"),
    [
        ("192.0.2.10", 1, "192.0.2.10"),
        ("192.0.2.0/29", 6, "192.0.2.1"),  # network and broadcast address are no hosts
        ("192.0.2.10-192.0.2.12", 3, "192.0.2.10"),
        ("192.0.2.10-12", 3, "192.0.2.10"),
        ("2001:db8::/126", 3, "2001:db8::1"),
        ("10.0.0.0/16", 65_534, "10.0.0.1"),
    ],
)
def test_addresses_networks_and_ranges(text, count, first):
    hosts = expand([text], SCOPE)
    assert len(hosts) == count
    assert hosts[0].address == first
    assert hosts[0].domain == "default"


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/15",
        "2001:db8::/111",
        "10.0.0.0-10.1.0.0",
        "192.0.2.9-192.0.2.1",
        "nowhere.example",
        "192.0.2.0/33",
        "",
        "a b",
    ],
)
def test_what_cannot_be_used_is_said(text):
    with pytest.raises(TargetError, match="target"):
        expand([text], SCOPE)


def test_the_bound_holds_over_all_targets_together():
    with pytest.raises(TargetError, match="65,536"):
        expand(["10.0.0.0/16", "10.1.0.0/29"], SCOPE)


def test_names_are_resolved_by_the_caller_and_pinned():
    assert names_in(["cam.example", "192.0.2.1", "192.0.2.0/24", "cam-1"], SHARED) == ("cam.example",)
    hosts = expand(["cam.example"], SCOPE, {"cam.example": ("192.0.2.7", "192.0.2.8")})
    assert [(host.address, host.asked_as) for host in hosts] == [
        ("192.0.2.7", "cam.example"),
        ("192.0.2.8", "cam.example"),
    ]


def test_doubles_are_asked_once():
    assert len(expand(["192.0.2.0/29", "192.0.2.3"], SCOPE)) == 6


def test_endpoints_that_share_an_address_are_devices_of_their_own():
    first, second = expand(["127.0.0.1"], SHARED)
    assert (first.domain, second.domain) == ("cam-1", "cam-2")
    assert first.actual("tcp", 554) == 21001
    assert first.actual("udp", 37020) == 21002
    assert first.actual("udp", 80) is None
    assert second.actual("tcp", 80) == 21100
    assert second.actual("tcp", 554) is None  # not even where the global map or the standard port would lead
    assert expand(["cam-2"], SHARED) == (
        second.__class__("127.0.0.1", "cam-2", second.maps, only_mapped=True, asked_as="cam-2"),
    )


def test_an_endpoint_alone_at_its_address_falls_back_to_the_global_map():
    scope = parse_scope(
        'ranges = ["127.0.0.0/8"]\nports = { 80 = 20080, 554 = 20554 }\n'
        '[[endpoint]]\naddress = "127.0.0.2"\nports = { 80 = 8081 }',
        "",
    )
    (host,) = expand(["127.0.0.2"], scope)
    assert (host.domain, host.actual("tcp", 80), host.actual("tcp", 554), host.actual("tcp", 443)) == (
        "default",
        8081,
        20554,
        443,
    )
    assert host.standard("tcp", 20554) == 554
    assert host.standard("tcp", 443) == 443


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=40), st.from_regex(r"[0-9a-f:.]{1,20}[-/][0-9a-f:.]{0,8}", fullmatch=True)))
def test_any_text_gives_few_hosts_or_a_target_error(text):
    try:
        hosts = expand([text], Scope.loopback(["127.0.0.1"]))
    except TargetError:
        return
    assert len(hosts) <= 65_536
