"""Bad input: one clear message on stderr, the right exit code, and nothing stored is lost."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import sqlite3
import zipfile
from pathlib import Path

import pytest

from glasshouse.store.blobs import Blobs

NMAP = """<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV 192.0.2.0/28" start="1795000000" version="7.94" xmloutputversion="1.05">
<host><status state="up"/><address addr="192.0.2.5" addrtype="ipv4"/>
<address addr="C0:56:E3:41:0B:11" addrtype="mac" vendor="Hangzhou Hikvision Digital Technology"/>
<ports><port protocol="tcp" portid="80"><state state="open"/><service name="http" product="Hikvision webcam"/></port></ports></host>
<runstats><finished time="1795000100"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
"""
GARBAGE = bytes((index * 197 + index // 7) % 256 for index in range(4096))


@pytest.fixture
def silent_network(monkeypatch):
    """Fails the test when anything is sent."""
    sent = []

    def note(_socket, *arguments):
        sent.append(arguments[-1])
        raise AssertionError(f"something was sent to {arguments[-1]}")

    monkeypatch.setattr(socket.socket, "connect", note)
    monkeypatch.setattr(socket.socket, "connect_ex", note)
    monkeypatch.setattr(socket.socket, "sendto", note)
    yield
    assert sent == []


def one_message(ran, *words):
    """The error is one message that names all of `words`; no traceback."""
    assert "Traceback" not in ran.err
    said = [line for line in ran.err.splitlines() if line.startswith(("glasshouse: ", "Error: "))]
    assert len(said) == 1, ran.err
    for word in words:
        assert word in ran.err, f"{word!r} is not in {ran.err!r}"


def healthy(glass, store):
    ran = glass("store", "check", "--store", store)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("0 problems")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("scan.xml", NMAP.encode()[: len(NMAP) // 3]),
        ("noise.bin", GARBAGE),
        ("noise.csv", GARBAGE),
        ("noise.pcap", b"\xd4\xc3\xb2\xa1" + GARBAGE[:9]),
        ("book.xlsx", b"PK\x03\x04" + GARBAGE),
    ],
)
def test_a_file_that_gives_nothing_is_named_and_kept_apart(glass, tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    ran = glass("review", file, "--store", tmp_path / "s")
    assert ran.code == 3
    one_message(ran, name, "nothing was collected")
    healthy(glass, tmp_path / "s")
    preview = glass("import", file, "--dry-run", "--store", tmp_path / "other")
    assert preview.code in {1, 3}
    assert name in preview.err
    assert not (tmp_path / "other").exists()


def test_a_bad_file_among_good_ones_is_partly(glass, tmp_path, inventory):
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    ran = glass("review", inventory, bad, "--store", tmp_path / "s", "--out", tmp_path / "out")
    assert ran.code == 4
    assert (tmp_path / "out" / "report.en.html").exists()
    assert "empty.csv" in (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    healthy(glass, tmp_path / "s")


def test_a_truncated_scan_keeps_the_hosts_before_the_cut(glass, tmp_path):
    file = tmp_path / "scan.xml"
    file.write_text(NMAP.partition("<runstats>")[0], encoding="utf-8")
    ran = glass("review", file, "--store", tmp_path / "s", "--out", tmp_path / "out")
    assert ran.code == 4
    assert "c0:56:e3:41:0b:11" in (tmp_path / "out" / "review.jsonl").read_text(encoding="utf-8")
    healthy(glass, tmp_path / "s")


def test_content_decides_and_not_the_name(glass, tmp_path):
    file = tmp_path / "mislabelled.csv"
    file.write_text(NMAP, encoding="utf-8")
    ran = glass("review", file, "--store", tmp_path / "s", "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    assert "hikvision" in (tmp_path / "out" / "review.jsonl").read_text(encoding="utf-8")


@pytest.mark.usefixtures("silent_network")
@pytest.mark.parametrize("verb", ["scan", "review"])
def test_no_scope_no_packet(glass, tmp_path, verb):
    ran = glass(verb, "192.0.2.0/28", "--store", tmp_path / "s")
    assert ran.code == 2
    one_message(ran, "192.0.2.0/28", "--scope")
    assert "collection:" not in ran.err


SCOPES = {
    "expired": 'ranges = ["192.0.2.0/28"]\napprover = "A"\nnot_after = 2020-01-01',
    "not yet": 'ranges = ["192.0.2.0/28"]\napprover = "A"\nnot_before = 2099-01-01',
    "elsewhere": 'ranges = ["198.51.100.0/24"]\napprover = "A"',
    "excluded": 'ranges = ["192.0.2.0/28"]\nexclude = ["192.0.2.0/28"]\napprover = "A"',
}


@pytest.mark.usefixtures("silent_network")
@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.parametrize("verb", ["scan", "review"])
def test_a_scope_that_does_not_cover_the_target_today_stops_everything(glass, tmp_path, verb, kind):
    scope = tmp_path / "scope.toml"
    scope.write_text(SCOPES[kind], encoding="utf-8")
    ran = glass(verb, "192.0.2.0/28", "--scope", scope, "--store", tmp_path / "s")
    assert ran.code == 2
    one_message(ran, "192.0.2.0/28", "nothing was sent", "--scope")


@pytest.mark.usefixtures("silent_network")
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ranges = [", "TOML"),
        ("", "ranges"),
        ('ranges = ["192.0.2.0/99"]', "192.0.2.0/99"),
        ('ranges = ["192.0.2.0/28"]\nspeed = 9', "speed"),
        ('ranges = ["192.0.2.0/28"]\npace = "fast"', "fast"),
    ],
)
def test_a_scope_file_that_cannot_be_used_is_told(glass, tmp_path, text, word):
    scope = tmp_path / "scope.toml"
    scope.write_text(text, encoding="utf-8")
    ran = glass("scan", "192.0.2.0/28", "--scope", scope, "--store", tmp_path / "s")
    assert ran.code == 2
    one_message(ran, word)


@pytest.mark.usefixtures("silent_network")
@pytest.mark.parametrize("verb", ["scan", "review"])
def test_the_pace_of_the_lab_is_for_loopback_alone(glass, tmp_path, verb):
    scope = tmp_path / "scope.toml"
    scope.write_text('ranges = ["192.0.2.0/28", "127.0.0.0/8"]\napprover = "A"', encoding="utf-8")
    ran = glass(verb, "127.0.0.9", "192.0.2.1", "--pace", "lab", "--scope", scope, "--store", tmp_path / "s")
    assert ran.code == 2
    one_message(ran, "lab", "192.0.2.1", "nothing was sent", "gentle")


@pytest.mark.usefixtures("silent_network")
@pytest.mark.parametrize("target", ["192.0.2.999", "no/such/file.csv", "missing.csv", "192.0.2.0/99"])
def test_a_source_that_is_nothing_is_told(glass, tmp_path, target):
    ran = glass("review", target, "--store", tmp_path / "s")
    assert ran.code in {1, 2}
    one_message(ran, target)


NASTY = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "formula": '=cmd|"/c calc"!A1',
    "plus": "+SUM(1;2)",
    "at": "@SUM(A1)",
    "bidi": "Main\u202estreet\u0007",
}


@pytest.mark.parametrize("kind", NASTY)
def test_a_hostile_property_name_is_harmless_in_every_report(glass, tmp_path, kind):
    name = NASTY[kind]
    file = tmp_path / "inventory.csv"
    row = f"{quoted(name)},Hikvision,DS-2CD2143G2-I,{quoted(name)},192.0.2.11,{quoted(name)}"
    cells = ["Name,Manufacturer,Model,Serial Number,IP Address,Location", row]
    file.write_text("\n".join(cells) + "\n", encoding="utf-8")
    ran = glass("review", file, "--property", name, "--store", tmp_path / "s", "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    for page in (tmp_path / "out").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "\u202e" not in text
    for table in (tmp_path / "out").glob("*.csv"):
        rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "@", "\t", "\r"}]
    for book in (tmp_path / "out").glob("*.xlsx"):
        with zipfile.ZipFile(book) as opened:
            sheets = b"".join(opened.read(n) for n in opened.namelist() if n.startswith("xl/worksheets/"))
        assert b"<f>" not in sheets


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def test_the_default_report_folder_is_inside_the_store_whatever_the_property_is_called(glass, tmp_path, inventory):
    ran = glass("review", inventory, "--property", "../../../etc/<x>", "--store", tmp_path / "s")
    assert ran.code == 0, ran.err
    (line,) = [line for line in ran.out.splitlines() if line.startswith("report: ")]
    assert Path(line.removeprefix("report: ")).resolve().is_relative_to((tmp_path / "s").resolve())


def test_a_store_of_a_newer_program_is_left_alone(glass, tmp_path, reviewed, inventory):
    store = tmp_path / "s"
    shutil.copytree(reviewed, store)
    with sqlite3.connect(store / "glasshouse.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (store / "glasshouse.db").read_bytes()
    for arguments in (("store", "check"), ("device", "list"), ("report",), ("review", inventory)):
        ran = glass(*arguments, "--store", store)
        assert ran.code == 1
        one_message(ran, "9999", "newer program", "nothing was changed")
    assert (store / "glasshouse.db").read_bytes() == before


def test_a_database_that_is_none_is_told(glass, tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "glasshouse.db").write_bytes(GARBAGE)
    ran = glass("device", "list", "--store", tmp_path / "s")
    assert ran.code == 1
    one_message(ran, "glasshouse.db")
    assert (tmp_path / "s" / "glasshouse.db").read_bytes() == GARBAGE


def test_a_report_that_cannot_be_written_loses_nothing(glass, tmp_path, inventory):
    (tmp_path / "file").write_text("in the way")
    ran = glass("review", inventory, "--store", tmp_path / "s", "--out", tmp_path / "file" / "out")
    assert ran.code == 1
    one_message(ran, str(tmp_path / "file"), "nothing that was collected is lost", "--out")
    healthy(glass, tmp_path / "s")
    assert len(glass("device", "list", "--store", tmp_path / "s").lines) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("form", ["html", "csv", "jsonl", "xlsx"])
def test_a_full_disk_under_a_report_is_told(glass, reviewed, form):
    ran = glass("report", "--as", form, "--output", "/dev/full", "--store", reviewed)
    assert ran.code == 1
    one_message(ran, "/dev/full", "No space left", "--output")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_identify_is_told(glass):
    ran = glass("identify", "--output", "/dev/full", stdin='{"id": "o1", "probe": "http", "raw": "x"}\n')
    assert ran.code in {1, 2}
    one_message(ran, "/dev/full", "No space left", "--output")


def test_a_full_disk_while_evidence_is_stored_can_be_continued(glass, tmp_path, inventory, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device", str(tmp_path / "s" / "blobs"))

    arguments = ("review", inventory, "--store", tmp_path / "s", "--as-of", "2026-11-23", "--out", tmp_path / "out")
    with monkeypatch.context() as patched:
        patched.setattr(Blobs, "put", full)
        ran = glass(*arguments)
        if ran.code == 0:  # small evidence stays in the database: fill that up instead
            shutil.rmtree(tmp_path / "s")
            patched.setattr("glasshouse.store.observations.insert_ignore", full)
            ran = glass(*arguments)
    assert ran.code == 1
    one_message(ran, "No space left", "nothing that was stored is lost")
    healthy(glass, tmp_path / "s")
    again = glass(*arguments)
    assert again.code == 0, again.err
    assert len(glass("device", "list", "--store", tmp_path / "s").lines) == 3
    healthy(glass, tmp_path / "s")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("missing.toml", None, ("missing.toml", "cannot be read")),
        ("bytes.toml", b"\xff\xfe\x00", ("bytes.toml", "UTF-8")),
        ("broken.toml", b"[[fact]]\nproperty = ", ("broken.toml", "TOML")),
        ("unknown.toml", b'[[fact]]\nproperty = "P"\nname = "colour"\nvalue = "red"\n', ("colour", "jurisdiction")),
        (
            "role.toml",
            b'[[fact]]\nproperty = "P"\nname = "roles"\nvalue = ["king"]\nsource = "s"\n',
            ("king", "federal_department"),
        ),
    ],
)
def test_a_facts_file_that_cannot_be_used_is_told_before_anything_is_stored(
    glass, tmp_path, inventory, name, data, words
):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    ran = glass("review", inventory, "--facts", tmp_path / name, "--store", tmp_path / "s")
    assert ran.code in {1, 2}
    one_message(ran, *words)
    assert glass("device", "list", "--store", tmp_path / "s").code == 1


@pytest.mark.parametrize("verb", ["show", "timeline"])
def test_an_unknown_regime_is_told(glass, verb):
    ran = glass("rules", verb, "no-such-regime")
    assert ran.code == 2
    one_message(ran, "no-such-regime", "accepted", "rules list")


def test_an_unknown_device_is_told(glass, reviewed):
    ran = glass("explain", "192.0.2.250", "--store", reviewed)
    assert ran.code == 1
    one_message(ran, "192.0.2.250", "accepted", "device list")


@pytest.mark.parametrize("arguments", [("explain", "x"), ("report",), ("device", "list")])
def test_a_store_without_review_is_told(glass, tmp_path, arguments):
    ran = glass(*arguments, "--store", tmp_path / "s")
    assert ran.code == 1
    one_message(ran, "no review", "glasshouse review")


BAD_LINES = b"\n".join(
    [b"{", b"[]", b"17", b'"x"', b"null", b"\xff\xfe", b"[" * 5000, b'{"id": 5}', b'{"id": "z", "raw": {}}']
)


@pytest.mark.parametrize("verb", ["identify", "judge", "assess"])
def test_bad_lines_are_answered_and_never_abort(glass, verb):
    ran = glass(verb, stdin=BAD_LINES + b"\n")
    assert ran.code == 0, ran.err
    answers = ran.lines
    assert len(answers) == 9
    for number, answer in enumerate(answers[:7], start=1):
        assert answer["id"] is None
        assert answer["line"] == number
        assert answer["error"]
    assert "error" in ran.err


@pytest.mark.parametrize("verb", ["identify", "judge", "assess"])
def test_a_file_of_lines_that_cannot_be_opened_is_a_failure(glass, verb):
    ran = glass(verb, "nowhere.jsonl")
    assert ran.code == 1
    one_message(ran, "nowhere.jsonl", "JSON Lines")


@pytest.mark.parametrize(
    "arguments",
    [
        ("review",), ("scan",), ("scan", "127.0.0.1", "--resume", "x"), ("frobnicate",),
        ("review", "x", "--role", "king"), ("review", "x", "--as-of", "soon"), ("report", "--as", "doc"),
        ("judge", "--fail-on", "terrible"), ("import", "missing.csv"), ("device", "merge", "x", "--reason", "r"),
        ("scan", "--resume", "col_unknown"),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_2_and_tells_what_is_accepted(glass, tmp_path, arguments):
    more = ("--store", tmp_path / "s") if arguments[0] in {"review", "scan", "report", "import", "device"} else ()
    ran = glass(*arguments, *more)
    assert ran.code == 2
    one_message(ran)
