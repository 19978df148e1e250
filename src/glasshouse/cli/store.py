"""`glasshouse store`: care of the store."""

from __future__ import annotations

from pathlib import Path

import click

from glasshouse.app.clock import now
from glasshouse.app.config import load_settings, operator_name
from glasshouse.app.errors import Exit
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import store_option


@click.group("store")
def command() -> None:
    """Check, back up and upgrade the store; erase evidence under a retention rule."""


@command.command("check")
@store_option
@click.pass_context
def check(ctx: click.Context, store: str | None) -> None:
    """Verify the database, every evidence file, every seal and the event chain; change nothing."""
    with open_for_writing(load_settings(store=store)) as opened:
        problems = opened.check()
        for problem in problems:
            click.echo(str(problem), err=True)
        sequence, head = opened.events.head()
        serious = sum(not problem.harmless for problem in problems)
        click.echo(
            f"{serious} problems, {len(problems) - serious} harmless leftovers of interrupted runs; "
            f"event chain of {sequence} events ends in {head}"
        )
    if serious:
        ctx.exit(Exit.FAILED)


@command.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@store_option
def backup(folder: Path, store: str | None) -> None:
    """Copy the whole store to the new FOLDER."""
    with open_for_writing(load_settings(store=store)) as opened:
        click.echo(str(opened.backup(folder)))


@command.command("upgrade")
@store_option
def upgrade(store: str | None) -> None:
    """Bring the store to this program's schema (opening it does the same)."""
    with open_for_writing(load_settings(store=store)) as opened:
        click.echo(f"{opened.folder} is up to date")


@command.command("erase")
@click.argument("observation")
@click.option("--reason", required=True, help="The retention rule or order that demands it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
def erase(observation: str, reason: str, store: str | None, *, yes: bool) -> None:
    """Erase one OBSERVATION's content for good; a signed tombstone stays and the chain still verifies."""
    if not yes:
        click.confirm(f"Erase the content of {observation} for good?", abort=True, err=True)
    with open_for_writing(load_settings(store=store)) as opened:
        stones = opened.tombstones.erase_observation(observation, reason=reason, by=operator_name(), at=now())
        click.echo(f"erased {observation}; {len(stones)} tombstones signed")
