"""Prints what a search for words and a pattern rule find in a program, beside what this tool does.

usage: python tests/bench/compare.py [FOLDER]; by default the fixture. The README quotes the figures.

The search is ``grep -rin`` for the parameter and the names of the key. The pattern rule is a good one: it takes every
call of an HTTP client whose own text has both the key and the path of the endpoint, however it is written.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from migrator import pipeline  # noqa: E402 - found by the line above
from migrator.report.parts.facts import tally  # noqa: E402 - likewise
from migrator.settings import Settings  # noqa: E402 - likewise

FIXTURE = ROOT / "fixtures/projects/legacy-crm"
WORD = re.compile(r"hapikey|hubspot_?(api_?)?key", re.IGNORECASE)
PATH = re.compile(r"/[a-z-]+/(public/)?v\d/")
SENDERS = frozenset({"get", "post", "put", "patch", "delete", "request", "urlopen"})


def searched(folder: Path) -> list[tuple[Path, int]]:
    """Returns the lines in which a search finds the key."""
    found = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [(path, number) for number, line in enumerate(lines, 1) if WORD.search(line)]
    return found


def matched(folder: Path) -> Iterator[tuple[str, int]]:
    """Yields the calls that a pattern rule can match and rewrite: key and endpoint stand in their own text."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDERS:
                source = ast.get_source_segment(text, node) or ""
                if WORD.search(source) and PATH.search(source):
                    yield path.relative_to(folder).as_posix(), node.lineno


def main() -> int:
    """Prints the figures; returns 1 when the pattern rule finds a request that the tool does not."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURE
    report = pipeline.scan(Settings(paths=(str(folder),)))
    count = tally(report.calls)
    lines = searched(folder)
    pattern = set(matched(folder))
    ours = {(call.path, call.line) for call in report.calls}
    scopes = len({item.scope for item in report.scopes.required})
    print(f"search: {len(lines)} lines in {len({path for path, _ in lines})} files to read; no endpoint, no scope")
    print(f"pattern rule: {len(pattern)} of {count.keyed} requests that send the key")
    print(
        f"hapikey-migrator: {count.keyed} requests that send the key, each with its endpoint; {count.safe} rewritten"
        f" and verified, {count.unsafe} to review, {count.gone} to endpoints that are gone; {scopes} scopes"
    )
    return int(bool(pattern - ours))


if __name__ == "__main__":
    sys.exit(main())
