"""Mutates own replies for every target for a bounded time and reports each broken promise with its bytes.

    python fuzz/run.py --seconds 30 --seed 1
    python fuzz/run.py --seconds 300 --target http

Where atheris is installed, each target runs under it, guided by coverage; otherwise, and with `--plain`, the mutations
are drawn at random: plain Python, and the same seed gives the same mutations. The plain run also looks at growth: a
text four times as long may take about four times as long. Exit code 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random  # noqa: TID251 - the same seed must give the same mutations
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.targets import TARGETS, Target, seeds_of
from fuzz.tokens import TOKENS

ENOUGH = 10  # findings after which more of the same would only scroll
GUIDED_LEAST = 10  # seconds of a target under a guided fuzzer: starting it takes a few
GROWTH_EVERY = 200  # rounds between two looks at growth
SHORT, LARGE = 32_768, 131_072  # bytes of the two texts whose times are compared
TOO_STEEP = 9.0  # times as long for a text four times as long: linear is 4, quadratic 16
WORTH_SECONDS = 0.3  # processor time below which a ratio says nothing


def mutate(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
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
                changed[at:at] = chance.choice(TOKENS)
            case 3:
                changed[at:at] = changed[at:end] * chance.randint(1, 60)
            case 4:
                del changed[at:]
            case _:
                other = chance.choice(others)
                changed[at:end] = other[chance.randint(0, len(other)) :]
    return bytes(changed[:300_000])


def problem(target: Target, data: bytes) -> str | None:
    """The promise that `target` breaks on `data`, or None."""
    try:
        target(data)
    except BaseException as error:  # noqa: BLE001 - any exception is the finding
        return f"raised {error!r}"
    return None


def growth(target: Target, piece: bytes, head: bytes = b"") -> str | None:
    """Whether a text of `head` and repeated `piece` takes far more than four times as long when four times as long."""

    def seconds(size: int) -> float:
        data = (head + piece * (size // max(1, len(piece)) + 1))[:size]
        started = time.process_time()
        target(data)
        return time.process_time() - started

    short, large = seconds(SHORT), seconds(LARGE)
    if large < WORTH_SECONDS or large < TOO_STEEP * short:
        return None
    short, large = max(short, seconds(SHORT)), min(large, seconds(LARGE))  # once more: the machine may have been busy
    return f"grows: {short:.2f} s for {SHORT}, {large:.2f} s for {LARGE} bytes" if large > TOO_STEEP * short else None


def run(seconds: float, seed: int, names: Sequence[str] = (), rounds: int = 0) -> int:
    """Mutate until the time is over, or for `rounds`; the number of findings."""
    chance = random.Random(seed)
    names = sorted(names or TARGETS)
    every = [data for name in names for data in seeds_of(name)]
    findings = done = 0
    end = time.monotonic() + seconds
    while findings < ENOUGH and (done < rounds if rounds else time.monotonic() < end):
        name = chance.choice(names)
        seed_reply = chance.choice(seeds_of(name))
        data = mutate(seed_reply, chance, every)
        broken = problem(TARGETS[name], data)
        if done % GROWTH_EVERY == GROWTH_EVERY - 1:
            at = chance.randint(0, len(seed_reply))
            piece = chance.choice((seed_reply[at : at + chance.randint(1, 30)], chance.choice(TOKENS))) or b" "
            data = piece if broken is None else data
            broken = broken or growth(TARGETS[name], piece, seed_reply[:at])
        if broken is not None:
            findings += 1
            print(f"{name}: {broken}: {data[:4_000]!r}")
        done += 1
    print(f"{done} replies, {findings} findings, seed {seed}", file=sys.stderr)
    return findings


def run_guided(seconds: float, seed: int, names: Sequence[str], artifacts: str) -> int:
    """Run targets one after the other under the guided fuzzer; the number of targets with findings.

    Where the time is too short for all of them, as many as get ten seconds run, beginning at a place that the seed tells.
    """
    chosen = sorted(names or TARGETS)
    share = max(GUIDED_LEAST, int(seconds) // len(chosen))
    first = seed % len(chosen)
    chosen = (chosen[first:] + chosen[:first])[: max(1, int(seconds) // share)]
    failed = 0
    for name in chosen:
        command = [sys.executable, str(Path(__file__).with_name("guided.py")), name, "--seconds", str(share)]
        done = subprocess.run(  # noqa: S603 - the file beside this one
            [*command, "--seed", str(seed), "--artifacts", artifacts], stdout=subprocess.PIPE, text=True, check=False
        )
        lines = done.stdout.strip().splitlines()
        last = lines[-1] if lines else ""
        print(last if last.startswith("{") else json.dumps({"target": name, "exit": done.returncode}), flush=True)
        failed += done.returncode != 0
    return failed


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="Fuzz every decoder and the readers around them.")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to run, all targets together (30)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations (1)")
    parser.add_argument("--target", action="append", default=[], choices=sorted(TARGETS), help="only this; repeatable")
    parser.add_argument("--plain", action="store_true", help="random mutations even where atheris is installed")
    parser.add_argument("--artifacts", default="fuzz-findings", help="where the guided fuzzer writes findings")
    arguments = parser.parse_args()
    if importlib.util.find_spec("atheris") is not None and not arguments.plain:
        sys.exit(1 if run_guided(arguments.seconds, arguments.seed, arguments.target, arguments.artifacts) else 0)
    sys.exit(1 if run(arguments.seconds, arguments.seed, arguments.target) else 0)


if __name__ == "__main__":
    main()
