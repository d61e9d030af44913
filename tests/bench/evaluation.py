"""Prints what evaluation costs beside libcst: ``python tests/bench/evaluation.py FOLDER... [--apart N] [--profile N]``.

Processor time in milliseconds, the least of three times, over the files that the scan of a folder lowers: of libcst's
parser, of the one that is read from, of lowering, and of evaluation; the ratio is that of the last two together to
the first. ``--apart`` takes N files out of all folders, each as a program of its own: what a file costs
in a program depends on all that call it. ``--profile`` adds the N functions that evaluation spends most in; it slows
evaluation, so that the figures then say nothing.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, discover
from migrator.errors import UnparsableError
from migrator.languages.python.language import LANGUAGE as PYTHON
from migrator.languages.python.lowering.grammar import read
from migrator.languages.python.lowering.lexer import Tokens
from migrator.languages.python.rewriting.parse import parse
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source
from migrator.project import Project
from migrator.settings import Settings

WORDS = vocabulary()
TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the files of one folder cost."""

    files: int
    calls: int
    libcst: float
    parse: float
    lower: float
    evaluate: float

    @property
    def ratio(self) -> float:
        """What lowering and evaluating take, as a part of what libcst takes to parse."""
        return (self.lower + self.evaluate) / self.libcst

    def __str__(self) -> str:
        """Returns the figures as columns."""
        times = "".join(f"{1000 * one:9.0f}" for one in (self.libcst, self.parse, self.lower, self.evaluate))
        return f"{self.files:6}{self.calls:6}{times}{self.ratio:7.2f}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--apart", type=int, default=0, metavar="N", help="so many of their files, each by itself")
    options.add_argument("--profile", type=int, default=0, metavar="N", help="how many functions to list")
    chosen = options.parse_args()
    gc.disable()
    profile = cProfile.Profile() if chosen.profile else None
    print(f"{'':40} files calls   libcst    parse    lower evaluate  ratio")
    with tempfile.TemporaryDirectory() as scratch:
        folders = _apart(chosen.folders, chosen.apart, Path(scratch)) if chosen.apart else chosen.folders
        costs = []
        for folder in folders:
            cost = on_deep_stack(lambda folder=folder: _cost(folder, profile))  # type: ignore[misc] # one at a time
            if cost is not None:
                costs.append(cost)
                print(f"{folder.name[-40:]:40}{cost}", flush=True)
    if len(costs) > 1:
        _print_all(costs)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(chosen.profile)


def _print_all(costs: Sequence[Cost]) -> None:
    every = Cost(**{field.name: sum(getattr(one, field.name) for one in costs) for field in fields(Cost)})
    quarters = statistics.quantiles([one.ratio for one in costs], n=4)
    print(
        f"{'all':40}{every}\nratios: a quarter below {quarters[0]:.2f}, half {quarters[1]:.2f}, three {quarters[2]:.2f}"
    )


def _apart(folders: Sequence[Path], count: int, scratch: Path) -> Iterator[Path]:
    """Yields folders that each hold one of the files which the scans of *folders* lower, in an order like chance."""
    found = [file for folder in folders for file in discover(Settings(paths=(str(folder),)), WORDS).relevant]
    files = sorted(file.disk for file in found if file.path.endswith(PYTHON.suffixes))
    for number, file in enumerate(random.Random(3).sample(files, min(count, len(files)))):  # noqa: S311 - no secret
        folder = scratch / f"{number} {Path(file).name}"
        folder.mkdir()
        shutil.copy(file, folder)
        yield folder


def _cost(folder: Path, profile: cProfile.Profile | None) -> Cost | None:
    """Returns what a folder costs, None when nothing in it has to be parsed."""
    gc.collect()
    discovery = discover(Settings(paths=(str(folder),)), WORDS)
    first = _project(discovery)
    first.evaluate()
    sources = [first.sources[path] for path in first.units]
    if not sources:
        return None
    libcst = _least([lambda: [_parsed(one) for one in sources]] * TIMES)
    parsing = _least([lambda: [_read(one) for one in sources]] * TIMES)
    whole = _least([lambda: [PYTHON.lower(one, WORDS) for one in sources]] * TIMES)
    again = [_twin(first, discovery) for _ in range(TIMES)]
    if profile is not None:
        profile.enable()
    evaluate = _least([one.evaluate for one in again])
    if profile is not None:
        profile.disable()
    calls = len(first.evaluate().calls)
    return Cost(files=len(sources), calls=calls, libcst=libcst, parse=parsing, lower=whole - parsing, evaluate=evaluate)


def _parsed(source: Source) -> None:
    with suppress(UnparsableError):  # what only the running Python takes
        parse(source, Tokens(source.text))


def _read(source: Source) -> None:
    with suppress(UnparsableError):
        read(source)


def _project(discovery: Discovery) -> Project:
    project = Project(
        files=discovery.index(0),
        relevant=tuple(file.path for file in discovery.relevant),
        listings=list(discovery.listings),
        vocabulary=WORDS,
    )
    project.read()
    return project


def _twin(first: Project, discovery: Discovery) -> Project:
    """Returns a project that has read and lowered what the first one has, and evaluated nothing."""
    again = _project(discovery)
    again.sources, again.units = first.sources, first.units
    again.unparsable, again.unreadable = first.unparsable, first.unreadable
    return again


def _least(works: Sequence[Callable[[], object]]) -> float:
    times = []
    for work in works:
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
