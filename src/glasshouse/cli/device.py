"""`glasshouse device`: the devices of the last review, and decisions about which evidence is one device."""

from __future__ import annotations

import click

from glasshouse.app.compare import compare_reviews
from glasshouse.app.config import Settings, load_settings
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.device_decisions import COMMANDS
from glasshouse.cli.options import format_option, language_option, store_option, write_records
from glasshouse.cli.progress import progress_bar
from glasshouse.model.review import Review
from glasshouse.model.signal import Facet
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.missed import change_json
from glasshouse.review.compare import State

CHANGE_COLUMNS = ("state", "id", "property", "address", "maker", "model", "changes", "reason")
COLUMNS = ("id", "property", "address", "brand", "maker", "strength", "not_yet_validated", "model", "overall", "level")


@click.group("device")
def command() -> None:
    """List and compare devices; merge, split, attribute and withdraw, each with a reason that is kept."""


@command.command("list")
@format_option
@store_option
def list_devices(form: str | None, store: str | None) -> None:
    """The judged devices of the last review."""
    review = _review(load_settings(store=store))
    rows = (
        {
            "id": device.id,
            "property": device.property,
            "address": ", ".join(device.addresses) or None,
            "brand": device.identity.value(Facet.BRAND),
            "maker": device.identity.value(Facet.MAKER),
            "strength": device.identity.strength(Facet.MAKER).word,
            "not_yet_validated": review.validation.open(Facet.MAKER, device.identity.strength(Facet.MAKER)),
            "model": device.identity.value(Facet.MODEL),
            "overall": device.judgement.overall.word,
            "level": device.merit.level,
        }
        for device in review.devices
    )
    write_records(rows, form, COLUMNS)


@command.command("compare")
@click.argument("before", required=False, metavar="[BEFORE]")
@click.argument("after", required=False, metavar="[AFTER]")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]), metavar="STATE",
              help="Only these: new, back, changed, moved, unchanged, silent, not asked (repeatable).")  # fmt: skip
@language_option
@format_option
@store_option
def compare_devices(before: str | None, after: str | None, states: tuple[str, ...], language: str | None,
                    form: str | None, store: str | None) -> None:  # fmt: skip
    """What became of each device between two reviews, BEFORE and AFTER.

    A review is named by its id or the beginning of it. Without names: the last review and the one before it of the same
    property. A device that is silent or was not asked is not gone, and closes nothing.
    """
    settings = load_settings(store=store, language=language)
    with open_for_writing(settings) as opened, progress_bar() as tick:
        found = compare_reviews(opened, open_knowledge(), tick, before, after)
    told = f"{found.before.id} ({found.before.made_at:%Y-%m-%d %H:%M}) with {found.after.id} ({found.after.made_at:%Y-%m-%d %H:%M})"
    click.echo(f"compared {told}", err=True)
    tr = Translator(settings.language)
    chosen = [one for one in found.changes if not states or one.state.value in states]
    write_records((change_json(one, tr) for one in chosen), form, CHANGE_COLUMNS)


def _review(settings: Settings) -> Review:
    with open_for_writing(settings) as opened, progress_bar() as tick:
        return rebuild(opened, open_knowledge(), tick)


for _member in COMMANDS:
    command.add_command(_member)
