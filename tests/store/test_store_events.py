from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.store_evidence import START, collection, observation, sighting
from tests.store.test_store_collections import filled

from glasshouse.model.identity import Decision
from glasshouse.model.ids import canonical_json
from glasshouse.store import StoreError
from glasshouse.store.events import GENESIS
from glasshouse.store.keys import SigningKey, verify_signature


@pytest.fixture
def log(store):
    for number in range(1, 5):
        store.events.append("note", f"device {number}", {"text": f"value {number}"}, START + timedelta(minutes=number))
    return store.events


def run(store, *statements):
    """What somebody with the file and without our triggers could do."""
    with store.database.write() as connection:
        for table in ("events", "tombstones", "decisions"):
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_empty_log_holds(store):
    assert store.events.head() == (0, GENESIS)
    assert store.events.verify_chain() == ()


def test_events_chain_and_open(log):
    assert log.verify_chain() == ()
    first, *_, last = log.all()
    assert first.previous == GENESIS
    assert [event.sequence for event in log.all()] == [1, 2, 3, 4]
    assert log.head() == (4, last.hash)
    assert log.value(3) == {"text": "value 3"}
    assert log.all("device 2")[0].at == START + timedelta(minutes=2)


@pytest.mark.parametrize("verb", ["UPDATE events SET kind = 'x'", "DELETE FROM events", "DELETE FROM decisions"])
@pytest.mark.usefixtures("log")
def test_the_database_refuses_change(store, verb):
    store.decisions.add(Decision("d1", "merge", ("a", "b"), "same label", "inspector", START))
    with pytest.raises(StoreError, match="append-only"), store.database.write() as connection:
        connection.exec_driver_sql(verb)


TAMPERING = {
    "UPDATE events SET kind = 'other' WHERE sequence = 2": "hash does not fit",
    "UPDATE events SET at = '2027-01-01T00:00:00+00:00' WHERE sequence = 2": "hash does not fit",
    "UPDATE event_values SET value = '1' WHERE sequence = 2": "value was changed",
    "DELETE FROM event_values WHERE sequence = 2": "no tombstone",
    "DELETE FROM event_values WHERE sequence = 2; DELETE FROM events WHERE sequence = 2": "event 2 is missing",
    f"UPDATE events SET previous = '{'1' * 64}' WHERE sequence = 2": "does not continue",
}


@pytest.mark.parametrize("statements", TAMPERING)
def test_tampering_is_found(store, log, statements):
    run(store, *statements.split("; "))
    assert any(TAMPERING[statements] in problem.text for problem in log.verify_chain())


def test_a_shortened_log_is_found_by_a_kept_head(store, log):
    head = log.head()
    assert log.verify_chain(head) == ()
    run(store, "DELETE FROM event_values WHERE sequence = 4", "DELETE FROM events WHERE sequence = 4")
    assert log.verify_chain() == ()  # nothing inside the log can tell
    assert "no longer holds" in log.verify_chain(head)[0].text


def test_a_log_shortened_by_its_seal_is_found_without_a_head(store):
    filled(store)
    run(store, "DELETE FROM event_values WHERE sequence = 2", "DELETE FROM events WHERE sequence = 2")
    assert any("does not tell of its seal" in problem.text for problem in store.check())


def test_a_value_can_be_erased_and_the_chain_still_holds(store, log):
    stone = store.tombstones.erase_event(2, reason="retention rule 7", by="records", at=START)
    assert log.verify_chain() == ()
    assert store.tombstones.verify() == ()
    assert store.tombstones.all() == (stone,)
    with pytest.raises(StoreError, match="not there"):
        log.value(2)
    with pytest.raises(StoreError, match="no value to erase"):
        store.tombstones.erase_event(2, reason="again", by="records", at=START)
    everything = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert b"value 3" in everything
    assert b"value 2" not in everything


@pytest.mark.usefixtures("log")
def test_a_forged_tombstone_is_found(store):
    store.tombstones.erase_event(2, reason="retention rule 7", by="records", at=START)
    run(store, "UPDATE tombstones SET reason = 'another'")
    assert any("signature does not fit" in problem.text for problem in store.check())


def test_a_tombstone_by_a_key_of_their_own_is_found_through_the_log(store, log):
    store.tombstones.erase_event(2, reason="retention rule 7", by="records", at=START)
    run(store, "UPDATE event_values SET value = '{}' WHERE sequence = 5")
    assert any("value was changed" in problem.text for problem in log.verify_chain())


def test_erasing_an_observation_leaves_seal_and_chain_whole(store):
    store.collections.begin(collection(), at=START)
    store.observations.add("c1", [sighting(1), sighting(2, size=9000), sighting(3)])
    with pytest.raises(StoreError, match="unsealed"):
        store.tombstones.erase_observation(observation(2, size=9000).id, reason="rule", by="records", at=START)
    store.collections.seal("c1", at=START)
    wanted = observation(2, size=9000)
    (file,) = store.blobs.files()
    stones = store.tombstones.erase_observation(wanted.id, reason="rule", by="records", at=START)
    assert len(stones) == 2  # the observation and its sighting
    assert not file.exists()
    assert store.check() == ()
    assert {item.observation for item in store.observations.of_collection("c1")} == {observation(1), observation(3)}
    with pytest.raises(StoreError, match="no value to erase"):
        store.tombstones.erase_observation(wanted.id, reason="rule", by="records", at=START)


def test_shared_bytes_outlive_the_erasure_of_one_observation(store):
    store.collections.begin(collection(), at=START)
    one, other = sighting(1), sighting(1)
    other = replace(other, observation=replace(other.observation, port=81))
    store.observations.add("c1", [one, other])
    store.collections.seal("c1", at=START)
    store.tombstones.erase_observation(one.observation.id, reason="rule", by="records", at=START)
    assert store.observations.get(other.observation.id) == other.observation
    assert store.check() == ()


def test_the_key_is_private_and_stays_the_same(tmp_path):
    path = tmp_path / "key.pem"
    public, signature = SigningKey(path).sign(b"message")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey(path).sign(b"other")[0] == public
    assert verify_signature(public, b"message", signature)
    assert not verify_signature(public, b"other", signature)
    assert not verify_signature("zz", b"message", signature)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["key.pem"]


def test_a_damaged_key_is_a_store_error(tmp_path):
    (tmp_path / "key.pem").write_text("damaged")
    with pytest.raises(StoreError, match="signing key"):
        SigningKey(tmp_path / "key.pem").sign(b"")


def test_values_of_all_kinds_open_again(store):
    value = {"when": START, "raw": b"\0", "list": (1, None, True), "text": "é\ud800\0"}
    event = store.events.append("note", "x", value, START)
    assert canonical_json(store.events.value(event.sequence)) == canonical_json(value)
    assert store.events.verify_chain() == ()


def test_an_erasure_tells_when_other_programs_keep_the_bytes(store, log):
    with sqlite3.connect(store.folder / "glasshouse.db") as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM events").fetchone()
        store.database.engine.dispose()
        with pytest.raises(StoreError, match="write-ahead log"):
            store.tombstones.erase_event(2, reason="rule", by="records", at=START)
    other.close()
    assert log.verify_chain() == ()
    with pytest.raises(StoreError, match="not there"):
        log.value(2)
