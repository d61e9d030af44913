"""Runs a program so that everything it sends goes to the loopback server."""

from __future__ import annotations

import atexit
import json
import os
import queue
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from loopback.server import AUTHORITY, Recorded, Reply, serving

CHILD = Path(__file__).with_name("child")
CLIENTS = ("aiohttp", "asyncio", "httpx", "requests", "urllib.request", "urllib3")
GUARDED = ("pycurl",)  # loaded first for every program that may use it: what it opens is no socket of Python's


class ProgramError(Exception):
    """A program under test failed, so what it sent says nothing."""


def record(
    folder: Path,
    entry: str,
    *,
    env: Mapping[str, str] | None = None,
    replies: Sequence[Reply] = (),
    path: Sequence[str | Path] = (),
    loaded: Sequence[str] = CLIENTS,
    timeout: int = 60,
) -> tuple[Recorded, ...]:
    """Returns the requests that a program makes, in order.

    The program is a copy of ``folder``, run in it as ``python ENTRY`` (``main.py --all``, ``-m pkg.jobs``); ``path``
    holds more folders to import from, relative to it. ``loaded`` are modules loaded before it starts, which saves time
    and gevent does not take. Raises `ProgramError` when it does not end well.
    """
    arguments = shlex.split(entry)
    module = arguments.pop(1) if arguments[0] == "-m" else ""
    with tempfile.TemporaryDirectory() as temporary, serving(replies) as server:
        copy = Path(temporary, "program")
        errors = Path(temporary, "errors")
        shutil.copytree(folder, copy, symlinks=True)
        job = {
            "arguments": arguments,
            "module": module,
            "folder": str(copy),
            "path": [str(copy / one) for one in path],
            "env": {"HOME": temporary, **(env or {})},
            "errors": str(errors),
            "port": server.port,
            "timeout": timeout,
        }
        with _host((*(name for name in GUARDED if find_spec(name)), *loaded)) as host:
            status = _run(host, job)
        complaints = [errors.read_text(encoding="utf-8", errors="replace"), *server.faults]
    if status or server.faults:
        raise ProgramError(f"{folder}: {entry} ended with {status}\n" + "\n".join(complaints))
    return tuple(server.requests)


def _run(host: subprocess.Popen[str], job: Mapping[str, object]) -> int:
    assert host.stdin
    assert host.stdout
    host.stdin.write(json.dumps(job) + "\n")
    host.stdin.flush()
    return int(host.stdout.readline())


_idle: dict[tuple[str, ...], queue.SimpleQueue[subprocess.Popen[str]]] = defaultdict(queue.SimpleQueue)


@contextmanager
def _host(loaded: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    """Lends a process that runs programs, one at a time."""
    try:
        host = _idle[loaded].get_nowait()
    except queue.Empty:
        host = _start(loaded)
    yield host
    _idle[loaded].put(host)


def _start(loaded: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD / "host.py"), *loaded]
    host = subprocess.Popen(command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_stop, host)
    return host


def _stop(host: subprocess.Popen[str]) -> None:
    host.kill()
    host.communicate()


def _environment() -> dict[str, str]:
    return {
        "HTTPLIB2_CA_CERTS": _trusted(),
        "LANG": "C.UTF-8",
        "LOOPBACK_AUTHORITY": _trusted(),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(CHILD),
        "SSL_CERT_FILE": _trusted(),  # for clients that do not use Python's own TLS
    }


@cache
def _trusted() -> str:
    """Returns the file that holds the certificate of the server's authority."""
    folder = tempfile.mkdtemp(prefix="loopback-")
    atexit.register(shutil.rmtree, folder)
    file = Path(folder, "authority.pem")
    AUTHORITY.cert_pem.write_to_path(str(file))
    return str(file)
