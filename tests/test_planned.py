"""What a scan finds does not depend on whether rewrites are planned, which only those pay for who ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrator import api, pipeline, planning
from migrator.model.report import Report
from migrator.settings import Settings

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
CASES = sorted((Path(__file__).parents[1] / "fixtures" / "cases").iterdir())[::12]


def found(report: Report) -> tuple[object, ...]:
    """Returns what a report says apart from what can be done about it."""
    findings = [replace(one, fix="none", reason=None, change=None) for one in report.findings]
    calls = [replace(call, fix="none") for call in report.calls]
    return findings, calls, report.credentials, report.scopes, report.gaps, report.cutover, report.summary.complete


@pytest.mark.parametrize("folder", [PROJECTS / "legacy-crm", *CASES], ids=lambda folder: folder.name)
def test_the_findings_are_the_same(folder: Path) -> None:
    settings = Settings(paths=(folder,))
    assert found(pipeline.scan(settings, planned=False)) == found(pipeline.scan(settings))


def test_scopes_and_baselines_plan_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(planning.Offer, "changes", lambda _: pytest.fail("a rewrite is planned"))
    settings = Settings(paths=(PROJECTS / "legacy-crm",))
    asked = api.Asked(form="text")
    assert "crm.objects" in (api.scopes(settings, asked, progress=pipeline.silent).text or "")
    assert api.baseline(settings, tmp_path / "known.json", progress=pipeline.silent).files
