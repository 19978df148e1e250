"""How often the limits for missed devices hold: a simulation, printed as the table of docs/explanation/what-was-not-seen.md.

    python bench/missed_coverage.py            print the table
    python bench/missed_coverage.py --write    put it into the page
    python bench/missed_coverage.py --runs 50  fewer properties a row

Each row makes up properties whose true number of devices is known, draws their lists, and asks the estimate. The seed is
fixed and every row has its own generator, so that the same code gives the same bytes.
"""

from __future__ import annotations

import argparse
import math
import random  # noqa: TID251 - a simulation, seeded
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glasshouse.model.missed import SourceList
from glasshouse.review.estimate import missed_devices

__all__ = ["BEGIN", "END", "HEADS", "PAGE", "ROWS", "RUNS", "Row", "line", "measure", "table"]

SEED = 20261124
RUNS = 200
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "what-was-not-seen.md"
BEGIN, END = "<!-- begin: bench/missed_coverage.py -->", "<!-- end: bench/missed_coverage.py -->"
HEADS = (
    "| lists and devices | devices | missed, mean | told, median | holds | truth below | truth above | no upper limit | "
    "refused |"
)

SCAN, ARP, DHCP, VMS, BOOK = (
    SourceList.SCAN, SourceList.ARP, SourceList.DHCP, SourceList.VMS, SourceList.INVENTORY,
)  # fmt: skip
Draw = Callable[[random.Random], frozenset[SourceList]]


@dataclass(frozen=True)
class Row:
    """A kind of property: its devices and how one of them comes onto lists."""

    name: str
    devices: int
    draw: Draw


def independent(**shares: float) -> Draw:
    """Each list holds a device with its own chance, whatever the others do."""
    chances = {SourceList[name]: share for name, share in shares.items()}
    return lambda rng: frozenset(one for one, chance in chances.items() if rng.random() < chance)


def leaning(lean: float, first: SourceList, second: SourceList, *others: SourceList, share: float = 0.5) -> Draw:
    """`second` holds a device with `share` plus `lean` where `first` does, less `lean` where it does not."""

    def draw(rng: random.Random) -> frozenset[SourceList]:
        held = rng.random() < share
        found = {first} if held else set()
        if rng.random() < share + (lean if held else -lean):
            found.add(second)
        return frozenset(found | {one for one in others if rng.random() < share})

    return draw


def uneven(spread: float, *lists: SourceList) -> Draw:
    """Each device is easier or harder for all lists: the logit of its chance is normal around 0 with `spread`."""

    def draw(rng: random.Random) -> frozenset[SourceList]:
        chance = 1 / (1 + math.exp(-rng.gauss(0, spread)))
        return frozenset(one for one in lists if rng.random() < chance)

    return draw


ROWS = (
    Row("two lists, independent", 200, independent(SCAN=0.7, VMS=0.6)),
    Row("two lists, independent, few devices", 20, independent(SCAN=0.7, VMS=0.6)),
    Row("two lists, independent, poor reach", 200, independent(SCAN=0.3, VMS=0.2)),
    Row("two lists, independent, very few devices", 8, independent(SCAN=0.5, VMS=0.5)),
    Row("two lists that hold the same devices (+0.2)", 200, leaning(0.2, SCAN, VMS)),
    Row("two lists that avoid each other (-0.2)", 200, leaning(-0.2, SCAN, VMS)),
    Row("two lists, uneven devices (spread 1)", 200, uneven(1.0, SCAN, VMS)),
    Row("three lists, independent", 200, independent(SCAN=0.6, ARP=0.5, VMS=0.5)),
    Row("three lists, independent, few devices", 20, independent(SCAN=0.6, ARP=0.5, VMS=0.5)),
    Row("three lists, the network ones hold the same (+0.3)", 200, leaning(0.3, SCAN, ARP, VMS)),
    Row("three lists, the network ones avoid each other (-0.3)", 200, leaning(-0.3, SCAN, ARP, VMS)),
    Row("three lists, scan and VMS hold the same (+0.2)", 200, leaning(0.2, SCAN, VMS, ARP)),
    Row("three lists, uneven devices (spread 1)", 200, uneven(1.0, SCAN, ARP, VMS)),
    Row("three lists, uneven devices (spread 2)", 200, uneven(2.0, SCAN, ARP, VMS)),
    Row("four lists, independent", 200, independent(SCAN=0.5, ARP=0.4, VMS=0.5, INVENTORY=0.4)),
    Row("four lists, the network ones hold the same (+0.3)", 200, leaning(0.3, SCAN, ARP, VMS, BOOK)),
    Row("four lists, uneven devices (spread 1)", 200, uneven(1.0, SCAN, ARP, VMS, BOOK)),
    Row("network lists alone, two, independent", 200, independent(SCAN=0.7, ARP=0.6)),
    Row("network lists alone, three, independent", 200, independent(SCAN=0.6, ARP=0.5, DHCP=0.4)),
    Row("network lists alone, two, the same devices (+0.2)", 200, leaning(0.2, SCAN, ARP)),
    Row("network lists alone, two that avoid each other (-0.2)", 200, leaning(-0.2, SCAN, ARP)),
    Row("network lists alone, three, uneven devices (spread 2)", 200, uneven(2.0, SCAN, ARP, DHCP)),
)


@dataclass(frozen=True)
class Measured:
    """What came out for one row: shares of the properties that were estimated, and counts of devices."""

    missed: float
    told: float
    holds: float | None
    below: float | None
    above: float | None
    refused: float
    without_limit: float


def measure(row: Row, runs: int) -> Measured:
    """Make up `runs` properties and compare what the estimate says of each with the truth."""
    rng = random.Random(f"{SEED} {row.name}")  # noqa: S311 - a simulation that must repeat
    truths, points, holds, below, above, open_, refused = [], [], 0, 0, 0, 0, 0
    for _ in range(runs):
        histories = [row.draw(rng) for _ in range(row.devices)]
        truth = sum(not history for history in histories)
        found = missed_devices(histories)
        truths.append(truth)
        if found.refused is not None or found.low is None:
            refused += 1
            continue
        points.append((found.bound or 0.0) if found.likely is None else found.likely)
        open_ += found.high is None
        below += truth < found.low
        above += found.high is not None and truth > found.high
        holds += found.low <= truth and (found.high is None or truth <= found.high)
    told = runs - refused
    return Measured(
        missed=statistics.fmean(truths),
        told=statistics.median(points) if points else math.nan,
        holds=holds / told if told else None,
        below=below / told if told else None,
        above=above / told if told else None,
        refused=refused / runs,
        without_limit=open_ / told if told else math.nan,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def line(row: Row, runs: int) -> str:
    """One row as Markdown."""
    found = measure(row, runs)
    shares = (found.holds, found.below, found.above, found.without_limit, found.refused)
    numbers = f"{row.devices} | {found.missed:.1f} | {found.told:.1f}"
    return f"| {row.name} | {numbers} | {' | '.join(map(_percent, shares))} |"


def table(runs: int = RUNS) -> str:
    """The table as Markdown."""
    return "\n".join([HEADS, "|---|---:|---:|---:|---:|---:|---:|---:|---:|", *(line(row, runs) for row in ROWS)])


def main(arguments: list[str]) -> int:
    """Print the table, or put it between its two marks in the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    text = table(given.runs)
    if not given.write:
        print(text)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    head, mark, rest = page.partition(BEGIN)
    _, closing, tail = rest.partition(END)
    if not mark or not closing:
        print(f"{PAGE.name} holds no '{BEGIN}' and '{END}' to put the table between", file=sys.stderr)
        return 1
    PAGE.write_text(f"{head}{mark}\n\n{text}\n\n{closing}{tail}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
