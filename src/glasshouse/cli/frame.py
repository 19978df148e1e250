"""The options that say under which law a review asks: jurisdiction, roles, acts, purposes, site class, dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from glasshouse.app.config import Settings
from glasshouse.app.knowledge import KnowledgeBase
from glasshouse.app.query import Frame
from glasshouse.cli.options import DAY
from glasshouse.model.time import AsOf
from glasshouse.model.verdict import ACTS, PURPOSES, ROLES, SITE_CLASSES

__all__ = ["frame_from", "frame_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def frame_options(command: Command) -> Command:
    """Adds the options; their values arrive as keyword arguments, for `frame_from`."""
    for option in reversed(
        (
            click.option("--jurisdiction", default=None, help="Where the property lies: CA, CA-QC, US, UK, AU ..."),
            click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), metavar="ROLE",
                         help="Role of the organisation, e.g. federal_department (repeatable)."),
            click.option("--act", "acts", multiple=True, type=click.Choice(ACTS), metavar="ACT",
                         help="Act asked about (repeatable; default: use and keep_in_service)."),
            click.option("--purpose", "purposes", multiple=True, type=click.Choice(PURPOSES), metavar="PURPOSE",
                         help="Purpose of the surveillance (repeatable; not given is unknown)."),
            click.option("--site-class", type=click.Choice(SITE_CLASSES), default=None, help="Class of the site."),
            click.option("--known-at", type=DAY, default=None, help="Judge with what was publicly known on this day."),
            click.option("--as-of", type=DAY, default=None,
                         help="Day whose law counts (default: today, or the last day the rules know of)."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def frame_from(
    settings: Settings,
    knowledge: KnowledgeBase,
    *,
    jurisdiction: str | None,
    roles: tuple[str, ...],
    acts: tuple[str, ...],
    purposes: tuple[str, ...],
    site_class: str | None,
    known_at: date | None,
    as_of: date | None,
) -> Frame:
    """The frame of a run: flags win over settings."""
    return Frame(
        as_of=AsOf(as_of or knowledge.present_day, known_at),
        jurisdiction=jurisdiction or settings.jurisdiction,
        roles=roles or settings.roles,
        acts=acts,
        purposes=() if "unknown" in purposes else purposes,
        site_class=site_class,
    )
