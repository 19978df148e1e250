"""What may go wrong for a user, with the exit code that says so (interfaces: exit codes)."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Exit", "UsageError", "UserError"]


class Exit(IntEnum):
    """Exit codes; FOUND beats PARTLY beats DONE."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOTHING = 3
    PARTLY = 4
    FOUND = 10


class UserError(Exception):
    """Something a user can mend. The message says what happened, to what, what is accepted, what to do."""

    exit: Exit = Exit.FAILED


class UsageError(UserError):
    """The command was called in a way that cannot work."""

    exit: Exit = Exit.USAGE
