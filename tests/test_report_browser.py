"""The HTML report in a headless Chromium; needs node, Chromium and `npm ci --prefix tests/browser`."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from report_sample import hostile, sample

from migrator import pipeline
from migrator.model.report import Report
from migrator.report import render
from migrator.settings import Settings

BROWSER = Path(__file__).parent / "browser"


def chromium() -> str:
    """Returns the browser, or skips the test saying what is missing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    if not (BROWSER / "node_modules" / "playwright-core").is_dir():
        pytest.skip("run `npm ci --prefix tests/browser` first")
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


def two(folder: Path) -> Report:
    """Returns the report of a program that makes two requests."""
    folder.mkdir()
    (folder / "app.py").write_text(
        'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nBASE = "https://api.hubapi.com/crm/v3/objects"\n'
        'requests.get(f"{BASE}/contacts?hapikey={KEY}&limit=20")\n'
        'requests.get(f"{BASE}/deals", params={"hapikey": KEY})\n'
    )
    report = pipeline.scan(Settings(paths=(str(folder),)))
    first, second = report.calls
    return replace(
        report,
        calls=(replace(first, sunset=str(date.fromisoformat(report.tool.rules[:10]) + timedelta(days=30))), second),
    )


@pytest.mark.browser
def test_in_a_browser(tmp_path: Path) -> None:
    browser = chromium()
    pages = {
        "one": [sample()],
        "several": [sample(), replace(sample(), project="billing")],
        "hostile": [hostile()],
        "two": [two(tmp_path / "two")],
    }
    for name, reports in pages.items():
        (tmp_path / f"{name}.html").write_text(render("html", reports), encoding="utf-8")
    command = ["node", str(BROWSER / "check.mjs"), browser, *(str(tmp_path / f"{name}.html") for name in pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 20
