"""Scans and migrates public code, and says what differs from the committed summary.

    python tests/ecosystem/run.py DIR [--update] [--only WORD] [--tool PYTHONPATH]

DIR holds the code, and what a registry has is fetched into it when it is not there. Nothing of it is installed.
``--update`` writes what was found into the summary, to be reviewed as a diff; ``--tool`` runs another checkout of the
tool. Exit status 1 when anything differs. Nothing of the code is run by this; pip asks a source archive's build system
for its name when it fetches one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUMMARY = HERE / "summary.json"
TIMEOUT = 600
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # not before Python 3.11.4

Row: TypeAlias = dict[str, Any]


def listed() -> Iterator[tuple[str, str]]:
    """Yields kind and name of everything that is looked at."""
    for line in (HERE / "packages.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, name = line.partition(" ")
            yield kind, name


def place(kind: str, name: str, folder: Path) -> Path | None:
    """Returns where the code of an entry is, fetched if a registry has it, or None when it is not to be had."""
    base = name.partition("@")[0] if kind == "repository" else name
    own = folder / base.replace("/", "+")
    if kind == "repository":
        return own if own.is_dir() else None
    if not own.is_dir():
        own.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as archives:
            fetch(kind, name, archives)
            for archive in Path(archives).iterdir():
                with tarfile.open(archive) as file:
                    file.extractall(own, **SAFELY)  # noqa: S202 - SAFELY, where Python can
    return own if any(own.iterdir()) else None


def fetch(kind: str, name: str, folder: str) -> None:
    """Fetches a source archive into a folder; a registry that does not have it leaves the folder empty."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, name]
    npm = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, name]
    subprocess.run(pip if kind == "pypi" else npm, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def tool(path: Path, *arguments: str, at: str) -> tuple[int, str]:
    """Returns exit status and output of a run of the tool, ``at`` the checkout it is in."""
    command = [sys.executable, "-m", "migrator", *arguments, "--isolated", "."]
    environment = {**os.environ, "PYTHONPATH": at, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=path, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    return done.returncode, done.stdout if done.returncode != 2 else done.stderr


def row(path: Path, at: str) -> Row:
    """Returns what the tool finds in a folder, counted."""
    try:
        status, output = tool(path, "scan", "--format", "json", at=at)
        if status == 2 and not output.startswith("{"):
            return {"exit": status, "failed": output.strip()[:200]}
        report = json.loads(output)
        migrated, diff = tool(path, "migrate", at=at)
    except subprocess.TimeoutExpired:
        return {"failed": f"more than {TIMEOUT} s"}
    calls = [call for call in report["calls"] if call["context"] == "program"]
    return {
        "exit": [status, migrated],
        "complete": report["scopes"]["complete"],
        "findings": dict(sorted(Counter(one["kind"] for one in report["findings"]).items())),
        "gaps": dict(sorted(Counter(one["kind"] for one in report["gaps"]).items())),
        "requests": [len(calls), sum(call["resolved"] for call in calls)],
        "fixes": dict(sorted(Counter(call["fix"] for call in calls).items())),
        "changes": dict(sorted(Counter(one["safety"] for one in report["changes"]).items())),
        "diff": sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines()),
        "scopes": [one["scope"] for one in report["scopes"]["required"]],
    }


def differences(before: Row, now: Row) -> Iterator[str]:
    """Yields what differs between two rows, a line each."""
    for key in sorted({*before, *now}):
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            changed = sorted(one for one in {*old, *new} if old.get(one) != new.get(one))
            yield from (f"{key}: {one} {old.get(one, 0)} -> {new.get(one, 0)}" for one in changed)
        elif key == "scopes" and isinstance(old, list) and isinstance(new, list):
            yield from (f"scope +{one}" for one in new if one not in old)
            yield from (f"scope -{one}" for one in old if one not in new)
        elif old != new:
            yield f"{key}: {old} -> {new}"


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--tool", default=str(ROOT))
    options = parser.parse_args()
    known: dict[str, Row] = json.loads(SUMMARY.read_text(encoding="utf-8")) if SUMMARY.exists() else {}
    missing, differ = [], False
    for kind, name in listed():
        if options.only not in name:
            continue
        path = place(kind, name, options.dir)
        if path is None:
            missing.append(name)
            continue
        began = time.monotonic()
        found = row(path, options.tool)
        lines = list(differences(known.get(name, {}), found))
        print(f"{name}: {time.monotonic() - began:.1f} s{'' if lines else ', as before'}", flush=True)
        print("".join(f"    {line}\n" for line in lines), end="", flush=True)
        differ |= bool(lines)
        known[name] = found
    print(f"not here: {', '.join(missing) or 'nothing'}")
    if options.update:
        SUMMARY.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
