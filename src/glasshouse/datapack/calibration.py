"""`data/calibration/measured.json`: how often each word of strength was wrong, written by `make calibrate`.

The table counts for the packs it was measured with, and for no others: where they differ, nothing is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from glasshouse.datapack.files import Root
from glasshouse.datapack.problem import PackError, Problem
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Grade, Standing, Validation

__all__ = ["FILE", "GradeRow", "cited", "load", "verify"]

FILE = "calibration/measured.json"
_CITED = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[0-9a-f]{10}")


class GradeRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One grade as it stands in the table."""

    facet: Facet
    strength: str
    devices: int
    errors: int
    lower: float
    upper: float
    needs: int | None
    standing: Standing

    def value(self) -> Grade:
        """The model value; raises ValueError for a strength that is none."""
        return Grade(
            self.facet,
            Strength.parse(self.strength),
            self.devices,
            self.errors,
            self.lower,
            self.upper,
            self.needs,
            self.standing,
        )


class _Table(msgspec.Struct, frozen=True):
    """What the program reads of the table; the rest is for people and for the check."""

    identification: str
    standing: tuple[GradeRow, ...]


def cited(file: str, where: str, identifiers: Sequence[str]) -> Iterator[Problem]:
    """Problems of a `derived_from`: each entry is the id of a corpus record, such as `rtsp-3a9f531d77`, named once."""
    for at, text in enumerate(identifiers):
        if not _CITED.fullmatch(text):
            yield Problem(
                file,
                f"{where}.derived_from[{at}]",
                f"{text!r} is no id of a corpus record; accepted are ids such as 'rtsp-3a9f531d77'",
            )
        elif text in identifiers[:at]:
            yield Problem(file, f"{where}.derived_from[{at}]", f"{text!r} is named twice; keep one")


def _table(root: Root) -> _Table | None:
    """The table under `root`; None where there is none. Raises `PackError` where it is damaged."""
    place = root.joinpath(FILE)
    if not place.is_file():
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=_Table)
    except (OSError, msgspec.MsgspecError) as error:
        raise PackError((Problem(FILE, "", f"cannot be read: {error}; run 'make calibrate'"),)) from error


def load(root: Root, identification: str) -> Validation:
    """The measured grades for packs whose `pack.identification_digest` is `identification`.

    Empty where there is no table or it was measured with other packs. Raises `PackError` where it is damaged.
    """
    table = _table(root)
    if table is None or table.identification != identification:
        return Validation()
    try:
        return Validation(tuple(row.value() for row in table.standing))
    except ValueError as error:
        raise PackError((Problem(FILE, "standing", f"{error}; run 'make calibrate'"),)) from error


def verify(root: Root, identification: str) -> tuple[Problem, ...]:
    """What is wrong with the table: damaged, or measured with other packs than these; () also where there is none."""
    try:
        table = _table(root)
        load(root, identification)
    except PackError as error:
        return error.problems
    if table is not None and table.identification != identification:
        text = "was measured with other identification packs than these; run 'make calibrate' and read what it says"
        return (Problem(FILE, "identification", text),)
    return ()
