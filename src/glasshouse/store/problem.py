"""What a check of the store found wrong."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["StoreProblem"]


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """`where` names the table, event, collection or file; `text` says what is wrong with it.

    `harmless`: a leftover of an interrupted run that no result rests on.
    """

    where: str
    text: str
    harmless: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"
