"""Bring a database to the schema of this program, in one transaction; leave a newer one alone."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from glasshouse.store.errors import StoreError

__all__ = ["head_revision", "refuse_foreign", "upgrade"]

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def head_revision() -> str:
    """The revision this program writes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def refuse_foreign(connection: Connection, where: str) -> None:
    """Raise StoreError for a database of a newer program or of another one. Reads only."""
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"the store was made by a newer program (schema {revision})",
            where,
            f"schemas up to {head_revision()}",
            "use the newer program, or give another folder; nothing was changed",
        )
    if revision is None and inspect(connection).get_table_names():
        raise StoreError(
            "the database belongs to another program",
            where,
            "an empty database or a store of this program",
            "give another folder; nothing was changed",
        )


def upgrade(connection: Connection) -> None:
    """Run the missing migrations on `connection`, within its transaction."""
    command.upgrade(_config(connection), "head")
