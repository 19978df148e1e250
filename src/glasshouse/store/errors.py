"""The one error of the store: what happened, to what, what is accepted, what to do."""

from __future__ import annotations

__all__ = ["StoreError"]


class StoreError(Exception):
    """The store cannot do what was asked; what it held before is untouched.

    `what` happened, `where` (path or address without its password), what is `accepted`, what to `do`.
    """

    def __init__(self, what: str, where: str, accepted: str, do: str) -> None:
        self.what = what
        self.where = where
        self.accepted = accepted
        self.do = do
        super().__init__(f"{what} ({where}); accepted: {accepted}; {do}")
