"""Room for the site's sockets: some systems let a program open no more files than the site has services."""

from __future__ import annotations

import contextlib
import sys

__all__ = ["make_room"]

_SPARE = 256  # for the program around the site: its clients, its store, its libraries


def make_room(sockets: int) -> None:
    """Raises this process's own limit of open files to fit `sockets`, as far as an ordinary user may.

    Nothing is lowered. Where the limit stays too low, binding fails later and says so.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - exists on POSIX systems only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _SPARE
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
