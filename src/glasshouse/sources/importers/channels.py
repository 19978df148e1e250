"""Tables of a recorder's channels: what the recorder says about the units behind it."""

from __future__ import annotations

from glasshouse.model.observation import Channel, SaidBy
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry

__all__ = ["MAX_CHANNELS", "MAX_TABLE", "recorder_of", "see_channel"]

MAX_TABLE = 8 * 1024 * 1024
MAX_CHANNELS = 4_096


def recorder_of(draft: Draft) -> str:
    """A name for the recorder of a file that does not name it: two files of one name stay two recorders."""
    return f"{cap(draft.file.name, 128)} ({draft.file.sha256[:12]})"


def see_channel(draft: Draft, number: int, where: str, *found: tuple[str, str]) -> None:
    """Put one channel into the preview; one of which nothing is said is rejected."""
    subject = Channel(recorder_of(draft), number, draft.property)
    if Entry(draft, subject, where).row(SaidBy.INFRASTRUCTURE, *found):
        draft.rows_used += 1
    else:
        draft.reject(where, "the channel says nothing about its unit")
