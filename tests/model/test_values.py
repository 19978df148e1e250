import dataclasses
import importlib
import pkgutil
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import glasshouse.model
from glasshouse.model.ids import canonical_json, content_id
from glasshouse.model.observation import Endpoint, Interface, Observation, SaidBy
from glasshouse.model.restriction import Outcome
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message

MODULES = [
    importlib.import_module(f"glasshouse.model.{info.name}") for info in pkgutil.iter_modules(glasshouse.model.__path__)
]
DATACLASSES = [
    item
    for module in MODULES
    for item in vars(module).values()
    if dataclasses.is_dataclass(item) and item.__module__ == module.__name__
]


@pytest.mark.parametrize("value", DATACLASSES, ids=lambda value: value.__name__)
def test_every_value_is_frozen_slotted_and_explained(value):
    assert value.__dataclass_params__.frozen
    assert "__slots__" in vars(value) or value.__name__ == "PartyBook"
    assert value.__doc__
    assert not value.__doc__.startswith(f"{value.__name__}(")  # dataclass' own signature is no explanation


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_public_names_exist_and_are_sorted(module):
    names = getattr(module, "__all__", [])
    assert names
    assert all(hasattr(module, name) for name in names)


def observation(**change):
    return Observation(**{"subject": Endpoint("192.0.2.1"), "probe": "http", "raw": b"HTTP/1.1 200 OK", **change})


def test_the_same_content_has_the_same_id():
    assert observation().id == observation().id


@pytest.mark.parametrize(
    "change",
    [
        {"raw": b"HTTP/1.1 401"},
        {"subject": Endpoint("192.0.2.1", domain="other building")},
        {"subject": Endpoint("192.0.2.1", property="Maple House")},
        {"subject": Interface("44:19:b6:00:00:01")},
        {"probe": "rtsp"},
        {"port": 8080},
        {"request": "GET /"},
        {"said_by": SaidBy.TOOL},
        {"fields": (("inventory.model", "X"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_content_has_another_id(change):
    assert observation(**change).id != observation().id


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=5))
def test_canonical_json_does_not_depend_on_the_order_of_keys(values):
    assert canonical_json(values) == canonical_json(dict(reversed(list(values.items()))))


def test_parts_of_an_id_cannot_run_into_each_other():
    assert content_id("x", "ab", "c") != content_id("x", "a", "bc")
    assert content_id("x", b"ab") != content_id("x", "ab")
    assert content_id("x", date(2025, 6, 27)) != content_id("x", datetime(2025, 6, 27))


def test_severity_is_ordered_as_the_interfaces_say():
    words = [outcome.word for outcome in sorted(Outcome, reverse=True)]
    assert words == ["prohibited", "needs_review", "conditional", "advisory", "not_restricted"]


def test_strength_words_are_ordered_and_parse():
    assert [member.word for member in sorted(Strength)] == "none indicative supporting strong conclusive".split()
    assert Strength.parse("strong") is Strength.STRONG
    with pytest.raises(ValueError, match="accepted: none, indicative"):
        Strength.parse("certain")


def test_a_message_keeps_pattern_and_parameters_apart():
    message = Message.of("{count} devices at {place}", count=3, place="{not a field}")
    assert str(message) == "3 devices at {not a field}"
    assert message.format("{place} : {count}") == "{not a field} : 3"
