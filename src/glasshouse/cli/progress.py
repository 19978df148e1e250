"""Progress on stderr: a bar on a terminal, nothing where stderr is piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bar"]

Ticker = Callable[[str, int, int], None]


@contextmanager
def progress_bar() -> Iterator[Ticker]:
    """Gives a function `tick(what, done, total)`."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415  # slow to import, wanted on terminals alone
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tick(what: str, done: int, total: int) -> None:
            printable = "".join(character if character.isprintable() else "?" for character in what[:60])
            bar.update(task, description=printable.replace("[", "("), completed=done, total=total)

        yield tick
