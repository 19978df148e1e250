from __future__ import annotations

import pytest
from sqlalchemy import event
from tests.store.store_evidence import START, collection, sighting

from glasshouse.model.ids import sha256_hex
from glasshouse.store import StoreError, open_store
from glasshouse.store.blobs import INLINE_BYTES

LARGE = b"x" * INLINE_BYTES


def test_small_ones_lie_in_the_table_and_large_ones_on_disk(store):
    assert store.blobs.put(LARGE[:-1]) == sha256_hex(LARGE[:-1])
    assert list(store.blobs.files()) == []
    digest = store.blobs.put(LARGE)
    assert list(store.blobs.files()) == [store.folder / "blobs" / digest[:2] / digest]
    assert store.blobs.get(digest) == LARGE
    assert store.blobs.put(LARGE) == digest


def test_changed_and_missing_bytes_are_never_given_out(store):
    digest = store.blobs.put(LARGE)
    store.blobs.path(digest).write_bytes(b"y" * INLINE_BYTES)
    with pytest.raises(StoreError, match="has changed"):
        store.blobs.get(digest)
    store.blobs.path(digest).unlink()
    with pytest.raises(StoreError, match="missing on disk"):
        store.blobs.get(digest)
    with pytest.raises(StoreError, match="not stored"):
        store.blobs.get("00" * 32)
    assert any("missing on disk" in problem.text for problem in store.check())


def test_leftovers_are_harmless_and_swept(store):
    digest = store.blobs.put(LARGE)
    stray = store.folder / "blobs" / "ab" / ("ab" * 32)
    stray.parent.mkdir()
    stray.write_bytes(b"half")
    assert [problem.harmless for problem in store.check()] == [True]
    assert store.blobs.sweep() == (stray,)
    assert store.check() == ()
    assert store.blobs.get(digest) == LARGE


def test_a_full_disk_is_told_and_nothing_stored_is_lost(tmp_path):
    with open_store(tmp_path) as store:
        store.collections.begin(collection(), at=START)
        store.observations.add("c1", [sighting(1)], unit="1")
        with store.database.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        # every later connection meets the same limit, as on a disk that is full
        store.database.engine.dispose()
        _limit_pages(store, pages)
        with pytest.raises(StoreError, match="the disk is full") as caught:
            store.observations.add("c1", [sighting(n, size=4000) for n in range(2, 200)], unit="2")
        assert "nothing that was stored is lost" in caught.value.do
    with open_store(tmp_path) as store:
        assert store.observations.units_done("c1") == {"1"}
        assert store.observations.of_collection("c1") == (sighting(1),)
        assert store.check() == ()


def _limit_pages(store, pages):
    @event.listens_for(store.database.engine, "connect")
    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_file_that_cannot_be_written_is_told_and_the_batch_is_not_stored(store, monkeypatch):
    def no_space(*_args):
        raise OSError(28, "No space left on device", "blobs/aa/x")

    store.collections.begin(collection(), at=START)
    monkeypatch.setattr("glasshouse.store.blobs.os.fsync", no_space)
    with pytest.raises(StoreError, match="No space left"):
        store.observations.add("c1", [sighting(1, size=5000)], unit="1")
    assert store.observations.units_done("c1") == frozenset()
    assert list(store.blobs.files()) == []


def test_backup_is_a_store_of_its_own(store, tmp_path):
    store.collections.begin(collection(), at=START)
    store.observations.add("c1", [sighting(1), sighting(2, size=9000)])
    store.collections.seal("c1", at=START)
    copy = store.backup(tmp_path / "copy")
    store.events.append("later", "x", None, START)
    with open_store(copy) as restored:
        assert restored.check() == ()
        assert restored.observations.of_collection("c1") == store.observations.of_collection("c1")
        assert restored.events.head()[0] == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_backup_never_overwrites_and_a_failed_one_leaves_nothing(store, tmp_path):
    digest = store.blobs.put(LARGE)
    (tmp_path / "taken").mkdir()
    with pytest.raises(StoreError, match="taken"):
        store.backup(tmp_path / "taken")
    store.blobs.path(digest).unlink()
    with pytest.raises(StoreError, match="backup failed"):
        store.backup(tmp_path / "copy")
    assert {path.name for path in tmp_path.iterdir()} == {"store", "taken"}
