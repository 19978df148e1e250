"""Bulk identification measured side by side: `make bench-identify` or `python bench/identify_bulk.py [rows]`.

Observations are made up (see `observations.py`). Rates are rows for each second of processor time of the whole process
(user and system, all threads): they say what one core does, whatever else the machine was doing. Reading and writing
the files is included where a row says Parquet or JSON Lines; starting the program and compiling patterns are not.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import hyperscan
import pyarrow as pa
import pyarrow.parquet as pq
import re2
from observations import numbers, reply

from glasshouse import protocols
from glasshouse.app.identify import Identifier, read_line, ready
from glasshouse.bulk.columns import telling
from glasshouse.bulk.identify import ANSWER_SCHEMA, BatchIdentifier
from glasshouse.bulk.lines import read_lines, write_lines
from glasshouse.bulk.schema import REPEATING
from glasshouse.reports.shapes import identity_json

ROWS = 65_536  # of a batch
FIELDS = ("http.server", "http.title", "http.realm", "http.location", "rtsp.server", "rtsp.realm", "rtsp.public",
          "tls.subject", "tls.issuer", "snmp.sysDescr", "ftp.banner", "onvif.scope.name", "onvif.scope.hardware",
          "http.powered", "ssdp.server")  # fmt: skip


def batch_identifier(identifier: Identifier) -> BatchIdentifier:
    def shape(identity, own, device, labels):
        return identity_json(identity, id=own, device=device, labels=labels)

    return BatchIdentifier(identifier.hearing, identifier.knowledge, read_line, shape)


def observations(rows: int, distinct: float, cameras: float, *, dated: bool) -> pa.Table:
    """Rows of id, probe, port, address, seen_at and raw; `dated`: every row has a date of its own."""
    known: dict[int, tuple[str, str]] = {}
    columns: dict[str, list[object]] = {name: [] for name in ("id", "probe", "port", "address", "seen_at", "raw")}
    for row, number in enumerate(numbers(rows, distinct)):
        told = (
            reply(number, cameras, row)
            if dated
            else known.get(number) or known.setdefault(number, reply(number, cameras))
        )
        values = (
            f"o{row}",
            told[0],
            80,
            f"198.51.{row >> 8 & 127}.{row & 255}",
            f"2026-11-23T10:{row // 60 % 60:02}:{row % 60:02}Z",
            told[1],
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    return pa.table(columns)


def columns_of(table: pa.Table) -> pa.Table:
    """The decoded fields of the same rows, a column a field: what a scanner that keeps typed columns would hold."""
    known: dict[str, dict[str, str]] = {}
    rows = []
    for probe, raw in zip(table["probe"].to_pylist(), table["raw"].to_pylist(), strict=True):
        row = known.get(raw)
        if row is None:
            row = known[raw] = {
                one.name: one.value
                for one in reversed(protocols.decode(probe, None, raw.encode()))
                if one.name in FIELDS
            }
        rows.append(row)
    return pa.table(
        {"id": table["id"], **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in FIELDS}}
    )


def timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def parquet(identifier: BatchIdentifier, source: Path, target: Path, *, fields: bool = False) -> None:
    answer = identifier.field_answers if fields else identifier.answers
    options = {"compression": "zstd", "use_dictionary": list(REPEATING)}
    with (
        pq.ParquetFile(source, read_dictionary=[] if fields else ["raw"]) as file,
        pq.ParquetWriter(target, ANSWER_SCHEMA, **options) as out,
    ):
        for batch in file.iter_batches(ROWS):
            out.write_batch(answer(batch))


def json_lines(identifier: BatchIdentifier, source: Path, target: Path) -> None:
    with source.open("rb") as file, target.open("wb") as out:
        first = 1
        while lines := list(islice(file, ROWS)):
            out.write(write_lines(identifier.answers(read_lines(lines, first))))
            first += len(lines)


def as_lines(table: pa.Table, target: Path) -> None:
    with target.open("w", encoding="utf-8") as out:
        for batch in table.to_batches(10_000):
            out.writelines(json.dumps(row) + "\n" for row in batch.to_pylist())


def of_file(
    identifier: Identifier, folder: Path, rows: int, distinct: float, cameras: float, *, dated: bool = False
) -> None:
    """One line of the report: both formats, raw replies."""
    table = observations(rows, distinct, cameras, dated=dated)
    literally = len(table["raw"].unique()) / rows
    pq.write_table(table, folder / "in.parquet", compression="zstd")
    as_lines(table, folder / "in.jsonl")
    by_parquet = rows / timed(
        lambda: parquet(batch_identifier(identifier), folder / "in.parquet", folder / "out.parquet")
    )
    by_lines = rows / timed(lambda: json_lines(batch_identifier(identifier), folder / "in.jsonl", folder / "out.jsonl"))
    print(f"  {rows:>9,} rows, {distinct:>4.0%} replies, {literally:>4.0%} texts, {cameras:>3.0%} cameras:"
          f"  Parquet {by_parquet:>9,.0f}/s   JSON Lines {by_lines:>9,.0f}/s", flush=True)  # fmt: skip


def of_columns(identifier: Identifier, folder: Path, rows: int, distinct: float) -> pa.Table:
    """Typed columns: Parquet to answers in Parquet, and matching alone beside the limit and other engines."""
    table = columns_of(observations(rows, distinct, 0.03, dated=False))
    pq.write_table(table, folder / "columns.parquet", compression="zstd")
    kept = batch_identifier(identifier)
    rate = rows / timed(lambda: parquet(kept, folder / "columns.parquet", folder / "out.parquet", fields=True))
    print(f"  {rows:>9,} rows, {distinct:>4.0%} replies: Parquet to answers in Parquet {rate:>9,.0f}/s", flush=True)
    return table


def values_of(table: pa.Table) -> Iterator[tuple[str, list[str]]]:
    for name in FIELDS:
        yield name, table[name].drop_null().to_pylist()


def matching_alone(identifier: Identifier, table: pa.Table) -> None:
    """The stage that matches, in rows for each second of processor time, beside Hyperscan alone and other engines."""
    hearing = ready(None, bulk=True).hearing

    def ours() -> None:
        for name in FIELDS:
            distinct = table[name].combine_chunks().dictionary_encode()
            telling(name, distinct.dictionary.to_pylist(), hearing)

    print(f"    ours, every distinct value once       {len(table) / timed(ours):>12,.0f}/s", flush=True)
    prints: dict[str, list[str]] = {name: [] for name in FIELDS}
    for one in identifier.pack.fingerprints:
        if one.field in prints:
            prints[one.field].append(one.pattern)
    print(f"    ({sum(map(len, prints.values()))} patterns over {sum(map(bool, prints.values()))} fields)")
    for title, engine, most in (("Hyperscan, every value (the limit)", by_hyperscan, len(table)), ("google-re2, a pattern at a time", by_re2, 20_000),
                                ("google-re2 Set", by_re2_set, 20_000), ("re, a pattern at a time", by_re, 20_000), ("yara-x, a value at a time", by_yara, 20_000)):  # fmt: skip
        part = table.slice(0, min(most, len(table)))
        try:
            scans = {name: engine(patterns) for name, patterns in prints.items() if patterns}
        except ImportError:
            print(f"    {title:<38} not installed")
            continue
        values = [(scans[name], texts) for name, texts in values_of(part) if name in scans]
        spent = timed(lambda values=values: [[scan(text) for text in texts] for scan, texts in values])
        print(f"    {title:<38}{len(part) / spent:>12,.0f}/s", flush=True)


def by_hyperscan(patterns: list[str]) -> Callable[[str], object]:
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    database.compile(expressions=[one.encode() for one in patterns], ids=list(range(len(patterns))), flags=flags)
    hits: list[int] = []
    heard = lambda at, *_: hits.append(at)  # noqa: E731
    return lambda text: database.scan(text.encode(), match_event_handler=heard)


def by_re2(patterns: list[str]) -> Callable[[str], object]:
    programs = [re2.compile(one) for one in patterns]
    return lambda text: [at for at, one in enumerate(programs) if one.search(text)]


def by_re2_set(patterns: list[str]) -> Callable[[str], object]:
    every = re2.Set.SearchSet()
    for one in patterns:
        every.Add(one)
    every.Compile()
    match: Callable[[str], object] = every.Match
    return match


def by_re(patterns: list[str]) -> Callable[[str], object]:
    programs = [re.compile(one) for one in patterns]
    return lambda text: [at for at, one in enumerate(programs) if one.search(text)]


def by_yara(patterns: list[str]) -> Callable[[str], object]:
    import yara_x  # noqa: PLC0415  # a peer, not needed otherwise

    compiler = yara_x.Compiler()
    for at, one in enumerate(patterns):
        text = one.replace("(?P<", "(?<")
        text = re.sub(r"\(\?<\w+>", "(", text).replace("/", r"\/")
        folded = text.startswith("(?i)")
        try:
            compiler.add_source(
                f"rule r{at} {{ strings: $a = /{text.removeprefix('(?i)')}/{'i' if folded else ''} condition: $a }}"
            )
        except yara_x.CompileError:
            continue  # outside its syntax
    rules = compiler.build()
    return lambda text: rules.scan(text.encode()).matching_rules


def main(rows: int) -> None:
    identifier = ready(None, bulk=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("From raw replies, rows for each second of processor time")
        for distinct, cameras in ((0.1, 0.03), (0.1, 0.20), (1.0, 0.03)):
            of_file(identifier, folder, rows, distinct, cameras)
        of_file(identifier, folder, rows, 0.1, 0.03, dated=True)
        print("Growth")
        size = 10_000
        while size < rows:
            of_file(identifier, folder, size, 0.1, 0.03)
            size *= 10
        print(f"From typed columns ({len(FIELDS)} fields)")
        for distinct in (0.1, 1.0):
            table = of_columns(identifier, folder, rows, distinct)
            matching_alone(identifier, table)


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
