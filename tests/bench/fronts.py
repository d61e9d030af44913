"""Compares how two checkouts of this project lower files: ``python tests/bench/fronts.py OTHER FOLDER... [--files N]``.

OTHER is a folder with another state of the project (a git worktree). Every Python file of the folders, or N of them by
a fixed draw, is lowered by both; the files whose lowered form differs are listed with the first node that does, and
those that only one of them takes with what the other says. Times are of the processor, the least of three for a file.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[2]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("other", type=Path, help="another checkout")
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--files", type=int, default=0, help="how many files, by a fixed draw; all without it")
    options.add_argument("--suffix", default=".py", help="of the files to lower")
    options.add_argument("--show", type=int, default=40, help="how many differences to show")
    options.add_argument("--time", action="store_true", help="lower each file three times, and tell how long it takes")
    options.add_argument("--lower", action="store_true", help=argparse.SUPPRESS)  # what each checkout is asked
    options.add_argument("--dump", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.lower:
        from migrator.model.stack import on_deep_stack

        on_deep_stack(lambda: _lower_all(dump=chosen.dump, rounds=3 if chosen.time else 1))
        return
    paths = sorted(str(path) for folder in chosen.folders for path in folder.rglob(f"*{chosen.suffix}"))
    paths = [path for path in paths if Path(path).is_file()]
    if chosen.files:
        paths = sorted(random.Random(7).sample(paths, min(chosen.files, len(paths))))  # noqa: S311
    _compare(chosen.other, paths, chosen.show, timed=chosen.time)


def _compare(other: Path, paths: list[str], show: int, *, timed: bool) -> None:
    old, new = _asked(other, paths, "--time" if timed else ""), _asked(HERE, paths, "--time" if timed else "")
    kinds: dict[str, list[str]] = {"equal": [], "differ": [], "only here": [], "only there": [], "neither": []}
    for path in paths:
        before, after = old[path], new[path]
        if before["error"] or after["error"]:
            kind = "neither" if before["error"] and after["error"] else "only there" if after["error"] else "only here"
        else:
            kind = "equal" if before["digest"] == after["digest"] else "differ"
        kinds[kind].append(path)
    print(f"{len(paths)} files; " + ", ".join(f"{kind} {len(found)}" for kind, found in kinds.items()))
    troubled = [path for path in kinds["only here"] if new[path]["troubles"]]
    print(f"of those only here, {len(troubled)} have places that are told as not taken")
    if timed:
        before, after = (sum(one[path]["seconds"] for path in kinds["equal"] + kinds["differ"]) for one in (old, new))
        print(
            f"lowering what both take: there {before:.2f} s, here {after:.2f} s, {before / max(after, 1e-9):.2f} times"
        )
    for path in kinds["only there"][:show]:
        print(f"only there: {path}: {new[path]['error']}")
    for path in [path for path in kinds["only here"] if path not in troubled][:show]:
        print(f"only here, without a trouble: {path}: {old[path]['error']}")
    wrong = [path for path in kinds["equal"] + kinds["differ"] if new[path]["troubles"]]
    print(f"{len(wrong)} files that both take have troubles here")
    for path in wrong[:show]:
        print(f"trouble: {path}: {new[path]['troubles'][:2]}")
    differing = kinds["differ"][:show]
    dumps = [_asked(one, differing, "--dump") for one in (other, HERE)] if differing else []
    for path in differing:
        before, after = (one[path]["lines"] for one in dumps)
        at = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), -1)
        print(f"differs: {path}\n  there: {before[at]}\n  here:  {after[at]}")


def _asked(checkout: Path, paths: list[str], *flags: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, str(Path(__file__)), ".", "--lower", *filter(None, flags)]
    done = subprocess.run(
        command, env=environment, input="\n".join(paths), capture_output=True, text=True, check=True, cwd=checkout
    )
    return {one["path"]: one for one in map(json.loads, done.stdout.splitlines())}


def _lower_all(*, dump: bool, rounds: int) -> None:
    from migrator.catalog.vocabulary import vocabulary
    from migrator.discover.reading import decode
    from migrator.errors import MigratorError
    from migrator.languages.python.lowering.lower import lower

    words = vocabulary()
    gc.disable()
    for number, path in enumerate(sys.stdin.read().splitlines()):
        answer: dict[str, Any] = {"path": path, "error": "", "digest": "", "troubles": [], "seconds": 0.0}
        try:
            source = decode(Path(path).read_bytes(), path=path)
            times = []
            for _ in range(rounds):
                start = time.process_time()
                unit = lower(source, words)
                times.append(time.process_time() - start)
            answer["seconds"] = min(times)
            lines = list(_lines(unit.body))
            answer["digest"] = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
            troubles = getattr(unit, "troubles", ())
            answer["troubles"] = [[source.position(each.span.start).line, each.reason] for each in troubles]
            answer["lines"] = lines if dump else []
        except MigratorError as error:
            answer["error"] = str(error) or type(error).__name__
        except Exception as error:  # the other state of the project may have faults
            answer["error"] = f"CRASH {type(error).__name__}: {error}"
        print(json.dumps(answer))
        if number % 20 == 0:
            gc.collect()


_RENAMED = {"Class": "ClassDef"}
"""What nodes were called in older checkouts."""


def _lines(part: object) -> Iterator[str]:
    """Yields each node in a lowered part: its kind and what it holds but other nodes."""
    stack: list[Any] = [part]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple) and not hasattr(top, "start"):
            stack.extend(reversed(top))
        elif dataclasses.is_dataclass(top):
            held = [getattr(top, field.name) for field in dataclasses.fields(top)]
            while held and held[-1] == dataclasses.fields(top)[len(held) - 1].default:
                held.pop()  # which a checkout without that field says too
            inner = [each for each in held if dataclasses.is_dataclass(each) or _holds_nodes(each)]
            own = [each for each in held if not any(each is one for one in inner)]
            name = type(top).__name__
            yield f"{_RENAMED.get(name, name)} {own!r}"
            stack.extend(reversed(inner))
        else:
            yield repr(top)


def _holds_nodes(held: object) -> bool:
    return isinstance(held, tuple) and not hasattr(held, "start") and any(map(dataclasses.is_dataclass, held))


if __name__ == "__main__":
    main()
