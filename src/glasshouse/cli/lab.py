"""`glasshouse lab`: the emulated site."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from glasshouse.app.errors import Exit, UserError
from glasshouse.cli.options import DAY, store_option
from glasshouse.lab import LabError, LabSite, write_samples

PROPERTY = "Maple House (emulated)"


@click.group("lab")
def command() -> None:
    """An emulated property on loopback addresses: 50 devices, some rebranded, some hostile; no root needed."""


@contextmanager
def running_site() -> Iterator[LabSite]:
    """The emulated site, served from a thread of its own until the block ends. Raises UserError."""
    ready = threading.Event()
    stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    sites: list[LabSite] = []
    failed: list[LabError] = []

    async def serve() -> None:
        done = asyncio.Event()
        try:
            async with LabSite() as site:
                sites.append(site)
                stop.append((asyncio.get_running_loop(), done))
                ready.set()
                await done.wait()
        except LabError as error:
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="lab", daemon=True)
    thread.start()
    ready.wait()
    if failed:
        raise UserError(str(failed[0]))
    try:
        yield sites[0]
    finally:
        loop, done = stop[0]
        loop.call_soon_threadsafe(done.set)
        thread.join(timeout=5)


def prepare(site: LabSite, folder: Path) -> tuple[Path, Path, Path]:
    """Write scope file, sample files and facts into `folder`; returns (scope, evidence folder, facts)."""
    folder.mkdir(parents=True, exist_ok=True)
    scope = folder / "scope.toml"
    scope.write_text(site.scope_toml, encoding="utf-8")
    samples = write_samples(folder, plan=site.plan, property_name=PROPERTY)
    return scope, samples.evidence, samples.facts


@command.command("serve")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("lab"), show_default=True,
              help="Where scope file and sample files are written.")  # fmt: skip
def serve(out: Path) -> None:
    """Run the emulated site until Ctrl-C, so that it can be scanned from another terminal."""
    with running_site() as site:
        scope, evidence, facts = prepare(site, out)
        targets = " ".join(site.targets)
        click.echo(f"{len(site.devices)} devices. Try, in another terminal:", err=True)
        click.echo(f"glasshouse review {targets} {evidence} --scope {scope} --facts {facts} --property '{PROPERTY}'")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)


def _invoke(ctx: click.Context, command: click.Command, **given: object) -> None:
    """Run the review; hostile devices of the site leave gaps on purpose, so "partly collected" is success here."""
    try:
        ctx.invoke(command, **given)
    except click.exceptions.Exit as ended:
        if ended.exit_code != Exit.PARTLY:
            raise


@command.command("review")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where the reports go.")
@click.option("--as-of", type=DAY, default=None, help="Day whose law counts.")
@store_option
@click.pass_context
def review(ctx: click.Context, /, **given: object) -> None:
    """Scan the emulated site over real sockets, import its sample files, and write the report."""
    from glasshouse.cli.review import command as review_command  # noqa: PLC0415  # only this verb needs it

    folder = Path(str(given["store"] or ".glasshouse")) / "lab"
    with running_site() as site:
        scope, evidence, facts = prepare(site, folder)
        _invoke(
            ctx,
            review_command,
            sources=(*site.targets, str(evidence)),
            scope=scope,
            facts=facts,
            site=PROPERTY,
            domain="default",
            pace="lab",
            column_map=(),
            time_zone=None,
            encoding=None,
            roles=("federal_department",),
            jurisdiction="CA",
            **given,
        )
