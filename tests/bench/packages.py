"""Migrates an unpacked package and compares what it sends before and after.

    python tests/bench/packages.py PACKAGE_DIR tests/bench/drivers/NAME.py [migrate options, as --unsafe]

A driver is a program that calls the package. It may define ``REPLIES`` (keyword arguments of `loopback.Reply`) and
``ENV`` as literals. Exit status 1 when a request differs in more than its credential, or none was migrated.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from loopback import Recorded, Reply, equal_but_for_credential, record  # noqa: E402 - needs the path


def literals(driver: Path) -> dict[str, Any]:
    """Returns the literals that a driver assigns at its top level."""
    found = {}
    for statement in ast.parse(driver.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            found |= {name: ast.literal_eval(statement.value)} if name in ("REPLIES", "ENV") else {}
    return found


def drive(package: Path, driver: Path) -> tuple[Recorded, ...]:
    """Returns what a package sends when it is driven."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "package")
        shutil.copytree(package, copy)
        shutil.copy(driver, copy / "_driver.py")
        options = literals(driver)
        replies = [Reply(**item) for item in options.get("REPLIES", ())]
        return record(copy, "_driver.py", env=options.get("ENV"), replies=replies, path=["src"])


def migrate(package: Path, *options: str) -> None:
    """Rewrites a package in place; what the tool says goes to standard error."""
    command = [sys.executable, "-m", "migrator", "migrate", "--write", *options, str(package)]
    done = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.returncode)


def main(package: Path, driver: Path, *options: str) -> int:
    before = drive(package, driver)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, package.name)
        shutil.copytree(package, copy)
        migrate(copy, *options)
        after = drive(copy, driver)
    wrong = [f"{len(before)} requests became {len(after)}"] if len(before) != len(after) else []
    moved = 0
    for old, new in zip(before, after, strict=False):
        differences = () if old == new else equal_but_for_credential([old], [new])
        print("same  " if old == new else "differs" if differences else "moved ", old, *differences)
        wrong += differences
        moved += old != new
    print(f"{len(before)} requests, {moved} changed, {len(wrong)} differences but for the credential")
    return 1 if wrong or not moved else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *sys.argv[3:]))
