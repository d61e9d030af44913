"""Prints what reading a file costs beside libcst: ``python tests/bench/lowering.py FOLDER... [--files N]``.

Processor time in milliseconds a file: of libcst's parser, of the parser that is read from, and of lowering; the ratio
is that of the last two together to the first. Each part of each file is timed three times; the least counts.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import libcst

from migrator.catalog.vocabulary import vocabulary
from migrator.discover.reading import decode
from migrator.errors import UnparsableError
from migrator.languages.python.lowering.grammar import read
from migrator.languages.python.lowering.lexer import Tokens
from migrator.languages.python.lowering.lower import known
from migrator.languages.python.lowering.lowering import Lowering
from migrator.languages.python.lowering.statements import statements
from migrator.languages.python.rewriting.parse import parse
from migrator.languages.shared.secrets import secrets_of
from migrator.model.text import Source

_T = TypeVar("_T")

WORDS = vocabulary()
SECRETS = secrets_of(WORDS)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--files", type=int, default=60, help="how many files of each folder")
    options.add_argument("--gc", action="store_true", help="leave the garbage collector on")
    chosen = options.parse_args()
    if not chosen.gc:
        gc.disable()
    print(f"{'folder':32} files  kB/file libcst  parse  lower  (parse+lower)/libcst")
    for folder in chosen.folders:
        print(_row(folder, _sample(folder, chosen.files)))


def _sample(folder: Path, count: int) -> list[Source]:
    paths = sorted(path for path in folder.rglob("*.py") if path.is_file())
    picked = random.Random(7).sample(paths, min(count, len(paths)))  # noqa: S311 - a sample, not a secret
    sources = [decode(path.read_bytes(), path=str(path)) for path in picked]
    return [source for source in sources if source.text.strip() and _parses(source)]


def _parses(source: Source) -> bool:
    try:
        parse(source, Tokens(source.text))
    except UnparsableError:
        return False
    return True


def _row(folder: Path, sources: list[Source]) -> str:
    figures = [_measure(source) for source in sources]
    means = [1000 * sum(column) / len(sources) for column in zip(*figures, strict=True)]
    size = sum(len(source.text) for source in sources) / len(sources) / 1000
    times = "".join(f"{mean:7.2f}" for mean in means)
    return f"{str(folder)[-32:]:32} {len(sources):5} {size:8.1f}{times}  {sum(means[1:]) / means[0]:.3f}"


def _measure(source: Source) -> tuple[float, ...]:
    rounds = []
    for _ in range(3):
        whole, _tree = _timed(lambda: libcst.parse_module(source.text))
        parsing, tree = _timed(lambda: read(source))
        low = Lowering(source.text, SECRETS, known())
        lowering, _body = _timed(lambda low=low, tree=tree: statements(low, tree.nodes))  # type: ignore[misc]
        rounds.append((whole, parsing, lowering))
        gc.collect()
    return tuple(map(min, zip(*rounds, strict=True)))


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
