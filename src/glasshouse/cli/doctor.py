"""`glasshouse doctor`: what this machine and this vantage can and cannot do. Nothing is sent."""

from __future__ import annotations

import click

from glasshouse.app.config import load_settings
from glasshouse.app.doctor import checks
from glasshouse.app.errors import Exit
from glasshouse.app.knowledge import open_knowledge
from glasshouse.cli.options import format_option, store_option, write_records

COLUMNS = ("check", "state", "found", "means")


@click.command("doctor")
@format_option
@store_option
@click.pass_context
def command(ctx: click.Context, form: str | None, store: str | None) -> None:
    """Privileges, links, ports, ages of the data packs: what works here and what does not; nothing is sent.

    Exit code 4 if something works in part only.
    """
    found = [check.as_json() for check in checks(load_settings(store=store), open_knowledge())]
    write_records(found, form, COLUMNS)
    ctx.exit(Exit.DONE if all(item["state"] == "ok" for item in found) else Exit.PARTLY)
