"""What a run holds follows the largest piece of a program, not the repository."""

from __future__ import annotations

import gc
import resource
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator import project, proving
from migrator.evaluate import interpreter, program
from migrator.languages.python.rewriting import workspace
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.draft import KeyEntry
from migrator.model.report import Report
from migrator.model.stack import on_deep_stack
from migrator.model.unit import Unit
from migrator.pipeline import scan
from migrator.rewrite import plan
from migrator.rewrite.entries import entries_of
from migrator.settings import Settings

PROGRAM = """import os
import requests

BASE = "https://api.hubapi.com"


def send(path, **more):
    return requests.get(BASE + path, params=dict(more, hapikey=os.environ["KEY_{number}"]))


class Lists:
    def every(self, count):
        return send("/contacts/v1/lists", count=count)


def run(number):
    Lists().every(number)
    requests.delete(f"{{BASE}}/deals/v1/deal/{{number}}?hapikey=" + os.environ["KEY_{number}"])
"""
PROGRAMS = 6


def found(folder: Path, jobs: int = 1) -> Report:
    return scan(Settings(paths=(str(folder),), jobs=jobs))


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    for number in range(PROGRAMS):
        (tmp_path / f"program{number}.py").write_text(PROGRAM.format(number=number))
    return tmp_path


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets everything go as soon as it can be."""
    monkeypatch.setattr(project, "_HELD", 0)
    monkeypatch.setattr(workspace, "_HELD", 0)
    monkeypatch.setattr(program, "_KEPT", 1)
    gc.collect()
    yield
    gc.collect()


def test_no_evaluation_outlives_the_piece_of_the_program_that_it_is_of(
    programs: Path, tight: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: weakref.WeakSet[object] = weakref.WeakSet()
    most, begin, prove = [0], interpreter.Interpreter.__init__, proving.prove

    def begun(self: interpreter.Interpreter, *given: object, **more: object) -> None:
        begin(self, *given, **more)  # type: ignore[arg-type]
        alive.add(self)
        most[0] = max(most[0], len(alive))

    monkeypatch.setattr(interpreter.Interpreter, "__init__", begun)
    monkeypatch.setattr(proving, "prove", lambda *given, **more: most.append(len(alive)) or prove(*given, **more))
    assert len(found(programs).changes) == 2 * PROGRAMS
    assert len(most) == 1 + PROGRAMS, "the pieces are proved one by one"
    assert max(most) <= 3, "of one piece as it is and as it would be"


def test_lowered_files_and_trees_are_let_go(programs: Path, tight: None, monkeypatch: pytest.MonkeyPatch) -> None:
    units, trees, most = [], weakref.WeakSet[Tree](), [0, 0]
    unit, parse = project.Project._lowered, Tree.__init__

    def lowered(self: project.Project, path: str) -> Unit | None:
        units.append(path)
        most[0] = max(most[0], len(self.units))
        return unit(self, path)

    def parsed(self: Tree, source: object) -> None:
        parse(self, source)  # type: ignore[arg-type]
        trees.add(self)
        most[1] = max(most[1], len(trees))

    monkeypatch.setattr(project.Project, "_lowered", lowered)
    monkeypatch.setattr(Tree, "__init__", parsed)
    assert found(programs).summary.files_analysed == PROGRAMS
    assert units
    assert most[1] <= 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_let_go_changes_no_report(
    programs: Path, jobs: int, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    (programs / "shared.py").write_text(
        "from program1 import send\n\n\ndef more():\n    send('/deals/v1/deal/recent')\n"
    )
    whole = found(programs)
    request.getfixturevalue("tight")
    monkeypatch.setattr(project, "_ENOUGH", 1)
    assert found(programs, jobs) == whole


def test_what_a_function_has_evaluated_is_let_go_with_its_frame(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"    one{number} = [each.id for each in rows if each.id > {number}]\n" for number in range(30)]
    (programs / "program0.py").write_text(PROGRAM.format(number=0) + "    rows = send('/deals/v1')\n" + "".join(lines))
    left, group = [], program.Program._group

    def counted(self: program.Program, *given: Any) -> program.Group:
        gc.collect()
        made = group(self, *given)
        left.append(gc.collect())
        return made

    monkeypatch.setattr(program.Program, "_group", counted)
    assert found(programs).calls
    assert max(left) < 30, "nothing in an evaluation that is kept holds itself"


def test_what_all_requests_of_a_key_have_in_common_is_held_once(programs: Path) -> None:
    (programs / "program0.py").write_text(PROGRAM.format(number=1))
    entries: list[KeyEntry] = []

    def seen(*given: Any) -> tuple[KeyEntry, ...]:
        entries.extend(entries_of(*given))
        return tuple(entries)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plan, "entries_of", seen)
        found(programs)
    alike = [one.attempts for one in entries if one.at.path in ("program0.py", "program1.py")]
    assert len(alike) == 4
    assert len({id(one) for one in alike}) == 1


def test_deep_calls_ask_the_system_for_memory_once() -> None:
    """At some depths each call of a loop would need a piece of memory that is given back behind it."""

    def calls(depth: int) -> None:
        if depth:
            calls(depth - 1)
            return
        for _ in range(500):
            nested(3)

    def nested(depth: int) -> None:
        if depth:
            nested(depth - 1)

    def faults() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for depth in range(200):
            calls(depth)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    assert on_deep_stack(faults) < 500
