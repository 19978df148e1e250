"""How long joining evidence takes as it grows: `python bench/bench_partition.py [observations]`, default 200000.

Ten observations a unit at one address; one in ten names a MAC address, one a serial number, one a UUID.
"""

from __future__ import annotations

import sys
import time

from glasshouse.attribution import partition
from glasshouse.model.observation import Endpoint, Field, Observation

_NAMES = ("id.mac", "id.serial", "id.uuid")


def evidence(count: int) -> tuple[list[Observation], dict[str, tuple[Field, ...]]]:
    """`count` observations and the keys that some of them tell."""
    observations: list[Observation] = []
    fields: dict[str, tuple[Field, ...]] = {}
    for number in range(count):
        unit, turn = divmod(number, 10)
        address = f"10.{unit >> 16 & 255}.{unit >> 8 & 255}.{unit & 255}"
        one = Observation(Endpoint(address, "bench"), "http", b"%d" % number, port=80)
        observations.append(one)
        if turn < len(_NAMES):
            values = (
                f"44:19:b6:{unit >> 16 & 255:02x}:{unit >> 8 & 255:02x}:{unit & 255:02x}",
                f"SN{unit:08d}",
                f"u-{unit}",
            )
            fields[one.id] = (Field(one.id, _NAMES[turn], values[turn]),)
    return observations, fields


def main() -> None:
    """Print seconds and observations a second for a tenth of the count, half of it, and all of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    for size in (count // 10, count // 2, count):
        observations, fields = evidence(size)
        started = time.perf_counter()
        assets = partition(observations, fields)
        seconds = time.perf_counter() - started
        print(f"{size} observations, {len(assets)} assets: {seconds:.2f} s, {size / seconds:.0f} a second")


if __name__ == "__main__":
    main()
