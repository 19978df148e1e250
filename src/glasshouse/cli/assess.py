"""`glasshouse assess`: devices in, merits out."""

from __future__ import annotations

from datetime import date

import click

from glasshouse.app.assess import assess_lines
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.lines import input_lines
from glasshouse.cli.options import as_of_option, stream


@click.command("assess")
@click.argument("file", required=False)
@click.option("--with-header", is_flag=True, help="First line: made_by, the versions of program and packs.")
@as_of_option
def command(file: str | None, *, with_header: bool, as_of: date) -> None:
    """Grade the security of devices, one JSON object a line, from advisories and posture; origin is no input."""
    knowledge = open_knowledge()
    answers = assess_lines(input_lines(file), knowledge.pack.advisories, as_of)
    stream(answers, knowledge.made_by if with_header else None, key="level")
