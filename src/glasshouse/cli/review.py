"""`glasshouse review`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from glasshouse.app.clock import today
from glasshouse.app.config import Settings, load_settings
from glasshouse.app.decide import idle
from glasshouse.app.documents import write_documents
from glasshouse.app.errors import Exit
from glasshouse.app.knowledge import KnowledgeBase, open_knowledge
from glasshouse.app.review import ReviewRequest, run_review, slug_of
from glasshouse.app.stores import open_for_writing
from glasshouse.cli.frame import frame_from, frame_options
from glasshouse.cli.options import fail_on_option, language_option, read_as, reading_options, store_option
from glasshouse.cli.progress import progress_bar
from glasshouse.model.restriction import Outcome
from glasshouse.model.review import Review
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.terminal import summary_lines


@click.command("review")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--property", "site", default="unassigned", show_default=True, help="Name of the property.")
@click.option("--domain", default="default", show_default=True, help="Routing domain of its addresses.")
@click.option("--scope", type=click.Path(path_type=Path), help="Scope file (TOML): what may be touched.")
@click.option("--facts", type=click.Path(path_type=Path), help="Facts about properties and devices (TOML or CSV).")
@click.option("--pace", type=click.Choice(["gentle", "approved", "lab"]), default=None, help="How fast to ask.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where the reports go.")
@reading_options
@frame_options
@store_option
@language_option
@fail_on_option
@click.pass_context
def command(ctx: click.Context, /, sources: tuple[str, ...], store: str | None, language: str | None,
            fail_on: Outcome | None, out: Path | None, **given: Any) -> None:  # fmt: skip
    """Review a property: each SOURCE is a network, a host, or a file or folder of any importable format.

    Collects, seals, identifies, judges, assesses, stores, and writes the report. A run that was killed is continued
    by giving the same command again.
    """
    settings = load_settings(store=store, language=language)
    knowledge = open_knowledge()
    if given["as_of"] is None and knowledge.present_day < today():
        click.echo(f"the rules know the law until {knowledge.present_day}; judged as of that day", err=True)
    request = _request(settings, knowledge, sources, given)
    with open_for_writing(settings) as opened, progress_bar() as tick:
        review = run_review(request, opened, knowledge, tick)
        folder = out or opened.folder / "reports" / f"{review.made_at:%Y%m%dT%H%M%S}-{slug_of(request.property)}"
        written = write_documents(review, folder, tick)
        for line in idle(opened, review):
            click.echo(line, err=True)
    for line in summary_lines(review, Translator(settings.language, dict(review.names))):
        click.echo(line)
    first = "report.fr.html" if settings.language == "fr" else "report.en.html"
    click.echo(f"report: {next(path for path in written if path.name == first)}")
    ctx.exit(exit_code(review, fail_on))


def _request(
    settings: Settings, knowledge: KnowledgeBase, sources: tuple[str, ...], given: dict[str, Any]
) -> ReviewRequest:
    return ReviewRequest(
        sources=sources,
        property=given.pop("site"),
        domain=given.pop("domain"),
        scope=given.pop("scope"),
        facts=given.pop("facts"),
        pace=given.pop("pace"),
        read_as=read_as(given),
        frame=frame_from(settings, knowledge, **given),
    )


def exit_code(review: Review, fail_on: Outcome | None) -> Exit:
    """FOUND beats PARTLY beats DONE; partly means that an input could not be read or a target not be asked."""
    if fail_on is not None and any(device.judgement.overall >= fail_on for device in review.devices):
        return Exit.FOUND
    partly = any(row.fatal for row in review.rejected) or any(item.state == "partial" for item in review.collections)
    refused = any(
        gap.reason.value in {"out of scope", "budget spent"} for item in review.collections for gap in item.gaps
    )
    return Exit.PARTLY if partly or refused else Exit.DONE
