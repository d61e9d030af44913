"""Prints what JavaScript costs beside its parser: ``python tests/bench/javascript.py FOLDER...``.

Processor time in seconds over the files of a folder that HubSpot is named in: of tree-sitter's parser alone, of reading
them into lowered form, and of all that ``scopes --jobs 1`` does; the ratio is that of the last to the first.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from migrator.catalog.vocabulary import vocabulary
from migrator.discover.reading import decode
from migrator.errors import UnparsableError
from migrator.languages.javascript.language import LANGUAGE
from migrator.languages.javascript.lowering.lower import raw
from migrator.model.text import Source

WORDS = vocabulary()
TIMES = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    print("  parse  lower   scopes  ratio  files  folder")
    for folder in options.parse_args().folders:
        sources = _sources(folder)
        parse, lower = _least(sources, raw), _least(sources, lambda source: LANGUAGE.lower(source, WORDS))
        whole = _scopes(folder)
        print(f"{parse:7.2f}{lower:7.2f}{whole:9.2f}{whole / parse:7.1f}{len(sources):7}  {folder}")


def _sources(folder: Path) -> list[Source]:
    paths = (path for path in sorted(folder.rglob("*")) if path.name.endswith(LANGUAGE.suffixes) and path.is_file())
    found = [decode(path.read_bytes(), path=str(path)) for path in paths if "node_modules" not in path.parts]
    return [source for source in found if any(needle in source.text.lower() for needle in WORDS.needles)]


def _least(sources: Sequence[Source], work: Callable[[Source], object]) -> float:
    """Returns the least time of several that a piece of work takes over all files."""
    times = []
    for _ in range(TIMES):
        start = time.process_time()
        for source in sources:
            with suppress(UnparsableError):
                work(source)
        times.append(time.process_time() - start)
    return min(times)


def _scopes(folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "migrator", "scopes", ".", "--jobs", "1"]
    checkout = str(Path(__file__).parents[2])
    subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": checkout}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
