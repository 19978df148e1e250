"""`glasshouse scan`: active collection only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from glasshouse.app.change_pack import write_change_pack
from glasshouse.app.collect import ActivePlan, Place, collection_id, plan_active
from glasshouse.app.config import load_settings
from glasshouse.app.errors import Exit, UserError
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.reconcile import reconcile_run
from glasshouse.app.scan import Scanned, begun_scan, outline_of, run_id, run_scan
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import format_option, store_option, write_records
from glasshouse.cli.progress import progress_bar
from glasshouse.store.store import Store

COLUMNS = ("address", "brand", "maker", "model", "firmware", "mac", "device_class")


@click.command("scan")
@click.argument("targets", nargs=-1, metavar="TARGET...")
@click.option(
    "--scope", type=click.Path(path_type=Path), help="Scope file (TOML); on loopback the targets are the scope."
)
@click.option("--protocol", "protocols", multiple=True, help="Ask with this protocol only (repeatable).")
@click.option("--pace", type=click.Choice(["gentle", "approved", "lab"]), default=None, help="How fast to ask.")
@click.option("--property", "site", default="unassigned", show_default=True, help="Name of the property.")
@click.option("--domain", default="default", show_default=True, help="Routing domain of the addresses.")
@click.option("--resume", default=None, metavar="ID", help="Go on with, or print again, the collection ID.")
@click.option("--plan", "plan_only", is_flag=True, help="Send nothing; print what would be sent, as JSON.")
@click.option(
    "--plan-out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Send nothing; write a change pack here: English and French text, every packet as CSV, JSON.",
)
@click.option(
    "--reconcile",
    "record",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Send nothing; compare a run's packet ledger with a capture or a flow table (CSV) of the network.",
)
@click.option("--of", "run", default=None, metavar="ID", help="With --reconcile: the collection (default: the last).")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="ADDRESS",
    help="With --reconcile: our address as the record shows it (repeatable; default: as this machine saw it).",
)
@click.option("--summary", type=click.Path(dir_okay=False, path_type=Path), help="Write the summary here as JSON.")
@format_option
@store_option
@click.pass_context
def command(ctx: click.Context, targets: tuple[str, ...], scope: Path | None, protocols: tuple[str, ...],
            pace: Literal["gentle", "approved", "lab"] | None, site: str, domain: str, resume: str | None,
            summary: Path | None, form: str | None, store: str | None, record: Path | None, run: str | None,
            sources: tuple[str, ...], plan_out: Path | None, *, plan_only: bool) -> None:  # fmt: skip
    """Ask networks and hosts, gently, what they are; one responding device a line.

    Nothing is sent outside the scope. TARGET is a network, an address, a range or a name.
    """
    if record is not None:
        if targets or resume or plan_only:
            raise click.UsageError("--reconcile sends nothing and takes no TARGET; name a run with --of ID")
        ctx.exit(_reconcile(record, run, sources, store))
    if bool(targets) is bool(resume):
        raise click.UsageError("give either TARGETs or --resume ID")
    if (plan_only or plan_out) and not targets:
        raise click.UsageError("--plan wants the TARGETs of the run that is planned")
    plan = plan_active(targets, scope, pace, protocols) if targets else None
    if (plan_only or plan_out) and plan is not None:
        _plan(plan, plan_out, as_json=plan_only)
        return
    settings = load_settings(store=store)
    knowledge = open_knowledge()
    with open_for_writing(settings) as opened, progress_bar() as tick:
        place, ready = _begin(opened, plan, Place(run_id(targets), site, domain), resume)
        click.echo(f"collection: {collection_id(place, ready)}", err=True)
        scanned = run_scan(opened, knowledge, place, ready, tick)
    write_records(scanned.answers, form, COLUMNS)
    _summarise(scanned, summary)
    ctx.exit(_exit(scanned))


def _plan(plan: ActivePlan, folder: Path | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(outline_of(plan), indent=2))
    for path in write_change_pack(plan, folder) if folder else ():
        click.echo(f"written: {path}", err=True)


def _reconcile(record: Path, run: str | None, sources: tuple[str, ...], store: str | None) -> Exit:
    with open_for_writing(load_settings(store=store)) as opened:
        found = reconcile_run(opened, run, record, sources)
    click.echo(json.dumps(found.as_json(), indent=2))
    if not found.ours:
        click.echo(
            f"the record holds no packet from {', '.join(found.sources) or 'us'}; if the network shows this machine "
            "under another address, name it with --source",
            err=True,
        )
    return Exit.DONE if found.agrees else Exit.FOUND


def _begin(store: Store, plan: ActivePlan | None, place: Place, resume: str | None) -> tuple[Place, ActivePlan]:
    if plan is not None:
        return place, plan
    return begun_scan(store, str(resume))


def _summarise(scanned: Scanned, file: Path | None) -> None:
    told = scanned.tally.as_json(scanned.collection.id, scanned.seconds)
    counts = ", ".join(f"{count} {state}" for state, count in dict(told["targets"]).items())  # type: ignore[call-overload]
    click.echo(f"{counts}; {told['packets_sent']} packets, {told['bytes_sent']} bytes sent", err=True)
    if file is None:
        return
    try:
        file.write_text(json.dumps(told, indent=2), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}; give another --summary") from error


def _exit(scanned: Scanned) -> Exit:
    if not scanned.answers:
        return Exit.NOTHING
    told = scanned.tally.as_json(scanned.collection.id, 0)
    partly = any(gap["reason"] in {"out of scope", "budget spent", "interrupted"} for gap in told["gaps"])  # type: ignore[attr-defined]
    return Exit.PARTLY if partly else Exit.DONE
