"""Rows of decoded fields, a column a field: each distinct value is matched once, rows with the same telling values once."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.reading import Content, Kind
from glasshouse.matching.signals import Hearing

__all__ = ["FieldRows", "telling"]

_LONGEST = 2_000  # characters of a value that is asked alone
# Values from which something may be taken before they are read; they are always read in whole.
_MAY_HIDE = re.compile(
    r"(?i)@|[?&;](?:us|log|pass|pwd|token|auth|key)|authorization|cookie|passw|passphrase|pwd|secret|verification|safe_?code"
    r"|api_?key|access_?token|auth_?token|user_?(?:info|name)"
)
# Names that may be a secret's, or a user's beside one: such a column changes how its neighbours are read.
_SECRETIVE = re.compile(
    r"(?i)auth|cookie|pass|pwd|pw|secret|token|code|user|key|psk|commun|credential|pin|mdp|mot|login|util|ident|cle|clé"
)


def telling(name: str, values: list[str], hearing: Hearing) -> list[bool]:
    """Whether each of the values may say something in the field `name`: alone, or together with another field."""
    if name in hearing.joint or name.startswith("inventory."):
        return [True] * len(values)
    speaks = hearing.speaks
    return [len(one) > _LONGEST or _MAY_HIDE.search(one) is not None or speaks(name, one.strip()) for one in values]


class FieldRows:
    """A batch of decoded fields. `contents` are the distinct contents, `at` tells which of them each row is."""

    def __init__(self, batch: pa.RecordBatch, hearing: Hearing) -> None:
        self._batch = batch
        self._hearing = hearing
        self._names = [name for name in batch.schema.names if "." in name]
        self._all = any(_SECRETIVE.search(name) for name in self._names)

    def column(self, name: str) -> pa.Array:
        """A column as text; all null where the batch has none."""
        found = self._batch[name] if name in self._batch.schema.names else pa.nulls(self._batch.num_rows)
        return (found.dictionary_decode() if pa.types.is_dictionary(found.type) else found).cast(pa.string())

    @property
    def contents(self) -> list[Content]:
        """The distinct contents, without the values that say nothing."""
        return self._worked_out[0]

    @property
    def at(self) -> pa.Array:
        """Number of the content of each row."""
        return self._worked_out[1]

    @cached_property
    def _worked_out(self) -> tuple[list[Content], pa.Array]:
        code = pa.array([0], pa.int64()).take(pa.nulls(self._batch.num_rows, pa.int64()).fill_null(0))
        made: list[tuple[str | None, ...]] = [()]
        for values, own in self._coded():
            both = pc.add(pc.multiply(code, len(values)), own).dictionary_encode()
            pairs = (divmod(number, len(values)) for number in both.dictionary.to_pylist())
            made = [(*made[before], values[place]) for before, place in pairs]
            code = both.indices.cast(pa.int64())
        return [self._content(one) for one in made], code

    def _coded(self) -> list[tuple[list[str | None], pa.Array]]:
        """For the columns of a kind and of fields: the values that matter, and their numbers by row; 0 for none."""
        found = []
        for name in ("probe", "said_by", *self._names):
            column = self.column(name).dictionary_encode()
            values = column.dictionary.to_pylist()
            keep = [True] * len(values) if "." not in name or self._all else telling(name, values, self._hearing)
            kept = [one for one, wanted in zip(values, keep, strict=True) if wanted]
            numbers = {one: number for number, one in enumerate(kept, 1)}
            lookup = pa.array(
                [numbers[one] if wanted else 0 for one, wanted in zip(values, keep, strict=True)], pa.int64()
            )
            found.append(([None, *kept], pc.fill_null(lookup.take(column.indices), 0)))
        return found

    def _content(self, values: tuple[str | None, ...]) -> Content:
        probe, said_by, *rest = values
        row = {name: value for name, value in zip(self._names, rest, strict=True) if value is not None}
        return Content(Kind(probe or "other", None, None, said_by, True), msgspec.json.encode(row).decode())
