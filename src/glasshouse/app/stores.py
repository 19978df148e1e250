"""Opening the store for a command, with its errors turned into messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from glasshouse.app.config import Settings
from glasshouse.app.errors import UserError
from glasshouse.store.errors import StoreError
from glasshouse.store.store import Store, open_store

__all__ = ["open_for_writing"]


@contextmanager
def open_for_writing(settings: Settings) -> Iterator[Store]:
    """The store of these settings. Raises UserError for one that cannot be used, now or while working."""
    try:
        with open_store(settings.store) as store:
            yield store
    except StoreError as error:
        raise UserError(str(error)) from error
