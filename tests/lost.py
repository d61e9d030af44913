"""Looks for requests that are lost without a word: python tests/lost.py [FILE...] [--only NAME...].

Each program is run in random orders against a client that sends nothing, and scanned. A request that was sent has to be
among those that are told, or one of the lines that lead to it has to be at an open question; else it is lost. Without
a file, the programs of ``tests/driving`` are taken. In a file, ``### NAME`` begins a program and ``--- PATH`` a file of
it. ``SEND`` stands for a request to an address of its own, ``GET(kind)`` for one to the objects of a kind.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests import cases  # noqa: E402 - found by the line above

API = "https://api.hubapi.com/crm/v3/objects/"
PYTHON = 'import os\nimport requests\nKEY = os.environ["HUBSPOT_KEY"]\n'
JAVASCRIPT = "const KEY = process.env.HUBSPOT_KEY;\n"


@dataclass(frozen=True, slots=True)
class Program:
    """A small program: its files as text, by path."""

    name: str
    files: Mapping[str, str]


def programs(text: str, suffix: str) -> Iterator[Program]:
    """Yields the programs of a file, each file of theirs complete."""
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        first, *rest = re.split(r"^--- (\S+)\n", body, flags=re.MULTILINE)
        files = {f"main{suffix}": first} if first.strip() else {}
        files |= dict(zip(rest[::2], rest[1::2], strict=True))
        count = [0]
        yield Program(name.strip(), {path: _written(one, path, count) for path, one in files.items()})


def _written(text: str, path: str, count: list[int]) -> str:
    """Returns a file with its requests written out, which are numbered over the files of a program."""
    python = path.endswith(".py")
    asks = "SEND" in text or "GET(" in text or ("requests." in text and "import requests" not in text)

    def number(_: re.Match[str]) -> str:
        count[0] += 1
        return f'GET("x{count[0]}")'

    text = re.sub(r"\bSEND\b", number, text)
    while found := re.search(r"\bGET\(", text):
        end, depth = found.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        inner = text[found.end() : end - 1]
        if python:
            sent = f'requests.get("{API}" + ({inner}), params={{"hapikey": KEY}})'
        else:
            sent = f'fetch("{API}" + ({inner}) + "?hapikey=" + KEY)'
        text = text[: found.start()] + sent + text[end:]
    return ((PYTHON if python else JAVASCRIPT) if asks and "KEY =" not in text else "") + text


def lost(program: Program) -> tuple[list[str], int]:
    """Returns what is lost of a program, and how many requests it sent."""
    with tempfile.TemporaryDirectory(prefix="driven") as place:
        folder = Path(place).resolve() / "program"
        for path, text in program.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        sent = _sent(folder)
        report = cases.scan(folder)
        open_lines = {(one["path"], one["line"]) for one in report["gaps"]}
        untold = [one for one in sent if not _is_told(one, report)]
        missing = [one for one in untold if _lines(folder, one[3]).isdisjoint(open_lines)]
    shown = [f"{method} {path}{'' if keyed else ' (no key)'}" for method, path, keyed, _ in missing]
    return sorted(set(shown)), len(sent)


def _sent(folder: Path) -> list[Any]:
    """Returns the requests that a program sends when it is driven."""
    suffixes = {one.suffix for one in folder.rglob("*")}
    command = (
        [sys.executable, str(HERE / "driving/drive.py")]
        if ".py" in suffixes
        else ["node", str(HERE / "driving/drive.js")]
    )
    environment = {**os.environ, "HUBSPOT_KEY": "k"}
    ran = subprocess.run(
        [*command, str(folder)], capture_output=True, text=True, timeout=90, env=environment, check=False
    )
    if ran.stderr.strip():
        print(folder.name, ran.stderr.strip()[-400:])
    found: list[Any] = json.loads(ran.stdout.splitlines()[-1]) if ran.stdout else []
    return found


def _is_told(sent: Any, report: Mapping[str, Any]) -> bool:
    method, path, keyed, _ = sent
    for call in report["calls"]:
        endpoint, auth = call["endpoint"], call["auth"]
        known = call["method"] in (method, None, "?", "ANY") or call["method"].startswith("{")
        fits = endpoint is None or re.fullmatch(
            "".join(".*" if one.startswith("{") else re.escape(one) for one in re.split(r"(\{[^}]*\})", endpoint)),
            path,
        )
        if known and fits and (not keyed or "api_key" in auth or "unknown" in auth):
            return True
    return False


def _lines(folder: Path, stack: list[tuple[str, int]]) -> set[tuple[str, int]]:
    """Returns the lines that led to a request, and those on which the statements around them begin."""
    found = {(path, line) for path, line in stack}
    for path, line in stack:
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((folder / path).read_text())):
                if isinstance(node, (ast.stmt, ast.expr)) and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    found |= {(path, node.lineno)} if node.lineno <= line <= (node.end_lineno or 0) else set()
    return found


def main() -> int:
    """Prints what is lost, program by program; the exit status is 1 where something is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    files = asked.files or sorted((HERE / "driving").glob("*.txt"))
    every = [
        one
        for file in files
        for one in programs(file.read_text(encoding="utf-8"), ".js" if "javascript" in file.name else ".py")
        if not asked.only or one.name in asked.only
    ]
    with ProcessPoolExecutor(asked.jobs) as pool:
        found = list(pool.map(lost, every))
    for program, (missing, count) in zip(every, found, strict=True):
        if missing or not count:
            print(f"{program.name}: {', '.join(missing[:5]) or 'sends nothing'}{' ...' * (len(missing) > 5)}")
    worse = sum(bool(missing) for missing, _ in found)
    print(f"{len(every)} programs, {sum(count for _, count in found)} requests sent, {worse} programs lose some")
    return int(worse > 0)


if __name__ == "__main__":
    sys.exit(main())
