"""What a report means for the exit status."""

from __future__ import annotations

from migrator.model.report import SEVERITIES, Report, Severity

FOUND = 1
FAILED = 2


def exit_status(report: Report, fail_on: Severity | None) -> int:
    """Returns the exit status of a scan: 0 clean, 1 findings at least as severe as ``fail_on``, 2 the tool failed.

    With ``fail_on`` None no finding counts; that the tool failed on a file always does.
    """
    if any(finding.kind == "internal_error" for finding in report.findings):
        return FAILED
    if fail_on is None:
        return 0
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FOUND if any(finding.severity in counted for finding in report.findings) else 0
