"""Plants a keyed request in every program of a folder and asks the tool for it: nothing may crash, hang or go unseen.

    python tests/bench/planted_everywhere.py FOLDER [--every N] [--seconds S] [--seed N]

In each file one statement is put, at random, at the end, or in front of a statement of the module, a function or a
class. The report has to have that request, at its line, and has to take no longer than S seconds (5 by default). Prints
what did not hold, one line a file, and the counts; exit status 1 when there was any.
"""

from __future__ import annotations

import argparse
import ast
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from migrator.pipeline import scan
from migrator.settings import Settings

REQUEST = "__import__('requests').get('https://api.hubapi.com/crm/v3/owners', params={'hapikey': planted_key_name})"


def planted(text: str, chance: random.Random) -> tuple[str, int] | None:
    """Returns a program with the request in it, and its line; None for what is no Python 3 or has odd line ends."""
    if "\r" in text or "\f" in text or "hubapi" in text.lower():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = text.split("\n")
    places = [*_places(tree), (len(lines) + 1, 0)]
    line, column = chance.choice(places)
    lines[line - 1 : line - 1] = [" " * column + REQUEST]
    return "\n".join(lines) + "\n", line


def _places(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Yields line and column of statements that begin a line and that a statement may stand in front of."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or not body:
            continue
        for one in body[1:]:  # the first may be a docstring or stand on the line of what it is in
            if not isinstance(one, ast.ImportFrom) and not getattr(one, "decorator_list", ()):
                yield one.lineno, one.col_offset


def _late(_signal: int, _frame: object) -> None:
    raise TimeoutError


def problem(path: Path, text: str, line: int, seconds: float) -> str:
    """Returns what is wrong with the report on a program, empty when it has the request and came in time."""
    path.write_text(text, encoding="utf-8")
    signal.setitimer(signal.ITIMER_PROF, seconds * 4)
    began = time.process_time()
    try:
        report = scan(Settings(paths=(str(path),)))
    except TimeoutError:
        return f"hangs: more than {seconds * 4:.0f} s"
    except Exception as error:  # what escapes is what is looked for
        return f"fails: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.process_time() - began
    calls = [call for call in report.calls if call.line == line]
    if report.errors:
        return f"fails: {report.errors[0].message}"
    if not calls:
        return f"unseen: line {line}" + ("" if report.scopes.complete else ", and the report says it is incomplete")
    if "api_key" not in calls[0].auth or calls[0].endpoint != "/crm/v3/owners":
        return f"misread: line {line} as {calls[0].method} {calls[0].endpoint} with {calls[0].auth}"
    return f"slow: {took:.1f} s" if took > seconds else ""


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGPROF, _late)
    chance = random.Random(options.seed)  # noqa: S311 - places, not secrets
    tried = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted(options.folder.rglob("*.py"))[:: options.every]:
            try:
                program = planted(source.read_text(encoding="utf-8"), chance)
            except (UnicodeDecodeError, OSError):
                continue
            if program is None:
                continue
            tried += 1
            found = problem(Path(folder, "planted.py"), *program, options.seconds)
            if found:
                wrong += 1
                print(f"{source}: {found}", flush=True)
    print(f"{tried} programs, {wrong} wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
