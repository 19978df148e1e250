from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.matching.fields import fields_of
from glasshouse.matching.names import Names, folded
from glasshouse.model.observation import PROBES, DocumentLine, Observation
from glasshouse.model.party import Party
from glasshouse.model.provenance import Basis, Reference, Source

SOURCE = Source(Reference("t"), Basis.SOURCED)
NAMES = Names(
    [
        Party("dahua", "Dahua", "maker", None, ("Zhejiang Dahua Technology Co., Ltd.",), SOURCE),
        Party("lorex", "Lorex", "brand", None, (), SOURCE),
        Party("w-box", "W Box", "brand", None, ("ADI W Box",), SOURCE),
        Party("ring", "Ring", "brand", None, (), SOURCE),
    ]
)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("DAHUA", "dahua"),
        ("zhejiang dahua technology co.,ltd", "dahua"),
        ("Zhejiang Dahua", "dahua"),
        ("W-Box", "w-box"),
        ("Dahuan", None),
        ("", None),
    ],
)
def test_exact_names_spelling_aside(text, slug):
    assert NAMES.exact(text) == slug


def test_first_name_in_a_text_and_no_everyday_word():
    assert NAMES.first_in("ADI W Box camera by Dahua") == ("w-box", 0, 3)
    assert NAMES.first_in("the ring road") is None
    assert NAMES.exact("Ring") == "ring"


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Lorex NVR N845A62", ("Lorex", "N845A62")),
        ("Dahua IPC-HFW1230SP-V3(2.8mm)(O-STD) outdoor", ("Dahua", "IPC-HFW1230SP-V3")),
        ("Lorex support line", None),
        ("camera N845A62", None),
    ],
)
def test_model_after_the_name(text, model):
    assert NAMES.model_after_name(text) == model


@given(st.text(max_size=100))
@settings(max_examples=60)
def test_any_text_folds(text):
    folded(text)
    NAMES.first_in(text)
    NAMES.model_after_name(text)


def test_columns_of_a_row_become_inventory_fields():
    row = (("Manufacturer", "Dahua"), ("MAC address", "3C-EF-8C-00-00-01"), ("Serial Number", "4F00000PAZ00001"),
           ("IP", "192.0.2.7"), ("Rack", "B2"), ("http.server", "App-webs/"))  # fmt: skip
    found = {one.name: one.value for one in fields_of(Observation(DocumentLine("", "1"), "inventory-text", fields=row))}
    assert found["inventory.manufacturer"] == "Dahua"
    assert found["id.mac"] == "3c:ef:8c:00:00:01"
    assert found["id.serial"] == "4F00000PAZ00001"
    assert found["id.address"] == "192.0.2.7"
    assert found["inventory.rack"] == "B2"
    assert found["http.server"] == "App-webs/"


def test_local_and_group_addresses_are_no_identity():
    for mac in ("ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:5e:00:00:01"):
        row = (("mac", mac),)
        names = {one.name for one in fields_of(Observation(DocumentLine("", "1"), "inventory-text", fields=row))}
        assert names == {"inventory.mac"}


@given(st.sampled_from(PROBES), st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_hostile_bytes_give_fields_or_none(probe, raw):
    for one in fields_of(Observation(DocumentLine("", "1"), probe, raw)):
        one.value.encode("utf-8")
