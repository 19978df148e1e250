"""`glasshouse identify`: observations in, identities out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from glasshouse.app.errors import UsageError
from glasshouse.app.identify import Line, identify_lines
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.tables import read_lines, write_rows
from glasshouse.cli.options import input_lines

LARGE = 4 << 20  # bytes


class ErrorCount:
    """Counts bad lines; the first few are shown."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, line: Line) -> None:
        """Count one line."""
        self.count += 1
        if self.count <= 5:
            click.echo(f"line {line.number}: {line.error}", err=True)

    def report(self) -> None:
        """Say how many there were, if any."""
        if self.count:
            click.echo(f"{self.count} lines could not be read in whole; their answers carry an error", err=True)


@click.command("identify")
@click.argument("file", required=False)
@click.option(
    "--grouped", is_flag=True, help="The lines of a device follow one another: answer each group as it closes."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here; .parquet writes Parquet.")
@click.option("--engine", type=click.Choice(["local"]), default="local", show_default=True, help="Where to compute.")
@click.option("--with-header", is_flag=True, help="First line: made_by, the versions of program and packs.")
def command(file: str | None, *, grouped: bool, output: Path | None, engine: str, with_header: bool) -> None:
    """Identify devices from observations, one JSON object a line; FILE may be Parquet, - is standard input.

    No store is opened. Lines with the same "device" are fused; answers come in order of first appearance.
    """
    del engine  # one engine so far; the option is part of the interface
    knowledge = open_knowledge(bulk=_is_large(file))
    bad = ErrorCount()
    lines = read_lines(file) if file and file.endswith(".parquet") else input_lines(file)
    answers = identify_lines(lines, grouped=grouped, identifier=knowledge.identifier, on_error=bad)
    header: dict[str, object] | None = {"made_by": knowledge.made_by.as_json()} if with_header else None
    write_answers(answers, output, header)
    bad.report()


def _is_large(file: str | None) -> bool:
    """Whether the compiled matcher pays for itself; standard input is taken for a few lines."""
    path = Path(file) if file and file != "-" else None
    return path is not None and path.is_file() and path.stat().st_size > LARGE


def write_answers(answers: Iterable[dict[str, object]], output: Path | None, header: dict[str, object] | None) -> None:
    """JSON Lines to standard output or a file, or Parquet."""
    if output is not None and output.suffix == ".parquet":
        write_rows(answers, output)
        return
    if output is None:
        _write(answers, header, click.echo)
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            _write(answers, header, lambda text: print(text, file=file))
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}; give another --output") from error


def _write(
    answers: Iterable[dict[str, object]], header: dict[str, object] | None, say: Callable[[str], object]
) -> None:
    for answer in _with(header, answers):
        say(json.dumps(answer, ensure_ascii=False))


def _with(header: dict[str, object] | None, answers: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    if header is not None:
        yield header
    yield from answers
