"""Kills many multi-file writes at random times and checks what is left: ``python tests/bench/kill.py [RUNS [FILES]]``.

1,000 runs are what a release is checked with; `tests/test_undo.py` kills one write at each of its steps. A child writes
and takes back the same files over and over until it is killed from outside. Every file must then be wholly old or
wholly new, and after recovery all of them must be the one or the other.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.rewrite.apply import apply, recover, undo
from migrator.rewrite.journal import digest


def name(number: int) -> str:
    """Returns the path of a file: a third of them Python, a third JavaScript, a third configuration."""
    return f"{number % 5}/{number}{('.py', '.js', '.yaml')[number % 3]}"


def content(number: int, word: bytes) -> bytes:
    """Returns the content of a file, of a size between one line and about a megabyte."""
    line = (b"x = 1\n", b"const x = 1;\n", b"- x: 1\n")[number % 3]
    return word + b"\n" + line * (number**4 % 200_000)


def write(root: Path, state: Path, files: int) -> None:
    olds = [content(number, b"old") for number in range(files)]
    sources = [Source(path=name(number), text=old.decode(), digest=digest(old)) for number, old in enumerate(olds)]
    edits = [Edit(path=source.path, span=Span(0, 3), replacement="newer") for source in sources]
    apply(edits, sources, place=lambda source: root / source.path, roots=[root], state=state)


def states(root: Path, files: int) -> Counter[str]:
    """Returns how many files are old and how many new; a file that is neither ends the program."""
    found: Counter[str] = Counter()
    for number in range(files):
        data = (root / name(number)).read_bytes()
        known = {content(number, b"old"): "old", content(number, b"newer"): "new"}
        if data not in known:
            raise SystemExit(f"file {number} is neither old nor new: {len(data)} bytes")
        found[known[data]] += 1
    return found


def kill_once(root: Path, state: Path, files: int, delay: float) -> Counter[str]:
    child = os.fork()
    if child == 0:
        while True:
            write(root, state, files)
            undo([root], state=state)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return states(root, files)


def main(runs: int = 300, files: int = 40) -> None:
    chance = random.Random(1)  # noqa: S311 - times, not secrets
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        root, state = Path(folder, "tree"), Path(folder, "state")
        for number in range(files):
            path = root / name(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content(number, b"old"))
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        subprocess.run(["git", "add", "1", "2"], cwd=root, check=True)
        for _ in range(runs):
            left = states_after(root, state, files, chance.uniform(0, 1))
            seen["torn tree, recovered" if len(left) > 1 else f"all {next(iter(left))}"] += 1
    print(f"{runs} kills over {files} files:", ", ".join(f"{count} {name}" for name, count in sorted(seen.items())))


def states_after(root: Path, state: Path, files: int, delay: float) -> Counter[str]:
    """Returns what a kill left, after having recovered from it."""
    left = kill_once(root, state, files, delay)
    recover([root], state=state)
    if len(states(root, files)) != 1 or list(root.rglob(".hapikey-migrator*")):
        raise SystemExit(f"recovery left {states(root, files)}")
    undo([root], state=state)
    if states(root, files) != Counter(old=files):
        raise SystemExit("taking the run back did not restore all files")
    return left


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
