from datetime import date

import pytest

from glasshouse.app.query import Frame, query_from
from glasshouse.model.identity import Asset, Attribution, Identity
from glasshouse.model.place import PropertyFact, PropertyFacts
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message
from glasshouse.model.time import AsOf
from glasshouse.model.truth import Truth

FRAME = Frame(AsOf(date(2026, 2, 1)), "CA", ("federal_department",))


def identity(**facets):
    attributions = tuple(
        Attribution(Facet[name.upper()], value, strength, (), (Message("shown"),))
        for name, (value, strength) in facets.items()
    )
    return Identity(Asset("asset_1", ("obs_1",)), attributions, (), Truth.YES, None)


@pytest.mark.parametrize(("strength", "brand"), [(Strength.INDICATIVE, None), (Strength.SUPPORTING, "hikvision")])
def test_a_brand_that_is_only_indicated_is_no_fact_for_the_judge(strength, brand):
    query = query_from(identity(brand=("hikvision", strength)), PropertyFacts(), FRAME, (), "use")
    assert query.device.brand == brand


def test_the_most_specific_fact_wins():
    facts = PropertyFacts(
        (
            PropertyFact("property", "Maple House", "owner", "self", "register"),
            PropertyFact("device", "SN1", "owner", "landlord", "lease"),
        )
    )
    assert query_from(identity(), facts, FRAME, ("SN1", "Maple House"), "use").device.owner == "landlord"
    assert query_from(identity(), facts, FRAME, ("SN2", "Maple House"), "use").device.owner == "self"


def test_what_nobody_looked_at_stays_unknown():
    device = query_from(identity(), PropertyFacts(), FRAME, (), "use").device
    assert (device.components, device.maker, device.maker_strength) == (None, None, Strength.NONE)
