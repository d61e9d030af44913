"""Runs git so that nothing of the scanned repository runs with it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from migrator.errors import MigratorError

_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.untrackedCache": "false",
    "grep.fullName": "false",
    "grep.threads": "0",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_OPTIONS = ("--no-pager", *(part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")))

PATIENCE = 60.0
"""Seconds after which git is given up: a pipe in the place of an ignore file makes it wait for ever."""

_silent: set[str] = set()  # the work trees in which it did not answer


_NO_ANSWER = "git did not answer"


class GitError(MigratorError):
    """Git is not there, refused, or failed."""


class Process(subprocess.Popen[bytes]):
    """A running git, and the work tree it was started in."""

    top = ""


def start(folder: str, *arguments: str | bytes) -> Process:
    """Starts git in a folder: the one place that runs it, always to be handed to `finish`.

    Hooks, file system monitor, pager, text conversion and every transport (which a partial clone would use to fetch
    what is missing) are off, and neither the environment nor the repository's own configuration leads it to another
    work tree. Callers use commands that only read, and none that runs filters on the work tree (``diff``, ``status``,
    ``archive``). Raises `GitError` when there is no git, or it did not answer in this work tree before.
    """
    top = work_tree(folder)
    if top in _silent:
        raise GitError(_NO_ANSWER)
    try:
        process = Process(
            ["git", *_OPTIONS, *arguments],
            cwd=folder,
            env=_environment(top),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise GitError("git cannot be started", advice="Install git, or the files are found without it.") from error
    process.top = top
    return process


def finish(process: Process, *, stdin: bytes = b"", fine: tuple[int, ...] = (0,), quiet: bool = False) -> bytes:
    """Returns what git printed.

    Raises `GitError` with git's own first line when it ends with another status than ``fine``, or, where it is to be
    ``quiet``, complains about anything.
    """
    try:
        output, complaint = process.communicate(stdin, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        _silent.add(process.top)
        raise GitError(_NO_ANSWER) from error
    if process.returncode in fine and not (quiet and complaint):
        return output
    lines = complaint.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
    raise GitError(lines[0].removeprefix("fatal: "))


def git(folder: str, *arguments: str | bytes, stdin: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
    """Returns what a git command prints, run as `start` says. Raises `GitError` when it fails."""
    return finish(start(folder, *arguments), stdin=stdin, fine=fine)


def blobs(top: Path, ids: Sequence[str]) -> Mapping[str, bytes]:
    """Returns the content of blobs by id, of those that are there. Raises `GitError`."""
    answer = git(str(top), "cat-file", "--batch", stdin="".join(f"{name}\n" for name in ids).encode())
    found = {}
    at = 0
    for name in ids:
        end = answer.index(b"\n", at)
        size = answer[at:end].rpartition(b" ")[2]
        at = end + 1
        if size.isdigit():
            found[name] = answer[at : at + int(size)]
            at += int(size) + 1
    return found


def work_tree(folder: str) -> str:
    """Returns the top of the work tree that a folder is in, empty where there is none."""
    place = Path(os.path.realpath(folder))
    return next((str(one) for one in (place, *place.parents) if os.path.lexists(one / ".git")), "")


def _environment(top: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or _is_users(key)}
    if top:
        kept["GIT_WORK_TREE"] = top  # before `core.worktree`, which can be any folder
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _is_users(key: str) -> bool:
    return key.startswith("GIT_CONFIG") and key != "GIT_CONFIG"
