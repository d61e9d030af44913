"""Scores what `scan` reports against hand-labelled calls.

    python tests/bench/score.py --labels labels.jsonl --source DIR [--reports DIR] [--report report.json] [--split dev]

DIR holds one unpacked folder for each labelled package: ``name-version`` for ``name==version`` (as `pip download`
unpacks it), ``owner+name`` for ``owner/name@commit``. Without ``--reports`` each folder is scanned; with it,
``DIR/<folder>.json`` is read instead.

A label is one JSON object a line: package, file (relative to the folder, or to its ``src``), line, method,
path_template with ``{}`` for each dynamic part, auth (api_key, bearer, both, none, developer_key) and resolvable.

The rules:
* A label is found when a reported call has its method and path, and the label's line is the call's sink or one of its
  ``via`` sites: a label names the innermost call site that has the path, ``sink`` says where it is really sent.
* Paths are compared without trailing and doubled slashes; ``{}`` stands for any ``{name}`` and for nothing
  else, from the first to the last hole of a segment. One line may hold several calls: no side is used up by a match.
* Precision is over distinct resolved requests (method, path, innermost site in a labelled file) that belong to the
  program and touch a file that labels cover. The same request through another chain is one request. A request on
  the line of a label that is not resolvable counts neither way, nor does one to a host that is not HubSpot's.
* The unresolved share is over the same requests, resolved or not.
* The credential is right when the union over a label's matching calls is the labelled kind: ``both`` is a key and
  a token, ``bearer`` may travel in the query, ``none`` is no credential.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Site = tuple[str, int]

HUBSPOT_HOST = re.compile(r"(^|\.)(hubapi|hubspot)\.com$")
TOKENS = {"bearer", "oauth_query"}
KINDS: dict[str, tuple[set[str], ...]] = {
    "api_key": ({"api_key"},),
    "developer_key": ({"developer_key"},),
    "bearer": tuple({token} for token in TOKENS),
    "both": (*({"api_key", token} for token in TOKENS), {"api_key", *TOKENS}),
    "none": ({"none"}, set()),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One reported call as far as scoring looks at it."""

    method: str | None
    path: str | None
    sites: tuple[Site, ...]
    kinds: frozenset[str]
    host: str | None
    program: bool
    resolved: bool


@dataclass(kw_only=True)
class Score:
    """What was found of one package, with the rows that were missed and the requests that no label has."""

    package: str
    labels: int = 0
    found: int = 0
    right_kind: int = 0
    matched: int = 0
    unresolved: int = 0
    missed: list[Json] = field(default_factory=list)
    extra: list[Json] = field(default_factory=list)
    wrong_kind: list[Json] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Adds the counts of another package."""
        for name in ("labels", "found", "right_kind", "matched", "unresolved"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.extra += other.extra

    def row(self) -> str:
        """Returns one line of the table."""
        resolved = self.matched + len(self.extra)
        return (
            f"{self.package[:44]:44} {self.found:4}/{self.labels:<4} {share(self.found, self.labels)}"
            f"  {self.matched:4}/{resolved:<4} {share(self.matched, resolved)}"
            f"  {share(self.unresolved, self.unresolved + resolved)}  {share(self.right_kind, self.found)}"
        )


def share(part: int, whole: int) -> str:
    """Returns a percentage, or a dash when there is nothing to divide."""
    return f"{100 * part / whole:5.1f}%" if whole else "     -"


def normal(path: str | None) -> str | None:
    """Returns a path with its holes unnamed and its superfluous slashes gone."""
    if path is None:
        return None
    unnamed = re.sub(r"\{\}[^/]*\{\}", "{}", re.sub(r"\{[^{}]*\}", "{}", path))
    return re.sub(r"/{2,}", "/", "/" + unnamed).rstrip("/") or "/"


def folder_of(package: str) -> str:
    """Returns the folder a labelled package is unpacked in."""
    name = package.partition("@")[0]
    return name.replace("==", "-").replace("/", "+")


def find(source: Path, package: str) -> Path | None:
    """Returns the unpacked folder of a package, whose name may use ``-``, ``_`` or ``.`` alike, or None."""
    wanted = re.sub(r"[-_.]", "_", folder_of(package)).lower()
    folders = (one for one in source.iterdir() if one.is_dir())
    return next((one for one in folders if re.sub(r"[-_.]", "_", one.name).lower() == wanted), None)


def locate(source: Path, package: str) -> Path:
    """Returns the unpacked folder of a package. Exits without one."""
    return find(source, package) or sys.exit(f"{source}: no folder for {package}; unpack it as {folder_of(package)}")


def scan(folder: Path, saved: Path | None) -> Json:
    """Returns the JSON report of a folder. Exits with the tool's message when there is none."""
    if saved is not None:
        return dict(json.loads((saved / f"{folder.name}.json").read_text()))
    command = [sys.executable, "-m", "migrator", "scan", "--isolated", "--exit-zero", "--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{folder}: scan exited with {done.returncode}\n{done.stderr}", file=sys.stderr)
    if not done.stdout:
        sys.exit(f"{folder}: no report")
    return dict(json.loads(done.stdout))


def requests_of(report: Json) -> list[Request]:
    """Returns the reported calls, sites innermost first."""
    return [
        Request(
            method=call["method"],
            path=normal(call["endpoint"]),
            sites=tuple((site["path"], site["line"]) for site in [call, *reversed(call["via"])]),
            kinds=frozenset(call["auth"]),
            host=call["host"],
            program=call["context"] == "program",
            resolved=call["resolved"],
        )
        for call in report["calls"]
    ]


def placed(labels: Iterable[Json], folder: Path) -> Iterator[Json]:
    """Yields the labels with paths relative to the scanned folder and in the form they are compared in."""
    for label in labels:
        prefix = "" if (folder / label["file"]).exists() else "src/"
        yield label | {"file": prefix + label["file"], "path_template": normal(label["path_template"])}


def matches(label: Json, request: Request) -> bool:
    """Returns whether a request is the one that a label names."""
    return (
        request.method == label["method"]
        and request.path == label["path_template"]
        and (label["file"], label["line"]) in request.sites
    )


def score(package: str, labels: list[Json], requests: list[Request]) -> Score:
    """Returns the score of one package."""
    result = Score(package=package)
    wanted = [label for label in labels if label["resolvable"]]
    for label in wanted:
        result.labels += 1
        hits = [request for request in requests if matches(label, request)]
        if not hits:
            result.missed.append(label)
            continue
        result.found += 1
        kinds = set().union(*(request.kinds for request in hits))
        if kinds in KINDS[label["auth"]]:
            result.right_kind += 1
        else:
            result.wrong_kind.append(label | {"reported": sorted(kinds)})
    count_requests(result, labels, wanted, requests)
    return result


def count_requests(result: Score, labels: list[Json], wanted: list[Json], requests: list[Request]) -> None:
    """Fills in what the reported requests that labels cover turn out to be, each distinct one once."""
    files = {label["file"] for label in labels}
    open_lines = {(label["file"], label["line"]) for label in labels if not label["resolvable"]}
    seen: dict[tuple[object, ...], str] = {}
    for request in requests:
        covered = [site for site in request.sites if site[0] in files]
        foreign = request.host is not None and not HUBSPOT_HOST.search(request.host)
        if not covered or foreign or not request.program:
            continue
        key = (request.method, request.path, covered[0])
        if any(matches(label, request) for label in wanted):
            seen[key] = "matched"
        elif not request.resolved:
            seen.setdefault(key, "unresolved")
        elif not open_lines.intersection(request.sites):
            seen.setdefault(key, "extra")
    result.matched = sum(verdict == "matched" for verdict in seen.values())
    result.unresolved = sum(verdict == "unresolved" for verdict in seen.values())
    for (method, path, site), verdict in seen.items():
        if verdict == "extra":
            result.extra.append({"method": method, "path": path, "site": site})


def main() -> None:
    """Prints the table, then what was missed, what no label has, and which credentials are wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--reports", type=Path, help="folder of saved JSON reports")
    parser.add_argument("--report", type=Path, help="write the figures and rows as JSON")
    parser.add_argument("--only", default="", help="score the packages whose name holds this text")
    parser.add_argument("--split", choices=["dev", "heldout"], help="score the labels of one split")
    options = parser.parse_args()

    packages: dict[str, list[Json]] = {}
    for line in options.labels.read_text().splitlines():
        label = json.loads(line)
        if options.only in label["package"] and options.split in (None, label.get("split")):
            packages.setdefault(label["package"], []).append(label)

    total = Score(package="all")
    scores = []
    print(f"{'package':44} {'recall':>16}  {'precision':>16}  {'unres.':>6}  {'kind':>6}")
    for package, labels in packages.items():
        folder = locate(options.source, package)
        scores.append(score(package, list(placed(labels, folder)), requests_of(scan(folder, options.reports))))
        total.add(scores[-1])
        print(scores[-1].row(), flush=True)
    print(total.row())
    for title in ("missed", "extra", "wrong_kind"):
        show(title, scores)
    if options.report:
        options.report.write_text(json.dumps([vars(one) for one in scores], indent=1, default=str))


def show(title: str, scores: list[Score]) -> None:
    """Prints the rows of one kind, package by package."""
    for one in scores:
        for row in getattr(one, title):
            site = row.get("site") or (row["file"], row["line"])
            path = row.get("path_template", row.get("path"))
            note = f"  labelled {row['auth']}, reported {row['reported']}" if "reported" in row else ""
            print(f"{title:10} {folder_of(one.package)}/{site[0]}:{site[1]}  {row['method']} {path}{note}")


if __name__ == "__main__":
    main()
