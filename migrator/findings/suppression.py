"""Comments in the code that take back a finding, and those that take back nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from migrator.findings.selection import ALWAYS, with_findings
from migrator.model.report import Finding, Report, Severity

UNUSED = "unused_suppression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A comment ``hapikey: ignore[CODE, ...]``: where it stands and the codes it names, none meaning all."""

    path: str
    line: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    root: int = 0


def suppress(
    report: Report, suppressions: Iterable[Suppression], *, code: str, severity: Severity, message: str
) -> Report:
    """Returns the report without the findings that a comment on one of their lines suppresses.

    A suppression that meets no finding becomes one: ``code``, ``severity`` and ``message`` (with ``{codes}``) are what
    the rules say about that kind.
    """
    by_file: dict[tuple[int, str], list[Suppression]] = {}
    for item in suppressions:
        by_file.setdefault((item.root, item.path), []).append(item)
    used: set[tuple[Suppression, str]] = set()
    kept = []
    for finding in report.findings:
        meeting = [item for item in by_file.get((finding.root, finding.path), ()) if _meets(item, finding)]
        used |= {(item, finding.code if item.codes else "") for item in meeting}
        if not meeting:
            kept.append(finding)
    idle = [
        unused(item, left, code=code, severity=severity, message=message)
        for items in by_file.values()
        for item in items
        if (left := _left(item, used)) is not None
    ]
    return with_findings(report, [*kept, *idle]) if by_file else report


def _meets(item: Suppression, finding: Finding) -> bool:
    if finding.kind in ALWAYS or not finding.line <= item.line <= finding.end_line:
        return False
    return not item.codes or finding.code in item.codes or finding.kind in item.codes


def _left(item: Suppression, used: set[tuple[Suppression, str]]) -> tuple[str, ...] | None:
    """Returns the codes of a suppression that met nothing, or None when all did."""
    if not item.codes:
        return None if (item, "") in used else ()
    left = tuple(code for code in item.codes if (item, code) not in used)
    return left or None


def unused(item: Suppression, left: Sequence[str], *, code: str, severity: Severity, message: str) -> Finding:
    """Returns the finding that a suppression, or the rest of it, suppresses nothing."""
    named = f" of {', '.join(left)}" if left else ""
    digest = blake2b("\0".join((code, item.path, *left)).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Finding(
        id=f"{digest}-{item.line}",
        code=code,
        kind=UNUSED,
        severity=severity,
        certainty="exact",
        path=item.path,
        line=item.line,
        column=item.column,
        end_line=item.line,
        end_column=item.end_column,
        message=message.format(codes=named),
        fix="manual",
        reason="Remove the comment, or what it no longer needs to name.",
        calls=(),
        change=None,
        fingerprint=digest,
        root=item.root,
    )
