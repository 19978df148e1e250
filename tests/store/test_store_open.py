from __future__ import annotations

import io
import os
import sqlite3
import stat
import tempfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from glasshouse.store import StoreError, open_store, schema
from glasshouse.store.migrate import head_revision
from glasshouse.store.migrations.versions import v0001_first


def snapshot(folder):
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))
    }


def test_a_new_folder_gets_database_blobs_and_cache(tmp_path):
    with open_store(tmp_path / "deep" / "store") as store:
        assert {path.name for path in store.folder.iterdir()} >= {"glasshouse.db", "blobs", "cache"}
        assert store.check() == ()


def test_the_default_pragmas_hold_on_every_connection(store):
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 1000


def test_every_table_is_strict(store):
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").all()
    ours = {name: strict for name, strict in rows if name in schema.metadata.tables}
    assert set(ours) == set(schema.metadata.tables)
    assert set(ours.values()) == {1}


def test_migrations_make_exactly_the_schema(store):
    with store.database.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []
        checks = {name for (name,) in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table'")}
    for table in schema.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name is None or any(str(constraint.name) in sql for sql in checks)


def test_the_schema_compiles_for_postgresql():
    for table in schema.metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert "STRICT" not in text
        assert "BLOB" not in text


def test_a_store_opens_again_and_keeps_what_it_held(tmp_path):
    with open_store(tmp_path / "s") as store:
        digest = store.blobs.put(b"evidence")
    with open_store(str(tmp_path / "s")) as store:
        assert store.blobs.get(digest) == b"evidence"
    with open_store(f"sqlite:///{tmp_path / 's' / 'glasshouse.db'}") as store:
        assert store.blobs.get(digest) == b"evidence"


def test_a_store_of_a_newer_program_is_refused_and_untouched(tmp_path):
    folder = tmp_path / "s"
    with open_store(folder) as store, store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = snapshot(folder)
    with pytest.raises(StoreError) as caught:
        open_store(folder)
    assert snapshot(folder) == before
    error = caught.value
    assert "9999" in error.what
    assert "glasshouse.db" in error.where
    assert head_revision() in error.accepted
    assert "newer program" in error.do


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path):
    connection = sqlite3.connect(tmp_path / "glasshouse.db")
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = snapshot(tmp_path)
    with pytest.raises(StoreError, match="another program"):
        open_store(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path):
    (tmp_path / "glasshouse.db").write_bytes(b"no database at all" * 100)
    before = snapshot(tmp_path)
    with pytest.raises(StoreError, match="no database"):
        open_store(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "s").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        open_store(tmp_path / "s")


@pytest.fixture
def nobody():
    """Root may write everywhere: it steps down for the test."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.mark.parametrize("mode", [0o555, 0o000], ids=["unwritable", "closed"])
def test_a_folder_without_permission_is_refused(mode, request):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(mode)
        try:
            request.getfixturevalue("nobody")
            with pytest.raises(StoreError, match="cannot be made"):
                open_store(folder / "s")
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            folder.chmod(stat.S_IRWXU)


def test_a_folder_under_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(tmp_path / "file" / "s")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense://x/y", "postgresql+nodriver://h/x"])
def test_unusable_addresses_are_store_errors(url):
    with pytest.raises(StoreError):
        open_store(url)


def test_errors_do_not_show_a_password(tmp_path):
    with pytest.raises(StoreError) as caught:
        open_store("postgresql+nodriver://user:secret@192.0.2.1/x", folder=tmp_path)
    assert "secret" not in str(caught.value)


def test_the_first_migration_renders_for_postgresql():
    out = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": out})
    with Operations.context(context):
        v0001_first.upgrade()
    text = out.getvalue()
    assert text.count("CREATE TABLE") == len(schema.metadata.tables)
    assert "STRICT" not in text
    assert "RAISE EXCEPTION" in text
    assert "EXECUTE FUNCTION refuse_change()" in text
