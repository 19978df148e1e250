"""Alembic migrations of the store; `env.py` is run by Alembic."""
