"""Inputs of every kind and size: packed, cut, hostile; batches say what single lines say."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.app import lines as lines_module
from glasshouse.app import seen as seen_module
from glasshouse.app import stream as stream_module
from glasshouse.app.errors import UserError
from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.app.lines import Lines, input_lines, open_source
from glasshouse.app.seen import Seen
from glasshouse.app.stream import AnswerStream, answers_of, save_parquet, write_lines_to
from glasshouse.bulk import fuse as fuse_module
from glasshouse.datapack import load

IDENTIFIER = Identifier(load(Path(__file__).resolve().parents[2] / "data"))
ANSWERS = answers_of(IDENTIFIER)
HIK = "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n"
PACKERS = {"plain": bytes, "gzip": gzip.compress, "zstd": lambda data: pa.compress(data, codec="zstd", asbytes=True)}


def stream(file, *, grouped=False):
    return AnswerStream(open_source(str(file)), grouped=grouped, few=IDENTIFIER, many=lambda: ANSWERS)


def text_of(answers):
    out = io.BytesIO()
    write_lines_to(answers, out)
    return out.getvalue().splitlines()


def by_line(lines, *, grouped=False):
    answers = identify_lines(lines, grouped=grouped, identifier=IDENTIFIER)
    return [json.dumps(answer, ensure_ascii=False).encode() for answer in answers]


def row(at, **more):
    return json.dumps({"id": f"o{at}", "probe": "http", "raw": f"{HIK}{at % 9}\u2028"} | more).encode()


def mixed(count=120):
    """Devices far apart, rows of their own, and everything that may be wrong with a line."""
    odd = [
        b"",
        b"{",
        b'{"id": "b", "probe": "http", "raw": "x", "zz": "\xff"}',
        b'"x"',
        b"\xff\xfe",
        row(1, device=5, raw=7),
        row(2, port="eighty"),
        b"[" * 4_000,
    ]
    odd += [
        row(3, device="5"),
        row(4, device="x" * 600),
        row(5, device="x" * 512),
        row(6, raw=None, fields={"model": "X"}),
    ]
    return [*(row(at, device=f"d{at % 17}") if at % 3 else row(at) for at in range(count)), *odd, row(9, device="d1")]


@pytest.fixture
def batches(monkeypatch):
    monkeypatch.setattr(stream_module, "FEW", 3)


@pytest.mark.usefixtures("batches")
@pytest.mark.parametrize("in_memory", [64 << 20, 10_000])
def test_batches_say_what_lines_say(tmp_path, monkeypatch, in_memory):
    monkeypatch.setattr(fuse_module, "IN_MEMORY", in_memory)
    (tmp_path / "in").write_bytes(b"\n".join(mixed()))
    answers = stream(tmp_path / "in")
    assert text_of(answers) == by_line(mixed())
    assert answers.errors == sum(b'"error": ' in line for line in by_line(mixed()))
    assert len(answers.first_errors) == 5


@pytest.mark.usefixtures("batches")
@pytest.mark.parametrize("few", [3, 50, 10_000])
def test_grouped_batches_say_what_grouped_lines_say(tmp_path, monkeypatch, few):
    monkeypatch.setattr(stream_module, "FEW", few)
    monkeypatch.setattr(lines_module, "_BLOCK", 900)
    lines = [row(at, device=f"d{at // 3 % 20}") if at % 7 else row(at) for at in range(100)]
    (tmp_path / "in").write_bytes(b"\n".join(lines))
    told = text_of(stream(tmp_path / "in", grouped=True))
    assert told == by_line(lines, grouped=True)
    assert any(b"came back" in line for line in told)


@pytest.mark.parametrize("packer", PACKERS)
def test_what_an_input_is_is_told_by_its_content(tmp_path, monkeypatch, packer):
    file = tmp_path / "any.name"
    file.write_bytes(PACKERS[packer](b"".join(line + b"\n" for line in mixed(6))))
    expected = by_line(mixed(6))
    assert text_of(stream(file)) == expected
    with file.open("rb") as opened:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(opened))
        assert text_of(stream("-")) == expected


@pytest.mark.parametrize("packer", ["gzip", "zstd"])
def test_an_archive_that_breaks_off_is_answered_as_far_as_it_goes(tmp_path, packer):
    whole = [json.dumps({"id": f"{at}", "probe": "http", "raw": str(hash(str(at)))}).encode() for at in range(3_000)]
    packed = PACKERS[packer](b"\n".join(whole))
    (tmp_path / "cut").write_bytes(packed[: len(packed) * 9 // 10])
    lines = Lines(open_source(str(tmp_path / "cut")))
    read = list(lines)
    assert read == whole[: len(read)]
    assert len(read) > 100 or packer == "zstd"
    assert f"after line {len(read)}" in str(lines.problem)
    with pytest.raises(UserError, match="cut"):
        list(input_lines(str(tmp_path / "cut")))


@given(st.binary(max_size=300), st.integers(1, 40), st.integers(5, 60))
@settings(max_examples=60)
def test_blocks_cut_lines_where_they_end(data, block, longest):
    file = io.BytesIO(data)
    old = lines_module._BLOCK, lines_module.MAX_LINE
    lines_module._BLOCK, lines_module.MAX_LINE = block, longest
    try:
        read = [line for lines in lines_module._split(file.read) for line in lines]
    finally:
        lines_module._BLOCK, lines_module.MAX_LINE = old
    wanted = data.split(b"\n")
    wanted = wanted if wanted[-1] else wanted[:-1]
    assert [line[: longest + 1] for line in wanted] == read


def test_a_line_beyond_the_bound_is_one_error(tmp_path, monkeypatch):
    monkeypatch.setattr(lines_module, "MAX_LINE", 20 << 20)
    (tmp_path / "in").write_bytes(row(1) + b"\n" + b'"' + b"x" * (17 << 20) + b"\n" + row(2))
    first, bad, last = (json.loads(line) for line in text_of(stream(tmp_path / "in")))
    assert (first["id"], bad["line"], last["id"]) == ("o1", 2, "o2")
    assert "more than 16777216 bytes" in bad["error"]


def test_a_table_is_read_whatever_its_types(tmp_path):
    rows = [{"id": at, "device": at // 2, "probe": "http", "raw": HIK.encode(), "port": 80.0} for at in range(8)]
    pq.write_table(
        pa.Table.from_pylist([*rows, {"id": 8, "probe": "http", "raw": b"\xff", "port": None}]), tmp_path / "t"
    )
    answers = [json.loads(line) for line in text_of(stream(tmp_path / "t"))]
    assert [one["device"] for one in answers] == ["0", "1", "2", "3", None]
    assert [one["observations"] for one in answers[:2]] == [["0", "1"], ["2", "3"]]
    assert answers[0]["maker"] == "hikvision"


def test_a_table_whose_types_do_not_fit_is_read_as_lines(tmp_path):
    rows = [
        {"id": "a", "device": 1.5, "probe": "inventory-text", "fields": {"model": "DS-2CD2143G2-I"}, "json": "mine"}
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t")
    (answer,) = map(json.loads, text_of(stream(tmp_path / "t")))
    assert (answer["device"], answer["model"]) == ("1.5", "DS-2CD2143G2-I")


def test_a_reply_that_repeats_is_not_unpacked_at_once(tmp_path, monkeypatch):
    from glasshouse.app import tables  # noqa: PLC0415

    monkeypatch.setattr(tables, "BYTES", 100_000)
    pq.write_table(pa.table({"probe": ["http"] * 60, "raw": ["y" * 10_000] * 60}), tmp_path / "t")
    rows = tables.ParquetRows(open_source(str(tmp_path / "t")))
    sizes = [batch.num_rows for batch in rows]
    assert (sum(sizes), max(sizes) <= 11) == (60, True)


def test_parquet_out_holds_what_lines_hold(tmp_path):
    (tmp_path / "in").write_bytes(b"\n".join(mixed(30)))
    save_parquet(stream(tmp_path / "in"), tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [one["maker"] for one in found] == [json.loads(one).get("maker") for one in by_line(mixed(30))]


def test_a_full_temporary_folder_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(stream_module, "FEW", 3)
    monkeypatch.setattr(fuse_module, "IN_MEMORY", 1_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    (tmp_path / "in").write_bytes(b"\n".join(mixed()))
    with pytest.raises(UserError, match="TMPDIR"):
        text_of(stream(tmp_path / "in"))


@given(st.lists(st.text(max_size=2), max_size=60))
@settings(max_examples=30)
def test_names_are_seen_exactly_once_in_memory_and_in_files(names):
    old = seen_module._RECENT, seen_module._FILTER, seen_module._MASK
    seen_module._RECENT, seen_module._FILTER, seen_module._MASK = 7, 64, 64 * 8 - 1
    try:
        with Seen() as seen:
            assert [seen.add(name) for name in names] == [name not in names[:at] for at, name in enumerate(names)]
    finally:
        seen_module._RECENT, seen_module._FILTER, seen_module._MASK = old


def test_a_missing_file_is_told():
    with pytest.raises(UserError, match="cannot be read") as told:
        open_source("/nowhere/at/all")
    assert told.value.exit == 1
