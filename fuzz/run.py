"""Mutates own replies for every decoder for a bounded time and reports each broken promise with its bytes.

    python fuzz/run.py --seconds 30 --seed 1

The promises: never an exception, bounded output, the same answer twice, spans that read as the value, and an answer
within a second. Exit code 1 where one is broken. Plain Python; the same seed gives the same mutations.
"""

from __future__ import annotations

import argparse
import random  # noqa: TID251 - the same seed must give the same mutations
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.seeds import SEEDS

from glasshouse import protocols
from glasshouse.model.observation import PROBES
from glasshouse.model.protocol import Decoded

SLOW_SECONDS = 1.0
ENOUGH = 10  # findings after which more of the same would only scroll
_TOKENS = (
    b"\r\n", b"\n\n", b"<", b">", b"</", b"<a>" * 50, b"{", b"[" * 200, b'"', b"\0", b"\xff", b"=", b": ", b"<!DOCTYPE x [",
    b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"&#x41;", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"Transfer-Encoding: chunked\r\n",
    b"99999999999", b"-1", b"%00", b"xmlns='", b"\\ud800", b"\xe2\x80\xae", b"A" * 3000, b" " * 3000,
)  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to six cuts, flips, repeats and insertions."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(changed))
        end = min(len(changed), at + chance.randint(1, 40))
        match chance.randrange(6):
            case 0:
                del changed[at:end]
            case 1:
                changed[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
            case 2:
                changed[at:at] = chance.choice(_TOKENS)
            case 3:
                changed[at:at] = changed[at:end] * chance.randint(1, 60)
            case 4:
                del changed[at:]
            case _:
                other = chance.choice(chance.choice(tuple(SEEDS.values())))
                changed[at:end] = other[chance.randint(0, len(other)) :]
    return bytes(changed[:300_000])


def problem(decode: Callable[[bytes], tuple[Decoded, ...]], data: bytes) -> str | None:
    """The promise that `decode` breaks on `data`, or None."""
    started = time.perf_counter()
    try:
        found = decode(data)
        again = decode(data)
    except BaseException as error:  # noqa: BLE001 - any exception is the finding
        return f"raised {error!r}"
    if time.perf_counter() - started > 2 * SLOW_SECONDS:
        return "slow"
    if found != again:
        return "answered differently the second time"
    if len(found) > 800:
        return f"{len(found)} values"
    for item in found:
        if item.start is not None and data[item.start : item.end].decode("utf-8", "replace") != item.value:
            return f"span of {item.name} does not read as its value"
    return None


def run(seconds: float, seed: int) -> int:
    """Fuzz until the time is over; the number of findings."""
    chance = random.Random(seed)
    names = sorted(SEEDS)
    findings = rounds = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and findings < ENOUGH:
        name = chance.choice(names)
        module = protocols.by_name(name)
        if module is None:
            raise SystemExit(f"no protocol is named {name}: the seeds and the registry disagree")
        data = mutate(chance.choice(SEEDS[name]), chance)
        probe = chance.choice(PROBES)
        targets = {
            name: module.decode,
            f"dispatch {probe}": lambda raw, probe=probe: protocols.decode(probe, None, raw),
            f"hints and frame of {name}": lambda raw, module=module: (module.hints(raw), module.frame(raw), ())[2],
        }
        for target, decode in targets.items():
            broken = problem(decode, data)
            if broken is not None:
                findings += 1
                print(f"{target}: {broken}: {data[:4_000]!r}")
        rounds += 1
    print(f"{rounds} replies, {findings} findings, seed {seed}", file=sys.stderr)
    return findings


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="Fuzz every protocol decoder.")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to run (30)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations (1)")
    arguments = parser.parse_args()
    sys.exit(1 if run(arguments.seconds, arguments.seed) else 0)


if __name__ == "__main__":
    main()
