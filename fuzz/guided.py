"""One target under a coverage-guided fuzzer, for a bounded time, on one process.

    pip install atheris            # Linux; Python 3.11 to 3.13
    python fuzz/guided.py http --seconds 300

A finding does not end the run: its bytes are written once for each kind of finding, and fuzzing goes on. A line of
JSON with the executions and the findings is the last line of the output. Exit code 1 where there is a finding.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["glasshouse.protocols", "glasshouse.sources.importers.observation_lines"]):
    from fuzz.targets import TARGETS, seeds_of

from fuzz.tokens import dictionary

SLOW_SECONDS = 2.0  # processor time of one reply under instrumentation


class Tally:
    """Counts executions and keeps one reply for each kind of finding."""

    def __init__(self, target: Callable[[bytes], None], artifacts: Path) -> None:
        self.executions = 0
        self.findings: dict[str, str] = {}
        self._target = target
        self._artifacts = artifacts

    def one(self, data: bytes) -> None:
        """Run the target on one reply."""
        self.executions += 1
        started = time.process_time()
        try:
            self._target(data)
        except Exception as error:  # noqa: BLE001 - any exception is the finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            self._note(f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {error}"[:200], data)
        if time.process_time() - started > SLOW_SECONDS:
            self._note("slow", data)

    def _note(self, kind: str, data: bytes) -> None:
        if kind in self.findings:
            return
        path = self._artifacts / f"finding-{hashlib.sha256(data).hexdigest()[:12]}"
        path.write_bytes(data)
        self.findings[kind] = str(path)
        print(f"{kind}: {data[:400]!r}", file=sys.stderr)


def main() -> None:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(description="Fuzz one target with coverage as the guide.")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=300, help="how long to run (300)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations (1)")
    parser.add_argument("--rss-mb", type=int, default=1024, help="memory that ends the run (1024)")
    parser.add_argument("--artifacts", type=Path, default=Path("fuzz-findings"), help="where findings are written")
    arguments = parser.parse_args()
    arguments.artifacts.mkdir(parents=True, exist_ok=True)
    tally = Tally(TARGETS[arguments.target], arguments.artifacts)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, seed in enumerate(seeds_of(arguments.target)):
        (folder / f"seed-{number}").write_bytes(seed)
    words = folder.with_suffix(".dict")
    words.write_text(dictionary(), encoding="ascii")
    started = time.monotonic()

    def one(data: bytes) -> None:
        tally.one(data)
        if time.monotonic() - started >= arguments.seconds:
            _finish(arguments.target, tally, started)

    atheris.Setup(
        [sys.argv[0], f"-seed={arguments.seed}", "-max_len=16384", f"-rss_limit_mb={arguments.rss_mb}", "-timeout=60",
         f"-dict={words}", f"-artifact_prefix={arguments.artifacts}/", "-verbosity=0", str(folder)],
        one,
    )  # fmt: skip
    atheris.Fuzz()


def _finish(target: str, tally: Tally, started: float) -> None:
    """Print the result and leave at once: the fuzzer's loop has no other end that keeps the count."""
    result = {
        "target": target,
        "seconds": round(time.monotonic() - started),
        "executions": tally.executions,
        "findings": tally.findings,
    }
    print(json.dumps(result), flush=True)
    os._exit(1 if tally.findings else 0)


if __name__ == "__main__":
    main()
