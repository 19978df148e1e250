"""`glasshouse identify`: observations in, identities out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasshouse.app.errors import UsageError
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.lines import open_source
from glasshouse.app.stream import AnswerStream, Rows, save_parquet, write_lines_to

if TYPE_CHECKING:
    from glasshouse.app.stream import Piece

__all__ = ["command"]


@click.command("identify")
@click.argument("file", required=False)
@click.option(
    "--grouped", is_flag=True, help="The lines of a device follow one another: answer each group as it closes."
)
@click.option("--output", type=click.Path(path_type=Path), help="Write here; .parquet writes Parquet.")
@click.option(
    "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True, help="Where to compute."
)
@click.option(
    "--master",
    metavar="URL",
    help="With --engine spark: the master (default: as spark-submit or the configuration say).",
)
@click.option(
    "--unordered", is_flag=True, help="With --engine spark: leave out the last sort; answers come in any order."
)
@click.option("--with-header", is_flag=True, help="First line: made_by, the versions of program and packs.")
def command(
    file: str | None,
    *,
    grouped: bool,
    output: Path | None,
    engine: str,
    master: str | None,
    unordered: bool,
    with_header: bool,
) -> None:
    """Identify devices from observations: one JSON object a line (also .gz, .zst), or Parquet; - is standard input.

    No store is opened. Lines with the same "device" are fused; answers come in order of first appearance.
    """
    if engine == "spark":
        if grouped or with_header:
            raise UsageError(
                "--grouped and --with-header belong to --engine local: a cluster groups by itself, and a file written "
                "in parts has no head; leave them out"
            )
        _on_spark(file, output, master, ordered=not unordered)
        return
    if master is not None or unordered:
        raise UsageError("--master and --unordered belong to --engine spark; add it or leave them out")
    knowledge = open_knowledge(bulk=False)
    stream = AnswerStream(open_source(file), grouped=grouped, few=knowledge.identifier)
    _write(stream, output, [[{"made_by": knowledge.made_by.as_json()}]] if with_header else [])
    if stream.errors:
        for error in stream.first_errors:
            click.echo(error, err=True)
        click.echo(f"{stream.errors} answers carry an error: lines that could not be read in whole", err=True)
    if stream.problem is not None:
        raise stream.problem


def _write(answers: AnswerStream, output: Path | None, header: list[Rows]) -> None:
    """JSON Lines to standard output or a file, or Parquet."""
    pieces = _after(header, answers)
    if output is None:
        write_lines_to(pieces, sys.stdout.buffer)
    elif output.suffix == ".parquet":
        save_parquet(answers, output)
    else:
        try:
            with output.open("wb") as file:
                write_lines_to(pieces, file)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}; give another --output") from error


def _after(header: list[Rows], answers: AnswerStream) -> Iterator[Piece]:
    yield from header
    yield from answers


def _on_spark(file: str | None, output: Path | None, master: str | None, *, ordered: bool) -> None:
    if file in {None, "-"} or output is None:
        raise UsageError("--engine spark reads and writes files that the cluster can reach; give FILE and --output")
    from glasshouse.app.cluster import identify_on_spark  # noqa: PLC0415  # only this engine needs it

    identify_on_spark(str(file), str(output), master, ordered=ordered)
