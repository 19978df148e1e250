"""Scope files: what is accepted, and that every error names key, value and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import GapReason
from glasshouse.model.protocol import SafetyClass
from glasshouse.sources.active.scope import Scope, ScopeError
from glasshouse.sources.active.scope_file import parse_scope

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
FULL = """
ranges = ["192.0.2.0/24", "198.51.100.20-198.51.100.40", "2001:db8::/120"]
exclude = ["192.0.2.1"]
not_before = 2026-12-01T08:00:00-05:00
not_after = 2026-12-05
approver = "A. Tremblay"
max_class = "discovery"
pace = "approved"
rate = 50
domain = "north"
ports = { 80 = 8080 }

[udp]
37020 = 27020

[[endpoint]]
name = "lobby"
address = "192.0.2.9"
ports = { 554 = 10554 }

[multicast]
interface = "192.0.2.5"
protocols = ["sadp"]
"""


def test_every_key_is_read():
    scope = parse_scope(FULL, "abc")
    assert scope.max_class is SafetyClass.DISCOVERY
    assert (scope.pace, scope.rate, scope.domain, scope.approver) == ("approved", 50.0, "north", "A. Tremblay")
    assert scope.not_before == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert scope.not_after == datetime(2026, 12, 5, 23, 59, 59, 999_999, tzinfo=UTC)
    assert scope.sha256 == "abc"
    assert scope.ports.actual("tcp", 80) == 8080
    assert scope.ports.actual("udp", 80) is None  # a [udp] table is all that holds for UDP
    assert scope.ports.actual("udp", 37020) == 27020
    assert scope.multicast is not None
    assert scope.multicast.interface == "192.0.2.5"
    assert scope.endpoints[0].name == "lobby"


def test_ports_serve_both_transports_where_no_udp_table_is_given():
    scope = parse_scope('ranges = ["127.0.0.1"]\nports = { 37020 = 27020 }', "")
    assert scope.ports.actual("udp", 37020) == 27020
    assert scope.ports.standard("tcp", 27020) == 37020


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("192.0.2.7", None),
        ("198.51.100.40", None),
        ("2001:db8::7", None),
        ("192.0.2.1", "excluded"),
        ("198.51.100.41", "outside"),
        ("2001:db8:1::7", "outside"),
        ("192.0.2.255", "not-a-host"),
        ("224.0.0.251", "not-a-host"),
        ("255.255.255.255", "not-a-host"),
        ("0.0.0.0", "not-a-host"),
        ("camera.example", "not-a-host"),
    ],
)
def test_permits_by_place(address, code):
    refusal = parse_scope(FULL, "").permits(address, NOW)
    assert (refusal.code if refusal else None) == code
    if refusal:
        assert refusal.gap(address).reason is GapReason.OUT_OF_SCOPE


def test_permits_by_time():
    scope = parse_scope(FULL, "")
    early = scope.permits("192.0.2.7", NOW - timedelta(days=7))
    late = scope.permits("192.0.2.7", NOW + timedelta(days=7))
    assert early is not None
    assert early.code == "not-yet"
    assert late is not None
    assert late.code == "expired"


def test_link_local_is_refused_even_inside_the_ranges():
    refusal = parse_scope('ranges = ["fe80::/64"]', "").permits("fe80::1", NOW)
    assert refusal is not None
    assert refusal.code == "link-local"


def test_a_scope_without_ranges_permits_nothing():
    refusal = Scope(()).permits("127.0.0.1", NOW)
    assert refusal is not None
    assert refusal.code == "missing"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ranges = [", "not TOML"),
        ("exclude = []", "'ranges' is missing"),
        ("ranges = []", "'ranges'"),
        ('ranges = ["camera.example"]', "camera.example"),
        ('ranges = ["192.0.2.5/24"]', "192.0.2.5/24"),
        ('ranges = ["192.0.2.9-192.0.2.1"]', "192.0.2.9-192.0.2.1"),
        ('ranges = ["192.0.2.9-2001:db8::1"]', "2001:db8::1"),
        ("ranges = [7]", "7"),
        ('ranges = ["192.0.2.0/24"]\nexlcude = ["192.0.2.1"]', "'exlcude'"),
        ('ranges = ["192.0.2.0/24"]\nexclude = "192.0.2.1"', "'exclude'"),
        ('ranges = ["192.0.2.0/24"]\nnot_after = 2026-12-01T08:00:00', "'not_after'"),
        ('ranges = ["192.0.2.0/24"]\nnot_after = "soon"', "soon"),
        ('ranges = ["192.0.2.0/24"]\nnot_before = 2026-12-02\nnot_after = 2026-12-01', "'not_after'"),
        ('ranges = ["192.0.2.0/24"]\nmax_class = "write"', "write"),
        ('ranges = ["192.0.2.0/24"]\nmax_class = 9', "9"),
        ('ranges = ["192.0.2.0/24"]\npace = "fast"', "fast"),
        ('ranges = ["192.0.2.0/24"]\npace = "lab"', "lab"),
        ('ranges = ["192.0.2.0/24"]\nrate = 1000', "1000"),
        ('ranges = ["192.0.2.0/24"]\napprover = ""', "'approver'"),
        ('ranges = ["192.0.2.0/24"]\nports = { 80 = 70000 }', "70000"),
        ('ranges = ["192.0.2.0/24"]\nports = { http = 80 }', "http"),
        ('ranges = ["192.0.2.0/24"]\n[[endpoint]]\naddress = "203.0.113.9"', "203.0.113.9"),
        ('ranges = ["192.0.2.0/24"]\n[[endpoint]]\nname = "x"', "endpoint 1.address"),
        (
            'ranges = ["127.0.0.1"]\n[[endpoint]]\naddress = "127.0.0.1"\n[[endpoint]]\naddress = "127.0.0.1"',
            "endpoint.name",
        ),
        ('ranges = ["192.0.2.0/24"]\n[multicast]\n', "multicast.interface"),
    ],
)
def test_errors_name_what_is_wrong_and_what_is_accepted(text, named):
    with pytest.raises(ScopeError) as caught:
        parse_scope(text, "")
    assert named in str(caught.value)
    assert "accepted" in str(caught.value) or "scope new" in str(caught.value)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_scope_or_a_scope_error(text):
    for candidate in (text, f"ranges = [{text!r}]", f'ranges = ["127.0.0.1"]\nports = {{ 80 = {text} }}'):
        try:
            parse_scope(candidate, "")
        except ScopeError:
            continue


def test_loopback_targets_are_the_scope():
    scope = Scope.loopback(["127.0.0.0/28", "::1"])
    assert scope.pace == "lab"
    assert scope.permits("127.0.0.9", NOW) is None
    assert scope.permits("127.0.1.9", NOW) is not None
    with pytest.raises(ScopeError, match=r"192\.0\.2\.1"):
        Scope.loopback(["127.0.0.1", "192.0.2.1"])


def test_loopback_ranges_and_unreadable_targets():
    scope = Scope.loopback(["127.0.0.1-5", "127.0.1.1-127.0.1.9"])
    assert scope.permits("127.0.0.5", NOW) is None
    assert scope.permits("127.0.0.6", NOW) is not None
    with pytest.raises(ScopeError, match=r"camera\.example"):
        Scope.loopback(["camera.example"])
