"""The files as they were where a branch began, in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from migrator.discover.git import GitError, blobs, git
from migrator.errors import UsageError
from migrator.settings import Patterns, Settings

_AT_ONCE = 500  # files held in memory
_REGULAR = "100"


class _Blob(NamedTuple):
    id: str
    name: str


class CheckedOut(NamedTuple):
    """What a work tree holds: a commit, the branch if there is one, and the path of the folder that was asked about."""

    commit: str
    branch: str
    prefix: str


def checked_out(folder: str) -> CheckedOut | None:
    """Returns what is checked out where a folder is, None where that is no work tree or nothing was committed."""
    try:
        output = git(folder, "rev-parse", "HEAD", "--show-prefix", "--abbrev-ref", "HEAD")
    except GitError:
        return None
    commit, prefix, branch = output.decode("utf-8", "replace").split("\n")[:3]
    return CheckedOut(commit, "" if branch == "HEAD" else branch, prefix)


@contextmanager
def before(settings: Settings, revision: str, *, option: str = "--changed-since") -> Iterator[Settings]:
    """Gives settings for the same paths as they were where the branch left a revision; the files go away afterwards.

    What is around a folder is as it is today: the branch is asked about the folder.

    Blobs are written as they are: git is asked for nothing that would run a filter. Raises `UsageError` when a path is
    in no git work tree or there is no such revision.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="hapikey-") as folder:
        moved: dict[Path, Path] = {}
        places: dict[str, str] = {}
        for path in (Path(name).resolve() for name in settings.paths):
            top = _top(path, option)
            tree = moved.setdefault(top, Path(folder).resolve() / str(len(moved)))
            places[str(tree / path.relative_to(top))] = str(path)
            _extract(top, path, tree, revision=revision, limit=settings.max_file_size, option=option)
        yield replace(
            settings,
            paths=tuple(place for place in places if Path(place).exists()),
            stands_for=places,
            stdin=None,
            baseline=None,
            changed_since=None,
            include=_moved(settings.include, moved),
            exclude=_moved(settings.exclude, moved),
        )


def _moved(patterns: Patterns, moved: dict[Path, Path]) -> Patterns:
    base = Path(patterns.base).resolve()
    tree = next((tree / base.relative_to(top) for top, tree in moved.items() if base.is_relative_to(top)), None)
    return patterns if tree is None else replace(patterns, base=str(tree))


def _top(path: Path, option: str) -> Path:
    folder = path if path.is_dir() else path.parent
    try:
        return Path(os.fsdecode(git(str(folder), "rev-parse", "--show-toplevel").rstrip(b"\n"))).resolve()
    except GitError as error:
        what = f"{option} needs a git work tree ({error.what})"
        raise UsageError(what, where=str(path), advice="Leave the option out here.") from error


def _extract(top: Path, path: Path, tree: Path, *, revision: str, limit: int, option: str) -> None:
    """Writes the regular files below a path, but for ignore files: what git tracked then is looked at."""
    commit = _fork(top, revision, option)
    tree.mkdir(exist_ok=True)
    inner = path.relative_to(top).as_posix()
    listed = _regular(git(str(top), "ls-tree", "-rlz", commit, *(() if inner == "." else ("--", inner))), limit)
    while some := list(islice(listed, _AT_ONCE)):
        held = blobs(top, [blob.id for blob in some])
        for blob in some:
            if blob.id in held:
                target = tree / blob.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(held[blob.id])


def _fork(top: Path, revision: str, option: str) -> str:
    try:
        wanted = _line(top, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}")
    except GitError as error:
        advice = "Give a branch, tag or commit that this clone has."
        raise UsageError(f"no revision {revision!r}", where=option, advice=advice) from error
    try:
        return _line(top, "merge-base", wanted, "HEAD")
    except GitError:  # a shallow clone need not reach back to where they parted
        return wanted


def _line(top: Path, *arguments: str) -> str:
    return git(str(top), *arguments).decode("ascii").strip()


def _regular(listed: bytes, limit: int) -> Iterator[_Blob]:
    for entry in listed.split(b"\0")[:-1]:
        head, _, name = os.fsdecode(entry).partition("\t")
        mode, _, blob, size = head.split()
        parts = PurePosixPath(name).parts
        safe = not {"..", ".git", "/"}.intersection(parts) and parts[-1] != ".gitignore"
        if safe and mode.startswith(_REGULAR) and size.isdigit() and int(size) <= limit:
            yield _Blob(blob, name)
