"""The `glasshouse` command: finds the subcommand's file and turns problems into messages and exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from glasshouse import __version__
from glasshouse.app.errors import Exit, UserError

__all__ = ["main"]

COMMANDS = {
    "review": ("glasshouse.cli.review", "Collect, identify, judge, assess, store, and write the report."),
    "scan": ("glasshouse.cli.scan", "Active collection only: one responding device a line."),
    "scope": ("glasshouse.cli.scope", "Write a scope file: what a scan may touch, when, and who approved it."),
    "doctor": ("glasshouse.cli.doctor", "What this machine and vantage can and cannot do; nothing is sent."),
    "import": ("glasshouse.cli.imports", "Preview files with every error, then import them."),
    "capture": ("glasshouse.cli.capture", "Passive collection from packet captures."),
    "identify": ("glasshouse.cli.identify", "Observations in, identities out (JSON Lines), stateless."),
    "judge": ("glasshouse.cli.judge", "Questions in, verdicts out (JSON Lines), stateless."),
    "assess": ("glasshouse.cli.assess", "Devices in, merits out (JSON Lines), stateless."),
    "explain": ("glasshouse.cli.explain", "The evidence tree of a device, down to bytes and clause."),
    "device": ("glasshouse.cli.device", "List devices; merge, split, attribute, withdraw, with a reason."),
    "report": ("glasshouse.cli.report", "Write the last review again as HTML, CSV, JSON Lines or XLSX."),
    "rules": ("glasshouse.cli.rules", "List, show and date the rules."),
    "data": ("glasshouse.cli.data", "Verify the data packs."),
    "store": ("glasshouse.cli.store", "Check, back up and upgrade the store; erase evidence under a retention rule."),
    "lab": ("glasshouse.cli.lab", "Emulated devices on loopback, for demonstrations, training and tests."),
}


class LazyGroup(click.Group):
    """Imports a subcommand only when it is called, so that `identify` starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101  # a contract of our own files
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"glasshouse: {error}", err=True)
            ctx.exit(error.exit)
        except BrokenPipeError:
            sys.stderr.close()  # the reader has gone; Python would complain again at exit
            ctx.exit(Exit.DONE)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="glasshouse")
def main() -> None:
    """Review an organisation's video-surveillance equipment.

    What is there, who truly made it, which rule reaches it and why, how secure it is apart from that,
    and what was not seen.
    """
