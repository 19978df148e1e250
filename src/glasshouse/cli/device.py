"""`glasshouse device`: the devices of the last review, and decisions about which evidence is one device."""

from __future__ import annotations

import click

from glasshouse.app.config import Settings, load_settings
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.device_decisions import COMMANDS
from glasshouse.cli.options import format_option, store_option, write_records
from glasshouse.cli.progress import progress_bar
from glasshouse.model.review import Review
from glasshouse.model.signal import Facet

COLUMNS = ("id", "property", "address", "brand", "maker", "strength", "not_yet_validated", "model", "overall", "level")


@click.group("device")
def command() -> None:
    """List devices; merge, split, attribute and withdraw, each with a reason that is kept."""


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


def _review(settings: Settings) -> Review:
    with open_for_writing(settings) as opened, progress_bar() as tick:
        return rebuild(opened, open_knowledge(), tick)


for _member in COMMANDS:
    command.add_command(_member)
