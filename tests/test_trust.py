"""What a hostile repository tries: to stop the tool, to blind it, or to lead it elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from migrator.catalog.backtracking import backtracks
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import discover, git
from migrator.discover.git import GitError
from migrator.discover.patterns import ignore_spec, is_pattern
from migrator.errors import ConfigurationError, RulesError
from migrator.settings import Patterns, Settings, load, read
from tests.test_discover import KEY, WORDS, grow, track
from tests.test_discover import git as run_git
from tests.test_undo import NEW, OLD, Tree

ROOT = Path(__file__).parents[1]


def relevant(root: Path, **more: object) -> list[str]:
    settings = Settings(paths=(str(root),), **more)  # type: ignore[arg-type] # by keyword
    return [file.path for file in discover(settings, WORDS).relevant]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return track(grow(tmp_path / "tree", {"a.py": KEY, "sub/b.py": KEY}))


def test_the_work_tree_is_where_the_repository_is_whatever_its_configuration_says(tree: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run_git(tree, "config", "core.worktree", str(elsewhere))
    assert relevant(tree) == ["a.py", "sub/b.py"]
    assert relevant(tree / "sub") == ["b.py"]


def test_the_index_of_another_repository_hides_nothing(tree: Path, tmp_path: Path) -> None:
    other = track(grow(tmp_path / "other", {"clean.py": "x = 1\n"}))
    bare = grow(tmp_path / "led", {"a.py": KEY, ".git": f"gitdir: {other / '.git'}\n"})
    assert relevant(bare) == ["a.py"]


def test_a_linked_work_tree_and_a_repository_called_bare_are_listed(tree: Path, tmp_path: Path) -> None:
    run_git(tree, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert relevant(tmp_path / "linked") == ["a.py", "sub/b.py"]
    run_git(tree, "config", "core.bare", "true")
    assert relevant(tree) == ["a.py", "sub/b.py"]


def test_a_pipe_for_an_ignore_file_stops_nothing(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "PATIENCE", 0.5)
    for root in (tree, grow(tmp_path / "walked", {"a.py": KEY, "sub/b.py": KEY})):
        os.mkfifo(root / "sub" / ".gitignore")
        began = time.monotonic()
        assert relevant(root) == ["a.py", "sub/b.py"]
        assert time.monotonic() - began < 10
    with pytest.raises(GitError, match="did not answer"):
        git.git(str(tree), "ls-files")  # and is not asked again


@pytest.mark.parametrize("name", ["hapikey-migrator.toml", "pyproject.toml"])
def test_a_configuration_that_is_no_regular_file_is_none(name: str, tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text(
        '[tool.hapikey-migrator]\nexclude = ["*"]\n' if name == "pyproject.toml" else 'exclude = ["*"]\n'
    )
    (tree / name).symlink_to(outside)
    assert load({"paths": (str(tree),)}) == Settings(paths=(str(tree),))
    (tree / name).unlink()
    os.mkfifo(tree / name)
    assert load({"paths": (str(tree),)}) == Settings(paths=(str(tree),))


@pytest.mark.parametrize("line", ['rules = ["/etc"]', 'rules = ["../rules"]', 'baseline = "link/known.json"'])
def test_only_the_command_line_leads_out_of_the_repository(line: str, tree: Path, tmp_path: Path) -> None:
    (tree / "link").symlink_to(tmp_path)
    path = tree / "hapikey-migrator.toml"
    path.write_text(line + "\n")
    with pytest.raises(ConfigurationError, match="must stay inside the repository") as error:
        load({"paths": (str(tree),)})
    assert f"{path}:1" in str(error.value)
    assert read(path) == load({}, config=path)


def test_rules_beside_the_folder_that_is_asked_for_are_inside_the_repository(tree: Path) -> None:
    path = tree / "sub" / "hapikey-migrator.toml"
    path.write_text('rules = ["../own"]\n')
    assert load({"paths": (str(tree / "sub"),)}).rules == (tree / "sub" / "../own",)


def test_toml_that_nests_too_deeply_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_text("select = " + "[" * 50_000)
    with pytest.raises(ConfigurationError, match=r"nests too deeply|not valid TOML"):
        read(path)


PATTERNS = ["*.egg-info", "a*b*c*d*", "**/foo/*b*r/", "/x/**/y", "foo[a-z]*b?c*", "*/*.py[co]", "!keep*log*", "a*/b*/*"]
NAMES = ["x.egg-info", "abcd", "q/foo/bar/z", "x/q/r/y", "foobxbcc", "d/m.pyc", "keep.log", "aabb/bb/c", "a/b", "abc/d"]


def test_a_star_matches_what_it_did() -> None:
    for pattern in PATTERNS:
        ours, theirs = ignore_spec([pattern]), GitIgnoreSpec.from_lines([pattern])
        assert [ours.match_file(name) for name in NAMES] == [theirs.match_file(name) for name in NAMES], pattern


def test_no_pattern_takes_long(tmp_path: Path) -> None:
    began = time.monotonic()
    root = grow(tmp_path / "tree", {"a" * 250: KEY, ".gitignore": "a*" * 40 + "b\n" + "**/" * 30 + "c\n!\n"})
    assert relevant(root) == ["a" * 250]
    assert time.monotonic() - began < 5


def test_a_pattern_of_the_configuration_that_cannot_be_used_is_an_error(tree: Path) -> None:
    assert is_pattern("src/**/*.py")
    for line in ("**/" * 30 + "c", "x" * 2000, "!"):
        with pytest.raises(ConfigurationError, match="cannot be used as a file pattern"):
            relevant(tree, exclude=Patterns(str(tree), (line,)))


TERMINATED = """
import os, signal, sys, time
from migrator import cli
from migrator.rewrite import journal

write_new = journal.write_new

def stopped(path, content, *, like=None):
    write_new(path, content, like=like)
    if {when!r} in str(path):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)

journal.write_new = stopped
sys.argv = ["hapikey-migrator", "migrate", "--write", "."]
cli.main()
"""


@pytest.mark.parametrize("when", [".tmp", "/runs/"])
def test_a_run_that_is_told_to_end_leaves_nothing_behind(when: str, tmp_path: Path) -> None:
    code = 'import requests\n\nrequests.get("https://api.hubapi.com/crm/v3/owners", params={"hapikey": key})\n'
    root = grow(tmp_path / "tree", {"a.py": code, "b.py": code})
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "state")}
    arguments = [sys.executable, "-c", TERMINATED.format(when=when)]
    done = subprocess.run(arguments, cwd=root, env=environment, capture_output=True, timeout=50)
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert sorted(path.name for path in root.iterdir()) == ["a.py", "b.py"]
    assert (root / "a.py").read_text() == code
    assert list((tmp_path / "state" / "hapikey-migrator" / "runs").iterdir()) == []


def test_a_file_with_other_names_is_said_to_have_them(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    other = tmp_path / "other.py"
    first = next(path for path in sorted(tree.root.rglob("*.py")) if path.read_bytes() == OLD)
    other.hardlink_to(first)
    assert tree.apply().linked == (first,)
    assert (first.read_bytes(), other.read_bytes()) == (NEW, OLD)


def test_no_module_of_the_folder_it_is_started_in_is_run(tmp_path: Path) -> None:
    for name in ("copy.py", "dataclasses.py", "mcp.py", "tomllib.py", "yaml.py"):
        (tmp_path / name).write_text("raise SystemExit('run')\n")
    command = [sys.executable, "-m", "migrator", "scan", "--exit-zero"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("regex", [r"(?P<secret>(a+)+)$", r"(?P<secret>(\w+\s?)*)x", r"(?P<secret>(?:(a|b)+)*)"])
def test_an_expression_that_can_take_for_ever_is_refused(regex: str, tmp_path: Path) -> None:
    row = f"  - {{kind: api_key, regex: '{regex}', source: x, sure: low}}\n"
    (tmp_path / "credentials.yaml").write_text(f"secrets:\n{row}")
    with pytest.raises(RulesError, match="can take for ever"):
        vocabulary((tmp_path,))


@pytest.mark.parametrize("regex", [r"(?:\.\w+)*", r"(?:[^,]+,)+", "a+b+", r"(?:x+-){0,3}", r"(?:ab?)*"])
def test_an_expression_whose_rounds_are_told_apart_is_taken(regex: str) -> None:
    assert not backtracks(regex)
