"""Which findings a user wants to see: --select, --ignore and the per-file ignores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from migrator.catalog.findings import FindingRule
from migrator.discover import chooser
from migrator.errors import ConfigurationError, nearest
from migrator.model.report import Finding, Report
from migrator.settings import Patterns, Settings

ALWAYS = frozenset({"internal_error"})
"""Kinds that no setting hides."""


def select(report: Report, settings: Settings, rules: Mapping[str, FindingRule]) -> Report:
    """Returns the report with the findings that the settings ask for; ``rules`` are all kinds of finding.

    Raises `ConfigurationError` when a setting names a code or kind that does not exist.
    """
    codes = {kind: rule.code for kind, rule in rules.items()}
    wanted = _members(settings.select, codes) if settings.select else frozenset(codes)
    shown = wanted - _members(settings.ignore, codes) | ALWAYS
    ignored = [
        (_members(names, codes) - ALWAYS, _matcher(pattern, report.roots, settings.base))
        for pattern, names in settings.per_file_ignores.items()
    ]
    return keep(
        report,
        lambda item: item.kind in shown and not any(item.kind in kinds and inside(item) for kinds, inside in ignored),
    )


def keep(report: Report, wanted: Callable[[Finding], bool]) -> Report:
    """Returns the report with the findings that pass the test."""
    findings = tuple(filter(wanted, report.findings))
    return with_findings(report, findings)


def with_findings(report: Report, findings: Iterable[Finding]) -> Report:
    """Returns the report with these findings, sorted by place."""
    ordered = tuple(sorted(findings, key=by_place))
    return replace(report, findings=ordered, summary=replace(report.summary, findings=len(ordered)))


def by_place(item: Finding) -> tuple[int, str, int, int, str, str]:
    """Returns the key by which the findings of a report are sorted."""
    return (item.root, item.path, item.line, item.column, item.code, item.id)


def _members(names: Iterable[str], codes: Mapping[str, str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        kinds = {kind for kind, code in codes.items() if name == kind or code.startswith(name.upper())}
        if not kinds:
            raise ConfigurationError(f"no finding is called {name!r}", advice=nearest(name, {*codes, *codes.values()}))
        found |= kinds
    return frozenset(found)


def _matcher(pattern: str, roots: tuple[str, ...], base: str) -> Callable[[Finding], bool]:
    tests = [chooser(Patterns(base, (pattern,)), os.path.abspath(root)) for root in roots]  # noqa: PTH100 - no links
    return lambda item: tests[item.root](item.path)
