"""Says which reports differ between two checkouts of the tool: what a restructuring must not change.

    python tests/bench/same_reports.py OLD NEW FOLDER ...

Each FOLDER is scanned, as JSON, by both checkouts; nothing is written. For each difference the first lines that are not
the same are printed. The exit status is 1 when there is one.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

_SHOWN = 12


def report(checkout: Path, folder: Path) -> tuple[str, float]:
    """Returns the report of a folder as indented JSON, and the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "migrator", "scan", "--format", "json", str(folder)],
        env={**os.environ, "PYTHONPATH": str(checkout), "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return f"exit {done.returncode}: {done.stderr[-2000:]}", seconds
    found["tool"] = None
    return f"exit {done.returncode}\n{json.dumps(found, indent=1, sort_keys=True)}", seconds


def main() -> int:
    """Compares the reports of every folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--lines", type=int, default=_SHOWN, help="how many lines of a difference are shown")
    options = parser.parse_args()
    differ, times = 0, [0.0, 0.0]
    for folder in options.folders:
        (old, first), (new, second) = report(options.old, folder), report(options.new, folder)
        times = [times[0] + first, times[1] + second]
        if old != new:
            differ += 1
            print(f"{folder}: differs ({first:.1f} s, {second:.1f} s)")
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "old", "new", n=1, lineterm="")
            for _, line in zip(range(options.lines), lines, strict=False):
                print(f"    {line}")
    print(f"{len(options.folders) - differ} of {len(options.folders)} reports are the same")
    print(f"processor seconds: {times[0]:.1f} before, {times[1]:.1f} after")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
