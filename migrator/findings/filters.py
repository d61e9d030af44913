"""What a report leaves out because somebody has decided about it already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from migrator.catalog.findings import finding_rules
from migrator.discover import before
from migrator.findings import baseline
from migrator.findings.selection import select
from migrator.findings.suppression import UNUSED, suppress
from migrator.findings.verdict import settled
from migrator.model.report import Report
from migrator.model.text import Source, Suppression
from migrator.settings import Settings


def undecided(
    report: Report,
    settings: Settings,
    comments: Iterable[tuple[Source, Sequence[Suppression]]],
    scan: Callable[[Settings], Report],
) -> Report:
    """Returns the report without what comments suppress, a baseline or an earlier revision knows, or nobody asked for.

    ``scan`` reports on an earlier revision. Raises `ConfigurationError` when the baseline or a name in the settings is
    wrong, and `UsageError` when there is no such revision.
    """
    rules = finding_rules(settings.rules)
    report = suppress(report, comments, rules[UNUSED])
    if settings.baseline is not None:
        report = baseline.apply(report, settings.baseline, settings.paths, rules[UNUSED])
    if settings.changed_since is not None:
        with before(settings, settings.changed_since) as earlier:
            report = baseline.added(report, scan(earlier))
    return settled(select(report, settings, rules))
