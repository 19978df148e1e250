"""`scan --reconcile`: a real run on loopback against captures and flow tables of it; a stopped run is resumed."""

from __future__ import annotations

import json
import socket
import struct
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from glasshouse.app.collect import (
    Place,
    ScanStoppedError,
    collect_active,
    collection_id,
    ledger_path,
    plan_active,
    stop_file,
)
from glasshouse.app.errors import UserError
from glasshouse.app.reconcile import reconcile_run
from glasshouse.store.store import open_store

PLACE = Place("run", "HQ")


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_args):
        pass


@pytest.fixture
def page():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def plan(page, tmp_path):
    scope = tmp_path / "scope.toml"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    scope.write_text(
        f'ranges = ["127.0.0.1"]\npace = "lab"\n[[endpoint]]\naddress = "127.0.0.1"\nname = "cam"\n'
        f"ports = {{ 80 = {page} }}\nudp = {{ 3702 = {port} }}\n"
        '[[endpoint]]\naddress = "127.0.0.1"\nname = "other"\n'
    )
    return plan_active(("127.0.0.1",), scope)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def run(store, plan):
    collection, _ = collect_active(store, PLACE, plan)
    lines = ledger_path(store, collection.id).read_text().splitlines()
    return collection.id, [json.loads(line) for line in lines]


def frames(lines, payload=None):
    """What a capture would hold of the run: a SYN for each connect, and each datagram (of bytes not known here)."""
    ends = socket.inet_aton("127.0.0.1") * 2
    for number, line in enumerate(lines):
        ports = struct.pack(">HH", 50_000 + number, line["port"])
        if line["kind"] == "connect":
            rest, proto = struct.pack(">IIBBHHH", 0, 0, 0x50, 2, 0, 0, 0), 6
        elif line["transport"] == "udp":
            data = payload or b"other bytes"
            rest, proto = struct.pack(">HH", 8 + len(data), 0) + data, 17
        else:
            continue
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(ports + rest), 1, 0, 64, proto, 0) + ends
        yield bytes(12) + b"\x08\x00" + head + ports + rest


def capture(path, found, seconds):
    body = b"".join(struct.pack("<IIII", seconds, 0, len(f), len(f)) + f for f in found)
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1) + body)
    return path


def seconds_of(lines):
    return int(datetime.fromisoformat(lines[0]["at"]).timestamp())


def test_a_capture_of_the_run_is_compared_packet_by_packet(store, run, tmp_path):
    name, lines = run
    tcp = [line for line in lines if line["transport"] == "tcp"]
    at = seconds_of(lines)
    without_udp = reconcile_run(store, name, capture(tmp_path / "a.pcap", frames(tcp), at))
    assert {key[1] for key in without_udp.unseen} == {"udp"}
    assert not without_udp.unsent
    whole = reconcile_run(store, None, capture(tmp_path / "b.pcap", frames(lines), at))
    assert not whole.unseen
    assert whole.other_bytes  # the datagrams of this capture carry bytes that were never sent
    more = capture(tmp_path / "c.pcap", [*frames(tcp), *frames([{**tcp[0], "port": 9}])], at)
    assert [key[2] for key, *_ in reconcile_run(store, name, more).unsent] == [9]


def test_a_flow_table_is_compared(store, run, tmp_path):
    name, lines = run
    rows = [f"127.0.0.1,127.0.0.1,{line['transport']},{line['port']},1" for line in lines if line["kind"] != "data"]
    table = tmp_path / "flows.csv"
    table.write_text("\n".join(["sa,da,pr,dp,ipkt", *rows]))
    assert reconcile_run(store, name, table).agrees
    table.write_text("\n".join(["sa,da,pr,dp,ipkt", *rows, "127.0.0.1,198.51.100.7,6,80,4"]))
    found = reconcile_run(store, name, table)
    assert [key[0] for key, _ in found.outside] == ["198.51.100.7"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a,b\n1,2\n", "no column for"), ("sa,da,pr,dp\nx,127.0.0.1,6,80\n", "line 2"), ("", "no column for")],
)
def test_a_record_that_cannot_be_read_is_an_error(store, run, tmp_path, text, problem):
    table = tmp_path / "flows.csv"
    table.write_text(text)
    with pytest.raises(UserError, match=problem):
        reconcile_run(store, run[0], table)


def test_a_cut_capture_proves_nothing(store, run, tmp_path):
    path = capture(tmp_path / "a.pcap", frames(run[1]), seconds_of(run[1]))
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(UserError, match="cut"):
        reconcile_run(store, run[0], path)
    with pytest.raises(UserError, match="no stored scan"):
        reconcile_run(store, "col_none", path)


def test_a_stopped_scan_is_resumed_under_its_id(store, plan):
    name = collection_id(PLACE, plan)
    stop_file(store).touch()
    with pytest.raises(ScanStoppedError, match="nothing was sent"):
        collect_active(store, PLACE, plan)
    assert not ledger_path(store, name).exists()
    stop_file(store).unlink()
    collection, tally = collect_active(store, PLACE, plan)
    assert (collection.id, collection.state, tally.answered) == (name, "sealed", 1)
