"""`scope new` writes what `scan` accepts; `doctor` says what works here; `scan --plan-out` and `--reconcile` from outside."""

from __future__ import annotations

import socket

import pytest
from tests.cli.conftest import run

from glasshouse.model.ids import sha256_hex
from glasshouse.sources.active import parse_scope


def test_a_scope_file_from_flags(tmp_path):
    told = run(
        "scope", "new", "s.toml", "--range", "192.0.2.0/24", "--exclude", "192.0.2.1", "--approver", 'A. "T" Tremblay',
        "--contact", "+1 555 0100", "--not-after", "2027-01-31", "--max-class", "read", "--interface", "192.0.2.5",
        "--broadcast", "192.0.2.255",
    )  # fmt: skip
    text = (tmp_path / "s.toml").read_text()
    assert told.code == 0
    assert sha256_hex(text.encode()) in told.err
    scope = parse_scope(text, "x")
    assert (scope.approver, scope.contact, scope.max_class.name) == ('A. "T" Tremblay', "+1 555 0100", "READ")
    assert str(scope.exclude[0]) == "192.0.2.1/32"
    assert scope.multicast.broadcast == "192.0.2.255"
    again = run("scope", "new", "s.toml", "--range", "192.0.2.0/24")
    assert again.code == 2
    assert "exists already" in again.err


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        ((), "give --range"),
        (("--range", "camera.example"), "no host names"),
        (("--range", "192.0.2.0/24", "--not-after", "soon"), "not_after"),
        (("--range", "192.0.2.0/24", "--broadcast", "192.0.2.255"), "--interface"),
        (("--range", "192.0.2.0/24", "--broadcast", "198.51.100.255", "--interface", "192.0.2.5"), "broadcast"),
    ],
)
def test_what_is_no_scope_is_not_written(tmp_path, flags, problem):
    told = run("scope", "new", "s.toml", *flags)
    assert told.code == 2
    assert problem in told.err
    assert not (tmp_path / "s.toml").exists()


def test_on_a_terminal_it_asks(tmp_path, monkeypatch):
    monkeypatch.setattr("glasshouse.cli.scope._is_terminal", lambda: True)
    answers = "192.0.2.0/25, 198.51.100.7\n192.0.2.1\nA. Tremblay\n\n2026-12-01\n2026-12-05\n\n"
    told = run("scope", "new", stdin=answers)
    assert told.code == 0, told.err
    scope = parse_scope((tmp_path / "scope.toml").read_text(), "x")
    assert [str(network) for network in scope.ranges] == ["192.0.2.0/25", "198.51.100.7/32"]
    assert (scope.approver, scope.contact, scope.multicast) == ("A. Tremblay", None, None)


def test_doctor_sends_nothing_and_names_every_pack(monkeypatch):
    def fail(*_args, **_more):
        raise AssertionError("nothing may be sent")

    class Silent(socket.socket):
        send = sendto = sendall = connect = fail

    monkeypatch.setattr("socket.socket", Silent)
    told = run("doctor", "--format", "jsonl")
    checks = {line["check"]: line for line in told.lines}
    assert {"python", "privileges", "own links", "listening", "pack rules", "pack fingerprints", "store"} <= set(checks)
    assert all(line["state"] in {"ok", "limited", "missing"} and line["means"] for line in checks.values())
    assert told.code == (0 if all(line["state"] == "ok" for line in checks.values()) else 4)


def test_doctor_names_a_port_that_is_taken():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 7711))  # where the Hanwha finder's replies come to
        checks = {line["check"]: line for line in run("doctor", "--format", "jsonl").lines}
    assert "hanwha" in checks["udp port 7711"]["means"]


def test_a_plan_and_a_comparison_take_what_they_need(tmp_path):
    (tmp_path / "record.csv").write_text("sa,da,pr,dp\n")
    assert "TARGET" in run("scan", "127.0.0.1", "--reconcile", "record.csv").err
    assert "no stored scan" in run("scan", "--reconcile", "record.csv", "--store", "st").err
    told = run("scan", "127.0.0.1", "--plan-out", "pack")
    assert told.code == 0
    assert {path.name for path in (tmp_path / "pack").iterdir()} == {
        "change-pack.en.md", "change-pack.fr.md", "packets.csv", "plan.json",
    }  # fmt: skip
