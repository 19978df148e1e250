"""Who is who, and who belonged to whom on which day."""

from __future__ import annotations

from datetime import date

import pytest

from glasshouse.model.party import Party, Relation, RelationKind
from glasshouse.model.partybook import Manner, PartyBook, name_key
from glasshouse.model.provenance import Basis, Reference, Source
from glasshouse.model.time import DateRange
from glasshouse.model.truth import Truth

READ = Source(Reference("A register"), Basis.SOURCED)
HEARD = Source(Reference("Hearsay"), Basis.RECALLED)
DAY = date(2024, 6, 1)
KIND = RelationKind


def party(party_id, kind="entity", country="CN", aliases=()):
    return Party(party_id, party_id.title(), kind, country, aliases, READ)


def tie(one, kind, two, start=None, end=None, source=READ, share=None):
    return Relation(one, kind, two, DateRange(start, end), source, share)


def book(*relations, parties=()):
    names = {name for relation in relations for name in (relation.party, relation.of)}
    return PartyBook([*parties, *(party(name) for name in names)], relations)


@pytest.mark.parametrize(
    "name", ["acme", "ACME", "Acme Vision Co., Ltd.", "acme vision co ltd", "ACME-VISION CO.,LTD", "  Acme  "]
)
def test_names_match_in_any_case_and_punctuation(name):
    found = PartyBook([party("acme", aliases=("Acme Vision Co., Ltd.",))], []).resolve(name)
    assert found is not None
    assert found.id == "acme"


@pytest.mark.parametrize("name", ["acm", "acme vision", "ac-me", "acmé-vision", ""])
def test_names_match_exactly_or_not_at_all(name):
    assert PartyBook([party("acme", aliases=("Acme Vision Co., Ltd.",))], []).resolve(name) is None


def test_an_unknown_name_is_a_party_of_its_own():
    assert PartyBook([], []).canonical("Nobody & Sons") == "nobody-sons"


def test_rows_of_one_id_are_one_party_and_the_entity_leads_in_any_order():
    rows = [
        Party("lorex", "Lorex", "brand", None, ("LOREX",), READ),
        Party("lorex", "Lorex Technology Inc.", "entity", "CA", ("Lorex Corporation",), READ),
    ]
    for given in (rows, rows[::-1]):
        merged = list(PartyBook(given, []))
        assert [(one.kind, one.name, one.country) for one in merged] == [("entity", "Lorex Technology Inc.", "CA")]
        assert set(merged[0].aliases) == {"LOREX", "Lorex", "Lorex Corporation"}


def test_an_id_is_nobody_elses_alias():
    found = PartyBook([party("one", aliases=("two",)), party("two", kind="brand")], []).resolve("two")
    assert found is not None
    assert found.id == "two"


def test_ownership_goes_through_several_companies():
    parties = book(tie("a", KIND.SUBSIDIARY_OF, "b"), tie("b", KIND.CONTROLLED_BY, "c"))
    found = parties.affiliation("a", "c", DAY)
    assert (found.value, found.manner, len(found.path)) == (Truth.YES, Manner.SUBSIDIARY, 2)


def test_the_first_day_counts_and_the_last_does_not():
    parties = book(tie("a", KIND.SUBSIDIARY_OF, "b", date(2018, 1, 1), date(2022, 11, 24)))
    values = [parties.affiliation("a", "b", day).value for day in (date(2018, 1, 1), date(2022, 11, 23))]
    assert values == [Truth.YES, Truth.YES]
    assert parties.affiliation("a", "b", date(2022, 11, 24)).value is Truth.NO
    assert parties.once("a", "b", date(2022, 11, 24)) is not None
    assert parties.once("a", "b", date(2022, 11, 23)) is None


@pytest.mark.parametrize(
    ("kind", "source"), [(KIND.SUBSIDIARY_OF, HEARD), (KIND.DISPUTED_OWNER, READ), (KIND.JOINT_VENTURE_OF, READ)]
)
def test_what_is_recalled_disputed_or_joint_is_unknown(kind, source):
    assert book(tie("a", kind, "b", source=source)).affiliation("a", "b", DAY).value is Truth.UNKNOWN


def test_a_certain_path_beats_an_uncertain_one():
    parties = book(
        tie("a", KIND.SUBSIDIARY_OF, "c", source=HEARD),
        tie("a", KIND.SUBSIDIARY_OF, "b"),
        tie("b", KIND.SUBSIDIARY_OF, "c"),
    )
    assert parties.affiliation("a", "c", DAY).value is Truth.YES


@pytest.mark.parametrize(
    ("share", "threshold", "expected"),
    [(11.0, 10.0, Truth.YES), (10.0, 10.0, Truth.UNKNOWN), (9.0, 10.0, Truth.UNKNOWN), (4.0, 10.0, Truth.NO),
     (11.0, 50.0, Truth.NO), (None, 10.0, Truth.UNKNOWN)],
)  # fmt: skip
def test_a_stake_is_compared_with_the_threshold_of_the_rule(share, threshold, expected):
    parties = book(tie("holder", KIND.MINORITY_HOLDER_OF, "held", share=share))
    assert parties.affiliation("holder", "held", DAY, threshold).value is expected


def test_parents_and_sisters_are_of_the_group():
    parties = book(tie("a", KIND.SUBSIDIARY_OF, "top"), tie("b", KIND.SUBSIDIARY_OF, "top"))
    assert parties.affiliation("top", "a", DAY).manner is Manner.GROUP
    assert parties.affiliation("a", "b", DAY).manner is Manner.GROUP


def test_circles_end():
    parties = book(tie("a", KIND.SUBSIDIARY_OF, "b"), tie("b", KIND.SUBSIDIARY_OF, "a"))
    assert parties.affiliation("a", "b", DAY).value is Truth.YES
    assert parties.affiliation("a", "elsewhere", DAY).value is Truth.NO


def test_reports_and_successions_are_kept_apart_from_ownership():
    parties = book(
        tie("shop", KIND.REPORTED_PRODUCER, "maker", date(2022, 11, 24)),
        tie("shop", KIND.SUCCESSOR_OF, "old", date(2024, 1, 1)),
    )
    assert parties.affiliation("shop", "maker", DAY).value is Truth.NO
    assert [step.of for step in parties.reported_producers("shop", DAY)] == ["maker"]
    assert parties.reported_producers("shop", date(2020, 1, 1)) == ()
    before = parties.predecessor("shop", DAY)
    assert before is not None
    assert before.of == "old"


def test_resemblance_is_reported_and_never_a_match():
    parties = PartyBook([party("hikvision")], [])
    assert parties.resembles("hikvison", ["hikvision"]) == "hikvision"
    assert parties.resembles("Hikvision Paper Goods", ["hikvision"]) == "hikvision"
    assert parties.resembles("axis", ["hikvision"]) is None


def test_keys_of_names():
    assert name_key("Yong'an Electronic Technology Co., Ltd.") == "yongan-electronic-technology-co-ltd"
    assert name_key("海康威视") == "海康威视"
