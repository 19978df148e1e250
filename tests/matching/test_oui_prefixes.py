from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.datapack import load
from glasshouse.matching.oui import MAGIC, Registrant, Table, is_local, normalise, pack
from glasshouse.model.strength import Strength

TABLE = Table(load(Path(__file__).resolve().parents[2] / "data").oui)


def test_longest_prefix_wins():
    wide = Registrant("Registry block", None, 24)
    middle = Registrant("Middle", "axis", 28, "axis", Strength.SUPPORTING)
    narrow = Registrant("Narrow Ltd", "bosch", 36)
    table = Table(pack([(0x0050C2, wide), (0x0050C21, middle), (0x0050C2123, narrow)]))
    assert table.registrant("00:50:c2:12:34:56") == narrow
    assert table.registrant("00:50:c2:19:99:99") == middle
    assert table.registrant("00:50:c2:99:99:99") == wide
    assert table.registrant("00:50:c3:00:00:00") is None
    assert len(table) == 3


@pytest.mark.parametrize(
    ("mac", "maker", "brand"),
    [
        ("c0:56:e3:00:00:01", "hikvision", "hikvision"),
        ("3c:ef:8c:00:00:01", "dahua", None),
        ("48:ea:63:00:00:01", "uniview", None),
        ("00:40:8c:00:00:01", "axis", "axis"),
        ("00:0a:13:00:00:01", None, None),
    ],
)
def test_registry_knows_the_makers(mac, maker, brand):
    found = TABLE.registrant(mac)
    assert found is not None
    assert (found.maker, found.brand) == (maker, brand)
    assert found.strength <= Strength.SUPPORTING


def test_makers_of_much_else_are_only_indicated():
    for mac in ("00:18:82:00:00:01", "00:19:c6:00:00:01", "50:c7:bf:00:00:01"):
        found = TABLE.registrant(mac)
        assert found is not None
        assert found.strength is Strength.INDICATIVE


def test_local_and_group_addresses_have_no_registrant():
    assert is_local("02:00:00:00:00:01")
    assert TABLE.registrant("c2:56:e3:00:00:01") is None
    assert TABLE.registrant("01:40:8c:00:00:01") is None


@given(st.binary(min_size=6, max_size=6))
@settings(max_examples=60)
def test_any_spelling_is_one_address(octets):
    plain = octets.hex()
    colons = ":".join(plain[at : at + 2] for at in range(0, 12, 2))
    for text in (plain, plain.upper(), colons, colons.replace(":", "-"), f"{plain[:4]}.{plain[4:8]}.{plain[8:]}"):
        assert normalise(text) == colons


@pytest.mark.parametrize("text", ["", "00:11", "zz:11:22:33:44:55", "00112233445566"])
def test_what_is_no_address(text):
    assert normalise(text) is None


@given(st.binary(max_size=200))
@settings(max_examples=40)
def test_damaged_tables_are_told(data):
    for text in (data, MAGIC + data):
        with pytest.raises(ValueError, match="table"):
            Table(text)
