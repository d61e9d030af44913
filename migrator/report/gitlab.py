"""GitLab's Code Quality format: https://docs.gitlab.com/ci/testing/code_quality/."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from migrator.model.report import Finding, Report
from migrator.report.parts.facts import said
from migrator.report.parts.plain import dumped, relative, visible

_SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def render(reports: Sequence[Report]) -> str:
    """Returns a list with one entry for each finding; GitLab drops entries that share a fingerprint, so none do."""
    seen: Counter[str] = Counter()
    return dumped([_entry(report, item, told, seen) for report, item, told in said(reports)])


def _entry(report: Report, item: Finding, told: str, seen: Counter[str]) -> dict[str, Any]:
    fingerprint = f"{report.project}\0{item.fingerprint}"
    seen[fingerprint] += 1
    return {
        "description": visible(told),
        "check_name": item.code,
        "fingerprint": hashlib.sha256(f"{fingerprint}\0{seen[fingerprint]}".encode("utf-8", "replace")).hexdigest(),
        "severity": _SEVERITIES[item.severity],
        "location": {"path": relative(report, item), "lines": {"begin": item.line}},
    }
