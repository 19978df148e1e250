from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from tests.store.store_evidence import START, collection, gap, observation, rejected, sighting

from glasshouse.model.ids import sha256_hex
from glasshouse.model.observation import (
    Channel,
    DocumentLine,
    Endpoint,
    Interface,
    MountingPoint,
    Observation,
    SaidBy,
    Sighting,
)
from glasshouse.store import StoreError, verify_opening, verify_proof

LATER = START + timedelta(hours=1)


def filled(store, name="c1"):
    store.collections.begin(collection(name), at=START)
    store.observations.add(name, [sighting(n, name) for n in (1, 2, 3)], unit="hosts 1 to 3")
    store.observations.add(name, gaps=[gap(4), gap(5)], rejected=[rejected(9)])
    store.collections.cover(name, ["192.0.2.0/28"])
    store.collections.finish(name, ended=LATER, clock_offset_seconds=-0.25)
    return store.collections.seal(name, at=LATER)


def test_a_collection_comes_back_as_it_was(store):
    root = filled(store)
    wanted = collection(
        covered=("192.0.2.0/28",), gaps=(gap(4), gap(5)), ended=LATER, clock_offset_seconds=-0.25,
        merkle_root=root, state="sealed",
    )  # fmt: skip
    assert store.collections.get("c1") == wanted
    assert store.collections.all() == (wanted,)
    assert store.collections.all("open") == ()
    assert store.collections.rejected("c1") == (rejected(9),)
    assert [site.name for site in store.collections.properties()] == ["Building A"]


def test_sightings_come_back_as_they_were(store):
    filled(store)
    assert store.observations.of_collection("c1") == tuple(sighting(n) for n in (1, 2, 3))
    assert store.observations.get(observation(2).id) == observation(2)


text = st.text(st.characters(codec=None), max_size=8)  # lone surrogates and NUL included
maybe = st.none() | text
subjects = st.one_of(
    st.builds(Endpoint, text, maybe, text),
    st.builds(Interface, text, maybe),
    st.builds(Channel, text, st.integers(1, 64), maybe),
    st.builds(MountingPoint, text, maybe),
    st.builds(DocumentLine, text, text, maybe),
)
observations = st.one_of(
    st.builds(
        Observation, subjects, text, raw=st.binary(max_size=5000), request=maybe, port=st.none() | st.integers(0, 65535),
        protocol=maybe, said_by=st.sampled_from(SaidBy), tool=maybe,
    ),
    st.builds(Observation, subjects, text, fields=st.lists(st.tuples(text, text), max_size=3).map(tuple)),
)  # fmt: skip


@given(observations)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_observation_survives_hostile_text_included(store, value):
    store.collections.begin(collection(), at=START)
    store.observations.add("c1", [Sighting(value, "c1", None)])
    assert store.observations.get(value.id) == value


def test_adding_the_same_again_changes_nothing(store):
    store.collections.begin(collection(), at=START)
    for _ in range(2):
        store.observations.add("c1", [sighting(1)], gaps=[gap(2)], rejected=[rejected(3)], unit="192.0.2.1")
    assert len(store.observations.of_collection("c1")) == 1
    assert store.collections.get("c1").gaps == (gap(2),)
    assert len(store.collections.rejected("c1")) == 1
    assert store.observations.units_done("c1") == {"192.0.2.1"}


def test_beginning_an_open_collection_again_resumes_it(store):
    store.collections.begin(collection(), at=START)
    store.observations.add("c1", [sighting(1)])
    store.collections.begin(collection(), at=LATER)
    assert len(store.observations.of_collection("c1")) == 1
    assert [event.kind for event in store.events.all("c1")] == ["collection.begun"]


def test_one_observation_in_two_collections_is_one_observation_with_two_sightings(store):
    for name in ("c1", "c2"):
        store.collections.begin(collection(name), at=START)
        store.observations.add(name, [sighting(1, name)])
    assert len(list(store.observations.iterate())) == 2
    assert {item.observation.id for item in store.observations.iterate(["c1", "c2"])} == {observation(1).id}


@pytest.mark.parametrize("what", ["sighting", "gap", "rejected", "cover", "finish", "begin", "seal"])
def test_a_sealed_collection_refuses_additions(store, what):
    filled(store)
    before = store.collections.get("c1"), store.observations.of_collection("c1")
    attempts = {
        "sighting": lambda: store.observations.add("c1", [sighting(7)]),
        "gap": lambda: store.observations.add("c1", gaps=[gap(7)]),
        "rejected": lambda: store.observations.add("c1", rejected=[rejected(7)]),
        "cover": lambda: store.collections.cover("c1", ["192.0.2.9"]),
        "finish": lambda: store.collections.finish("c1", ended=LATER),
        "begin": lambda: store.collections.begin(collection(), at=START),
        "seal": lambda: store.collections.seal("c1", at=LATER),
    }
    with pytest.raises(StoreError, match="sealed"):
        attempts[what]()
    assert (store.collections.get("c1"), store.observations.of_collection("c1")) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO gaps VALUES ('g', 'c1', 'x', 'silent', NULL, '')",
        "INSERT INTO units VALUES ('c1', 'x')",
        "UPDATE collections SET operator = 'another'",
        "UPDATE collections SET state = 'open', merkle_root = NULL",
        "UPDATE observations SET body = '{}'",
    ],
)
def test_the_database_itself_guards_the_seal(store, statement):
    filled(store)
    with pytest.raises(StoreError, match=r"sealed|append-only"), store.database.write() as connection:
        connection.exec_driver_sql(statement)


def test_unknown_collections_and_strangers_are_refused(store):
    with pytest.raises(StoreError, match="not stored"):
        store.observations.add("c9", [sighting(1, "c9")])
    store.collections.begin(collection(), at=START)
    with pytest.raises(StoreError, match="sighting of collection c2"):
        store.observations.add("c1", [sighting(1, "c2")])
    with pytest.raises(StoreError, match="not stored"):
        store.collections.get("c9")
    with pytest.raises(StoreError, match="not stored"):
        store.observations.get("obs_0")


def test_authority_needs_the_text_of_its_scope(store):
    scope = 'ranges = ["192.0.2.0/28"]\n'
    authorised = collection(authority=sha256_hex(scope.encode()))
    with pytest.raises(StoreError, match="scope"):
        store.collections.begin(authorised, at=START)
    with pytest.raises(StoreError, match="does not hash"):
        store.collections.begin(authorised, at=START, scope=scope + " ")
    assert store.collections.all() == ()
    store.collections.begin(authorised, at=START, scope=scope)
    assert store.collections.scope(authorised.authority) == scope
    with pytest.raises(StoreError, match="not stored"):
        store.collections.scope("00")


def test_a_time_without_zone_is_refused_and_nothing_is_stored(store):
    with pytest.raises(StoreError, match="time zone"):
        store.collections.begin(collection(started=datetime(2026, 1, 1)), at=START)
    assert store.collections.all() == ()


def test_the_seal_covers_everything_the_silent_and_the_rejected_included(store):
    filled(store)
    told = [event for event in store.events.all("c1") if event.kind == "collection.sealed"]
    # head + 3 observations + 3 sightings + 2 gaps + 1 rejected
    assert store.events.value(told[0].sequence)["leaves"] == 10
    assert store.collections.verify_seals() == ()


def test_inclusion_proof_and_opening_verify_and_show_no_content_id(store):
    root = filled(store)
    wanted = observation(2)
    proof = store.collections.inclusion_proof(wanted.id, "c1")
    assert verify_proof(proof)
    assert proof.root == root
    assert wanted.id not in repr(proof)
    assert sha256_hex(wanted.raw) not in repr(proof)
    opening = store.collections.open_leaf(wanted.id, "c1")
    assert verify_opening(proof.commitment, opening)
    assert sha256_hex(wanted.raw).encode() in opening.content
    assert not verify_opening(proof.commitment, replace(opening, content=opening.content + b" "))


def test_no_proof_for_what_the_seal_does_not_hold(store):
    filled(store)
    with pytest.raises(StoreError, match="not under the seal"):
        store.collections.inclusion_proof(observation(7).id, "c1")
    with pytest.raises(StoreError, match="not under the seal"):
        store.collections.open_leaf(observation(7).id, "c1")


def test_equal_content_has_other_commitments_in_another_collection(store):
    filled(store)
    filled(store, "c2")
    proofs = [store.collections.inclusion_proof(observation(1).id, name) for name in ("c1", "c2")]
    assert proofs[0].commitment != proofs[1].commitment


TAMPERING = {
    "DELETE FROM gaps WHERE place = '192.0.2.4'": "missing",
    "DELETE FROM sightings": "missing",
    "UPDATE gaps SET reason = 'refused' WHERE place = '192.0.2.4'": "changed after the seal",
    "UPDATE sightings SET seen_at = NULL": "changed after the seal",
    "UPDATE rejected SET problem = 'none'": "changed after the seal",
    "UPDATE leaves SET commitment = '" + "00" * 32 + "' WHERE position = 3": "do not give its Merkle root",
    "UPDATE leaves SET salt = NULL, reference = NULL WHERE position = 9": "no tombstone",
}


@pytest.mark.parametrize("statement", TAMPERING)
def test_check_finds_tampering_with_sealed_content(store, statement):
    filled(store)
    with store.database.write() as connection:
        connection.exec_driver_sql(statement)
    assert any(TAMPERING[statement] in problem.text for problem in store.check())


def test_check_finds_additions_behind_the_triggers_back(store):
    filled(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER rejected_sealed")
        connection.exec_driver_sql("INSERT INTO rejected VALUES ('rej_z', 'c1', 'f', 'l', 'p', 0)")
    assert any("added" in problem.text for problem in store.check())


def test_check_finds_an_observation_whose_bytes_were_replaced(store):
    filled(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE blobs SET content = x'00'")
    assert sum("changed since it was stored" in problem.text for problem in store.check()) == 3


def test_an_interrupted_run_is_sealed_as_partial(store):
    store.collections.begin(collection(), at=START)
    store.observations.add("c1", [sighting(1)], unit="192.0.2.1")
    store.collections.seal("c1", at=LATER, partial=True)
    assert store.collections.get("c1").state == "partial"
    assert store.check() == ()


def test_a_failing_batch_stores_nothing_of_itself(store):
    store.collections.begin(collection(), at=START)
    bad = replace(sighting(2), seen_at=datetime(2026, 1, 1))
    with pytest.raises(StoreError):
        store.observations.add("c1", [sighting(1), bad], unit="x")
    assert store.observations.of_collection("c1") == ()
    assert store.observations.units_done("c1") == frozenset()


def test_no_database_error_leaks(store):
    with pytest.raises(StoreError) as caught, store.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO sightings VALUES ('s', 'obs_none', 'c_none', NULL, NULL)")
    assert isinstance(caught.value.__cause__, DBAPIError)
    assert caught.value.accepted
