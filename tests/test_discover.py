"""Which files are looked at, which matter, and that git and a walk agree."""

from __future__ import annotations

import importlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, Skip, before, discover, read, search
from migrator.errors import ReadError, UsageError
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Patterns, Settings, Stdin

searching = importlib.import_module("migrator.discover.search")  # the package gives the name to the function

WORDS = Vocabulary(
    needles=("hapikey", "hubapi", "import hapi"),
    key_words=("hapikey",),
    key_parameters=frozenset({"hapikey"}),
    token_parameters=frozenset(),
    key_headers=frozenset(),
    hosts=(),
)
KEY = "requests.get(url, params={'hapikey': key})\n"


def grow(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def track(root: Path) -> Path:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    return root


def found(root: Path, **more: object) -> Discovery:
    return discover(Settings(**{"paths": (str(root),), **more}), WORDS)  # type: ignore[arg-type] # by keyword


def names(discovery: Discovery) -> list[str]:
    return [file.path for listing in discovery.listings for file in listing]


def relevant(discovery: Discovery) -> list[str]:
    return [file.path for file in discovery.relevant]


@pytest.fixture(params=["walked", "git", "grepped"])
def rooted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes a tree that is walked, listed by git, or listed and searched by git."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = grow(tmp_path / "tree", files)
        if request.param != "walked":
            track(root)
        monkeypatch.setattr(searching, "_FEW", 0 if request.param == "grepped" else 400)
        return root

    return make


def test_nothing_matters_in_a_tree_without_a_needle(rooted) -> None:
    discovery = found(rooted({"a.py": "x = 1\n", "b/c.txt": "hap ikey\n"}))
    assert discovery.count == 2
    assert relevant(discovery) == []
    assert discovery.skipped == ()


def test_needles_match_in_any_case_and_any_kind_of_file(rooted) -> None:
    files = {"a.py": KEY, "b.YML": "HAPIKEY: x\n", "c": "HapiKey", "d.py": "import hapi\n", "e.py": "import happy\n"}
    assert relevant(found(rooted(files))) == ["a.py", "b.YML", "c", "d.py"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1"])
def test_needles_are_found_in_other_encodings(rooted, codec: str) -> None:
    mark = "\ufeff" if codec == "utf-16-be" else ""
    root = rooted({"a.txt": f"{mark}caf\xe9 hapikey=1".encode(codec), "b.txt": f"{mark}caf\xe9".encode(codec)})
    discovery = found(root)
    assert relevant(discovery) == ["a.txt"]
    assert "caf\xe9 hapikey=1" in read(discovery.relevant[0]).text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_a_letter_is_known_without_a_mark(rooted, codec: str) -> None:
    files = {"a.env": "HAPIKEY=1\r\n".encode(codec), "b.env": "OTHER=1\r\n".encode(codec), "c.bin": b"\0\1hapikey"}
    discovery = found(rooted(files))
    assert relevant(discovery) == ["a.env"]
    assert read(discovery.relevant[0]).text == "HAPIKEY=1\r\n"
    assert [(one.path, one.reason) for one in discovery.skipped] == [("c.bin", "binary")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_git_finds_each_word_at_any_place_and_opens_no_file_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    asked: list[str] = []
    begin = searching.start
    monkeypatch.setattr(searching, "_FEW", 0)
    monkeypatch.setattr(searching, "start", lambda folder, *rest: asked.append(rest[0]) or begin(folder, *rest))
    words = vocabulary(())
    needles = words.needles
    near = {f"near{at}": f"x = 1\n{word[:-1]}\n{word[:2]} {word[2:]}\n" for at, word in enumerate(needles)}
    exact = {f"exact{at}.env": f"a = 1\n\n  {word.upper()}{at}\n" for at, word in enumerate(needles)}
    root = track(grow(tmp_path / "tree", {name: text.encode(codec) for name, text in (near | exact).items()}))
    assert relevant(discover(Settings(paths=(str(root),)), words)) == sorted(exact)
    assert asked == ["grep"]


def test_ignored_files_are_left_out_and_nested_ignore_files_count(rooted) -> None:
    root = rooted(
        {
            ".gitignore": "build/\n*.log\n!keep.log\n/local.py\n",
            "sub/.gitignore": "*.tmp\n!keep.tmp\n/only_here.py\n",
            "build/a.py": KEY,
            "x.log": KEY,
            "keep.log": KEY,
            "local.py": KEY,
            "sub/local.py": KEY,
            "sub/only_here.py": KEY,
            "sub/deep/only_here.py": KEY,
            "sub/deep/y.tmp": KEY,
            "sub/keep.tmp": KEY,
            "sub/keep.log": KEY,
        }
    )
    assert relevant(found(root)) == [
        "keep.log",
        "sub/deep/only_here.py",
        "sub/keep.log",
        "sub/keep.tmp",
        "sub/local.py",
    ]


def test_vendored_folders_are_skipped_with_a_count(rooted) -> None:
    root = rooted(
        {
            "a.py": KEY,
            "web/node_modules/x/index.js": KEY,
            "web/node_modules/y.js": KEY,
            "vendor/lib/b.py": KEY,
            "shop/vendor/__init__.py": "",
            "shop/vendor/models.py": KEY,
        }
    )
    discovery = found(root)
    assert relevant(discovery) == ["a.py", "shop/vendor/models.py"]
    assert sorted(discovery.skipped, key=lambda skip: skip.path) == [
        Skip(path="vendor", reason="vendored", count=1),
        Skip(path="web/node_modules", reason="vendored", count=2),
    ]


def test_a_vendored_folder_is_looked_at_when_it_is_named(rooted) -> None:
    root = rooted({"vendor/lib/b.py": KEY})
    assert relevant(found(root / "vendor")) == ["lib/b.py"]


def test_binary_and_huge_files_with_a_needle_are_skipped_by_name(rooted) -> None:
    root = rooted({"a.bin": b"\0\1hapikey", "big.json": KEY * 100, "image.png": b"\x89PNG\0\xff\xfe", "ok.py": KEY})
    discovery = found(root, max_file_size=1000)
    assert relevant(discovery) == ["ok.py"]
    assert [(skip.path, skip.reason) for skip in discovery.skipped] == [
        ("a.bin", "binary"),
        ("big.json", "larger than 1000 bytes"),
    ]


def test_links_are_not_followed(rooted, tmp_path: Path) -> None:
    outside = grow(tmp_path / "outside", {"secret.py": KEY})
    root = rooted({"a.py": KEY})
    (root / "link.py").symlink_to(outside / "secret.py")
    (root / "folder").symlink_to(outside)
    discovery = found(root)
    assert relevant(discovery) == ["a.py"]
    assert sorted(skip.path for skip in discovery.skipped) == ["folder", "link.py"]


def test_special_files_are_not_opened(rooted) -> None:
    root = rooted({"a.py": KEY})
    os.mkfifo(root / "pipe")
    assert relevant(found(root)) == ["a.py"]


def test_names_that_are_not_utf8_are_percent_encoded_and_still_read(rooted) -> None:
    root = rooted({"a.py": KEY})
    (root / os.fsdecode(b"caf\xe9 100%.py")).write_text(KEY)
    discovery = found(root)
    assert relevant(discovery) == ["a.py", "caf%E9 100%25.py"]
    assert read(discovery.relevant[1]).text == KEY


def test_patterns_choose_files(rooted) -> None:
    root = rooted({"a.py": KEY, "b.txt": KEY, "old/c.py": KEY, "old/keep/d.py": KEY})
    base = str(root)
    assert relevant(found(root, include=Patterns(base, ("*.py",)))) == ["a.py", "old/c.py", "old/keep/d.py"]
    assert relevant(found(root, exclude=Patterns(base, ("/old/*", "!/old/keep")))) == ["a.py", "b.txt", "old/keep/d.py"]
    assert relevant(found(root / "old", exclude=Patterns(base, ("old/c.py",)))) == ["keep/d.py"]


def test_an_exclusion_is_counted(rooted) -> None:
    root = rooted({"a.py": KEY, "b.txt": KEY})
    skipped = found(root, exclude=Patterns(str(root), ("*.txt",))).skipped
    assert skipped == (Skip(path=".", reason="excluded", count=1),)


def test_a_named_file_is_looked_at_whatever_excludes_it_unless_forced(rooted, monkeypatch: pytest.MonkeyPatch) -> None:
    root = rooted({".gitignore": "*.py\n", "a.py": KEY, "settings.cfg": ""})
    monkeypatch.chdir(root)
    patterns = Patterns(str(root), ("a.py",))
    discovery = discover(Settings(paths=("a.py",), exclude=patterns), WORDS)
    assert relevant(discovery) == ["a.py"]
    assert discovery.roots[0].name == "."
    assert "settings.cfg" in discovery.index(0)
    assert relevant(discover(Settings(paths=("a.py",), exclude=patterns, force_exclude=True), WORDS)) == []


def test_several_roots_keep_their_names_and_nested_ones_are_not_counted_twice(rooted, monkeypatch) -> None:
    root = rooted({"one/a.py": KEY, "two/b.py": KEY, "two/in/c.py": KEY})
    monkeypatch.chdir(root)
    discovery = discover(Settings(paths=("one/", "two", "./two/in", "one/a.py")), WORDS)
    assert [item.name for item in discovery.roots] == ["one", "two"]
    assert [(file.root, file.path) for file in discovery.relevant] == [(0, "a.py"), (1, "b.py"), (1, "in/c.py")]


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nowhere: no such file or folder"):
        found(tmp_path / "nowhere")


def test_standard_input_stands_for_the_file_on_disk(rooted, monkeypatch) -> None:
    root = rooted({"a.py": "x = 1\n"})
    monkeypatch.chdir(root)
    discovery = discover(Settings(paths=(), stdin=Stdin("a.py", KEY.encode())), WORDS)
    assert relevant(discovery) == ["a.py"]
    assert read(discovery.relevant[0]).text == KEY
    assert discovery.index(0)["a.py"].data == KEY.encode()


def test_unreadable_files_are_kept_for_their_error(rooted, monkeypatch: pytest.MonkeyPatch) -> None:
    root = rooted({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    refused = str(root / "b.py")
    opened = os.open

    def refuse(path: str | bytes, *rest: int) -> int:
        if os.fsdecode(path) == refused:
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr(searching, "_grepped", lambda _: None)  # as git, refused in its own process, would complain
    monkeypatch.setattr(os, "open", refuse)
    discovery = discover(Settings(paths=(str(root),)), WORDS)
    assert relevant(discovery) == ["b.py"]
    with pytest.raises(ReadError, match=r"b\.py: cannot be read \(Permission denied\)"):
        read(discovery.relevant[0])


def test_words_are_searched_whole_and_in_the_files_asked_for(rooted) -> None:
    root = rooted({"a.py": "from x import call\n", "b.py": "recall(1)\n", "c.txt": "call\n", "d.py": "CALL\n"})
    hits = search(found(root).listings, ["call"], words=True, suffixes=(".py",))
    assert [file.path for file in hits] == ["a.py"]


def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = grow(tmp_path, {f"{number:03}.py": KEY if number % 7 == 0 else "" for number in range(100)})
    alone = relevant(found(root))
    monkeypatch.setattr(searching, "_FORKED", 10)
    monkeypatch.setattr(searching, "_grep", lambda *_, **__: None)
    assert relevant(found(root)) == alone
    assert len(alone) == 15


def test_changes_that_git_does_not_see_are_read_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_FEW", 0)
    root = track(grow(tmp_path, {"settings.py": "", "sparse.py": "", "edited.py": "", "gone.py": KEY}))
    git(root, "update-index", "--assume-unchanged", "settings.py")
    git(root, "update-index", "--skip-worktree", "sparse.py")
    (root / "gone.py").unlink()
    grow(root, {"settings.py": KEY, "sparse.py": KEY, "edited.py": KEY, "untracked.py": KEY})
    assert relevant(found(root)) == ["edited.py", "settings.py", "sparse.py", "untracked.py"]


def test_repositories_inside_are_part_of_the_tree(tmp_path: Path) -> None:
    inner = track(grow(tmp_path / "outer" / "lib", {"b.py": KEY, "c.py": ""}))
    track(grow(inner / "deeper", {"d.py": KEY}))
    outer = track(grow(tmp_path / "outer", {"a.py": KEY}))
    assert relevant(found(outer)) == ["a.py", "lib/b.py", "lib/deeper/d.py"]
    assert "lib/c.py" in names(found(outer))


def test_a_submodule_that_was_not_fetched_is_an_empty_folder(tmp_path: Path) -> None:
    outer = track(grow(tmp_path / "outer", {"a.py": "hapikey"}))
    head = git(outer, "rev-parse", "HEAD").strip() or "1" * 40
    git(outer, "update-index", "--add", "--cacheinfo", f"160000,{head},lib/inner")
    (outer / "lib/inner").mkdir(parents=True)
    assert names(found(outer)) == ["a.py"]
    grow(outer, {"lib/inner/b.py": "hapikey"})
    assert names(found(outer)) == ["a.py", "lib/inner/b.py"]


def test_an_ignored_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    root = track(grow(tmp_path, {".gitignore": "work/\n", "work/a.py": KEY}))
    assert relevant(found(root)) == []
    assert relevant(found(root / "work")) == ["a.py"]


def test_a_repository_that_git_refuses_is_walked_and_that_is_said(tmp_path: Path, monkeypatch) -> None:
    root = track(grow(tmp_path, {".gitignore": "*.log\n", "a.py": KEY, "b.log": KEY}))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.repositoryFormatVersion")
    (root / ".git/config").write_text("[core]\n\trepositoryformatversion = 99\n")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "99")
    discovery = found(root)
    assert relevant(discovery) == ["a.py"]
    assert "git refused to list it" in discovery.skipped[0].reason


def test_variables_of_the_environment_lead_nowhere_else(tmp_path: Path, monkeypatch) -> None:
    other = track(grow(tmp_path / "other", {"b.py": KEY}))
    root = track(grow(tmp_path / "mine", {"a.py": KEY}))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert relevant(found(root)) == ["a.py"]


def test_without_git_files_are_found_by_walking(tmp_path: Path, monkeypatch) -> None:
    root = track(grow(tmp_path, {".gitignore": "b.py\n", "a.py": KEY, "b.py": KEY}))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert relevant(found(root)) == ["a.py"]


def test_what_a_branch_began_with_is_given_back(tmp_path: Path, monkeypatch) -> None:
    root = track(grow(tmp_path / "tree", {"a.py": KEY, "sub/b.py": KEY, "sub/c.py": "", "ignored.py": KEY}))
    git(root, "checkout", "-qb", "work")
    grow(root, {"a.py": "", "sub/c.py": KEY, ".gitignore": "ignored.py\n"})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "more")
    git(root, "checkout", "-q", "main")
    grow(root, {"later.py": KEY})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "later")
    git(root, "checkout", "-q", "work")
    monkeypatch.chdir(root)
    patterns = Patterns(str(root), ("sub/b.py",))
    with before(Settings(), "main") as earlier:
        assert relevant(discover(earlier, WORDS)) == ["a.py", "ignored.py", "sub/b.py"]
        place = Path(earlier.paths[0])
    assert not place.exists()
    with before(Settings(paths=("sub",), exclude=patterns), "main") as earlier:
        assert relevant(discover(earlier, WORDS)) == []


@pytest.mark.parametrize("revision", ["nowhere", "--output=canary", "HEAD:a.py", ""])
def test_a_wrong_revision_is_an_error(tmp_path: Path, monkeypatch, revision: str) -> None:
    monkeypatch.chdir(track(grow(tmp_path, {"a.py": KEY})))
    with pytest.raises(UsageError, match="no revision"), before(Settings(), revision):
        pass
    assert not (tmp_path / "canary").exists()


def test_changed_since_needs_git(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(grow(tmp_path, {"a.py": KEY}))
    with pytest.raises(UsageError, match="needs a git work tree"), before(Settings(), "main"):
        pass


def hostile(root: Path, canary: Path) -> None:
    """Configures everything by which a repository could make git run something."""
    command = f"sh -c 'echo ran >> {canary}; cat'"
    script = root / ".git/run.sh"
    script.write_text(f"#!/bin/sh\necho ran >> {canary}\ncat\n")
    script.chmod(0o755)
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman", "pre-commit", "reference-transaction"):
        path = root / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(script.read_text())
        path.chmod(0o755)
    settings = {
        "core.fsmonitor": str(script),
        "core.hooksPath": str(root / ".git/hooks"),
        "core.pager": command,
        "pager.grep": "true",
        "pager.ls-files": "true",
        "core.editor": command,
        "core.sshCommand": command,
        "core.gitProxy": str(script),
        "core.askPass": str(script),
        "core.alternateRefsCommand": command,
        "credential.helper": f"!{command}",
        "diff.external": str(script),
        "diff.evil.textconv": str(script),
        "diff.evil.command": str(script),
        "filter.evil.clean": command,
        "filter.evil.smudge": command,
        "filter.evil.process": str(script),
        "filter.evil.required": "true",
        "alias.grep": f"!{command}",
        "alias.ls-files": f"!{command}",
        "grep.fullName": "true",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{command}",
        "remote.origin.uploadpack": command,
        "uploadpack.packObjectsHook": str(script),
        "submodule.recurse": "true",
    }
    git(root, "config", "core.repositoryFormatVersion", "1")
    for key, value in settings.items():
        git(root, "config", key, value)
    (root / ".gitattributes").write_text("* filter=evil diff=evil working-tree-encoding=UTF-16\n")


def test_nothing_of_a_hostile_repository_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_FEW", 0)
    canary = tmp_path / "canary"
    root = track(grow(tmp_path / "tree", {"a.py": KEY, "b/c.py": KEY, "lost.py": "old"}))
    blob = git(root, "rev-parse", "HEAD:lost.py").strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()  # a partial clone would fetch it
    git(root, "update-index", "--assume-unchanged", "lost.py")
    hostile(root, canary)
    canary.unlink(missing_ok=True)
    grow(root, {"b/c.py": KEY * 2, "new.py": KEY})
    monkeypatch.chdir(root)
    assert relevant(found(root)) == ["a.py", "b/c.py", "new.py"]
    assert relevant(found(root / "b")) == ["c.py"]
    with before(Settings(), "HEAD") as earlier:
        assert relevant(discover(earlier, WORDS)) == ["a.py", "b/c.py"]
    assert not canary.exists()


def test_the_hostile_repository_would_run_something(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    root = track(grow(tmp_path / "tree", {"a.py": KEY}))
    hostile(root, canary)
    subprocess.run(["git", "status"], cwd=root, capture_output=True, check=False)
    assert canary.exists()


def test_a_tree_cannot_write_outside_of_its_folder(tmp_path: Path, monkeypatch) -> None:
    root = track(grow(tmp_path / "tree", {"a.py": KEY}))
    blob = git(root, "rev-parse", "HEAD:a.py").strip()
    listing = f"100644 blob {blob}\t..\n"
    made = subprocess.run(["git", "mktree"], cwd=root, input=listing, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.fail("git mktree no longer makes such trees; make the object by hand")
    commit = git(root, "commit-tree", "-m", "evil", made.stdout.strip()).strip()
    git(root, "checkout", "-q", "--detach")
    git(root, "update-ref", "HEAD", commit)
    monkeypatch.chdir(root)
    with before(Settings(), commit) as earlier:
        assert [path for path in Path(earlier.paths[0]).parent.rglob("*") if path.is_file()] == []


def test_every_byte_of_a_file_survives_decoding(tmp_path: Path) -> None:
    samples = {
        "crlf.py": b"a = 1\r\nhapikey = 2\r\n",
        "cookie.py": "# -*- coding: cp1252 -*-\nhapikey = 'caf\xe9'\n".encode("cp1252"),
        "wrong.py": b"# coding: utf-8\nhapikey = '\xff'\n",
        "unknown.py": b"# coding: klingon\nhapikey\n",
        "bom.py": b"\xef\xbb\xbfhapikey\n",
        "odd16.txt": b"\xff\xfeh\0a\0p\0i\0k\0e\0y\0x",
        "feed.py": b"hapikey\x0c\n\r",
    }
    discovery = found(grow(tmp_path, samples))
    sources = [read(file) for file in discovery.relevant]
    assert {source.path for source in sources} == set(samples)
    for source in sources:
        marks = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe"}
        mark = marks[source.encoding] if source.bom else b""
        assert mark + source.text.encode(source.encoding) == samples[source.path]
