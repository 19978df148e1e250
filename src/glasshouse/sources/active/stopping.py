"""What ends a run at once: a stop file, a signal, a lost link, a ledger that cannot be written. It stays resumable."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["RunStoppedError", "stop_file_watch", "until_stopped"]

_POLL = 0.2  # seconds between two looks: all traffic ends within a second
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class RunStoppedError(Exception):
    """The run was ended before all hosts were asked; the text says why. What was finished stands in the journal."""


def stop_file_watch(path: Path) -> Callable[[], str | None]:
    """A function that says that the stop file is there, and None while it is not."""
    return lambda: f"stop file {path} is there; remove it, then resume the run" if path.exists() else None


async def until_stopped(work: Coroutine[object, object, None], *watches: Callable[[], str | None]) -> None:
    """Do `work` until it is done, or a watch gives a reason, or SIGINT or SIGTERM comes.

    Then the work is cancelled, which closes its sockets, and RunStoppedError is raised. Signals are heard in the main
    thread alone; elsewhere they are the caller's.
    """
    task = asyncio.create_task(work)
    reasons: list[str] = []

    def stop(reason: str) -> None:
        reasons.append(reason)
        task.cancel()

    with _signals(stop):
        watcher = asyncio.create_task(_watch(watches, stop))
        try:
            await task
        except asyncio.CancelledError:
            if not reasons:
                raise
            raise RunStoppedError(reasons[0]) from None
        finally:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)


async def _watch(watches: tuple[Callable[[], str | None], ...], stop: Callable[[str], None]) -> None:
    while True:
        for watch in watches:
            reason = watch()
            if reason is not None:
                stop(reason)
                return
        await asyncio.sleep(_POLL)


@contextmanager
def _signals(stop: Callable[[str], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in _SIGNALS if main}
    try:
        with suppress(NotImplementedError):  # a system without them; there the interpreter raises KeyboardInterrupt
            for number in before:
                loop.add_signal_handler(number, stop, f"{number.name} was received")
        yield
    finally:
        for number, handler in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
