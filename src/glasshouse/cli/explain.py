"""`glasshouse explain`: the evidence tree of a device."""

from __future__ import annotations

import click

from glasshouse.app.config import load_settings
from glasshouse.app.find import find_device
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import language_option, store_option
from glasshouse.cli.progress import progress_bar
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.terminal import explain_lines


@click.command("explain")
@click.argument("device")
@click.option("--regime", default=None, help="Only the verdict of this regime.")
@store_option
@language_option
def command(device: str, regime: str | None, store: str | None, language: str | None) -> None:
    """Print what speaks for and against each answer about DEVICE, down to the bytes and the clause.

    DEVICE is an id (or its beginning), an address, a MAC address or a serial number of the last review.
    """
    settings = load_settings(store=store, language=language)
    with open_for_writing(settings) as opened, progress_bar() as tick:
        review = rebuild(opened, open_knowledge(), tick)
    translator = Translator(settings.language, dict(review.names))
    for line in explain_lines(find_device(review, device), translator, regime, review.validation):
        click.echo(line)
