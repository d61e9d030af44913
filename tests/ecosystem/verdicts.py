"""Says how the verdict on public code differs between two checkouts of the tool.

    python tests/ecosystem/verdicts.py DIR BEFORE [--only WORD] [--skip WORD] [--lines]

Every folder in DIR is scanned with the checkout BEFORE and with this one. A line says exit status, completeness, and
the numbers of findings and gaps before and now; ``--lines`` prints each finding and gap that only one of them has, by
place and code, so that each can be read: its wording may differ. Nothing of the code is run.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from run import ROOT, TIMEOUT, tool

Verdict: TypeAlias = dict[str, Any]


def verdict(folder: Path, at: str) -> Verdict:
    """Returns exit status, completeness, and the lines of findings and gaps that a checkout has for a folder."""
    try:
        status, output = tool(folder, "scan", "--format", "json", at=at)
        report = json.loads(output)
    except subprocess.TimeoutExpired:
        return {"failed": f"more than {TIMEOUT} s"}
    except ValueError:
        return {"failed": output.strip()[:200]}
    findings = [f"{one['path']}:{one['line']} {one['code']} {one['message']}" for one in report["findings"]]
    gaps = [f"{one['path']}:{one['line']} ? {one['kind']} {one['reason']}" for one in report["gaps"]]
    loud = sum(one["severity"] != "note" for one in report["findings"])
    return {"exit": status, "complete": report["scopes"]["complete"], "loud": loud, "findings": findings, "gaps": gaps}


def said(name: str, before: Verdict, now: Verdict) -> str:
    """Returns the line that says what became of a verdict."""
    if "failed" in before or "failed" in now:
        return f"{name}: {before.get('failed', 'done')} -> {now.get('failed', 'done')}"
    counts = ", ".join(
        f"{label} {count(before)} -> {count(now)}"
        for label, count in (
            ("exit", lambda one: one["exit"]),
            ("complete", lambda one: one["complete"]),
            ("errors and warnings", lambda one: one["loud"]),
            ("findings", lambda one: len(one["findings"])),
            ("gaps", lambda one: len(one["gaps"])),
        )
    )
    keys = ("exit", "complete")
    return f"{name}: {'' if all(before[key] == now[key] for key in keys) else 'VERDICT '}{counts}"


def lines(before: Verdict, now: Verdict) -> Iterator[str]:
    """Yields what only one of two verdicts tells, a line each."""
    for key in ("findings", "gaps"):
        old, new = ({_known_by(one): one for one in side.get(key, ())} for side in (before, now))
        yield from (f"    - {old[one]}" for one in sorted(old.keys() - new.keys()))
        yield from (f"    + {new[one]}" for one in sorted(new.keys() - old.keys()))


def _known_by(line: str) -> str:
    place = re.match(r".*?:\d+ (?:\? )?\w+", line)
    return place[0] if place else line


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("before")
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    for folder in sorted(path for path in options.dir.iterdir() if path.is_dir()):
        if options.only in folder.name and not any(word in folder.name for word in options.skip):
            before, now = verdict(folder, options.before), verdict(folder, str(ROOT))
            print(said(folder.name, before, now), flush=True)
            print("".join(f"{line}\n" for line in lines(before, now)) if options.lines else "", end="", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
