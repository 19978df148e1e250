"""`glasshouse capture`: passive collection from packet captures."""

from __future__ import annotations

from pathlib import Path

import click

from glasshouse.cli.imports import import_files
from glasshouse.cli.options import store_option


@click.command("capture")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.pcap...")
@click.option("--property", "site", default="unassigned", show_default=True, help="Name of the property.")
@click.option("--domain", default="default", show_default=True, help="Routing domain of the addresses.")
@click.option("--dry-run", is_flag=True, help="Preview only; store nothing.")
@store_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], site: str, domain: str, store: str | None, *,
            dry_run: bool) -> None:  # fmt: skip
    """Take what devices said of themselves out of packet captures (pcap, pcapng); no payload is kept."""
    ctx.exit(import_files(files, site, domain, store, dry_run=dry_run))
