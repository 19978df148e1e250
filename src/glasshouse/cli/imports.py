"""`glasshouse import`: files to sealed collections, previewed first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from glasshouse.app.clock import now
from glasshouse.app.collect import Place, collect_files, preview_files
from glasshouse.app.config import load_settings
from glasshouse.app.errors import Exit, UsageError
from glasshouse.app.reading import AS_THEY_ARE, ReadAs
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import read_as, reading_options, store_option
from glasshouse.cli.progress import progress_bar
from glasshouse.model.ids import content_id
from glasshouse.sources.importers import Preview

SHOWN = 20


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Preview only; store nothing.")
@click.option("--property", "site", default="unassigned", show_default=True, help="Name of the property.")
@click.option("--domain", default="default", show_default=True, help="Routing domain of the addresses.")
@reading_options
@store_option
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...], site: str, domain: str, store: str | None, *,
            dry_run: bool, **given: Any) -> None:  # fmt: skip
    """Show what FILES hold, with every rejected row and unknown column; then store and seal them."""
    ctx.exit(import_files(files, site, domain, store, read_as(given), dry_run=dry_run))


def import_files(
    files: tuple[Path, ...], site: str, domain: str, store: str | None, told: ReadAs = AS_THEY_ARE, *, dry_run: bool
) -> Exit:
    """The two steps; importing and capturing share them."""
    missing = [file for file in files if not file.exists()]
    if missing:
        raise UsageError(f"{missing[0]} does not exist; give files or folders that can be read")
    place = Place(content_id("import", [str(file) for file in files], now()), site, domain)
    return keep_previews(preview_files(files, place, told), place, store, dry_run=dry_run)


def keep_previews(previews: list[Preview], place: Place, store: str | None, *, dry_run: bool) -> Exit:
    """Show what was read, then store and seal it."""
    for item in previews:
        _show(item)
    used = sum(len(item.sightings) for item in previews)
    if not used:
        click.echo("nothing to import: no file and no interface gave an observation", err=True)
        return Exit.FAILED if any(row.fatal for item in previews for row in item.rejected) else Exit.NOTHING
    if not dry_run:
        with open_for_writing(load_settings(store=store)) as opened, progress_bar() as tick:
            for collection in collect_files(opened, place, previews, tick):
                click.echo(f"{collection.id} {collection.state} {collection.merkle_root}")
    partly = any(item.partial or any(row.fatal for row in item.rejected) for item in previews)
    return Exit.PARTLY if partly else Exit.DONE


def _show(item: Preview) -> None:
    click.echo(
        f"{item.file}: {item.importer or 'not readable'}, {item.rows_read} rows read, {item.rows_used} used, "
        f"{len(item.sightings)} observations, {len(item.rejected)} rejected",
        err=True,
    )
    if item.unknown_columns:
        click.echo(f"  unknown columns, kept beside the rest: {', '.join(item.unknown_columns)}", err=True)
    for note in item.notes:
        click.echo(f"  note: {note}", err=True)
    for row in item.rejected[:SHOWN]:
        click.echo(f"  {row.locator}: {row.problem}", err=True)
    if len(item.rejected) > SHOWN:
        click.echo(f"  ... and {len(item.rejected) - SHOWN} more", err=True)
