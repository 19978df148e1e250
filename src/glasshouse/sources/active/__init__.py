"""Active collection: asking devices, inside a scope, gently. Standard library, model and protocols alone."""

from __future__ import annotations

from glasshouse.sources.active.engine import Progress, Vantage, builtin_speakers, menu_of, scan
from glasshouse.sources.active.governor import Budget, Clock, LoopClock
from glasshouse.sources.active.journal import FileJournal, Journal, JournalError, MemoryJournal
from glasshouse.sources.active.result import HostResult, PortState
from glasshouse.sources.active.scope import Refusal, Scope, ScopeError
from glasshouse.sources.active.scope_file import parse_scope
from glasshouse.sources.active.summary import Tally
from glasshouse.sources.active.targets import Host, TargetError, expand, names_in

__all__ = [
    "Budget",
    "Clock",
    "FileJournal",
    "Host",
    "HostResult",
    "Journal",
    "JournalError",
    "LoopClock",
    "MemoryJournal",
    "PortState",
    "Progress",
    "Refusal",
    "Scope",
    "ScopeError",
    "Tally",
    "TargetError",
    "Vantage",
    "builtin_speakers",
    "expand",
    "menu_of",
    "names_in",
    "parse_scope",
    "scan",
]
