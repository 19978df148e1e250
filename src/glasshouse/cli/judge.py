"""`glasshouse judge`: questions in, verdicts out."""

from __future__ import annotations

import click

from glasshouse.app.errors import Exit
from glasshouse.app.judge import judge_lines
from glasshouse.app.knowledge import open_knowledge
from glasshouse.app.lines import input_lines
from glasshouse.cli.options import fail_on_option, stream
from glasshouse.model.restriction import Outcome


@click.command("judge")
@click.argument("file", required=False)
@click.option("--with-header", is_flag=True, help="First line: made_by, the versions of program and packs.")
@fail_on_option
@click.pass_context
def command(ctx: click.Context, file: str | None, *, with_header: bool, fail_on: Outcome | None) -> None:
    """Judge questions, one JSON object a line (roles, act, date, device): which rule reaches it, and why."""
    knowledge = open_knowledge()
    answers = judge_lines(input_lines(file), knowledge.pack.rules, knowledge.parties)
    worst = stream(answers, knowledge.made_by if with_header else None, key="overall")
    if fail_on is not None and any(Outcome.parse(word) >= fail_on for word in worst):
        ctx.exit(Exit.FOUND)
