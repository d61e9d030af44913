"""Prints how long the page of 5,000 findings takes to make, to load (at most 2 s and 15 MB) and to filter.

usage: python tests/bench/page.py [FINDINGS]; needs what tests/test_report_browser.py needs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from report_sample import many  # noqa: E402 - found by the line above

from migrator.report import render  # noqa: E402 - likewise

LIMIT = 2_000
LARGEST = 15_000_000


def main() -> int:
    """Prints the figures; returns 1 when the page takes too long to load."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    report = many(count)
    begun = time.perf_counter()
    page = render("html", [report])
    made = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.html")
        path.write_text(page, encoding="utf-8")
        command = ["node", str(TESTS / "browser/load.mjs"), shutil.which("chromium") or "chromium", str(path)]
        figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"{count:,} findings: {len(page) / 1e6:.1f} MB made in {made:.1f} s, {figures['nodes']:,} elements")
    print(f"load {figures['load']} ms (limit {LIMIT}), filter {figures['filter']} ms")
    return int(figures["load"] > LIMIT or len(page) > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
