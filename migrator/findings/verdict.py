"""The verdict of a run: whether all is decided, what the exit status is, and whether something may still send a key."""

from __future__ import annotations

from dataclasses import replace

from migrator.findings.question_kinds import SENDING
from migrator.model.report import KEY_KINDS, Gap, Report, ScopesItem
from migrator.model.severity import SEVERITIES, Severity

FOUND = 1
FAILED = 2
_KEYED = frozenset({"api_key", "oauth_query"})
_SENDS = KEY_KINDS | {"unread_key", "unread_code", "unparsable"}
"""Kinds of finding by which a key is sent, or may be."""


def settled(report: Report) -> Report:
    """Returns the report with the verdict on it: complete is what no gap, question or failure leaves open."""
    closed = not hiding(report) and not any(one.kind == "internal_error" for one in report.findings)
    scopes = _closed(report.scopes, closed)
    return replace(
        report,
        summary=replace(report.summary, complete=scopes.complete),
        scopes=scopes,
        credentials=tuple(replace(one, scopes=_closed(one.scopes, closed)) for one in report.credentials),
    )


def hiding(report: Report) -> tuple[Gap, ...]:
    """Returns the gaps behind which a key may be sent, or a scope needed, that nothing else tells of."""
    return tuple(gap for gap in report.gaps if gap.kind in SENDING)


def _closed(scopes: ScopesItem, closed: bool) -> ScopesItem:
    return replace(scopes, complete=scopes.complete and closed)


def exit_status(report: Report, fail_on: Severity | None) -> int:
    """Returns the exit status of a scan: 0 clean, 1 findings at least as severe as ``fail_on``, 2 the tool failed.

    What is not decided is a finding too. With ``fail_on`` None no finding counts; that the tool failed on a file
    always does.
    """
    if any(finding.kind == "internal_error" for finding in report.findings):
        return FAILED
    if fail_on is None:
        return 0
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FOUND if any(finding.severity in counted for finding in report.findings) else 0


def still_sends(report: Report) -> bool:
    """Returns whether anything still sends an API key or a token in the query, or may do so."""
    if any(call.context in ("program", "unreached") and _KEYED & set(call.auth) for call in report.calls):
        return True
    open_ = {gap.id for gap in hiding(report)}
    return any(one.kind in _SENDS or one.gap in open_ for one in report.findings)
