"""Scores `migrate` against the occurrences that a careful engineer calls mechanical.

    python tests/bench/mechanical.py --source DIR [--source DIR ...] [--misses]

Each DIR holds unpacked packages, as for ``score.py``. ``mechanical.csv`` says of each occurrence (package, file, line)
whether its rewrite is mechanical, and why. An occurrence is safe when a safe change moves a credential that enters on
its line, or edits the line. The share of mechanical occurrences that are safe is to be at least 90 %; safe ones among
the others are listed, because each is either a wrong label or a wrong rewrite.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("mechanical.csv")
TARGET = 0.9
_RANK = {"manual": 0, "unsafe": 1, "safe": 2}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One occurrence as it was judged before there was a planner."""

    package: str
    file: str
    line: int
    mechanical: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the tool offers for an occurrence: the best safety of a change there, with its reason."""

    row: Row
    safety: str
    reason: str


def rows() -> Iterator[Row]:
    """Yields the rows of the table."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        for item in csv.DictReader(file):
            yield Row(
                package=item["package"],
                file=item["file"],
                line=int(item["line"]),
                mechanical=item["mechanical"] == "yes",
                why=item["why"],
            )


def folder(package: str, sources: Iterable[Path]) -> Path | None:
    """Returns where a package is unpacked, None when it is not."""
    name = package.partition("@")[0].replace("==", "-").replace("/", "+")
    spelled = {name, name.replace("-hubspot-", "_hubspot-")}
    return next((source / one for source in sources for one in sorted(spelled) if (source / one).is_dir()), None)


def report(place: Path) -> Mapping[str, Any]:
    """Returns the report of `migrate` on a folder."""
    command = (sys.executable, "-m", "migrator", "migrate", str(place), "--isolated", "--format", "json")
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode > 1:
        sys.exit(f"{place}: {done.stderr.decode()}")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def outcomes(package: Iterable[Row], found: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yields what a report offers for the rows of its package."""
    changes = {change["id"]: change for change in found["changes"]}
    offered: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for item in found["findings"]:
        if item["change"] in changes:
            for line in range(item["line"], item["end_line"] + 1):
                offered[item["path"], line].append(changes[item["change"]])
    for change in changes.values():
        for edit in change["edits"]:
            for line in range(edit["line"], edit["end_line"] + 1):
                offered[edit["path"], line].append(change)
    for row in package:
        best = max(offered[row.file, row.line], key=lambda change: _RANK[change["safety"]], default=None)
        yield Outcome(row=row, safety=best["safety"] if best else "none", reason=(best and best["reason"]) or "")


def main() -> int:
    """Prints the share of mechanical occurrences that are safe; returns whether it is too small."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, action="append", required=True)
    parser.add_argument("--misses", action="store_true", help="list what is not as labelled")
    arguments = parser.parse_args()
    packages: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        packages[row.package].append(row)
    every: list[Outcome] = []
    for package, own in packages.items():
        place = folder(package, arguments.source)
        if place is None:
            print(f"not there: {package}")
            continue
        every += outcomes(own, report(place))
    mechanical = [one for one in every if one.row.mechanical]
    safe = [one for one in mechanical if one.safety == "safe"]
    wrong = [one for one in every if not one.row.mechanical and one.safety == "safe"]
    if arguments.misses:
        for one in every:
            if (one.safety == "safe") != one.row.mechanical and (one.row.mechanical or one.safety == "safe"):
                label = "mechanical" if one.row.mechanical else "not mechanical"
                print(f"{one.row.package} {one.row.file}:{one.row.line}: {label}, {one.safety}: {one.reason}")
                print(f"    label: {one.row.why}")
    print(f"mechanical {len(mechanical)}, of them safe {len(safe)} ({len(safe) / max(len(mechanical), 1):.1%})")
    print(f"not mechanical {len(every) - len(mechanical)}, of them safe {len(wrong)}")
    return int(len(safe) < TARGET * len(mechanical))


if __name__ == "__main__":
    sys.exit(main())
