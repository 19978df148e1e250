"""Alembic environment: runs migrations on the connection that `store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from glasshouse.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
# No transaction of Alembic's own: the caller's covers all migrations, so a kill leaves the old schema whole.
context.run_migrations()
