"""`glasshouse device merge|split|attribute|withdraw|decisions`: people's decisions about identity, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from glasshouse.app.config import Settings, load_settings, operator_name
from glasshouse.app.decide import (
    Proposal,
    attribution_of,
    listed,
    merge_of,
    record,
    split_of,
    withdrawal_of,
)
from glasshouse.app.errors import UsageError
from glasshouse.app.find import find_device
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.review import rebuild
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.options import format_option, store_option, write_records
from glasshouse.cli.progress import progress_bar
from glasshouse.model.review import Review
from glasshouse.model.signal import Facet
from glasshouse.store.store import Store

__all__ = ["COMMANDS"]

COLUMNS = ("id", "kind", "at", "by", "facet", "value", "subjects", "reason", "state")

reason_option = click.option("--reason", required=True, help="Why; kept and shown with the decision.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what it would do; store nothing.")


def _decide(settings: Settings, reason: str, propose: Callable[[Store], Proposal], *, dry_run: bool) -> None:
    by = operator_name()
    with open_for_writing(settings) as opened:
        proposal = propose(opened)
        click.echo(proposal.effect, err=True)
        if dry_run:
            click.echo(f"{proposal.kind} not stored: dry run")
            return
        made = record(opened, proposal, reason, by)
    click.echo(f"{made.id}: {made.kind} by {by}; withdraw it with 'glasshouse device withdraw {made.id}'")


def _last(opened: Store) -> Review:
    with progress_bar() as tick:
        return rebuild(opened, open_knowledge(), tick)


@click.command("merge")
@click.argument("devices", nargs=-1, required=True)
@reason_option
@dry_run_option
@store_option
def merge(devices: tuple[str, ...], reason: str, store: str | None, *, dry_run: bool) -> None:
    """Say that DEVICES are one unit. It holds for later evidence of the same MAC addresses, serials and UUIDs."""
    if len(devices) < 2:
        raise UsageError(f"{devices[0]!r} cannot be merged with nothing; name at least two devices")

    def propose(opened: Store) -> Proposal:
        review = _last(opened)
        return merge_of([find_device(review, name) for name in devices])

    _decide(load_settings(store=store), reason, propose, dry_run=dry_run)


@click.command("split")
@click.argument("device")
@click.option("--observations", required=True, help="Those of the other unit: ids or labels (O2) of 'explain', commas.")
@reason_option
@dry_run_option
@store_option
def split(device: str, observations: str, reason: str, store: str | None, *, dry_run: bool) -> None:
    """Say that some observations of DEVICE are of another unit."""
    names = _names(observations)
    _decide(load_settings(store=store), reason, lambda opened: split_of(find_device(_last(opened), device), names),
            dry_run=dry_run)  # fmt: skip


def _names(text: str) -> Sequence[str]:
    names = [part for part in text.replace(",", " ").split() if part]
    if not names:
        raise UsageError("--observations names nothing; give ids or labels as 'glasshouse explain' prints them")
    return names


@click.command("attribute")
@click.argument("device")
@click.option("--facet", required=True, type=click.Choice([facet.value for facet in Facet]), metavar="FACET",
              help="maker, brand, model, serial ...")  # fmt: skip
@click.option("--value", required=True, help="What it is; for a maker or a brand the slug of a party.")
@reason_option
@dry_run_option
@store_option
def attribute(device: str, facet: str, value: str, reason: str, store: str | None, *, dry_run: bool) -> None:
    """Say what a facet of DEVICE is; a person's word supports, it never proves."""
    _decide(load_settings(store=store), reason,
            lambda opened: attribution_of(find_device(_last(opened), device), Facet(facet), value),
            dry_run=dry_run)  # fmt: skip


@click.command("withdraw")
@click.argument("decision")
@reason_option
@dry_run_option
@store_option
def withdraw(decision: str, reason: str, store: str | None, *, dry_run: bool) -> None:
    """Withdraw an earlier DECISION; both stay in the log."""
    _decide(load_settings(store=store), reason, lambda opened: withdrawal_of(decision, opened.decisions.all()),
            dry_run=dry_run)  # fmt: skip


@click.command("decisions")
@format_option
@store_option
def decisions(form: str | None, store: str | None) -> None:
    """Every decision, who made it, why, and whether the last review holds what it refers to."""
    with open_for_writing(load_settings(store=store)) as opened:
        rows = listed(opened, _last(opened)) if opened.decisions.all() else ()
    write_records(
        (
            {
                "id": row.decision.id,
                "kind": row.decision.kind,
                "at": row.decision.at.isoformat(),
                "by": row.decision.by,
                "facet": row.decision.facet.value if row.decision.facet else None,
                "value": row.decision.value,
                "subjects": len(row.decision.subjects),
                "reason": row.decision.reason,
                "state": row.state,
            }
            for row in rows
        ),
        form,
        COLUMNS,
    )


COMMANDS: tuple[click.Command, ...] = (merge, split, attribute, withdraw, decisions)
