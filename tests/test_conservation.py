"""Nothing is dropped: every occurrence of the key in any file of a program ends as one thing of a report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases import CASES
from generate import seeded

from migrator import pipeline
from migrator.model.report import Report
from migrator.settings import Settings

WORD = re.compile("hapikey", re.IGNORECASE)
NAME = re.compile("hapikey|hubspot_(?:api|access|private_app|developer_api)?_?(?:key|token)", re.IGNORECASE)
"""How the files of these programs that are no code call a key or token."""
MENTIONS = ("unexplained_mention",)
LONG_LIST = 3
"""How many open mentions a small program may leave to its reader."""


def occurrences(*folders: Path) -> int:
    """Returns how often the key is named in the files of folders, counted without the tool."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sum(
        len((WORD if path.suffix == ".py" else NAME).findall(path.read_text(encoding="utf-8", errors="replace")))
        for path in files
    )


def ended(report: Report) -> int:
    """Returns how many occurrences the report accounts for, having checked that each ends once."""
    ends = report.occurrences
    assert ends.total == ends.in_call + ends.finding + ends.gap + ends.suppressed + ends.own_name
    assert not any(one.kind == "internal_error" for one in report.findings), report.errors
    mentions = [gap for gap in report.gaps if gap.kind in MENTIONS]
    assert bool(mentions) == bool(ends.gap)
    return ends.total


@pytest.mark.parametrize("part", range(6))
def test_every_occurrence_in_the_cases_ends_somewhere(part: int) -> None:
    folders = [case.before for case in CASES[part::6]]
    report = pipeline.scan(Settings(paths=tuple(map(str, folders))))
    assert ended(report) == occurrences(*folders)
    open_ = [gap.root for gap in report.gaps if gap.kind in MENTIONS]
    crowded = [folders[root].parent.name for root in set(open_) if open_.count(root) > LONG_LIST]
    assert not crowded


def test_every_occurrence_in_generated_programs_ends_somewhere(tmp_path: Path) -> None:
    folders = [seeded(seed).write(tmp_path / str(seed)) for seed in range(24)]
    report = pipeline.scan(Settings(paths=tuple(map(str, folders))))
    assert ended(report) == occurrences(*folders)
    assert report.occurrences.gap == 0
