"""How many files that use a key are scanned in a second, and what the files around them cost.

    python tests/bench/planted.py CLEAN

CLEAN is a git work tree without a key. Fifty modules that use one are scanned alone, on one core; then CLEAN is, and
then a clone of it with the modules in it. One of them is a settings module that 2,000 files import for something else.
Prints the files a second, and the time of the last scan as a multiple of the other two together. Each folder is scanned
once before that, so that its files are in memory and the tool is compiled, as an installed one is; then all of them
five times in turn, of which the least of each counts. The scratch tree is made beside CLEAN and removed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCAN = (sys.executable, "-m", "migrator", "scan", "--isolated", "--exit-zero")
MODULES, IMPORTERS, FILLING = 50, 2000, 14
LEAST, MOST = 25.0, 1.3
ROUNDS = 5

SETTINGS = """\
import os

DEBUG = os.environ.get("DEBUG") == "1"
HUBSPOT_API_KEY = os.environ["HUBSPOT_API_KEY"]
"""
HEAD = """\
import logging

import requests

from acme import settings

log = logging.getLogger(__name__)
"""
USES = (
    """\
def get_{n}(vid):
    url = "https://api.hubapi.com/crm/v3/objects/contacts/" + str(vid)
    return requests.get(url, params={{"hapikey": settings.HUBSPOT_API_KEY, "archived": "false"}}).json()
""",
    """\
def list_{n}(offset=0):
    url = f"https://api.hubapi.com/contacts/v1/lists?hapikey={{settings.HUBSPOT_API_KEY}}&offset={{offset}}"
    return requests.get(url).json()
""",
    """\
def update_{n}(vid, properties):
    url = "https://api.hubapi.com/contacts/v1/contact/vid/%s/profile?hapikey=%s" % (vid, settings.HUBSPOT_API_KEY)
    return requests.post(url, json={{"properties": properties}}, timeout=10)
""",
    """\
class Client{n}:
    def __init__(self, key=None):
        self.session = requests.Session()
        self.session.params["hapikey"] = key or settings.HUBSPOT_API_KEY

    def deals(self, limit=100):
        return self.session.get("https://api.hubapi.com/deals/v1/deal/paged", params={{"limit": limit}}).json()
""",
)
REST = """\
def merge_{n}(rows, seen=None, *, strict=False):
    seen = dict(seen or {{}})
    for index, row in enumerate(rows):
        if strict and row.get("id") is None:
            raise ValueError("row %d has no id: %r" % (index, row))
        seen.setdefault(row["id"], []).append({{k: v for k, v in row.items() if k not in ("id", "_raw")}})
    log.debug("%s rows, %s keys", len(rows), len(seen))
    return sorted(seen.items(), key=lambda pair: pair[0])
"""


def plant(folder: Path) -> None:
    """Writes the modules and those that import the settings."""
    package = folder / "acme"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(SETTINGS)
    for number in range(MODULES - 1):
        parts = [USES[number % len(USES)], *[REST] * FILLING]
        text = "\n\n".join([HEAD, *(part.format(n=f"{number}_{place}") for place, part in enumerate(parts))])
        (package / f"module_{number}.py").write_text(text)
    for number in range(IMPORTERS):
        (package / f"other_{number}.py").write_text("from acme import settings\n\nVERBOSE = settings.DEBUG\n")


def scanned(folder: Path, compiled: Path) -> tuple[float, float]:
    """Returns the wall time and the processor time of a scan."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, start = os.times(), time.perf_counter()
    subprocess.run(SCAN, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder."""
    subprocess.run(("git", "-C", str(folder), *arguments), check=True, stdout=subprocess.DEVNULL)


def main(clean: Path) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory(dir=clean.parent) as scratch:
        alone, mixed, compiled = Path(scratch, "alone"), Path(scratch, "mixed"), Path(scratch, "compiled")
        plant(alone)
        git(clean, "clone", "-q", str(clean), str(mixed))
        plant(mixed)
        for folder in (alone, mixed):
            git(folder, "init", "-q")
            git(folder, "add", "acme")
        for folder in (alone, clean, mixed):
            scanned(folder, compiled)
        rounds = [[scanned(folder, compiled) for folder in (alone, clean, mixed)] for _ in range(ROUNDS)]
        figures = [min(column, key=lambda figure: figure[1]) for column in zip(*rounds, strict=True)]
        for name, (wall, work) in zip(("alone", "clean", "mixed"), figures, strict=True):
            print(f"{name}  {wall:.2f} s ({work:.2f} cpu)")
        (_, first), (_, second), (_, both) = figures
        print(f"{MODULES / first:.1f} files a second of processor time, all of the scan counted (at least {LEAST})")
        print(f"{both / (first + second):.2f} times the sum, of processor time (at most {MOST})")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main(Path(sys.argv[1]).resolve())
