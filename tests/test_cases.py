"""Every case folder: what is found, what is planned, what is written, and that a second run changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cases import CASES, Case, migrate, normal, program_calls, scan, sites, tree

from migrator.discover.reading import decode
from migrator.languages.python.language import LANGUAGE

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_the_calls_are_found_and_no_other(case: Case) -> None:
    wanted: dict[tuple[str | None, str | None, str], set[str]] = {
        (call["method"], call["endpoint"], call["at"]): set(call["auth"]) for call in case.calls
    }
    found: dict[tuple[str | None, str | None, str], set[str]] = {}
    for call in program_calls(scan(case.before)):
        method, endpoint = call["method"], normal(call["endpoint"])
        known = [at for at in sites(call) if (method, endpoint, at) in wanted]
        found.setdefault((method, endpoint, known[0] if known else sites(call)[0]), set()).update(call["auth"])
    assert found == wanted


@each_case
def test_the_client_is_told(case: Case) -> None:
    told = {(call["client"], at) for call in program_calls(scan(case.before)) for at in sites(call)}
    assert {(call["client"], call["at"]) for call in case.calls if "client" in call} <= told


@each_case
def test_the_changes_are_planned_with_their_reasons(case: Case) -> None:
    planned = [(change["safety"], change["reason"] or "") for change in scan(case.before)["changes"]]
    for change in case.changes:
        words = change.get("reason", [])
        assert any(safety == change["safety"] and all(word in reason for word in words) for safety, reason in planned)
    assert {safety for safety, _ in planned} - {"manual"} <= {change["safety"] for change in case.changes}


@each_case
def test_the_tree_is_rewritten_as_expected_and_once(case: Case, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(case.before, work)
    migrate(work, case.flags)
    assert tree(work) == tree(case.expected)
    migrate(work, case.flags)
    assert tree(work) == tree(case.expected)


@each_case
def test_nothing_is_left_to_rewrite(case: Case) -> None:
    left = [change["safety"] for change in scan(case.expected)["changes"]]
    allowed = {"manual"} if case.flags else {"manual", "unsafe"}
    assert set(left) <= allowed


@each_case
def test_the_expected_code_parses(case: Case) -> None:
    if case.noop:
        assert not (case.folder / "after").exists()
        return
    assert tree(case.before) != tree(case.expected)
    for path in case.expected.rglob("*.py"):
        assert LANGUAGE.is_sound(decode(path.read_bytes(), path=str(path))), path


@each_case
def test_expectations_point_into_the_code(case: Case) -> None:
    for call in case.calls:
        path, _, line = call["at"].rpartition(":")
        assert (case.before / path).read_text().splitlines()[int(line) - 1].strip()


def test_there_are_more_noops_than_rewrites() -> None:
    assert sum(case.noop for case in CASES) > sum(not case.noop for case in CASES) >= 40
