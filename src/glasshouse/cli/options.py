"""Options and habits that several commands share."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import IO, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from glasshouse.app.clock import today
from glasshouse.app.errors import UsageError
from glasshouse.app.reading import ReadAs
from glasshouse.model.provenance import MadeBy
from glasshouse.model.restriction import Outcome

__all__ = [
    "DAY",
    "OUTCOME",
    "as_of_option",
    "fail_on_option",
    "format_option",
    "language_option",
    "read_as",
    "reading_options",
    "store_option",
    "stream",
    "write_records",
]  # fmt: skip

Command = TypeVar("Command", bound=Callable[..., Any])


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as YYYY-MM-DD", param, ctx)


class _Outcome(click.ParamType[Outcome]):
    name = "outcome"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Outcome:
        if isinstance(value, Outcome):
            return value
        try:
            return Outcome.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


DAY = _Day()
OUTCOME = _Outcome()


def as_of_option(command: Command) -> Command:
    """`--as-of`: the day whose law counts (default: today, UTC)."""
    return click.option("--as-of", type=DAY, default=today, show_default="today", help="Day whose law counts.")(command)


def fail_on_option(command: Command) -> Command:
    """`--fail-on OUTCOME`: exit 10 when something is at or above it."""
    return click.option(
        "--fail-on", type=OUTCOME, default=None, help="Exit 10 if an outcome at or above this one is found."
    )(command)


def reading_options(command: Command) -> Command:
    """What the operator knows of files: `--column-map`, `--time-zone`, `--encoding`."""
    command = click.option(
        "--encoding", metavar="NAME", help="Encoding of texts that are not Unicode, such as cp1252.",
    )(command)  # fmt: skip
    command = click.option(
        "--time-zone", metavar="ZONE", help="Zone of times that name none, such as America/Toronto.",
    )(command)  # fmt: skip
    return click.option(
        "--column-map", "column_map", multiple=True, metavar="HEADER=FIELD",
        help="Read the column HEADER as FIELD (manufacturer, model, serial, mac, address ...; repeatable).",
    )(command)  # fmt: skip


def read_as(given: dict[str, Any]) -> ReadAs:
    """Take the values of `reading_options` out of `given`. Raises UsageError for one that cannot be used."""
    zone, encoding = given.pop("time_zone"), given.pop("encoding")
    column_map = _column_map(given.pop("column_map"))
    try:
        return ReadAs(column_map or None, ZoneInfo(zone) if zone is not None else None, encoding)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"time zone {zone!r} is unknown; accepted are names such as America/Toronto or UTC") from error


def _column_map(given: tuple[str, ...]) -> dict[str, str]:
    """The mapping in `HEADER=FIELD` texts. Raises UsageError for one without "="."""
    pairs = [text.partition("=") for text in given]
    for header, sign, field in pairs:
        if not sign or not header or not field:
            raise UsageError(
                f"column map {header!r} is not HEADER=FIELD; write for instance --column-map 'Hersteller=manufacturer'"
            )
    return {header: field for header, _, field in pairs}


def store_option(command: Command) -> Command:
    """`--store`: where the store is."""
    return click.option("--store", default=None, help="Store folder or database URL (default .glasshouse).")(command)


def language_option(command: Command) -> Command:
    """`--language`: en or fr."""
    return click.option("--language", type=click.Choice(["en", "fr"]), default=None, help="Language of texts.")(command)


def format_option(command: Command) -> Command:
    """`--format`: table on a terminal, JSON Lines elsewhere, unless said."""
    return click.option(
        "--format", "form", type=click.Choice(["table", "json", "jsonl", "csv"]), default=None,
        help="Output format (table on a terminal, jsonl elsewhere).",
    )(command)  # fmt: skip


def stream(answers: Iterable[Mapping[str, object]], header: MadeBy | None, key: str) -> frozenset[str]:
    """Write answers as JSON Lines while they come; returns the distinct words they carry under `key`."""
    if header is not None:
        click.echo(json.dumps({"made_by": header.as_json()}, ensure_ascii=False))
    words: set[str] = set()
    bad = 0
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False))
        word = answer.get(key)
        bad += "error" in answer
        if isinstance(word, str):
            words.add(word)
    if bad:
        click.echo(f"{bad} lines could not be answered in whole; their answers carry an error", err=True)
    return frozenset(words)


def write_records(
    records: Iterable[Mapping[str, object]], form: str | None, columns: tuple[str, ...] = (), out: IO[str] | None = None
) -> int:
    """Write records in the wanted format and return how many there were. `columns` bounds table and CSV."""
    out = out or sys.stdout
    chosen = form or ("table" if out.isatty() else "jsonl")
    if chosen == "jsonl":
        return _write_jsonl(records, out)
    rows = list(records)
    if chosen == "json":
        json.dump(rows, out, ensure_ascii=False, indent=2)
        out.write("\n")
    elif chosen == "csv":
        _write_csv(rows, columns, out)
    else:
        _write_table(rows, columns)
    return len(rows)


def _write_jsonl(records: Iterable[Mapping[str, object]], out: IO[str]) -> int:
    count = 0
    for record in records:
        out.write(json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n")
        count += 1
    out.flush()
    return count


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _write_csv(rows: list[Mapping[str, object]], columns: tuple[str, ...], out: IO[str]) -> None:
    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        cells = [_cell(row.get(name)) for name in names]
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])


def _write_table(rows: list[Mapping[str, object]], columns: tuple[str, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415  # slow to import, and rarely needed
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    table = Table(*names)
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in names))
    Console().print(table)
