"""Fills a store host by host until the parent kills it; run again it resumes.

Arguments: folder, number of hosts, and "hold" to wait for the kill before the seal instead of ending.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from tests.store.store_evidence import START, collection, gap, sighting

from glasshouse.store import open_store


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(folder: str, hosts: int, *, hold: bool) -> None:
    with open_store(folder) as store:
        store.collections.begin(collection(), at=START)
        done = store.observations.units_done("c1")
        for number in range(1, hosts + 1):
            unit = f"192.0.2.{number}"
            if unit not in done:
                # one reply in the table, one as a file
                found = [sighting(number), sighting(number, size=6000, port=8000)]
                store.observations.add("c1", found, gaps=[gap(number)], unit=unit)
                store.events.append("host.done", unit, {"number": number}, START)
            tell(unit)
        if hold:
            sys.stdin.read()
        store.collections.finish("c1", ended=START + timedelta(hours=1))
        store.collections.seal("c1", at=START + timedelta(hours=1))
        tell("sealed")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), hold="hold" in sys.argv)
