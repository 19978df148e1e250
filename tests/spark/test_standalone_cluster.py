"""A standalone master and two workers on loopback: the answers are the local ones, whoever dies meanwhile.

`make test-spark` runs this; PySpark is in no lock file, and without it this is skipped.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed; make test-spark brings its own")

from pyspark.sql import SparkSession  # noqa: E402

from glasshouse.app.cluster import Shipped  # noqa: E402
from glasshouse.app.identify import device_of  # noqa: E402
from glasshouse.bulk import spark as spark_module  # noqa: E402
from glasshouse.datapack import compile_packs, load  # noqa: E402
from glasshouse.matching import index  # noqa: E402

HOME = Path(pyspark.__file__).parent
PATIENCE = 240  # seconds that a job may take before it counts as stuck
ENVIRONMENT = os.environ | {  # noqa: TID251  # of the processes that we start
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_PYTHON": sys.executable,
    "SPARK_HOME": str(HOME),
}


def spark_class(log, *arguments):
    """A process of Spark's, in a group of its own."""
    with log.open("w") as out:
        return subprocess.Popen(
            [HOME / "bin" / "spark-class", *map(str, arguments)],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True,
        )  # fmt: skip


def end(process):
    """End a process that we started, with the executor that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Cluster:
    def __init__(self, folder):
        port = free_port()
        self.master = f"spark://127.0.0.1:{port}"
        self.log = folder / "master.log"
        arguments = ("--host", "127.0.0.1", "--port", port, "--webui-port", 0)
        self.processes = [spark_class(self.log, "org.apache.spark.deploy.master.Master", *arguments)]
        until(lambda: "Starting Spark master" in self.log.read_text(), "the master did not start")
        for name in ("left", "right"):
            arguments = ("--host", "127.0.0.1", "-c", 1, "-m", "1g", "--webui-port", 0, "-d", folder / name)
            worker = spark_class(
                folder / f"{name}.log", "org.apache.spark.deploy.worker.Worker", *arguments, self.master
            )
            self.processes.append(worker)
        until(lambda: self.log.read_text().count("Registering worker") == 2, "the workers did not register")

    def stop(self):
        for process in self.processes:
            end(process)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.stop()


def observation(at):
    raw = f"HTTP/1.1 200 OK\r\nServer: {('App-webs/', 'nginx', 'DNVRS-Webs')[at % 3]}\r\nX: {at % 900}\u2028é\r\n\r\n"
    row = {"id": f"o{at}", "probe": "http", "raw": raw, "device": f"d{at * 7919 % 2000}"}
    if at % 5 == 0:
        del row["device"]
    if at % 97 == 0:
        row |= {"port": "eighty"}
    if at % 101 == 0:
        row |= {"raw": 5, "device": at % 7}
    if at % 13 == 0:
        del row["id"]
    return row


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Devices far apart, rows of their own, rows and lines of every kind that is wrong."""
    file = tmp_path_factory.mktemp("in") / "in.jsonl"
    odd = {500: b"", 501: b"no json", 502: b'"text"', 503: b"\xff\xfe", 504: b'{"device": "d1"'}
    rows = [odd.get(at, json.dumps(observation(at)).encode()) for at in range(3_000)]
    file.write_bytes(b"\n".join(rows) + b"\n")
    return file


@pytest.fixture(scope="module")
def parquet(lines):
    """The rows of `lines` that a table can hold."""
    keys = ("id", "device", "probe", "raw", "port")
    rows = [observation(at) for at in range(1_500) if at % 97 and at % 101]
    table = pa.Table.from_pylist([{key: row.get(key) for key in keys} for row in rows])
    pq.write_table(table, lines.with_name("in.parquet"), row_group_size=500)
    return lines.with_name("in.parquet")


def glasshouse(*arguments):
    command = [sys.executable, "-m", "glasshouse", "identify", *map(str, arguments)]
    ran = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=PATIENCE, check=False)
    assert ran.returncode == 0, ran.stderr.decode()[-3000:]
    return ran.stdout


def parts(folder):
    """What the parts of an output hold, in the order of their names."""
    return b"".join(part.read_bytes() for part in sorted(folder.glob("part-*")))


def test_lines_are_answered_as_here(cluster, lines, tmp_path):
    glasshouse(lines, "--engine", "spark", "--master", cluster.master, "--output", tmp_path / "out")
    assert parts(tmp_path / "out") == glasshouse(lines)


def test_tables_are_answered_as_here_and_without_order_it_is_the_same_rows(cluster, parquet, tmp_path):
    out = tmp_path / "out.parquet"
    glasshouse(parquet, "--engine", "spark", "--master", cluster.master, "--unordered", "--output", out)
    glasshouse(parquet, "--output", tmp_path / "here.parquet")
    there = [row for part in out.glob("part-*") for row in pq.read_table(part).to_pylist()]
    here = pq.read_table(tmp_path / "here.parquet").to_pylist()
    assert sorted(map(str, there)) == sorted(map(str, here))


def test_a_killed_worker_changes_nothing(cluster, lines, tmp_path, monkeypatch):
    monkeypatch.setattr(spark_module, "_ROWS_OF_A_TASK", 200)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    settings = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    session = SparkSession.builder.master(cluster.master).config(map=settings).getOrCreate()
    try:
        context = session.sparkContext
        assert context.defaultParallelism == 2
        make = Shipped(compile_packs(), index.compile(load().fingerprints))
        arguments = (session, str(lines), str(tmp_path / "out"), make, device_of)
        job = threading.Thread(target=spark_module.identify_spark, args=arguments)
        job.start()
        tracker = context.statusTracker()

        def identifying():
            found = [tracker.getStageInfo(one) for one in tracker.getActiveStageIds()]
            return any(one and one.numTasks == 15 and 2 <= one.numCompletedTasks <= 10 for one in found)

        until(identifying, "the job was never seen at work")
        end(cluster.processes[1])
        job.join(PATIENCE)
        assert not job.is_alive()
        assert "Removing worker" in cluster.log.read_text() or "disassociated" in cluster.log.read_text()
    finally:
        session.stop()
    assert parts(tmp_path / "out") == glasshouse(lines)
