"""How long a scan of a tree without a key takes, beside the fastest search there is for its words.

    python tests/bench/speed.py FOLDER [ROUNDS]

FOLDER is any git work tree; both programs run in turn, so that a busy machine slows both. Prints the wall and processor
time of each round and the median ratio. Needs ripgrep (https://github.com/BurntSushi/ripgrep) as ``rg``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 1.8
RIPGREP = ("rg", "-l", "-i", "hapikey|hubapi|hubspot", ".")
SCAN = (sys.executable, "-m", "migrator", "scan", "--isolated", "--exit-zero")


def timed(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Returns the wall time and the processor time of a program and its children."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=False
    )
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} failed with {done.returncode}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


def main(folder: Path, rounds: int) -> None:
    timed(SCAN, folder)
    timed(RIPGREP, folder)
    ratios, efforts = [], []
    for number in range(1, rounds + 1):
        (ours, our_work), (theirs, their_work) = timed(SCAN, folder), timed(RIPGREP, folder)
        ratios.append(ours / theirs)
        efforts.append(our_work / their_work)
        times = f"scan {ours:.2f} s, cpu {our_work:.2f}  rg {theirs:.2f} s, cpu {their_work:.2f}"
        print(f"{number:2}  {times}  {ratios[-1]:.2f}")
    wall, work = statistics.median(ratios), statistics.median(efforts)
    print(f"median ratio of wall time {wall:.2f} (limit {LIMIT}), of processor time {work:.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 9)
