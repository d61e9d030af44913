"""One line for each finding, ``path:line:col: CODE message``, as editors and problem matchers read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrator.model.report import Report
from migrator.report.parts.facts import messages, unsaid_errors
from migrator.report.parts.plain import inert, located, visible


def render(reports: Sequence[Report]) -> str:
    """Returns the findings of all reports, and the files on which the tool failed, without any that is said twice."""
    return inert("".join(f"{visible(line)}\n" for report in reports for line in _lines(report)))


def _lines(report: Report) -> Iterator[str]:
    message = messages(report)
    for item in report.findings:
        fix = f" [{item.fix}]" if item.fix != "none" else ""
        yield f"{located(report, item)}:{item.line}:{item.column}: {item.code} {message(item)}{fix}"
    for error in unsaid_errors(report, report.findings):
        yield f"{located(report, error)}:1:1: error {error.message}"
