"""Programs whose functions change what others find: no request of theirs is lost without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.evaluating import sent_by
from tests.lost import Program, lost, programs

DRIVEN = Path(__file__).parent / "driving"
# a file that nothing names of HubSpot changes what another file that nothing names of it either has
APART = {"exports_changed", "exports_replaced", "names_imported_by_value"}


def every(name: str, suffix: str) -> list[Program]:
    """Returns the programs of a file that are driven here."""
    found = programs((DRIVEN / f"{name}.txt").read_text(encoding="utf-8"), suffix)
    return [one for one in found if one.name not in APART]


@pytest.mark.parametrize("program", every("python", ".py"), ids=lambda one: one.name)
def test_every_request_of_a_python_program_is_told_or_asked_about(program: Program) -> None:
    missing, count = lost(program)
    assert not missing
    assert count


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.parametrize("program", every("javascript", ".js"), ids=lambda one: one.name)
def test_every_request_of_a_javascript_program_is_told_or_asked_about(program: Program) -> None:
    missing, count = lost(program)
    assert not missing
    assert count


@pytest.mark.parametrize(
    ("call", "found"),
    {
        "given inside": (
            "finish({ answer: { url: BASE + '/a1', method: 'POST', headers: {} } });",
            ["POST /a1 unknown"],
        ),
        "given whole": ("finish({ answer: options });", ["DELETE /a1 unknown"]),
        "only printed": ("console.log({ answer: { url: BASE + '/a1', method: 'POST' } });", []),
        "without a method": ("finish({ answer: { url: BASE + '/a1', name: 'a1' } });", []),
    }.values(),
)
def test_an_object_that_describes_a_request_is_one_inside_of_another(call: str, found: list[str]) -> None:
    head = "const BASE = 'https://api.hubapi.com';\nconst options = { url: BASE + '/a1', method: 'DELETE' };\n"
    assert sent_by({"a.js": head + call + "\n"}) == found
