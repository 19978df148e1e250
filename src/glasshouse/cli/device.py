"""`glasshouse device`: the devices of the last review, and decisions about which evidence is one device."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from glasshouse.app.clock import now
from glasshouse.app.config import Settings, load_settings, operator_name
from glasshouse.app.errors import UsageError
from glasshouse.app.find import find_device
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import format_option, store_option, write_records
from glasshouse.cli.progress import progress_bar
from glasshouse.model.identity import Decision
from glasshouse.model.ids import content_id
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


def _decide(settings: Settings, kind: str, subjects: Sequence[str], reason: str, facet: Facet | None = None,
            value: str | None = None) -> None:  # fmt: skip
    by = operator_name()
    with open_for_writing(settings) as opened:
        moment = _after(opened.decisions.all())
        identifier = content_id("dec", kind, subjects, reason, by, moment, facet, value)
        opened.decisions.add(
            Decision(identifier, kind, tuple(subjects), reason, by, moment, facet, value)  # type: ignore[arg-type]
        )
    click.echo(f"{identifier}: {kind} by {by}; withdraw it with 'glasshouse device withdraw {identifier}'")


def _after(decisions: Sequence[Decision]) -> datetime:
    """Now, or a moment after the last decision: the order of decisions counts, and two may come in one second."""
    last = max((decision.at for decision in decisions), default=None)
    return max(now(), last + timedelta(seconds=1)) if last is not None else now()


reason_option = click.option("--reason", required=True, help="Why; kept and shown with the decision.")


@command.command("merge")
@click.argument("devices", nargs=-1, required=True)
@reason_option
@store_option
def merge(devices: tuple[str, ...], reason: str, store: str | None) -> None:
    """Say that DEVICES are one."""
    settings = load_settings(store=store)
    if len(devices) < 2:
        raise UsageError(f"{devices[0]!r} cannot be merged with nothing; name at least two devices")
    review = _review(settings)
    found = [find_device(review, name) for name in devices]
    _decide(settings, "merge", [item for device in found for item in device.identity.asset.observations], reason)


@command.command("split")
@click.argument("observations", nargs=-1, required=True)
@reason_option
@store_option
def split(observations: tuple[str, ...], reason: str, store: str | None) -> None:
    """Say that OBSERVATIONS (ids as 'explain' prints them) are a device of their own."""
    settings = load_settings(store=store)
    review = _review(settings)
    known = {item.id for device in review.devices for item in device.observations}
    unknown = sorted(set(observations) - known)
    if unknown:
        raise UsageError(
            f"observation {unknown[0]!r} is not of the last review; 'glasshouse explain DEVICE' prints ids"
        )
    _decide(settings, "split", observations, reason)


@command.command("attribute")
@click.argument("device")
@click.argument("facet", type=click.Choice([facet.value for facet in Facet]), metavar="FACET")
@click.argument("value")
@reason_option
@store_option
def attribute(device: str, facet: str, value: str, reason: str, store: str | None) -> None:
    """Say what FACET (maker, model, serial ...) of DEVICE is; a person's word supports, it never proves."""
    settings = load_settings(store=store)
    found = find_device(_review(settings), device)
    _decide(settings, "attribute", found.identity.asset.observations, reason, Facet(facet), value)


@command.command("withdraw")
@click.argument("decision")
@reason_option
@store_option
def withdraw(decision: str, reason: str, store: str | None) -> None:
    """Withdraw an earlier DECISION; both stay in the log."""
    _decide(load_settings(store=store), "withdraw", (decision,), reason)
