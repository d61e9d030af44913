"""Makes docs/page.png, the picture of the fixture's page in the README; needs what tests/test_report_browser.py needs.

usage: python tests/bench/picture.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from migrator import pipeline  # noqa: E402 - found by the line above
from migrator.report import render  # noqa: E402 - likewise
from migrator.report.parts.style import Style  # noqa: E402 - likewise
from migrator.settings import Settings  # noqa: E402 - likewise

FIXTURE = "fixtures/projects/legacy-crm"


def main() -> None:
    """Scans the fixture and photographs the top of its page."""
    report = pipeline.scan(Settings(paths=(FIXTURE,)))
    style = Style(command=f"hapikey-migrator scan {FIXTURE}", date=report.tool.rules.partition(" ")[0])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(render("html", [report], style), encoding="utf-8")
        script = str(ROOT / "tests/browser/picture.mjs")
        command = ["node", script, shutil.which("chromium") or "chromium", str(page), str(ROOT / "docs/page.png")]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
