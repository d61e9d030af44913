"""Runs a program so that everything it sends goes to the loopback server."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopback.server import AUTHORITY, Recorded, Reply, serving

CHILD = Path(__file__).with_name("child")


class ProgramError(Exception):
    """A program under test failed, so what it sent says nothing."""


def record(
    folder: Path,
    entry: str,
    *,
    env: Mapping[str, str] | None = None,
    replies: Sequence[Reply] = (),
    path: Sequence[str | Path] = (),
    timeout: float = 60,
) -> tuple[Recorded, ...]:
    """Returns the requests that a program makes, in order.

    The program is a copy of ``folder``, run in it as ``python ENTRY`` (``main.py --all``, ``-m pkg.jobs``); ``path``
    holds more folders to import from, relative to it. Raises `ProgramError` when it does not end well.
    """
    with tempfile.TemporaryDirectory() as temporary, serving(replies) as server:
        copy = Path(temporary, "program")
        shutil.copytree(folder, copy, symlinks=True)
        trusted = Path(temporary, "authority.pem")
        AUTHORITY.cert_pem.write_to_path(str(trusted))
        done = subprocess.run(
            [sys.executable, *shlex.split(entry)],
            cwd=copy,
            env=_environment(copy, trusted, server.port, path) | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    if done.returncode or server.faults:
        errors = [done.stderr.decode(errors="replace"), *server.faults]
        raise ProgramError(f"{folder}: {entry} ended with {done.returncode}\n" + "\n".join(errors))
    return tuple(server.requests)


def _environment(copy: Path, trusted: Path, port: int, path: Sequence[str | Path]) -> dict[str, str]:
    return {
        "HOME": str(copy.parent),
        "LANG": "C.UTF-8",
        "LOOPBACK_AUTHORITY": str(trusted),
        "LOOPBACK_PORT": str(port),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join([str(CHILD), *(str(copy / one) for one in path)]),
        "SSL_CERT_FILE": str(trusted),  # for clients that do not use Python's own TLS
    }
