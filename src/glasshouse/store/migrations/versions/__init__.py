"""Alembic reads the files here in the order of their revisions."""
