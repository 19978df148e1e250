"""The change pack says what a scan would send, byte for byte, in both languages, and sends nothing."""

from __future__ import annotations

import csv
import json
import socket

import pytest

from glasshouse.app.change_pack import write_change_pack
from glasshouse.app.collect import plan_active
from glasshouse.app.errors import UsageError
from glasshouse.protocols.allowed import allowed

SCOPE = """
ranges = ["198.51.100.0/29"]
exclude = ["198.51.100.3"]
approver = "A. Tremblay"
contact = "+1 555 0100"
not_before = 2020-01-01
not_after = 2090-01-01
[multicast]
interface = "198.51.100.5"
broadcast = "198.51.100.7"
"""
NAMES = {"change-pack.en.md", "change-pack.fr.md", "packets.csv", "plan.json"}


@pytest.fixture
def plan(tmp_path):
    scope = tmp_path / "scope.toml"
    scope.write_text(SCOPE)
    return plan_active(("198.51.100.0/29",), scope)


@pytest.fixture
def no_sending(monkeypatch):
    def fail(*_args, **_more):
        raise AssertionError("a plan sends nothing")

    class Silent(socket.socket):
        send = sendto = sendall = fail

    monkeypatch.setattr("socket.socket", Silent)


@pytest.mark.usefixtures("no_sending")
def test_the_pack_names_everything(plan, tmp_path):
    assert {path.name for path in write_change_pack(plan, tmp_path / "pack")} == NAMES
    english = (tmp_path / "pack" / "change-pack.en.md").read_text()
    for told in (
        "A. Tremblay",
        "+1 555 0100",
        "198.51.100.3",
        "2090-01-01",
        "SIGTERM",
        "198.51.100.7",
        plan.scope.sha256,
    ):
        assert told in english, told
    french = (tmp_path / "pack" / "change-pack.fr.md").read_text()
    assert french.count("\n## ") == english.count("\n## ") == 8
    assert json.loads((tmp_path / "pack" / "plan.json").read_text())["hosts"] == 5


@pytest.mark.usefixtures("no_sending")
def test_every_packet_has_its_exact_bytes_and_is_on_the_allow_list(plan, tmp_path):
    write_change_pack(plan, tmp_path)
    rows = list(csv.DictReader((tmp_path / "packets.csv").read_text(encoding="utf-8").splitlines()))
    asked = {row["address"] for row in rows}
    assert {f"198.51.100.{n}" for n in (1, 2, 4, 5, 6)} <= asked
    assert "198.51.100.3" not in asked
    assert {"239.255.255.250", "198.51.100.7"} <= asked
    for row in rows:
        data = bytes.fromhex(row["bytes_hex"])
        assert len(data) == int(row["size"])
        if data:
            assert allowed(row["protocol"], row["address"], int(row["port"]), data), row


def test_a_folder_that_cannot_be_written_is_an_error(plan, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_change_pack(plan, tmp_path / "file")
