"""The evaluation tree as lines of text, for terminals and plain documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from glasshouse.model.text import Message
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import Trace, Verdict

__all__ = ["lines_of", "verdict_lines"]

Say = Callable[[Message], str]

_MARK = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "?"}


def lines_of(trace: Trace, say: Say = str, depth: int = 0) -> Iterator[str]:
    """One line a criterion, indented by depth: mark, criterion, fact, strength, clause. `say` may translate."""
    line = f"{'  ' * depth}[{_MARK[trace.value]}] {say(trace.criterion)}"
    if trace.fact is not None:
        line += f" — {say(trace.fact)}"
    if trace.strength is not None:
        line += f" ({trace.strength.word})"
    if trace.clause is not None:
        pinpoint = f", {trace.clause.pinpoint}" if trace.clause.pinpoint else ""
        line += f" [{trace.clause.title}{pinpoint}]"
    yield line
    for child in trace.children:
        yield from lines_of(child, say, depth + 1)


def verdict_lines(verdict: Verdict, say: Say = str) -> Iterator[str]:
    """A verdict as lines: outcome, first sentence, codes, missing facts, tree, citations."""
    yield f"{verdict.regime}: {verdict.outcome.word}"
    yield f"  {say(verdict.sentence)}"
    yield f"  {', '.join(verdict.reason_codes)}"
    for fact in verdict.missing_facts:
        yield f"  missing: {say(fact)}"
    for trace in verdict.because:
        yield from lines_of(trace, say, 1)
    for citation in verdict.citations:
        yield f"  {citation.title} {citation.pinpoint} {citation.url}".rstrip()
