"""Writing into the user's files: all or nothing, never over anything that was not planned for."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.errors import WriteError
from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.rewrite import apply as module
from migrator.rewrite.apply import Applied, apply
from migrator.rewrite.journal import digest, state_folder

KEY = "11111111-2222-3333-4444-555555555555"


class Tree:
    """A folder to write into, and the state folder that goes with it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.state = folder / "state"
        self.root.mkdir()

    def add(self, path: str, content: bytes, *, encoding: str = "utf-8", bom: bool = False) -> Source:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        text = content.decode("utf-8-sig" if bom else encoding)
        return Source(path=path, text=text, encoding=encoding, bom=bom, digest=digest(content))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def apply(self, sources: Sequence[Source], *, allow_dirty: bool = False) -> Applied:
        """Writes ``new`` for ``old`` in every source."""
        edits = [
            Edit(path=source.path, span=Span(at, at + 3), replacement="new", digest=source.digest)
            for source in sources
            for at in [source.text.index("old")]
        ]
        return self.edit(edits, sources, allow_dirty=allow_dirty)

    def edit(self, edits: Sequence[Edit], sources: Sequence[Source], *, allow_dirty: bool = False) -> Applied:
        return apply(
            edits,
            sources,
            place=lambda source: self.root / source.path,
            roots=[self.root],
            allow_dirty=allow_dirty,
            state=self.state,
        )

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")

    def leftovers(self) -> list[Path]:
        return list(self.root.rglob(".hapikey-migrator*"))

    def kept(self) -> bytes:
        """Returns everything in the state folder."""
        return b"".join(path.read_bytes() for path in self.state.rglob("*") if path.is_file())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_no_edits_write_nothing(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    before = (tree.root / "a.py").stat()
    assert tree.edit([], [source]) == Applied()
    assert tree.edit([Edit(path="a.py", span=Span(0, 3), replacement="old")], [source]) == Applied()
    assert (tree.root / "a.py").stat() == before
    assert list((tree.state / "runs").iterdir()) == []


def test_every_file_is_written(tree: Tree) -> None:
    sources = [tree.add("a.py", b"old = 1\n"), tree.add("pkg/b.py", b"x = old\n")]
    applied = tree.apply(sources)
    assert applied.files == (tree.root / "a.py", tree.root / "pkg/b.py")
    assert (tree.read("a.py"), tree.read("pkg/b.py")) == (b"new = 1\n", b"x = new\n")
    assert tree.leftovers() == []


@pytest.mark.parametrize(
    ("content", "encoding", "bom"),
    [
        (b"# coding: latin-1\r\ns = '\xe9'\r\nold\r\n", "iso-8859-1", False),
        (b"\xef\xbb\xbfs = '\xc3\xa9'\nold\rno newline", "utf-8", True),
        ("# coding: shift_jis\ns = '表'\nold\n".encode("shift_jis"), "shift_jis", False),
        (b"old\x0c\n\tmixed\r\n", "utf-8", False),
    ],
)
def test_encoding_mark_and_line_endings_are_kept(tree: Tree, content: bytes, encoding: str, bom: bool) -> None:
    tree.apply([tree.add("a.py", content, encoding=encoding, bom=bom)])
    assert tree.read("a.py") == content.replace(b"old", b"new")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o640])
def test_the_mode_is_kept(tree: Tree, mode: int) -> None:
    source = tree.add("a.py", b"old\n")
    (tree.root / "a.py").chmod(mode)
    tree.apply([source])
    assert stat.S_IMODE((tree.root / "a.py").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of another owner")
def test_the_owner_is_kept(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    os.chown(tree.root / "a.py", 1234, 1235)
    tree.apply([source])
    found = (tree.root / "a.py").stat()
    assert (found.st_uid, found.st_gid) == (1234, 1235)


def change(tree: Tree) -> None:
    (tree.root / "a.py").write_bytes(b"old\nmore\n")


def link(tree: Tree) -> None:
    (tree.root / "a.py").rename(tree.root / "real.py")
    (tree.root / "a.py").symlink_to("real.py")


def pipe(tree: Tree) -> None:
    (tree.root / "a.py").unlink()
    os.mkfifo(tree.root / "a.py")


def delete(tree: Tree) -> None:
    (tree.root / "a.py").unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (change, "the file was changed since it was read"),
        (link, "is a symbolic link"),
        (pipe, "is not a regular file"),
        (delete, "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_planned_is_refused(tree: Tree, spoil: Callable[[Tree], None], message: str) -> None:
    sources = [tree.add("0.py", b"old\n"), tree.add("a.py", b"old\n")]
    spoil(tree)
    with pytest.raises(WriteError, match=message) as raised:
        tree.apply(sources)
    assert raised.value.where == str(tree.root / "a.py")
    assert raised.value.advice.startswith("Nothing was written.")
    assert tree.read("0.py") == b"old\n"


def test_a_read_only_file_is_refused(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tree.add("pkg/a.py", b"old\n")
    monkeypatch.setattr(os, "access", lambda path, _: path.is_dir())
    with pytest.raises(WriteError, match="is read-only"):
        tree.apply([source])


def test_a_read_only_folder_is_refused(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tree.add("pkg/a.py", b"old\n")
    monkeypatch.setattr(os, "access", lambda path, _: not path.is_dir())  # root may write anywhere
    with pytest.raises(WriteError, match="is a folder that cannot be written"):
        tree.apply([source])


def test_an_edit_of_another_version_is_refused(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    with pytest.raises(WriteError, match="changed since it was read"):
        tree.edit([Edit(path="a.py", span=Span(0, 3), replacement="new", digest="0" * 64)], [source])


def test_text_that_is_not_the_file_is_refused(tree: Tree) -> None:
    content = b"old \xff\n"
    tree.add("a.py", content, encoding="latin-1")
    source = Source(path="a.py", text="old ?\n", digest=digest(content))
    with pytest.raises(WriteError, match="not the whole content"):
        tree.apply([source])
    assert tree.read("a.py") == content


def test_edits_that_disagree_are_refused(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    with pytest.raises(WriteError, match="two edits change the same text"):
        tree.edit([Edit(path="a.py", span=Span(0, 3), replacement=text) for text in "xy"], [source])
    assert tree.read("a.py") == b"old\n"


def test_a_file_reached_from_two_roots_is_written_once(tree: Tree) -> None:
    sources = [tree.add("pkg/a.py", b"old\n")]
    sources.append(replace(sources[0], path="a.py", root=1))
    places = {0: tree.root, 1: tree.root / "pkg"}

    def run(*replacements: str) -> Applied:
        edits = [
            Edit(path=source.path, root=source.root, span=Span(0, 3), replacement=text)
            for source, text in zip(sources, replacements, strict=True)
        ]
        return apply(
            edits,
            sources,
            place=lambda source: places[source.root] / source.path,
            roots=list(places.values()),
            state=tree.state,
        )

    with pytest.raises(WriteError, match="in two of the given folders"):
        run("new", "other")
    assert run("new", "new").files == (tree.root / "pkg/a.py",)
    assert tree.read("pkg/a.py") == b"new\n"


def test_a_change_while_writing_rolls_back(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [tree.add("a.py", b"old\n"), tree.add("b.py", b"old\n"), tree.add("c.py", b"old\n")]
    own = module._replace

    def meddle(entry: module.Entry) -> None:
        if entry.path.endswith("b.py"):
            (tree.root / "b.py").write_bytes(b"a person's\n")
        own(entry)

    monkeypatch.setattr(module, "_replace", meddle)
    with pytest.raises(WriteError, match=r"b\.py: the file was changed while this run wrote"):
        tree.apply(sources)
    assert [tree.read(f"{name}.py") for name in "abc"] == [b"old\n", b"a person's\n", b"old\n"]
    assert tree.leftovers() == []
    assert list((tree.state / "runs").iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_rolls_back(tree: Tree, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    sources = [tree.add("a.py", b"old\n"), tree.add("b.py", b"old\n")]
    own = Path.replace

    def fail(self: Path, target: str | Path) -> Path:
        if str(target).endswith("b.py"):
            raise error
        return own(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    expected = WriteError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        tree.apply(sources)
    assert (tree.read("a.py"), tree.read("b.py")) == (b"old\n", b"old\n")
    assert tree.leftovers() == []


def test_a_state_folder_that_cannot_be_used_is_an_error(tree: Tree) -> None:
    tree.state.write_text("a file")
    with pytest.raises(WriteError, match="Set XDG_STATE_HOME"):
        tree.apply([tree.add("a.py", b"old\n")])
    assert tree.read("a.py") == b"old\n"


def test_outside_git_old_content_is_kept_for_the_user_alone(tree: Tree) -> None:
    applied = tree.apply([tree.add("a.py", f"old = '{KEY}'\n".encode())])
    assert applied.copies is not None
    assert applied.copies.is_relative_to(tree.state)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [tree.state, *tree.state.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert KEY not in (applied.copies / "done.json").read_text()


def test_in_git_old_content_is_named_and_no_key_is_kept(tree: Tree) -> None:
    source = tree.add("a.py", f"old = '{KEY}'\n".encode())
    tree.commit()
    objects = sorted((tree.root / ".git/objects").rglob("*"))
    assert tree.apply([source]).copies is None
    assert KEY.encode() not in tree.kept()
    assert sorted((tree.root / ".git/objects").rglob("*")) == objects


def test_an_untracked_file_is_written_and_its_copy_stays_out_of_git(tree: Tree) -> None:
    tree.add("b.py", b"x\n")
    tree.commit()
    objects = sorted((tree.root / ".git/objects").rglob("*"))
    applied = tree.apply([tree.add("a.py", f"old = '{KEY}'\n".encode())])
    assert applied.copies is not None
    assert sorted((tree.root / ".git/objects").rglob("*")) == objects


def test_a_clean_file_of_a_repository_in_another_hash_is_named(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    tree.git("init", "-q", "--object-format=sha256")
    tree.git("add", "-A")
    assert tree.apply([source]).copies is None


@pytest.mark.parametrize("path", ["a.py", "with space.py", "é.py", "*.py", "new\nline.py", "pkg/:(top)a.py"])
def test_uncommitted_changes_are_refused(tree: Tree, path: str) -> None:
    tree.add("other.py", b"old\n")
    tree.add(path, b"committed\n")
    tree.commit()
    sources = [tree.add("other.py", b"old\n"), tree.add(path, b"old\n")]
    with pytest.raises(WriteError, match=r"uncommitted changes\. Nothing was written\. Commit or stash") as raised:
        tree.apply(sources)
    assert raised.value.where == str(tree.root / path)
    assert tree.read("other.py") == b"old\n"
    assert {*tree.apply(sources, allow_dirty=True).files} == {tree.root / "other.py", tree.root / path}


def test_staged_changes_are_refused(tree: Tree) -> None:
    tree.add("a.py", b"committed\n")
    tree.commit()
    source = tree.add("a.py", b"old\n")
    tree.git("add", "-A")
    with pytest.raises(WriteError, match="uncommitted changes"):
        tree.apply([source])


def test_uncommitted_changes_elsewhere_do_not_matter(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    tree.add("b.py", b"committed\n")
    tree.commit()
    tree.add("b.py", b"changed\n")
    assert len(tree.apply([source]).files) == 1


def test_a_file_new_to_the_index_is_written(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    tree.git("init", "-q")
    tree.git("add", "-A")
    assert tree.apply([source]).copies is None


def test_line_endings_that_git_converts_are_no_change(tree: Tree) -> None:
    tree.add(".gitattributes", b"*.py text eol=crlf\n")
    source = tree.add("a.py", b"old\r\n")
    tree.commit()
    applied = tree.apply([source])
    assert applied.copies is not None  # the blob has other line endings
    assert tree.read("a.py") == b"new\r\n"


def test_a_file_that_git_does_not_speak_about_needs_a_word(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    (tree.root / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(WriteError, match=r"git does not tell .* pass --allow-dirty"):
        tree.apply([source])
    assert tree.apply([source], allow_dirty=True).copies is not None


def test_nothing_of_the_repository_runs(tree: Tree) -> None:
    tree.add(".gitattributes", b"*.py filter=spy diff=spy\n")
    source = tree.add("a.py", b"old\n")
    tree.commit()
    spy = f"touch {tree.root / 'ran'}; cat"
    for key in ("filter.spy.clean", "filter.spy.smudge", "diff.spy.textconv", "core.fsmonitor", "core.pager"):
        tree.git("config", key, spy)
    tree.apply([source])
    module.undo([tree.root], state=tree.state)
    assert tree.read("a.py") == b"old\n"
    assert not (tree.root / "ran").exists()


def test_two_runs_at_once_wait_for_each_other(tree: Tree) -> None:
    source = tree.add("a.py", b"old\n")
    other = (
        "import fcntl, sys\n"
        f"lock = open({str(tree.state / 'lock')!r}, 'a')\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    tree.state.mkdir(mode=0o700)
    with subprocess.Popen([sys.executable, "-c", other], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        writer = threading.Thread(target=tree.apply, args=([source],))
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        assert tree.read("a.py") == b"old\n"
        holder.stdin.close()
        writer.join(10)
    assert tree.read("a.py") == b"new\n"


def test_the_state_folder_is_the_users() -> None:
    assert state_folder({"XDG_STATE_HOME": "/var/state"}) == Path("/var/state/hapikey-migrator")
    assert state_folder({"XDG_STATE_HOME": "relative"}) == Path.home() / ".local/state/hapikey-migrator"
    assert state_folder({}) == Path.home() / ".local/state/hapikey-migrator"
