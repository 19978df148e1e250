"""`glasshouse capture`: passive collection from packet captures, or from an interface that is listened on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from glasshouse.app.clock import now
from glasshouse.app.collect import Place
from glasshouse.app.errors import UserError
from glasshouse.cli.imports import import_files, keep_previews
from glasshouse.cli.options import store_option
from glasshouse.model.ids import content_id
from glasshouse.sources.document import Preview
from glasshouse.sources.passive.live import CaptureRefusedError, Limits, listen

DAY = 86_400


@click.command("capture")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE.pcap...]")
@click.option("--interface", default=None, metavar="IF", help="Listen on this interface instead (Linux; CAP_NET_RAW).")
@click.option("--seconds", type=click.IntRange(1, DAY), default=600, show_default=True, help="Listen this long.")
@click.option(
    "--megabytes",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="Stop after this much traffic; packets are read and not kept.",
)
@click.option("--promiscuous", is_flag=True, help="Listen to traffic between others too, where the switch shows it.")
@click.option("--property", "site", default="unassigned", show_default=True, help="Name of the property.")
@click.option("--domain", default="default", show_default=True, help="Routing domain of the addresses.")
@click.option("--dry-run", is_flag=True, help="Preview only; store nothing.")
@store_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], interface: str | None, seconds: int, megabytes: int,
            site: str, domain: str, store: str | None, *, promiscuous: bool, dry_run: bool) -> None:  # fmt: skip
    """Take what devices said of themselves out of packet captures (pcap, pcapng); no payload is kept.

    With --interface nothing is sent; Ctrl-C ends it earlier, and what was heard until then is kept.
    """
    if bool(files) is (interface is not None):
        raise click.UsageError("give either FILEs or --interface IF")
    if interface is None:
        ctx.exit(import_files(files, site, domain, store, dry_run=dry_run))
    place = Place(content_id("capture", interface, now()), site, domain)
    heard = _heard(interface, Limits(seconds, megabytes * 1_000_000), place, promiscuous=promiscuous)
    ctx.exit(keep_previews([heard], place, store, dry_run=dry_run))


def _heard(interface: str, limits: Limits, place: Place, *, promiscuous: bool) -> Preview:
    click.echo(f"listening on {interface} for {limits.seconds:.0f} seconds; Ctrl-C ends it and keeps all", err=True)
    with _asked_to_stop() as stop:
        try:
            return listen(
                interface, limits, stop=stop, promiscuous=promiscuous, property=place.property, domain=place.domain
            )
        except CaptureRefusedError as error:
            raise UserError(str(error)) from error


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """SIGINT and SIGTERM ask to stop, instead of ending the program, while this lasts."""
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _: asked.append(got)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
