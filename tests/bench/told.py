"""Scores whether `scan` tells the places that name HubSpot or its key, against labels of places.

    python tests/bench/told.py --labels tests/bench/labels/carriers.jsonl --source DIR [--missed]

DIR is as for ``score.py``. A label is one JSON object a line: package, file, line, and what stands there:

* ``request`` (sent or written down), ``recorded``, ``key`` (a literal), ``source`` (its name is set or read),
  ``sdk``, ``address`` (of the API), ``test``: told when a finding, a request, a question or a place of the cut-over
  is on that line, or, for what a whole file is told for (foreign code, an SDK), anywhere in that file.
* ``noise``: right when no error and no warning is on that line.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from score import Json, folder_of, locate, scan

_WHOLE = frozenset({"address", "sdk", "test"})
"""What is told once for a file."""


def places(report: Json) -> Iterator[tuple[str, int]]:
    """Yields each place that a report speaks of."""
    for one in (*report["findings"], *report["gaps"]):
        yield from ((one["path"], line) for line in range(one["line"], one.get("end_line", one["line"]) + 1))
    for call in report["calls"]:
        yield from ((one["path"], one["line"]) for one in (call, *call["via"], *call["trace"]))
    for name in report.get("cutover", ()):
        yield from ((one["path"], one["line"]) for one in (*name["set_at"], *name["read_at"]))


def alarms(report: Json) -> set[tuple[str, int]]:
    """Returns the lines of errors and warnings."""
    return {(one["path"], one["line"]) for one in report["findings"] if one["severity"] in ("error", "warning")}


def is_right(label: Json, told: set[tuple[str, int]], alarmed: set[tuple[str, int]]) -> bool:
    """Returns whether a report says of one place what it has to say."""
    here = (label["file"], label["line"])
    if label["what"] == "noise":
        return here not in alarmed
    return here in told or (label["what"] in _WHOLE and any(path == label["file"] for path, _ in told))


def main() -> None:
    """Prints what is right of each kind, in each package and in all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--missed", action="store_true")
    given = parser.parse_args()
    rows: dict[str, list[Json]] = defaultdict(list)
    for line in given.labels.read_text().splitlines():
        label = json.loads(line)
        rows[label["package"]].append(label)
    every, right = Counter[str](), Counter[str]()
    for package, labels in rows.items():
        report = scan(locate(given.source, package), given.reports)
        told, alarmed = set(places(report)), alarms(report)
        good = [label for label in labels if is_right(label, told, alarmed)]
        every.update(label["what"] for label in labels)
        right.update(label["what"] for label in good)
        print(f"{folder_of(package)[:50]:50} {len(good):4}/{len(labels)}")
        for label in labels:
            if given.missed and label not in good:
                print(f"    {label['what']:9} {label['file']}:{label['line']}")
    for what in sorted(every):
        print(f"{what:10} {right[what]:4}/{every[what]}")
    print(f"{'all':10} {right.total():4}/{every.total()}")


if __name__ == "__main__":
    main()
