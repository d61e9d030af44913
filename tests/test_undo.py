"""Taking written runs back, and a run that is killed at any point."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from migrator.errors import WriteError
from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.rewrite.apply import Applied, apply, recover, undo
from migrator.rewrite.journal import digest

OLD, NEW = b"old\n", b"new\n"
NAMES = ("a.py", "pkg/b.py", "pkg/deep/c.py", "d.py")


class Tree:
    """Files in a git work tree and beside it, so that both ways of keeping old content are taken."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.state = folder / "state"
        for name in NAMES:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(OLD)
        subprocess.run(["git", "init", "-q"], cwd=self.root, check=True)
        subprocess.run(["git", "add", "pkg"], cwd=self.root, check=True)

    def apply(self) -> Applied:
        sources = [Source(path=name, text=OLD.decode(), digest=digest(OLD)) for name in NAMES]
        edits = [Edit(path=name, span=Span(0, 3), replacement="new") for name in NAMES]
        return apply(edits, sources, place=lambda source: self.root / source.path, roots=[self.root], state=self.state)

    def undo(self) -> Applied:
        return undo([self.root], state=self.state)

    def recover(self) -> Applied:
        return recover([self.root], state=self.state)

    def contents(self) -> set[bytes]:
        return {(self.root / name).read_bytes() for name in NAMES}

    def leftovers(self) -> list[Path]:
        return list(self.root.rglob(".hapikey-migrator*"))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_nothing_written_is_nothing_to_take_back(tree: Tree) -> None:
    assert tree.undo() == Applied()
    assert tree.recover() == Applied()


def test_the_last_run_is_taken_back(tree: Tree) -> None:
    (tree.root / "a.py").chmod(0o755)
    written = tree.apply()
    assert tree.contents() == {NEW}
    assert tree.undo().files == written.files
    assert tree.contents() == {OLD}
    assert (tree.root / "a.py").stat().st_mode & 0o777 == 0o755
    assert list((tree.state / "runs").iterdir()) == []
    assert tree.undo() == Applied()


def test_runs_are_taken_back_one_by_one(tree: Tree) -> None:
    tree.apply()
    source = Source(path="a.py", text=NEW.decode(), digest=digest(NEW))
    edit = Edit(path="a.py", span=Span(0, 3), replacement="newest")
    apply([edit], [source], place=lambda _: tree.root / "a.py", roots=[tree.root], state=tree.state)
    assert tree.undo().files == (tree.root / "a.py",)
    assert tree.contents() == {NEW}
    assert len(tree.undo().files) == len(NAMES)
    assert tree.contents() == {OLD}


def test_runs_elsewhere_are_left_alone(tree: Tree, tmp_path: Path) -> None:
    tree.apply()
    assert undo([tmp_path / "other", tree.root / "other.py"], state=tree.state) == Applied()
    assert tree.contents() == {NEW}
    assert len(undo([tree.root / "pkg" / "b.py"], state=tree.state).files) == len(NAMES)


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"newer\n"), Path.unlink])
def test_a_file_that_changed_since_is_not_overwritten(tree: Tree, spoil: Callable[[Path], object]) -> None:
    tree.apply()
    spoil(tree.root / "d.py")
    with pytest.raises(WriteError, match=r"d\.py: the file was changed since the run"):
        tree.undo()
    assert (tree.root / "a.py").read_bytes() == NEW


def test_a_file_that_was_put_back_by_hand_is_fine(tree: Tree) -> None:
    tree.apply()
    (tree.root / "d.py").write_bytes(OLD)
    tree.undo()
    assert tree.contents() == {OLD}


def test_lost_old_content_is_said(tree: Tree) -> None:
    copies = tree.apply().copies
    assert copies
    (copies / "0").write_bytes(b"damaged\n")
    with pytest.raises(WriteError, match=r"a\.py: the old content is damaged"):
        tree.undo()
    (copies / "0").unlink()
    with pytest.raises(WriteError, match=r"a\.py: the old content is no longer there"):
        tree.undo()
    assert tree.contents() == {NEW}


def test_lost_blobs_are_said(tree: Tree) -> None:
    tree.apply()
    for file in (tree.root / ".git/objects").rglob("*"):
        if file.is_file():
            file.unlink()
    with pytest.raises(WriteError, match=r"b\.py: the old content is no longer there"):
        tree.undo()
    (tree.root / ".git/HEAD").unlink()
    with pytest.raises(WriteError, match="the old content cannot be had from git"):
        tree.undo()
    assert tree.contents() == {NEW}


def test_what_others_put_into_the_state_folder_is_left_alone(tree: Tree) -> None:
    tree.apply()
    (tree.state / "runs" / ".DS_Store").write_text("")
    (tree.state / "runs" / "notes").mkdir()
    tree.undo()
    tree.apply()
    tree.undo()
    assert {path.name for path in (tree.state / "runs").iterdir()} == {".DS_Store", "notes"}


def test_a_broken_journal_is_said(tree: Tree) -> None:
    tree.apply()
    next(tree.state.rglob("done.json")).write_text('[{"path": 1}]')
    with pytest.raises(WriteError, match="journal of an earlier run cannot be read"):
        tree.undo()


def test_the_journal_is_plain_text_without_content(tree: Tree) -> None:
    tree.apply()
    text = next(tree.state.rglob("done.json")).read_text()
    assert "pkg/deep/c.py" in text
    assert "old\\n" not in text


CALLS = ("open", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "fchmod")


def killed(act: Callable[[], object], when: int) -> bool:
    """Returns whether a child process that does something is killed at its n-th change to the file system."""
    child = os.fork()
    if child == 0:
        count_down(when, lambda: os.kill(os.getpid(), signal.SIGKILL))
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
    return status != 0


def count_down(left: int, act: Callable[[], object], patch: Callable[[object, str, object], None] = setattr) -> None:
    """Does something in place of the n-th change to the file system that is about to be made."""

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def count(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                act()
            return call(*arguments, **options)

        return count

    for name in CALLS:
        patch(os, name, counted(getattr(os, name)))


def fail() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_write_that_is_killed_anywhere_is_taken_back(tree: Tree) -> None:
    when = 1
    while killed(tree.apply, when):
        for name in NAMES:
            assert (tree.root / name).read_bytes() in (OLD, NEW)
        tree.recover()
        assert tree.contents() in ({OLD}, {NEW}), when
        assert tree.leftovers() == []
        tree.undo()
        assert tree.contents() == {OLD}
        assert list((tree.state / "runs").iterdir()) == []
        when += 1
    assert when > 10 * len(NAMES)
    assert tree.contents() == {NEW}


def test_an_undo_that_is_killed_anywhere_is_completed(tree: Tree) -> None:
    tree.apply()
    when = 1
    while killed(tree.undo, when):
        for name in NAMES:
            assert (tree.root / name).read_bytes() in (OLD, NEW)
        tree.recover()
        assert tree.contents() in ({OLD}, {NEW})
        assert tree.leftovers() == []
        if tree.contents() == {OLD}:
            tree.apply()
        when += 1
    assert when > 5 * len(NAMES)
    assert tree.contents() == {OLD}


def test_a_write_that_fails_anywhere_writes_nothing(tree: Tree) -> None:
    when = failures = 0
    while tree.contents() == {OLD}:
        when += 1
        with pytest.MonkeyPatch.context() as patch:
            count_down(when, fail, patch.setattr)
            try:
                tree.apply()
            except WriteError as error:
                assert error.advice, when
                failures += 1
        assert tree.leftovers() == [], when
    assert failures == when - 1 > 5 * len(NAMES)  # the last sync of all is allowed to fail
    assert tree.contents() == {NEW}


def test_an_undo_that_fails_anywhere_can_be_run_again(tree: Tree) -> None:
    tree.apply()
    when = 0
    while tree.contents() == {NEW}:
        when += 1
        with pytest.MonkeyPatch.context() as patch:
            count_down(when, fail, patch.setattr)
            with suppress(WriteError):
                tree.undo()
        if tree.contents() != {OLD}:
            tree.undo()
        assert tree.contents() == {OLD}
        assert tree.leftovers() == []
        if when < 40:
            tree.apply()
    assert when == 40


def test_a_killed_undo_is_completed_by_the_next_and_goes_no_further(tree: Tree) -> None:
    source = Source(path="d.py", text="old\n", digest=digest(OLD))
    edit = Edit(path="d.py", span=Span(4, 4), replacement="# first\n")
    apply([edit], [source], place=lambda _: tree.root / "d.py", roots=[tree.root], state=tree.state)
    first = (tree.root / "d.py").read_bytes()
    edit = Edit(path="d.py", span=Span(4, 4), replacement="# second\n")
    source = Source(path="d.py", text=first.decode(), digest=digest(first))
    when = 1
    apply([edit], [source], place=lambda _: tree.root / "d.py", roots=[tree.root], state=tree.state)
    while killed(tree.undo, when):
        if len([*tree.state.rglob("*.json")]) == 2:  # else it was as good as done
            tree.undo()
        assert (tree.root / "d.py").read_bytes() == first
        apply([edit], [source], place=lambda _: tree.root / "d.py", roots=[tree.root], state=tree.state)
        when += 1
    assert (tree.root / "d.py").read_bytes() == first


def test_a_file_changed_after_a_kill_is_not_overwritten(tree: Tree) -> None:
    when = 1
    while killed(tree.apply, when) and tree.contents() == {OLD}:
        when += 1
    assert tree.contents() == {OLD, NEW}
    (tree.root / "d.py").write_bytes(b"a person's\n")
    with pytest.raises(WriteError, match=r"d\.py: the file was changed since"):
        tree.apply()
    (tree.root / "d.py").write_bytes(OLD)
    tree.apply()
    assert tree.contents() == {NEW}


def test_a_write_that_is_killed_at_any_time_is_taken_back(tree: Tree) -> None:
    """The same, killed from outside by the clock: `tests/bench/kill.py` does this for longer."""
    began = time.perf_counter()
    tree.apply()
    takes = time.perf_counter() - began
    tree.undo()
    chance = random.Random(7)  # noqa: S311 - times, not secrets
    for _ in range(25):
        child = os.fork()
        if child == 0:
            tree.apply()
            os._exit(0)
        time.sleep(chance.uniform(0, takes))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for name in NAMES:
            assert (tree.root / name).read_bytes() in (OLD, NEW)
        tree.recover()
        assert tree.contents() in ({OLD}, {NEW})
        tree.undo()
        assert tree.contents() == {OLD}
        assert tree.leftovers() == []
