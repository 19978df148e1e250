"""DHCP leases: presence and history kept apart, times from inside the file."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, Interface, SaidBy
from glasshouse.protocols import decode
from glasshouse.sources.importers import ImportFile, ImportProblem, preview

ISC = rb"""# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 192.0.2.10 {
  starts 3 2026/04/01 08:00:00;
  ends 3 2026/04/01 09:00:00;
  cltt 3 2026/04/01 08:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 00:00:5e:00:53:01;
  uid "\001\000\000^\000S\001";
  set vendor-class-identifier = "example-\303\251";
  client-hostname "lobby";
}
lease 192.0.2.10 {
  starts 3 2026/04/01 10:00:00;
  ends 3 2026/04/01 11:00:00;
  cltt 3 2026/04/01 10:00:00;
  binding state active;
  hardware ethernet 00:00:5e:00:53:02;
  option agent.circuit-id "sw1/7";
  on expiry { log(info, "gone"); }
}
lease 192.0.2.11 {
  starts 2 2026/03/31 08:00:00;
  ends never;
  binding state free;
  hardware ethernet 00:00:5e:00:53:03;
}
lease 192.0.2.12 {
  starts 2 2026/03/31 08:00:00;
  ends 2 2026/03/31 09:00:00;
  binding state active;
  hardware ethernet 00:00:5e:00:53:04;
}
lease 192.0.2.13 {
  starts epoch 1775037600; # Wed Apr 01 10:00:00 2026
  ends never;
  binding state active;
  hardware ethernet 00:00:5e:00:53:05;
}
"""
ISC6 = rb"""server-duid "\000\001";
ia-na "\001\002" {
  cltt 3 2026/04/01 08:00:00;
  iaaddr 2001:db8::10 {
    binding state active;
    preferred-life 375;
    max-life 600;
    ends 3 2026/04/01 09:00:00;
  }
}
"""
KEA = b"""address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
192.0.2.20,00:00:5e:00:53:10,01:00,3600,1775041200,1,0,0,lobby&#x2c 2,0,,0
192.0.2.21,00:00:5e:00:53:11,,3600,1775041200,1,0,0,,2,,0
192.0.2.22,,,3600,1775041200,1,0,0,,1,,0
nonsense,,,3600,1775041200,1,0,0,,1,,0
"""
KEA6 = b"""address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state
2001:db8::20,00:01,3600,1775041200,1,1800,0,1,128,0,0,cam,00:00:5e:00:53:12,0
2001:db8:1::,00:01,3600,1775041200,1,1800,2,1,56,0,0,,,0
"""
DNSMASQ = b"""1775041200 00:00:5e:00:53:21 192.0.2.30 lobby 01:00:00:5e:00:53:21
0 00:00:5e:00:53:22 192.0.2.31 * *
what is this
duid 00:01:00:01
1775041200 1234 2001:db8::30 cam 00:01
"""
WINDOWS = b"""#TYPE Microsoft.Management.Infrastructure.CimInstance
"IPAddress","ScopeId","ClientId","HostName","AddressState","LeaseExpiryTime"
"192.0.2.40","192.0.2.0","00-00-5e-00-53-31","cam","Active","4/1/2026 10:00:00 AM"
"192.0.2.41","192.0.2.0","00-00-5e-00-53-32","","InactiveReservation",""
"""


def read(data: bytes):
    return preview(ImportFile.of_bytes("leases.txt", data), property="hq")


def by_subject(seen):
    return {(sighting.observation.subject, sighting.observation.probe): sighting for sighting in seen.sightings}


def test_an_active_lease_is_a_presence_at_its_address():
    seen = read(ISC)
    assert (seen.importer, seen.rows_read, seen.rows_used) == ("isc-leases", 5, 5)
    lease = by_subject(seen)[Endpoint("192.0.2.10", "hq"), "dhcp"]
    assert lease.observation.raw.splitlines() == [
        b"address=192.0.2.10",
        b"mac=00:00:5e:00:53:02",
        b"relay=sw1/7",
        b"state=active",
        b"ends=2026-04-01T11:00:00+00:00",
    ]
    assert lease.observation.said_by is SaidBy.INFRASTRUCTURE
    assert lease.seen_at == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert by_subject(seen)[Endpoint("192.0.2.10", "hq"), "mac"].observation.raw == b"00:00:5e:00:53:02"
    assert (Endpoint("192.0.2.13", "hq"), "dhcp") in by_subject(seen)


@pytest.mark.parametrize(
    ("mac", "state"),
    [("01", b"state=superseded (active)"), ("03", b"state=free"), ("04", b"state=active, but ended before")],
)
def test_any_other_lease_is_history_of_an_interface(mac, state):
    lease = by_subject(read(ISC))[Interface(f"00:00:5e:00:53:{mac}", "hq"), "dhcp"]
    assert state in lease.observation.raw
    assert b"last-address=" in lease.observation.raw
    assert b"\naddress=" not in lease.observation.raw


def test_the_protocol_reads_what_the_importer_writes():
    lease = by_subject(read(ISC))[Interface("00:00:5e:00:53:01", "hq"), "dhcp"]
    fields = {item.name: item.value for item in decode("dhcp", None, lease.observation.raw)}
    assert fields["dhcp.hostname"] == "lobby"
    assert fields["id.mac"] == "00:00:5e:00:53:01"
    assert "id.address" not in fields
    assert fields["dhcp.vendor-class"].startswith("example-")


def test_ipv6_associations():
    seen = read(ISC6)
    (lease,) = seen.sightings
    assert lease.observation.subject == Endpoint("2001:db8::10", "hq")
    assert lease.seen_at == datetime(2026, 4, 1, 8, tzinfo=UTC)


def test_a_cut_lease_file_is_partial():
    seen = read(ISC[:-40])
    assert seen.partial
    assert seen.rows_read == 4


def test_kea_rows():
    seen = read(KEA)
    assert seen.importer == "kea-leases"
    lease = by_subject(seen)[Endpoint("192.0.2.20", "hq"), "dhcp"]
    assert b"hostname=lobby, 2" in lease.observation.raw
    assert lease.seen_at == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert b"state=expired-reclaimed" in by_subject(seen)[Interface("00:00:5e:00:53:11", "hq"), "dhcp"].observation.raw
    assert [rejected.locator for rejected in seen.rejected] == ["line 5"]
    assert any("192.0.2.22" in note for note in seen.notes)


def test_kea_for_ipv6_leaves_prefixes_out():
    seen = read(KEA6)
    assert {sighting.observation.subject for sighting in seen.sightings} == {Endpoint("2001:db8::20", "hq")}
    assert any("prefix" in note for note in seen.notes)


def test_dnsmasq_lines():
    seen = read(DNSMASQ)
    assert (seen.importer, seen.rows_read, seen.rows_used) == ("dnsmasq-leases", 4, 3)
    lease = by_subject(seen)[Endpoint("192.0.2.30", "hq"), "dhcp"]
    assert b"hostname=lobby\nstate=active\nends=2026-04-01T11:00:00+00:00" in lease.observation.raw
    assert lease.seen_at is None
    assert b"hostname" not in by_subject(seen)[Endpoint("192.0.2.31", "hq"), "dhcp"].observation.raw
    assert (Endpoint("2001:db8::30", "hq"), "dhcp") in by_subject(seen)
    assert [rejected.locator for rejected in seen.rejected] == ["line 3"]


def test_windows_rows():
    seen = read(WINDOWS)
    assert (seen.importer, seen.rows_used) == ("windows-leases", 2)
    assert b"hostname=cam\nstate=active" in by_subject(seen)[Endpoint("192.0.2.40", "hq"), "dhcp"].observation.raw
    history = by_subject(seen)[Interface("00:00:5e:00:53:32", "hq"), "dhcp"]
    assert b"state=InactiveReservation" in history.observation.raw


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([ISC, ISC6, KEA, KEA6, DNSMASQ, WINDOWS]),
    st.binary(max_size=60),
    st.integers(0, 900),
    st.integers(0, 60),
)
def test_mutated_files_never_raise_anything_else(whole, noise, place, cut):
    with contextlib.suppress(ImportProblem):
        assert read(whole[:place] + noise + whole[place + cut :]).importer
