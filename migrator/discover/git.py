"""Runs git so that nothing of the scanned repository runs with it."""

from __future__ import annotations

import os
import subprocess
from typing import TypeAlias

from migrator.errors import MigratorError

_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.untrackedCache": "false",
    "grep.fullName": "false",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_OPTIONS = ("--no-pager", *(part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")))

Process: TypeAlias = "subprocess.Popen[bytes]"


class GitError(MigratorError):
    """Git is not there, refused, or failed."""


def start(folder: str, *arguments: str | bytes) -> Process:
    """Starts git in a folder: the one place that runs it, always to be handed to `finish`.

    Hooks, file system monitor, pager, text conversion and every transport (which a partial clone would use to fetch
    what is missing) are off, and no variable of the environment leads it to another repository. Callers use commands
    that only read, and none that runs filters on the work tree (``diff``, ``status``, ``archive``). Raises `GitError`
    when there is no git.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - arguments are ours, revisions stand behind --end-of-options
            ["git", *_OPTIONS, *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise GitError("git cannot be started", advice="Install git, or the files are found without it.") from error


def finish(process: Process, *, stdin: bytes = b"", fine: tuple[int, ...] = (0,), quiet: bool = False) -> bytes:
    """Returns what git printed.

    Raises `GitError` with git's own first line when it ends with another status than ``fine``, or, where it is to be
    ``quiet``, complains about anything.
    """
    output, complaint = process.communicate(stdin)
    if process.returncode in fine and not (quiet and complaint):
        return output
    lines = complaint.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
    raise GitError(lines[0].removeprefix("fatal: "))


def git(folder: str, *arguments: str | bytes, stdin: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
    """Returns what a git command prints, run as `start` says. Raises `GitError` when it fails."""
    return finish(start(folder, *arguments), stdin=stdin, fine=fine)


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or _is_users(key)}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _is_users(key: str) -> bool:
    return key.startswith("GIT_CONFIG") and key != "GIT_CONFIG"
