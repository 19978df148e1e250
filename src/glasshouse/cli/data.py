"""`glasshouse data`: the data packs."""

from __future__ import annotations

from pathlib import Path

import click

from glasshouse.app.errors import Exit
from glasshouse.cli.options import format_option, write_records
from glasshouse.datapack import calibration, identification_digest, load, verify
from glasshouse.datapack.pack import default_root


@click.group("data")
def command() -> None:
    """Data packs: fingerprints, parties, lineage, models, prefixes, rules, advisories."""


@command.command("verify")
@click.argument("folder", required=False, type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.pass_context
def verify_packs(ctx: click.Context, folder: Path | None) -> None:
    """Check schemas, sources, examples, references and calibration of the packs in FOLDER (default: our own)."""
    root = folder or default_root()
    problems = (*verify(root), *calibration.verify(root, identification_digest(root)))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} problems in the data packs", err=True)
        ctx.exit(Exit.FAILED)
    for age in load(root).ages:
        click.echo(f"{age.pack}: {age.items} items, version {age.version}, {age.digest}")


@command.command("list")
@format_option
def list_packs(form: str | None) -> None:
    """Name each pack with its version, date, size and digest."""
    rows = (
        {
            "pack": age.pack,
            "version": age.version,
            "dated": age.dated.date().isoformat() if age.dated else None,
            "items": age.items,
            "digest": age.digest,
        }
        for age in load().ages
    )
    write_records(rows, form)
