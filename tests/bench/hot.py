"""How fast programs that use the key are read, planned for and proved, on how many cores, and what memory that takes.

    python tests/bench/hot.py PATH [--rounds N]

PATH is a folder or one file. Prints, in processor seconds of a whole run: `scopes`, which plans nothing, and `scan` on
one core, each with the files a second and the most memory that a process held; what planning and proof cost beside the
rest; and how much of the work with two processes is the first one's, which more cores cannot make shorter. Wall time is
printed too, and means something on an idle machine only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MEASURED = """
import resource, runpy, sys, threading, time
sys.argv = ["migrator", *sys.argv[2:]]
try:
    runpy.run_module("migrator", run_name="__main__")
finally:
    sys.stdout.flush()
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(own.ru_utime, others.ru_utime, max(own.ru_maxrss, others.ru_maxrss), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took: seconds of the first process and of the others, on the clock, and MiB of the largest one."""

    first: float
    others: float
    wall: float
    memory: float
    files: int

    @property
    def seconds(self) -> float:
        """The processor time of all its processes."""
        return self.first + self.others


def run(command: str, path: Path, jobs: int) -> Run:
    """Runs a command of the tool on a path, with its report as JSON."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        form = (
            ["--format", "json"] if command == "scopes" else ["--output", f"json={report.name}", "--format", "concise"]
        )
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, "-", command, *form, "--isolated", "--jobs", str(jobs), str(path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        wall = time.perf_counter() - start
        if done.returncode not in (0, 1):
            sys.exit(f"{command} failed with {done.returncode}: {done.stderr[-1000:]}")
        first, others, memory = map(float, done.stderr.splitlines()[-1].split())
        summary = {} if command == "scopes" else json.loads(Path(report.name).read_text())["summary"]
    return Run(first=first, others=others, wall=wall, memory=memory / 1024, files=summary.get("files_analysed", 0))


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    kinds = (("scopes", 1), ("scan", 1), ("scan", 2))
    every = [[run(command, options.path, jobs) for command, jobs in kinds] for _ in range(options.rounds)]
    scopes, scan, two = (min(runs, key=lambda one: one.seconds) for runs in zip(*every, strict=True))
    files = scan.files
    print(f"{files} files analysed")
    for name, one in (("scopes, one core", scopes), ("scan, one core", scan), ("scan, two processes", two)):
        rate = files / one.seconds
        print(f"{name:20} {one.seconds:6.1f} s cpu, {one.wall:6.1f} s wall, {rate:5.1f} files/s, {one.memory:5.0f} MiB")
    print(f"planning and proof: {scan.seconds / scopes.seconds - 1:.2f} of the rest")
    share = two.first / two.seconds
    longest = max(two.first, two.seconds / 2)
    print(f"first of two processes: {share:.2f} of all work; at best {scan.seconds / longest:.2f} times as fast")
    walls = statistics.median(runs[1].wall / runs[2].wall for runs in every)
    print(f"wall time of one core to two: {walls:.2f}")


if __name__ == "__main__":
    main()
