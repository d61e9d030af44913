"""Prints what reading and evaluation cost beside libcst: ``python tests/bench/evaluation.py FOLDER... [--profile N]``.

Processor time in milliseconds, over the files that the scan of a folder lowers: what libcst takes to parse them, what
parsing and lowering take here, and evaluation; the ratio is that of the last two together to the first. ``--profile``
adds the N functions that evaluation spends most in; the profiler itself slows evaluation, so that its figures and
ratios then say nothing.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from migrator.analysis import Project
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, discover
from migrator.languages.python.language import PYTHON
from migrator.languages.python.parse import parse
from migrator.languages.python.spans import Tokens
from migrator.model.stack import on_deep_stack
from migrator.settings import Settings

_T = TypeVar("_T")

WORDS = vocabulary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the files of one folder cost."""

    files: int
    calls: int
    libcst: float
    lower: float
    evaluate: float

    @property
    def ratio(self) -> float:
        """What reading and evaluating take, as a part of what libcst takes to parse."""
        return (self.lower + self.evaluate) / self.libcst

    def __str__(self) -> str:
        """Returns the figures as columns."""
        times = "".join(f"{1000 * one:9.0f}" for one in (self.libcst, self.lower, self.evaluate))
        return f"{self.files:6}{self.calls:6}{times}{self.ratio:7.2f}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--profile", type=int, default=0, metavar="N", help="how many functions to list")
    chosen = options.parse_args()
    gc.disable()
    profile = cProfile.Profile() if chosen.profile else None
    print(f"{'folder':40} files calls   libcst    lower evaluate  ratio")
    costs = []
    for folder in chosen.folders:
        cost = on_deep_stack(lambda folder=folder: _cost(folder, profile))  # type: ignore[misc] # one at a time
        if cost is not None:
            costs.append(cost)
            print(f"{folder.name[-40:]:40}{cost}", flush=True)
    if len(costs) > 1:
        print(f"{'all':40}{_sum(costs)}\nmedian ratio {statistics.median(one.ratio for one in costs):.2f}")
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(chosen.profile)


def _cost(folder: Path, profile: cProfile.Profile | None) -> Cost | None:
    """Returns what a folder costs, None when nothing in it has to be parsed."""
    gc.collect()
    discovery = discover(Settings(paths=(str(folder),)), WORDS)
    first, again = _project(discovery), _project(discovery)
    first.evaluate()
    sources = [first.sources[path] for path in first.units]
    if not sources:
        return None
    again.sources, again.units = first.sources, first.units
    again.unparsable, again.unreadable = first.unparsable, first.unreadable
    whole, _ = _timed(lambda: [parse(one, Tokens(one.text)) for one in sources])
    lower, _ = _timed(lambda: [PYTHON.lower(one, WORDS) for one in sources])
    if profile is not None:
        profile.enable()
    evaluate, found = _timed(again.evaluate)
    if profile is not None:
        profile.disable()
    return Cost(files=len(sources), calls=len(found.calls), libcst=whole, lower=lower, evaluate=evaluate)


def _project(discovery: Discovery) -> Project:
    project = Project(
        files=discovery.index(0),
        relevant=tuple(file.path for file in discovery.relevant),
        listings=list(discovery.listings),
        vocabulary=WORDS,
    )
    project.read()
    return project


def _sum(costs: list[Cost]) -> Cost:
    return Cost(
        files=sum(one.files for one in costs),
        calls=sum(one.calls for one in costs),
        libcst=sum(one.libcst for one in costs),
        lower=sum(one.lower for one in costs),
        evaluate=sum(one.evaluate for one in costs),
    )


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
