"""What is wrong with a data file, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PackError", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`file` relative to the pack root, `where` a key path in it (`versions[0].start`), `text` what to do."""

    file: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.where}: {self.text}"


class PackError(Exception):
    """A data pack cannot be loaded; `problems` says why, one by one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)) or "data pack cannot be loaded")
