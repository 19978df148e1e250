"""Which program and packs make a result: `made_by` of every output."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from glasshouse import __version__
from glasshouse.model.provenance import MadeBy

__all__ = ["commit", "made_by"]


@cache
def commit() -> str | None:
    """The commit of the checkout the program runs from; None for an installed wheel."""
    git = Path(__file__).resolve().parents[3] / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        reference = head.removeprefix("ref: ")
        loose = git / reference
        if loose.is_file():
            return loose.read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next((line.split()[0] for line in packed if line.endswith(f" {reference}")), None)


def made_by(digests: tuple[tuple[str, str], ...]) -> MadeBy:
    """The `made_by` value for results made with the packs of these digests."""
    return MadeBy(version=__version__, commit=commit(), packs=digests)
