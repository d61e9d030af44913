"""The HTML report in a headless Chromium; needs node, Chromium and `npm ci --prefix tests/browser`."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from report_sample import hostile, sample

from migrator.report import render

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


@pytest.mark.browser
def test_in_a_browser(tmp_path: Path) -> None:
    browser = chromium()
    pages = {"one": [sample()], "several": [sample(), replace(sample(), project="billing")], "hostile": [hostile()]}
    for name, reports in pages.items():
        (tmp_path / f"{name}.html").write_text(render("html", reports), encoding="utf-8")
    command = ["node", str(BROWSER / "check.mjs"), browser, *(str(tmp_path / f"{name}.html") for name in pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 16
