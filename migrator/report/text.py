"""The report for a terminal: quiet, at most 80 columns where paths allow, colours only on the words that rank."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from migrator.model.report import Finding, Gap, Report
from migrator.report.parts.facts import (
    Question,
    Tally,
    advised_credential,
    alike,
    called,
    credential_title,
    parted,
    questions,
    reason,
    severities,
    tally,
    title,
)
from migrator.report.parts.plain import counted, inert, located, opened, sentence, visible

WIDTH = 80
_BROKEN = frozenset({"unparsable", "internal_error"})
"""Findings that say what an error says."""
_OPEN = frozenset({"undecided"})
"""Findings that say what the summary says first."""
SHOWN = 5
_COLORS = {"error": "31", "warning": "33", "note": "36", "bold": "1"}
_Paint = Callable[[str, str], str]


def render(reports: Sequence[Report]) -> str:
    """Returns the reports as plain text."""
    return _render(reports, lambda text, _: text)


def painted(reports: Sequence[Report]) -> str:
    """Returns the reports as text with terminal colours."""
    return _render(reports, lambda text, role: f"\x1b[{_COLORS[role]}m{text}\x1b[0m")


def _render(reports: Sequence[Report], paint: _Paint) -> str:
    blocks = []
    for number, report in enumerate(reports, 1):
        head = [paint(visible(called(report, f"report {number}")), "bold"), ""] if len(reports) > 1 else []
        blocks.append("\n".join([*head, *_lines(report, paint)]))
    return inert("\n\n".join(blocks) + "\n")


def _lines(report: Report, paint: _Paint) -> Iterator[str]:
    loud = [item for item in report.findings if item.severity != "note" and item.kind not in _OPEN]
    for path, items in groupby(loud, lambda item: located(report, item)):
        yield paint(visible(path), "bold")
        for item in items:
            yield from _finding(item, paint)
        yield ""
    told = {(item.root, item.path) for item in loud if item.kind in _BROKEN}
    for error in (one for one in report.errors if (one.root, one.path) not in told):
        yield from _wrapped("error", f"{located(report, error)}: {error.message}")
    yield from _summary(report)


def _finding(item: Finding, paint: _Paint) -> Iterator[str]:
    place = f"{item.line}:{item.column}"
    head = f"  {place:<9}{item.severity:<9}{item.code}  "
    said = f"{item.message} [{item.fix}]" if item.fix != "none" else item.message
    lines = _fold(said, WIDTH - len(head))
    yield f"  {place:<9}{paint(item.severity, item.severity)}{' ' * (9 - len(item.severity))}{item.code}  {lines[0]}"
    yield from (" " * len(head) + line for line in lines[1:])


def _summary(report: Report) -> Iterator[str]:
    if not (report.findings or report.calls or report.errors or report.gaps):
        yield f"Nothing to do: {counted(report.summary.files_scanned, 'file')} scanned, no HubSpot key found."
        return
    for gaps in alike(report.gaps):
        yield from _gaps(report, gaps)
    yield from _wrapped("Findings", _findings(report))
    yield from _wrapped("Requests", _requests(tally(report.calls)))
    yield from _scopes(report)
    yield from _wrapped("Credential", credential_title(report, advised_credential(report)))
    if report.skipped:
        yield from _wrapped("Skipped", counted(len(report.skipped), "path"))


def _gaps(report: Report, gaps: Sequence[Gap]) -> Iterator[str]:
    yield from _wrapped("Open", f"{opened(sentence(reason(gaps)))} {sentence(gaps[0].resolve)}")
    for gap in gaps[:SHOWN]:
        yield from _wrapped("", f"{located(report, gap)}:{gap.line} ({gap.id})")
    if len(gaps) > SHOWN:
        yield from _wrapped("", f"and {counted(len(gaps) - SHOWN, 'more place')}")


def _findings(report: Report) -> str:
    counts = severities(report.findings)
    codes = sorted({(item.code, title(report, item)) for item in report.findings if item.severity == "note"})
    notes = "; ".join(f"{code} {name}" for code, name in codes)
    return ", ".join(counted(count, rank) for rank, count in counts.items()) + (
        f" (not shown above: {notes})" if notes else ""
    )


def _requests(count: Tally) -> str:
    kinds = [
        (count.safe, "safe to rewrite"),
        (count.unsafe, "to review"),
        (count.manual, "by hand"),
        (count.developer, "with a developer key, left alone"),
        (count.bearer, "Bearer already"),
        (count.other, "without a key"),
    ]
    said = ", ".join(f"{number:,} {name}" for number, name in kinds if number)
    return f"{count.total:,}: {said}" if said else "none"


def _scopes(report: Report) -> Iterator[str]:
    scopes = report.scopes
    state = "complete" if scopes.complete else "not complete, some needs are unknown"
    yield from _wrapped("Scopes", f"{len(scopes.required) + len(scopes.optional):,} required; {state}")
    for needed in scopes.required:
        yield f"{'':12}{visible(needed.scope)}"
    for tiered in scopes.optional:
        yield from _wrapped("", f"{tiered.scope} (only {', '.join(tiered.tiers)})")
    for question in questions(scopes):
        yield from _wrapped("", f"{opened(question.text)} {_possible(question)}")
    unresolved, undocumented = parted(report, scopes)
    if unresolved:
        yield from _wrapped("", f"Unknown needs: {counted(len(unresolved), 'request')}")
    if undocumented:
        yield from _wrapped("", f"Needs that nobody documents: {counted(len(undocumented), 'request')}")


def _possible(question: Question) -> str:
    if len(question.scopes) > SHOWN:
        return f"{counted(len(question.scopes), 'scope')} possible; the command `scopes` lists them."
    return f"Possible: {', '.join(item.scope for item in question.scopes)}"


def _wrapped(label: str, text: str) -> Iterator[str]:
    lines = _fold(text, WIDTH - 12)
    yield f"{label:<12}{lines[0]}".rstrip()
    yield from (" " * 12 + line for line in lines[1:])


def _fold(text: str, width: int) -> list[str]:
    return textwrap.wrap(visible(text), width, break_long_words=False, break_on_hyphens=False) or [""]
