"""Every format against its golden file; tests/golden/README.md says how to write them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from report_sample import sample

from migrator.report import formats, render
from migrator.report.parts.style import Style

GOLDEN = Path(__file__).parent / "golden"


def test_the_formats_are_found() -> None:
    assert formats() == ("concise", "github", "gitlab", "html", "json", "junit", "markdown", "sarif", "text")


@pytest.mark.parametrize("name", formats())
def test_golden(name: str) -> None:
    path = GOLDEN / f"report.{name}"
    made = render(name, [sample()])
    assert made == render(name, [sample()]), "the same report has to give the same bytes"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == made


def test_every_golden_file_has_a_format() -> None:
    assert sorted(path.suffix[1:] for path in GOLDEN.glob("report.*")) == sorted(formats())


@pytest.mark.parametrize("name", formats())
def test_color_only_where_a_terminal_reads_it(name: str) -> None:
    plain, painted = (render(name, [sample()], Style(color=color)) for color in (False, True))
    assert "\x1b" not in plain
    assert (plain != painted) == (name == "text")
