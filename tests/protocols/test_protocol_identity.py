"""MAC, serial, UUID and address: one form out, and nothing that is no identity."""

from __future__ import annotations

import pytest

from glasshouse.protocols._fields import Fields
from glasshouse.protocols._identity import add_address, add_mac, add_serial, add_uuid, find_macs, normal_mac


def _added(add, text):
    fields = Fields(text.encode())
    add(fields, text, 0, len(text.encode()))
    return {item.name: item.value for item in fields.done()}


@pytest.mark.parametrize(
    "text",
    [
        "00:1a:2b:03:04:05", "00-1A-2B-03-04-05", "001a.2b03.0405", "001A-2B03-0405", "001a2b030405", "001a2b-030405",
        "0:1a:2b:3:4:5", "00 1A 2B 03 04 05",
    ],
)  # fmt: skip
def test_every_notation_becomes_one(text):
    assert normal_mac(text) == "00:1a:2b:03:04:05"
    assert [mac for mac, _, _ in find_macs(f"at {text} on eth0")] == ["00:1a:2b:03:04:05"]


@pytest.mark.parametrize(
    "text",
    [
        "", "16:21:58", "00:1a:2b:03:04", "00:1a:2b:03:04:05:06", "2001:db8:1:2:3:4", "2001:db8::1", "0:1a-2b:3:4:5",
        "g0:1a:2b:03:04:05", "d2d94000-f70b-00b0-00a0-acb00f000000", "1.2.3.4.5.6", "00001a2b03040506",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(text):
    assert normal_mac(text) is None
    assert list(find_macs(text)) == []


def test_only_a_universal_unicast_address_is_an_identity():
    assert _added(add_mac, "00:00:5e:00:53:01") == {"id.mac": "00:00:5e:00:53:01"}
    assert _added(add_mac, "02:00:5e:00:53:01") == {"id.mac.local": "02:00:5e:00:53:01"}
    for text in (
        "01:00:5e:00:00:01",
        "ff:ff:ff:ff:ff:ff",
        "00:00:00:00:00:00",
        "00:00:5e:00:01:07",
        "00:00:0c:07:ac:01",
    ):
        assert _added(add_mac, text) == {}


def test_a_placeholder_is_no_serial():
    assert _added(add_serial, " SN00017 ") == {"id.serial": "SN00017"}
    for text in ("", "N/A", "none", "0000000000", "XXXXXX", "...", "123456789", "1921682236", "unknown", "12"):
        assert _added(add_serial, text) == {}, text


def test_a_uuid_is_found_in_urns_and_names():
    uuid = "a1b2c3d4-0000-4000-8000-00005e005301"
    assert _added(add_uuid, f"urn:uuid:{uuid.upper()}") == {"id.uuid": uuid}
    assert _added(add_uuid, f"uuid:{uuid}::upnp:rootdevice") == {"id.uuid": uuid}
    assert _added(add_uuid, "uuid:00000000-0000-0000-0000-000000000000") == {}


def test_an_address_is_one_that_a_device_can_have():
    assert _added(add_address, "192.0.2.10") == {"id.address": "192.0.2.10"}
    assert _added(add_address, "2001:DB8:0::10") == {"id.address": "2001:db8::10"}
    for text in ("0.0.0.0", "127.0.0.1", "239.255.255.250", "::", "host", "192.0.2.300"):
        assert _added(add_address, text) == {}


def test_spans_are_given_only_where_the_bytes_read_as_the_value():
    fields = Fields(b"mac 00-00-5E-00-53-01 serial SN00017  end")
    add_mac(fields, "00-00-5E-00-53-01", 4, 21)
    add_serial(fields, "SN00017", 29, 38)
    mac, serial = fields.done()
    assert (mac.start, mac.end) == (None, None)
    assert (serial.start, serial.end) == (29, 36)
    assert fields.raw[29:36] == b"SN00017"
