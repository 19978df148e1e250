"""`glasshouse report`: a stored review as a document."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from glasshouse.app.config import load_settings
from glasshouse.app.documents import FORMATS, render
from glasshouse.app.errors import UserError
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import language_option, store_option
from glasshouse.cli.progress import progress_bar


@click.command("report")
@click.option("--as", "form", type=click.Choice(list(FORMATS)), default="html", show_default=True, help="Format.")
@click.option("--review", default=None, help="Id of the review (default: the last one).")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to stdout.")
@store_option
@language_option
def command(form: str, review: str | None, output: Path | None, store: str | None, language: str | None) -> None:
    """Compute a stored review again from its sealed evidence and write it as a document."""
    settings = load_settings(store=store, language=language)
    with open_for_writing(settings) as opened, progress_bar() as tick:
        found = rebuild(opened, open_knowledge(), tick, review)
    data = render(found, form, settings.language)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}; give another --output") from error
    click.echo(str(output))
