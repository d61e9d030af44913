"""Says which reports differ between two checkouts of the tool: what a restructuring must not change.

    python tests/bench/same_reports.py OLD NEW FOLDER ...

Each FOLDER is scanned, as JSON, by both checkouts, each with its number of ``--jobs``; nothing is written. For each
difference the first lines that are not the same are printed. The exit status is 1 when there is one. With ``--facts``
only what a report says of the program is compared, so that checkouts can differ in the fields of their reports:
requests by place, method and address, findings by place and code, and required scopes.
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
from typing import Any

_SHOWN = 12


def facts(found: Any) -> str:
    """Returns what a report says of a program, a line for each fact."""
    lines = [
        f"request {one['path']}:{one['line']} {one['method']} {one.get('endpoint') or one.get('url')}"
        for one in found["calls"]
    ]
    lines += [f"finding {one['path']}:{one['line']} {one['code']}" for one in found["findings"]]
    scopes = found.get("scopes") or {}
    lines += [f"scope {one if isinstance(one, str) else one['scope']}" for one in scopes.get("required", ())]
    return "\n".join(sorted(set(lines)))


def report(checkout: Path, folder: Path, jobs: int, *, only_facts: bool = False) -> tuple[str, float]:
    """Returns the report of a folder as indented JSON or its facts, and the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "migrator", "scan", "--format", "json", "--jobs", str(jobs), str(folder)],
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
    if only_facts:
        return facts(found), seconds
    return f"exit {done.returncode}\n{json.dumps(found, indent=1, sort_keys=True)}", seconds


def main() -> int:
    """Compares the reports of every folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1], help="processes of the old and of the new one")
    parser.add_argument("--lines", type=int, default=_SHOWN, help="how many lines of a difference are shown")
    parser.add_argument("--facts", action="store_true", help="compare what is said of the program, not each field")
    options = parser.parse_args()
    differ, times = 0, [0.0, 0.0]
    for folder in options.folders:
        old, first = report(options.old, folder, options.jobs[0], only_facts=options.facts)
        new, second = report(options.new, folder, options.jobs[-1], only_facts=options.facts)
        times = [times[0] + first, times[1] + second]
        if old != new:
            differ += 1
            print(f"{folder}: differs ({first:.1f} s, {second:.1f} s)", flush=True)
            lines = difflib.unified_diff(
                old.splitlines(), new.splitlines(), "old", "new", n=0 if options.facts else 1, lineterm=""
            )
            for _, line in zip(range(options.lines), lines, strict=False):
                print(f"    {line}")
    print(f"{len(options.folders) - differ} of {len(options.folders)} reports are the same")
    print(f"processor seconds: {times[0]:.1f} before, {times[1]:.1f} after")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
