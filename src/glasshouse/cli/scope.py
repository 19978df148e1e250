"""`glasshouse scope new`: asks what may be touched, or takes it from flags, and writes a scope file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from glasshouse.app.errors import UsageError
from glasshouse.app.scope_new import ScopeAnswers, write_scope

CLASSES = ("passive", "discovery", "read", "family-read", "credentialed")


@click.group("scope")
def command() -> None:
    """Scope files: what a scan may touch, when, and who approved it."""


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="scope.toml")
@click.option("--range", "ranges", multiple=True, metavar="NETWORK", help="What may be touched (repeatable).")
@click.option("--exclude", multiple=True, metavar="NETWORK", help="What is left out of it (repeatable).")
@click.option("--approver", default=None, help="Who may authorise the run and does.")
@click.option("--contact", default=None, help="Whom the network's people call about it.")
@click.option("--not-before", default=None, metavar="WHEN", help="First moment, with offset, or day.")
@click.option("--not-after", default=None, metavar="WHEN", help="Last moment, with offset, or day.")
@click.option(
    "--max-class",
    type=click.Choice(CLASSES),
    default="family-read",
    show_default=True,
    help="The most that a device may be asked.",
)
@click.option(
    "--pace", type=click.Choice(["gentle", "approved"]), default="gentle", show_default=True, help="How fast to ask."
)
@click.option("--rate", type=click.IntRange(1, 300), default=None, help="Requests a second at pace approved.")
@click.option("--interface", default=None, metavar="ADDRESS", help="Ask discovery groups from this local address.")
@click.option("--broadcast", default=None, metavar="ADDRESS", help="Ask finders at this broadcast address too.")
def new(file: Path, ranges: tuple[str, ...], exclude: tuple[str, ...], approver: str | None, contact: str | None,
        not_before: str | None, not_after: str | None, max_class: str, pace: str, rate: int | None,
        interface: str | None, broadcast: str | None) -> None:  # fmt: skip
    """Write a scope file; what no flag says is asked on a terminal."""
    answers = ScopeAnswers(
        ranges, exclude, approver, contact, not_before, not_after, max_class, pace, rate, interface, broadcast
    )
    if not ranges:
        if not _is_terminal():
            raise UsageError("nothing says what may be touched; give --range NETWORK, or run this on a terminal")
        answers = _asked(answers)
    scope = write_scope(answers, file)
    click.echo(f"written: {file} (sha256 {scope.sha256})", err=True)
    missing = [name for name, value in (("approver", scope.approver), ("end", scope.not_after)) if value is None]
    if missing:
        click.echo(f"it names no {' and no '.join(missing)}; add it before somebody else is to rely on it", err=True)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _asked(answers: ScopeAnswers) -> ScopeAnswers:
    """Put the questions that no flag has answered; an empty answer leaves a thing unsaid."""

    def ask(question: str, given: str | None) -> str | None:
        return given or click.prompt(question, default="", show_default=False) or None

    ranges = click.prompt("Networks that may be touched, with commas between them (192.0.2.0/24)")
    exclude = ask("Addresses to leave out", ", ".join(answers.exclude))
    return replace(
        answers,
        ranges=_parts(ranges),
        exclude=_parts(exclude or ""),
        approver=ask("Who authorises it (name, office)", answers.approver),
        contact=ask("Whom to call about it (telephone, address)", answers.contact),
        not_before=ask("First day (YYYY-MM-DD)", answers.not_before),
        not_after=ask("Last day (YYYY-MM-DD)", answers.not_after),
        interface=ask("Local address to ask discovery groups from; none = no groups", answers.interface),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
