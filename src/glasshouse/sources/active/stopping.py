"""What ends a run at once: a stop file, a signal, a lost link, a ledger that cannot be written. It stays resumable."""

from __future__ import annotations

__all__ = ["RunStoppedError"]


class RunStoppedError(Exception):
    """The run was ended before all hosts were asked; the text says why. What was finished stands in the journal."""
