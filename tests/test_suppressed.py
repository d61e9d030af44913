"""Comments that take back findings: on a line of the finding, or alone before it, in any language."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrator.api import scan
from migrator.migration import migrate
from migrator.settings import Settings

PYTHON = """import os
import requests

def lists():
    {before}
    return requests.get("https://api.hubapi.com/contacts/v1/lists", params={{"hapikey": os.environ["KEY"]}}){behind}
"""
SCRIPT = """const axios = require('axios');

function lists() {{
  {before}
  return axios.get('https://api.hubapi.com/contacts/v1/lists', {{ params: {{ hapikey: process.env.KEY }} }});{behind}
}}
module.exports = lists;
"""
NOTE = "hapikey: ignore[HK101] the sandbox"


def codes(folder: Path) -> list[str]:
    report = scan(Settings(paths=(str(folder),)))
    return sorted({item.code for item in report.findings} & {"HK101", "HK902"})


@pytest.mark.parametrize(("name", "text", "mark"), [("a.py", PYTHON, "# "), ("a.js", SCRIPT, "// ")])
@pytest.mark.parametrize(
    ("before", "behind", "left"),
    [
        ("", "", ["HK101"]),
        ("", NOTE, []),
        (NOTE, "", []),
        (f"{NOTE}\n\n  {{mark}}why it stays", "", []),
        ("hapikey: ignore[HK301] something else", "", ["HK101", "HK902"]),
        (f"{NOTE}\n  x = 1", "", ["HK101", "HK902"]),
    ],
)
def test_a_comment_takes_back(
    tmp_path: Path, name: str, text: str, mark: str, before: str, behind: str, left: list[str]
) -> None:
    above = f"{mark}{before.format(mark=mark)}" if before else ""
    indent = "    " if name == "a.py" else "  "
    above = above.replace("\n  ", f"\n{indent}")
    (tmp_path / name).write_text(text.format(before=above, behind=f"  {mark}{behind}" if behind else ""))
    assert codes(tmp_path) == left


def test_what_is_taken_back_is_not_rewritten(tmp_path: Path) -> None:
    text = SCRIPT.format(before=f"// {NOTE}", behind="")
    (tmp_path / "a.js").write_text(text)
    done = migrate(Settings(paths=(str(tmp_path),), allow_dirty=True), write=True)
    assert (tmp_path / "a.js").read_text() == text
    assert not done.report.changes


def test_a_branch_is_not_told_of_a_comment_that_was_idle_before(tmp_path: Path) -> None:
    script = SCRIPT.format(before="", behind="")
    (tmp_path / "a.js").write_text(f"// {NOTE}\nconst x = 1;\n{script}")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "b.js").write_text(f"// {NOTE}\nconst y = 1;\n{script}")
    report = scan(Settings(paths=(str(tmp_path),), changed_since="HEAD"))
    assert {(item.path, item.code) for item in report.findings if item.severity != "note"} >= {("b.js", "HK902")}
    assert {item.path for item in report.findings} == {"b.js"}
