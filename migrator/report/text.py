"""The report for a terminal: quiet, folded at its width alone, colours only on the words that rank."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from migrator.model.report import Finding, Gap, Report, ScopesItem
from migrator.model.scope_lists import scope_lists
from migrator.model.sentences import opened, sentence
from migrator.report.parts.facts import (
    ScopeQuestion,
    alike,
    answer_line,
    called,
    credential_told,
    gathered,
    messages,
    named,
    parted,
    questions,
    reason,
    requests_told,
    severities,
    tally,
    title,
    uncounted,
    unread_told,
    unsaid_errors,
    written_told,
)
from migrator.report.parts.plain import counted, inert, located, visible
from migrator.report.parts.style import PLAIN, Style
from migrator.report.parts.work import endings, next_command, work

NARROWEST = 40
_OPEN = frozenset({"undecided"})
"""Findings that say what the summary says first."""
_ALIKE = frozenset({"unread_code"})
"""Findings that say it too, each with the lines of a file, which no reader wants of hundreds of files."""
_MANY = 20
SHOWN = 5
INDENT = " " * 12
_COLORS = {"error": "31", "warning": "33", "note": "36", "bold": "1"}


def render(reports: Sequence[Report]) -> str:
    """Returns the reports as plain text, each sentence on one line."""
    return styled(reports, PLAIN)


def styled(reports: Sequence[Report], style: Style) -> str:
    """Returns the reports as text, in colours and folded where the style says so."""
    width = max(style.width, NARROWEST) if style.width else sys.maxsize
    page = _Page(_painted if style.color else _plain, width)
    blocks = []
    for number, report in enumerate(reports, 1):
        name = visible(called(report, f"report {number}"))
        head = [page.paint(name, "bold"), ""] if len(reports) > 1 else []
        blocks.append("\n".join([*head, *page.lines(report)]))
    return inert("\n\n".join(blocks) + "\n")


def _plain(text: str, _role: str) -> str:
    return text


def _painted(text: str, role: str) -> str:
    return f"\x1b[{_COLORS[role]}m{text}\x1b[0m"


@dataclass(frozen=True, slots=True)
class _Page:
    paint: Callable[[str, str], str]
    width: int

    def lines(self, report: Report) -> Iterator[str]:
        message = messages(report)
        quiet = _quiet(report)
        loud = [item for item in report.findings if item.severity != "note" and item.kind not in quiet]
        for path, items in groupby(loud, lambda item: located(report, item)):
            yield self.paint(visible(path), "bold")
            for item in items:
                yield from self.finding(item, message(item))
            yield ""
        for error in unsaid_errors(report, loud):
            yield from self.wrapped("error", f"{located(report, error)}: {error.message}")
        yield from self.summary(report)

    def finding(self, item: Finding, told: str) -> Iterator[str]:
        place = f"{item.line}:{item.column}"
        head = f"  {place:<9}{item.severity:<9}{item.code}  "
        said = f"{told} [{item.fix}]" if item.fix != "none" else told
        lines = _fold(said, self.width - len(head))
        rank = self.paint(item.severity, item.severity) + " " * (9 - len(item.severity))
        yield f"  {place:<9}{rank}{item.code}  {lines[0]}"
        yield from (" " * len(head) + line for line in lines[1:])

    def wrapped(self, label: str, text: str) -> Iterator[str]:
        lines = _fold(text, self.width - len(INDENT))
        yield f"{label:<{len(INDENT)}}{lines[0]}".rstrip()
        yield from (INDENT + line for line in lines[1:])

    def summary(self, report: Report) -> Iterator[str]:
        if not (report.findings or report.calls or report.errors or report.gaps):
            yield _nothing(report)
            return
        for label, text in _summary(report):
            yield from self.wrapped(label, text)


def _nothing(report: Report) -> str:
    if report.summary.files_scanned:
        return f"Nothing to do: {counted(report.summary.files_scanned, 'file')} scanned, no HubSpot key found."
    skipped = f"; {counted(len(report.skipped), 'path')} skipped" if report.skipped else ""
    below = ", ".join(visible(root) for root in report.roots if root != ".")
    return f"No file to look at{f' below {below}' if below else ' here'}{skipped}."


def _summary(report: Report) -> Iterator[tuple[str, str]]:
    """Yields the parts of the summary, each with its label; those of one label share it."""
    for gaps in alike(report.gaps):
        yield from _gaps(report, gaps)
    yield "To do", work(report).told
    yield from _urgent(report)
    yield "Findings", _findings(report)
    others = written_told(report)
    told = requests_told(tally(report.calls))
    count, colon, rest = told.partition(":")
    told = f"{count} in programs{colon}{rest}" if others else told
    yield "Requests", "; ".join(filter(None, (told, unread_told(report))))
    if others:
        yield "Written", others
    yield from _scopes(report)
    if told := credential_told(report):
        yield "Credential", told
    if report.skipped:
        yield "Skipped", counted(len(report.skipped), "path")
    command, does = next_command(report)
    if command:
        yield "Next", f"{command}  # {does}"


def _urgent(report: Report) -> Iterator[tuple[str, str]]:
    """Yields what cannot wait: credentials in the source, and endpoints that are gone or end soon."""
    if report.secrets:
        places = ", ".join(f"{located(report, item)}:{item.line}" for item in report.secrets[:SHOWN])
        more = f" and {len(report.secrets) - SHOWN} more" if len(report.secrets) > SHOWN else ""
        yield (
            "Revoke",
            f"{counted(len(report.secrets), 'key or token', 'keys or tokens')} in the source: {places}{more}",
        )
    gone = endings(report, report.tool.rules.partition(" ")[0])
    for item in gone[:SHOWN]:
        yield "Replace", f"{item.request} {f'is gone since {item.date}' if item.gone else f'ends on {item.date}'}"
    if len(gone) > SHOWN:
        yield "", f"and {counted(len(gone) - SHOWN, 'more endpoint')} that are gone or end soon"


def _gaps(report: Report, gaps: Sequence[Gap]) -> Iterator[tuple[str, str]]:
    yield "Open", f"{opened(sentence(reason(gaps)))} {sentence(gaps[0].resolve)}"
    for gap in gaps[:SHOWN]:
        parts = (f"{located(report, gap)}:{gap.line}", named(gaps, gap), answer_line(gap) or gap.id)
        yield "", "  ".join(filter(None, parts))
    if len(gaps) > SHOWN:
        yield "", f"and {counted(len(gaps) - SHOWN, 'more place')}"


def _quiet(report: Report) -> frozenset[str]:
    """Returns the kinds of findings that are left to the summary."""
    alike = sum(item.kind in _ALIKE for item in report.findings)
    return _OPEN | _ALIKE if alike > _MANY else _OPEN


def _findings(report: Report) -> str:
    counts = severities(report.findings)
    left = [item for item in report.findings if item.severity == "note" or item.kind in _quiet(report) - _OPEN]
    codes = sorted({(item.code, title(report, item)) for item in left})
    notes = "; ".join(f"{code} {name}" for code, name in codes)
    return ", ".join(counted(count, rank) for rank, count in counts.items()) + (
        f" (not shown above: {notes})" if notes else ""
    )


def _scopes(report: Report) -> Iterator[tuple[str, str]]:
    for one in scope_lists(report):
        yield from _scope_list(report, one.scopes, f" for {one.name}" if one.name else "")


def _scope_list(report: Report, scopes: ScopesItem, whose: str) -> Iterator[tuple[str, str]]:
    state = "complete" if scopes.complete else "incomplete: more scopes may be needed"
    state += " for programs" if scopes.complete and uncounted(report) else ""
    yield "Scopes", f"{len(scopes.required):,} required{whose}; {state}"
    for needed in scopes.required:
        yield "", f"{needed.scope} (only {', '.join(needed.tiers)})" if needed.tiers else needed.scope
    for later in scopes.after_replacement:
        yield "", f"{later.scope} (once the endpoints that are gone are replaced)"
    for spare in scopes.optional:
        yield "", f"{spare.scope} (the code can do without it)"
    for question in gathered(questions(scopes)):
        yield "", f"{opened(question.text)} {_possible(question)}"
    unresolved, undocumented = parted(report, scopes)
    if unresolved:
        yield "", f"{counted(len(unresolved), 'request')} with unknown scopes"
    if undocumented:
        yield "", f"{counted(len(undocumented), 'request')} to endpoints whose scopes HubSpot does not document"


def _possible(question: ScopeQuestion) -> str:
    if len(question.scopes) > SHOWN:
        return f"{counted(len(question.scopes), 'scope')} possible; `hapikey-migrator scopes` lists them."
    return f"Possible: {', '.join(item.scope for item in question.scopes)}"


def _fold(text: str, width: int) -> list[str]:
    if width >= sys.maxsize // 2:
        return [visible(text)]
    return textwrap.wrap(visible(text), width, break_long_words=False, break_on_hyphens=False) or [""]
