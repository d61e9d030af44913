"""Workflow commands that annotate a GitHub pull request, worst first and within GitHub's limits.

GitHub shows ten annotations of a type for a step and fifty for a job:
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from migrator.model.report import Finding, Report
from migrator.report.parts.facts import said, title, worst_first
from migrator.report.parts.plain import counted, relative, visible

LIMIT = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(reports: Sequence[Report]) -> str:
    """Returns one command a line; a last notice says how many findings were left out."""
    found = list(said(reports))
    order = {id(item): place for place, item in enumerate(worst_first([item for _, item, _ in found]))}
    return "".join(line + "\n" for line in _commands(sorted(found, key=lambda one: order[id(one[1])])))


def _commands(found: Sequence[tuple[Report, Finding, str]]) -> Iterator[str]:
    shown: Counter[str] = Counter()
    room = Counter({"error": LIMIT, "warning": LIMIT, "notice": LIMIT - 1})  # the last notice speaks of the rest
    for report, item, told in found:
        command = _COMMANDS[item.severity]
        if shown[command] < room[command]:
            shown[command] += 1
            yield _annotation(command, report, item, told)
    left = len(found) - shown.total()
    if left:
        name = _property(found[0][0].tool.name)
        yield f"::notice title={name}::{counted(left, 'more finding')} in the other formats of the report"


def _annotation(command: str, report: Report, item: Finding, told: str) -> str:
    place = {"file": relative(report, item), "line": item.line, "endLine": item.end_line}
    if item.line == item.end_line:
        place |= {"col": item.column, "endColumn": item.end_column}
    place["title"] = f"{item.code} {title(report, item)}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    told += f" {item.fix.capitalize()}: {item.reason}" if item.reason is not None else ""
    return f"::{command} {properties}::{_data(told)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
