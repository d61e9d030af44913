"""What a reader is shown beside the facts: masked source lines, texts of scopes, project files, names to cut over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from migrator.catalog.facts import Facts, facts
from migrator.catalog.project import project_files, project_template, uid
from migrator.findings.analysis import Analysis
from migrator.findings.cutover import cutover
from migrator.findings.mentions import is_recorded
from migrator.model.report import CallItem, Excerpt, Place, Report, ScopeText, TraceStep
from migrator.model.scope_lists import scope_lists

AROUND = 1
"""How many lines before and after a place are shown."""
LONGEST = 10
"""How many lines of one finding are shown."""
MOST = 600
"""How many lines of one file are shown."""
WIDEST = 400
"""How much of one line is shown."""


def illustrate(report: Report, studies: Sequence[Analysis], *, name: str, overlays: Sequence[Path] = ()) -> Report:
    """Returns the report with all that renderers show of the sources and the rules; *name* is the project's.

    Raises `RulesError` when a rule file is wrong.
    """
    required = [item.scope for item in report.scopes.required]
    extra = [item.scope for item in (*report.scopes.optional, *report.scopes.after_replacement)]
    possible = [item.scope for item in report.scopes.possible]
    return replace(
        report,
        project=name,
        excerpts=tuple(_excerpts(report, studies)),
        cutover=cutover(report, studies),
        guide=replace(
            report.guide,
            files=_apps(report, name, overlays),
            scopes=_scope_texts((*required, *extra, *possible), facts(overlays)),
        ),
    )


def _apps(report: Report, name: str, overlays: Sequence[Path]) -> Mapping[str, str]:
    """Returns the files of a project app for each list of scopes, each list in a folder where there are several."""
    template, lists = project_template(overlays), [one for one in scope_lists(report) if one.scopes.required]
    return {
        f"{uid(one.name)}/{path}" if one.name else path: text
        for one in lists
        for path, text in project_files(
            [item.scope for item in one.scopes.required], template, name=f"{name} {one.name}".strip()
        ).items()
    }


def _scope_texts(names: Iterable[str], known: Facts) -> Mapping[str, ScopeText]:
    found = {name: known.scope(name) for name in sorted(set(names))}
    return {
        name: ScopeText(grants=scope.grants, tiers=scope.tiers, confidence=scope.sure, sources=scope.sources)
        for name, scope in found.items()
        if scope is not None
    }


def _excerpts(report: Report, studies: Sequence[Analysis]) -> Iterator[Excerpt]:
    wanted = _lines(report)
    for study in studies:
        for path in sorted(path for root, path in wanted if root == study.root):
            source = study.project.sources.get(path)
            if source is not None and not is_recorded(path):  # a recorded body holds what customers wrote
                lines = wanted[study.root, path]
                yield from _cut(path, study.root, study.shown(source, lines), lines)


def _cut(path: str, root: int, lines: Mapping[int, str], wanted: Iterable[int]) -> Iterator[Excerpt]:
    numbers = sorted(number for number in wanted if number in lines)[:MOST]
    # Consecutive numbers have the same distance to their rank
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        held = [number for _, number in run]
        yield Excerpt(path=path, line=held[0], text="\n".join(_shortened(lines[number]) for number in held), root=root)


def _shortened(line: str) -> str:
    return line if len(line) <= WIDEST else f"{line[:WIDEST]}…"


def _lines(report: Report) -> Mapping[tuple[int, str], set[int]]:
    wanted: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for item in report.findings:
        last = min(item.end_line, item.line + LONGEST)
        wanted[item.root, item.path].update(range(item.line - AROUND, last + AROUND + 1))
    for call in report.calls:
        steps: tuple[CallItem | Place | TraceStep, ...] = (call, *call.via, *call.trace)
        for step in steps:
            wanted[step.root, step.path].add(step.line)
    for gap in report.gaps:
        wanted[gap.root, gap.path].update(range(gap.line - AROUND, gap.line + AROUND + 1))
    return wanted
