"""Reads the folders under ``fixtures/cases``: one behaviour each, named as a sentence.

``before`` is scanned and migrated, ``after`` is what a careful engineer would make of it (absent when nothing may
change), ``expect.yaml`` says which calls are found, what is planned, and how the program is run:

* ``calls``: method, endpoint (``{}`` for a dynamic segment, null when unknown), auth, ``at`` (``file:line`` of the sink
  or of a call site that leads to it) and, where it matters, client
* ``changes``: the safety of a planned change and words its reason has to hold
* ``noop``, ``flags`` (of `migrate`), ``run`` (entry, env, and the JSON bodies of the responses, in order)
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from migrator.cli import run

FOLDER = Path(__file__).parent.parent / "fixtures" / "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case folder with its expectations."""

    folder: Path
    calls: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    noop: bool
    flags: tuple[str, ...]
    run: dict[str, Any] | None

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def expected(self) -> Path:
        """The tree that migrating leaves."""
        return self.before if self.noop else self.folder / "after"


def load(folder: Path) -> Case:
    """Returns the case in a folder. Raises TypeError on a key that is not known."""
    expect = yaml.safe_load((folder / "expect.yaml").read_text())
    return Case(
        folder=folder,
        **{"run": None} | expect | {name: tuple(expect.get(name, ())) for name in ("calls", "changes", "flags")},
    )


CASES = [load(folder) for folder in sorted(FOLDER.iterdir())]


def tree(folder: Path) -> dict[str, bytes]:
    """Returns the content of every file under a folder, by relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def command(*arguments: str) -> tuple[int, str]:
    """Runs the tool in this process. Returns the exit status and standard output."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(printed):
        status = run(list(arguments))
    printed.flush()
    return status, printed.buffer.getvalue().decode()


@cache
def scan(folder: Path) -> dict[str, Any]:
    """Returns the JSON report of a folder of a case, which nothing changes."""
    status, output = command("scan", "--isolated", "--exit-zero", "--format", "json", str(folder))
    assert status == 0, output
    report: dict[str, Any] = json.loads(output)
    return report


def migrate(folder: Path, flags: Iterable[str]) -> int:
    """Migrates a folder in place. Returns the exit status."""
    return command("migrate", "--isolated", "--write", *flags, str(folder))[0]


def normal(endpoint: str | None) -> str | None:
    """Returns an endpoint with its holes unnamed."""
    return None if endpoint is None else re.sub(r"\{[^{}]*\}", "{}", endpoint)


def sites(call: dict[str, Any]) -> list[str]:
    """Returns the sink of a reported call, then the call sites that lead to it, innermost first."""
    return [f"{site['path']}:{site['line']}" for site in [call, *reversed(call["via"])]]


def program_calls(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the reported calls that the program makes to HubSpot or to a host nobody knows."""
    return [
        call
        for call in report["calls"]
        if call["context"] == "program" and re.search(r"hubapi|hubspot|hsforms|None", str(call["host"]))
    ]
