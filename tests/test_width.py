"""How long a project lets lines be, and what becomes of a line that a header makes longer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from migrator.languages.python.rewriting.line_width import width_of
from migrator.migration import migrate
from migrator.settings import Settings

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nDEALS = "https://api.hubapi.com/crm/v3/objects/deals"\n'


@pytest.mark.parametrize(
    ("path", "text", "width"),
    [
        ("pyproject.toml", "[tool.black]\nline-length = 88\n", 88),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.isort]\nline_length = 70\n", None),
        ("pyproject.toml", "[tool.black\n", None),
        ("ruff.toml", "line-length = 79\n", 79),
        ("setup.cfg", "[flake8]\nmax-line-length = 99\n", 99),
        ("tox.ini", "[flake8]\nmax-line-length = many\n", None),
        (".flake8", "not ini", None),
        (".editorconfig", "root = true\n[*]\nmax_line_length = 90\n", 90),
        ("README.md", "max_line_length = 90\n", None),
    ],
)
def test_the_width_is_that_of_the_tools_of_the_project(path: str, text: str, width: int | None) -> None:
    assert width_of({path: text}.get) == width


def migrated(folder: Path, text: str, width: int | None = 88) -> str:
    if width:
        (folder / "pyproject.toml").write_text(f"[tool.black]\nline-length = {width}\n")
    (folder / "app.py").write_text(TOP + text)
    migrate(Settings(paths=(str(folder),)), write=True)
    after = (folder / "app.py").read_text()
    ast.parse(after)
    return after


SENT = 'found = requests.get(DEALS + "/associations", params={"hapikey": KEY, "limit": 5}).json()\n'


def test_a_line_that_becomes_too_long_is_broken_at_its_arguments(tmp_path: Path) -> None:
    assert migrated(tmp_path, SENT).endswith(
        """found = requests.get(
    DEALS + "/associations",
    params={"limit": 5},
    headers={"Authorization": f"Bearer {KEY}"},
).json()
"""
    )


def test_arguments_stay_on_one_line_where_they_fit(tmp_path: Path) -> None:
    after = migrated(tmp_path, "def f():\n    return " + SENT.partition("= ")[2].replace("/associations", "/1"), 100)
    assert after.endswith(
        """    return requests.get(
        DEALS + "/1", params={"limit": 5}, headers={"Authorization": f"Bearer {KEY}"}
    ).json()
"""
    )


@pytest.mark.parametrize("width", [None, 140])
def test_a_line_that_is_not_too_long_stays_one(tmp_path: Path, width: int | None) -> None:
    assert migrated(tmp_path, SENT, width).count("\n") == (TOP + SENT).count("\n")


def test_a_line_that_was_too_long_before_is_left_where_nothing_is_written(tmp_path: Path) -> None:
    long = f"NAMES = {[f'property_{number}' for number in range(12)]!r}\n"
    assert long in migrated(tmp_path, long + SENT)
