"""Writes what the tool does now into the expectations of ``fixtures/cases``; review the result as a diff.

    python tests/regenerate.py [NAME ...]

``after`` becomes what `migrate` writes and ``calls`` what `scan` reports. Reasons, flags and runs are left alone.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from cases import CASES, Case, migrate, normal, program_calls, scan, sites, tree


def flow(value: Any) -> str:
    """Returns a value as one line of YAML."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {flow(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(flow(item) for item in value) + "]"
        case str() if re.fullmatch(r"[A-Za-z_/][\w./-]*", value) and yaml.safe_load(value) == value:
            return value
        case _:
            return json.dumps(value)


def calls_now(case: Case) -> list[dict[str, Any]]:
    """Returns the calls that `scan` reports, each at the site the expectation names when it is one of its sites."""
    places = {call["at"] for call in case.calls}
    rows: dict[tuple[str | None, str | None, str], dict[str, Any]] = {}
    for call in program_calls(scan(case.before)):
        at = next((site for site in sites(call) if site in places), sites(call)[0])
        row = {"method": call["method"], "endpoint": normal(call["endpoint"]), "auth": [], "at": at}
        row = rows.setdefault((row["method"], row["endpoint"], at), row)
        row["auth"] = sorted({*row["auth"], *call["auth"]})
        if any("client" in old for old in case.calls if old["at"] == at):
            row["client"] = call["client"]
    return list(rows.values())


def regenerate(case: Case) -> None:
    """Rewrites one case folder."""
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch) / "work"
        shutil.copytree(case.before, work)
        migrate(work, case.flags)
        after = case.folder / "after"
        shutil.rmtree(after, ignore_errors=True)
        changed = tree(work) != tree(case.before)
        if changed:
            shutil.copytree(work, after)
    blocks = {"calls": calls_now(case), "changes": list(case.changes)}
    lines = []
    for name, rows in blocks.items():
        lines += [f"{name}:", *(f"  - {flow(row)}" for row in rows)] if rows else [f"{name}: []"]
    lines.append(f"noop: {'false' if changed else 'true'}")
    old = (case.folder / "expect.yaml").read_text()
    kept = re.search(r"^(flags|run):.*\Z", old, flags=re.MULTILINE | re.DOTALL)
    text = "\n".join(lines) + "\n" + (kept.group() if kept else "")
    (case.folder / "expect.yaml").write_text(text)


if __name__ == "__main__":
    for case in CASES:
        if not sys.argv[1:] or case.name in sys.argv[1:]:
            regenerate(case)
