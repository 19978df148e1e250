"""Peak memory of `glasshouse identify` on generated input: devices in shuffled order.

    python bench/identify_memory.py [ROWS ...] [--devices own|far|adjacent|alone]

Prints, for each number of rows, the size of the input, the seconds, and the largest resident size of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SERVERS = ("App-webs/", "DNVRS-Webs", "nginx", "lighttpd/1.4.59", "Hipcam RealServer/V1.0")


def lines(rows: int, devices: str) -> Iterator[str]:
    """One reply in ten is new. `own`: each row another device; `far`: two rows a device, without order."""
    step = 1_000_003  # prime: row -> place walks through all devices without order
    tenth = max(rows // 10, 1)
    for at in range(rows):
        name = {
            "own": f"d{at * step % rows}",
            "far": f"d{at * step % max(rows // 2, 1)}",
            "adjacent": f"d{at // 2}",
            "alone": None,
        }[devices]
        raw = f"HTTP/1.1 200 OK\r\nServer: {SERVERS[at % tenth % 5]}\r\nETag: {at % tenth:x}\r\n\r\n<html><title>device {at % tenth}</title></html>"
        yield json.dumps({"id": f"o{at}", "device": name, "probe": "http", "port": 80, "raw": raw}) + "\n"


def measure(rows: int, devices: str) -> None:
    """One run in a process of its own, which is the only child so far that is larger than this one."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.jsonl"), Path(folder, "out.parquet")
        with source.open("w") as file:
            file.writelines(lines(rows, devices))
        command = [sys.executable, "-m", "glasshouse", "identify", str(source), "--output", str(target)]
        began = time.perf_counter()
        subprocess.run([*command, *(["--grouped"] if devices == "adjacent" else [])], check=True)  # noqa: S603
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = source.stat().st_size / 1e6
    print(
        f"{devices} {rows:,} rows, {size:,.0f} MB: {seconds:,.1f} s, {rows / seconds:,.0f} rows/s, peak {peak:,.0f} MiB"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[200_000, 2_000_000])
    parser.add_argument("--devices", choices=["own", "far", "adjacent", "alone"], default="own")
    given = parser.parse_args()
    for count in given.rows:
        measure(count, given.devices)
