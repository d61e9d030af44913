"""Comments in the code that take back a finding, and those that take back nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b

from migrator.catalog.findings import FindingRule
from migrator.findings.selection import ALWAYS, with_findings
from migrator.model.report import Finding, Report
from migrator.model.text import Position, Source, Suppression

UNUSED = "unused_suppression"

_UNREAD = frozenset({"unread_key", "unread_code"})
"""The kinds that a file of a language nobody reads is told by, all of which one question speaks of."""


def suppress(report: Report, comments: Iterable[tuple[Source, Sequence[Suppression]]], rule: FindingRule) -> Report:
    """Returns the report without the findings that a comment on one of their lines, or alone before it, suppresses.

    A comment without codes suppresses all; one that suppresses nothing, or a code of it that does not, becomes a
    finding, as ``rule`` says it.
    """
    taken: set[str] = set()
    idle: list[Finding] = []
    for source, suppressions in comments:
        own = [item for item in report.findings if (item.root, item.path) == (source.root, source.path)]
        for suppression in suppressions:
            met = [item for item in own if _meets(suppression, item)]
            taken |= {item.id for item in met}
            left = [code for code in suppression.codes if not any(_names(code, item) for item in met)]
            if left or not met:
                idle.append(_idle(source, suppression, left, rule))
    closed = {item.gap for item in report.findings if item.id in taken}
    unread = [item for item in report.findings if item.kind in _UNREAD]
    left_open = {(item.root, item.path) for item in unread if item.id not in taken}
    reviewed = {(item.root, item.path) for item in unread} - left_open
    closed |= {gap.id for gap in report.gaps if gap.kind == "unread" and (gap.root, gap.path) in reviewed}
    report = replace(report, gaps=tuple(gap for gap in report.gaps if gap.id not in closed))
    return with_findings(report, [*(item for item in report.findings if item.id not in taken), *idle])


def silenced(
    findings: Iterable[Finding], comments: Iterable[tuple[Source, Sequence[Suppression]]]
) -> frozenset[tuple[str, int]]:
    """Returns the lines, as path and number, of the findings of one root that a comment suppresses."""
    by_place: dict[tuple[int, str], list[Finding]] = {}
    for item in findings:
        by_place.setdefault((item.root, item.path), []).append(item)
    return frozenset(
        (item.path, line)
        for source, suppressions in comments
        for suppression in suppressions
        for item in by_place.get((source.root, source.path), ())
        if _meets(suppression, item)
        for line in range(item.line, item.end_line + 1)
    )


def _meets(suppression: Suppression, item: Finding) -> bool:
    if item.kind in ALWAYS or not any(item.line <= line <= item.end_line for line in suppression.lines):
        return False
    return not suppression.codes or any(_names(code, item) for code in suppression.codes)


def _names(code: str, item: Finding) -> bool:
    return code in (item.code, item.kind)


def _idle(source: Source, suppression: Suppression, codes: Sequence[str], rule: FindingRule) -> Finding:
    places = source.position(suppression.span.start), source.position(suppression.span.end)
    named = f" of {', '.join(codes)}" if codes else ""
    what = f"This suppression{named} matches no finding. Remove it."
    return unused(what, rule, path=source.path, root=source.root, places=places)


def unused(what: str, rule: FindingRule, *, path: str, root: int, places: tuple[Position, Position]) -> Finding:
    """Returns the finding that something between two places suppresses nothing; ``what`` says what it is."""
    start, end = places
    digest = blake2b(f"{rule.code}\0{path}\0{what}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Finding(
        id=f"{digest}-{start.line}",
        code=rule.code,
        kind=rule.kind,
        severity=rule.severity,
        certainty="exact",
        path=path,
        line=start.line,
        column=start.column,
        end_line=end.line,
        end_column=end.column,
        message=rule.say(what=what),
        fix="manual",
        reason=rule.text.advice,
        calls=(),
        change=None,
        fingerprint=digest,
        rule=rule.file,
        root=root,
    )
