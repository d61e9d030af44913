"""Says how many of the labelled requests with a key a migration moves, and why it leaves the others.

    python tests/bench/moved.py --labels FILE... --source DIR [--only WORD] [--left]

Labels and DIR are those of `score.py`; what counts are the labels whose ``auth`` is ``api_key`` or ``both``. A label
is moved by safe changes alone when the fix of every finding of a key in the requests that are reported of its endpoint
at its line is ``safe``, and with ``--unsafe`` when each is ``safe`` or ``unsafe``; a label that is not found is not
moved. Packages that DIR does not hold are left out and named. ``--left`` prints what no safe change moves, and why.
Nothing of the code is run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from score import Json, find, normal, placed, scan

LEVELS = ("none", "manual", "unsafe", "safe")
KEYED = {"api_key", "both"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A labelled request and what a migration makes of it."""

    label: Json
    fix: str
    reasons: tuple[str, ...]


def fixed(label: Json, report: Json) -> Place:
    """Returns what becomes of a labelled request: the least of what the requests with a key there get."""
    site = (label["file"], label["line"])
    calls = [
        call
        for call in report["calls"]
        if call["method"] == label["method"]
        and normal(call["endpoint"]) == label["path_template"]
        and site in {(one["path"], one["line"]) for one in (call, *call["via"])}
        and "api_key" in call["auth"]
    ]
    ids = {call["id"] for call in calls}
    found = [one for one in report["findings"] if one["kind"].startswith("key_in_") and ids & set(one["calls"])]
    return Place(
        label=label,
        fix=min((one["fix"] for one in found), key=LEVELS.index, default="not found"),
        reasons=tuple(dict.fromkeys(one["reason"] for one in found if one["reason"])),
    )


def keyed(files: list[Path], only: str) -> dict[str, list[Json]]:
    """Returns the labels of requests that carry a key, by package."""
    packages: dict[str, list[Json]] = {}
    for file in files:
        for label in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if label["auth"] in KEYED and label["resolvable"] and only in label["package"]:
                packages.setdefault(label["package"], []).append(label)
    return packages


def row(name: str, places: list[Place]) -> str:
    """Returns one line of the table."""
    safe = sum(place.fix == "safe" for place in places)
    all_moved = sum(place.fix in ("safe", "unsafe") for place in places)
    whole = len(places)
    return f"{name[:60]:60} {whole:4}  {safe:4} {safe / whole:5.0%}  {all_moved:4} {all_moved / whole:5.0%}"


def left(places: list[Place]) -> Iterator[str]:
    """Yields a line for every label that no safe change moves."""
    for place in places:
        if place.fix != "safe":
            label = place.label
            at = f"{label['file']}:{label['line']} {label['method']} {label['path_template']}"
            yield f"    {place.fix}: {at}: {' / '.join(place.reasons) or 'no change'}"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, nargs="+", required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--only", default="", help="look at the packages whose name holds this text")
    parser.add_argument("--left", action="store_true", help="print what no safe change moves, and why")
    options = parser.parse_args()
    total: list[Place] = []
    missing: list[str] = []
    print(f"{'package':60} keys  {'safe':>10}  {'--unsafe':>10}")
    for package, labels in keyed(options.labels, options.only).items():
        folder = find(options.source, package)
        if folder is None:
            missing.append(package)
            continue
        report = scan(folder, None)
        places = [fixed(label, report) for label in placed(labels, folder)]
        total += places
        print(row(package, places), *(left(places) if options.left else ()), sep="\n", flush=True)
    if total:
        print(row("all", total))
    print(f"not here: {', '.join(missing) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
