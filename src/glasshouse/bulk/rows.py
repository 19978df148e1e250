"""The rows of a batch by column: which of them are ordinary, and the distinct contents that they hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from glasshouse.bulk.reading import Content, Kind, as_text
from glasshouse.bulk.schema import OBSERVATION_SCHEMA

__all__ = ["Rows", "row_line"]

_TEXTS = ("id", "device", "probe", "protocol", "request", "encoding", "address", "domain", "said_by", "tool")
_LONGEST_NAME = 512  # characters of an id or device that are kept; longer ones are read line by line
_ADDRESS = r"^(?:[1-9]|[1-9]\d|1\d\d|2[01]\d|22[0-3])(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$"  # no group, none unspecified
_TIME = (
    r"^(?:19|20)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|\+00:00)$"
)


class Rows:
    """A batch of observations. `ordinary` rows have nothing wrong beside their content; others are read one by one."""

    def __init__(self, batch: pa.RecordBatch, first_line: int) -> None:
        self._batch = batch.select([name for name in OBSERVATION_SCHEMA.names if name in batch.schema.names])
        self.count = batch.num_rows
        # A reply that repeats may stand in a dictionary, which is not unpacked.
        self._columns = {
            name: self._batch[name] if name == "raw" else _plain(self._batch[name]) for name in self._batch.schema.names
        }
        numbers = pa.array(range(first_line, first_line + self.count), pa.int64())
        line = self._columns.get("line")
        self.lines = numbers if line is None else pc.coalesce(line.cast(pa.int64()), numbers)

    def column(self, name: str) -> pa.Array:
        """A column as text; all null where the batch has none."""
        found = self._columns.get(name)
        return pa.nulls(self.count, pa.string()) if found is None else _as_string(found)

    @cached_property
    def ordinary(self) -> pa.Array:
        """Whether each row has one content and nothing beside it that could be wrong."""
        checks = [self._of_type(name, *_STRING, *_INTEGER) for name in ("id", "device")]
        checks += [self._of_type(name, *_STRING) for name in (*_TEXTS[2:], "fields")]
        checks += [self._of_type("raw", *_STRING, *_BINARY), self._of_type("port", *_INTEGER), self._of_type("json")]
        checks += [self._short(name) for name in ("id", "device")]
        checks += [self._port(), self._matches("address", _ADDRESS), self._seen_at()]
        checks.append(pc.xor(self._is_null("raw"), self._is_null("fields")))
        wanted = None
        for check in checks:
            if check is not None:
                wanted = check if wanted is None else pc.and_(wanted, check)
        return wanted

    def _is_null(self, name: str) -> pa.Array:
        found = self._columns.get(name)
        return pc.is_null(pa.nulls(self.count) if found is None else found)

    def _of_type(self, name: str, *tests: object) -> pa.Array | None:
        """None: every value is of an accepted type; else where there is no value."""
        found = self._columns.get(name)
        if found is None or any(test(_kind(found)) for test in tests) or found.null_count == self.count:  # type: ignore[operator]
            return None
        return pc.is_null(found)

    def _short(self, name: str) -> pa.Array | None:
        found = self._columns.get(name)
        if found is None or not _is_text(found) or found.null_count == self.count:
            return None
        length = pc.binary_length(found)
        fits = pc.less_equal(length, _LONGEST_NAME)
        if name == "device":
            fits = pc.and_(fits, pc.greater(length, 0))
        return pc.fill_null(fits, True)

    def _port(self) -> pa.Array | None:
        found = self._columns.get("port")
        if found is None or not pa.types.is_integer(found.type):
            return None
        port = found.cast(pa.int64())
        return pc.fill_null(pc.and_(pc.greater_equal(port, 0), pc.less_equal(port, 65_535)), True)

    def _seen_at(self) -> pa.Array | None:
        found = self._columns.get("seen_at")
        if found is None or (pa.types.is_timestamp(found.type) and found.type.tz):
            return None
        return self._matches("seen_at", _TIME) if _is_text(found) else pc.is_null(found)

    def _matches(self, name: str, pattern: str) -> pa.Array | None:
        found = self._columns.get(name)
        if found is None or found.null_count == self.count or not _is_text(found):
            return None
        return pc.fill_null(pc.match_substring_regex(found, pattern), True)

    def contents(self, mask: pa.Array | None) -> tuple[list[Content], pa.Array]:
        """The distinct contents of the rows that `mask` keeps, and for each of these rows the number of its content."""
        kinds, kind_at = self._kinds(mask)
        texts, at = self._texts(mask)
        if len(kinds) == 1:
            return [_content(kinds[0], one) for one in texts.to_pylist()], at
        both = pc.add(pc.multiply(kind_at.cast(pa.int64()), len(texts)), at.cast(pa.int64())).dictionary_encode()
        code = both.dictionary
        kind = pc.divide(code, len(texts))
        place = pc.subtract(code, pc.multiply(kind, len(texts)))
        pairs = zip(kind.to_pylist(), texts.take(place).to_pylist(), strict=True)
        return [_content(kinds[number], one) for number, one in pairs], both.indices

    def _kinds(self, mask: pa.Array | None) -> tuple[list[Kind], pa.Array]:
        names = ("probe", "protocol", "said_by") if self._has_bytes else ("probe", "protocol", "said_by", "encoding")
        parts = [self.kept(self.column(name), mask).dictionary_encode("encode") for name in names]
        values = [part.dictionary.to_pylist() for part in parts]
        is_row = self.kept(pc.is_valid(self.column("fields")), mask).cast(pa.int64())
        code = is_row
        for part, known in zip(parts, values, strict=True):
            code = pc.add(pc.multiply(code, len(known)), part.indices.cast(pa.int64()))
        kinds = []
        distinct = code.dictionary_encode()
        for number in distinct.dictionary.to_pylist():
            rest, picked = number, list[str | None]()
            for known in reversed(values):
                rest, place = divmod(rest, len(known))
                picked.insert(0, known[place])
            kinds.append(Kind(picked[0], picked[1], picked[3] if len(picked) > 3 else None, picked[2], bool(rest)))
        return kinds, distinct.indices

    @property
    def _has_bytes(self) -> bool:
        raw = self._columns.get("raw")
        return raw is not None and not _is_text(raw)

    def _texts(self, mask: pa.Array | None) -> tuple[pa.Array, pa.Array]:
        """The distinct texts of the rows that `mask` keeps, and for each of these rows the number of its text."""
        found = [self._columns.get(name) for name in ("raw", "fields")]
        parts = [one for one in found if one is not None and one.null_count < len(one)]
        if len(parts) == 1 and pa.types.is_dictionary(parts[0].type):
            code = self.kept(parts[0].indices, mask).dictionary_encode()
            return _as_binary(parts[0].dictionary.take(code.dictionary)), code.indices
        whole = [_as_binary(_plain(one)) for one in parts]
        code = self.kept(pc.coalesce(*whole) if whole else pa.nulls(self.count, pa.binary()), mask).dictionary_encode()
        return code.dictionary, code.indices

    @staticmethod
    def kept(array: pa.Array, mask: pa.Array | None) -> pa.Array:
        """What of a column `mask` keeps."""
        return array if mask is None else array.filter(mask)

    def rows(self, places: Sequence[int]) -> dict[int, tuple[int, bytes]]:
        """Line number and JSON text of some rows, by their place."""
        picked = pa.array(places, pa.int64())
        numbers = self.lines.take(picked).to_pylist()
        found = zip(places, numbers, self._batch.take(picked).to_pylist(), strict=True)
        return {at: (number, row_line(row)) for at, number, row in found}

    def others(self) -> list[tuple[int, int, bytes]]:
        """Row, line number and JSON text of every row that is not ordinary."""
        strange = pc.invert(self.ordinary)
        places = pc.indices_nonzero(strange).to_pylist()
        numbers = self.lines.filter(strange).to_pylist()
        rows = self._batch.filter(strange).to_pylist()
        return [(at, number, row_line(row)) for at, number, row in zip(places, numbers, rows, strict=True)]


_STRING = (pa.types.is_string, pa.types.is_large_string)
_BINARY = (pa.types.is_binary, pa.types.is_large_binary)
_INTEGER = (pa.types.is_integer,)


def _plain(array: pa.Array) -> pa.Array:
    """The values themselves, where a dictionary holds them."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _is_text(array: pa.Array) -> bool:
    return any(test(_kind(array)) for test in _STRING)


def _kind(array: pa.Array) -> pa.DataType:
    """The type of the values."""
    return array.type.value_type if pa.types.is_dictionary(array.type) else array.type


def _as_string(array: pa.Array) -> pa.Array:
    if pa.types.is_string(array.type):
        return array
    if _is_text(array) or pa.types.is_integer(array.type):
        return array.cast(pa.string())
    return pa.nulls(len(array), pa.string())


def _as_binary(array: pa.Array) -> pa.Array:
    kind = array.type
    return array if pa.types.is_binary(kind) else array.cast(pa.binary())


def _content(kind: Kind, text: bytes) -> Content:
    if kind.is_row or kind.encoding not in {None, "utf-8"}:
        return Content(kind, text.decode())
    return Content(kind._replace(encoding=None) if kind.encoding else kind, text)


def row_line(row: dict[str, object]) -> bytes:
    """A row as the line of JSON that it stands for."""
    line = row.get("json")
    if isinstance(line, bytes):
        return line
    known = {key: value for key, value in row.items() if value is not None and key not in {"json", "line"}}
    raw, fields = known.get("raw"), known.get("fields")
    if isinstance(raw, bytes):
        known |= {"encoding": None} | as_text(raw)
    if isinstance(fields, str):
        known["fields"] = _object(fields)
    elif isinstance(fields, list):
        known["fields"] = dict(fields)
    return json.dumps(known, default=str).encode()


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
