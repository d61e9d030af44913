"""Runs a JavaScript program so that everything it sends goes to a server of its own process, which records it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopback.program import ProgramError
from loopback.server import EMPTY_PAGE, Recorded, Reply

NODE = shutil.which("node")
PRELOAD = Path(__file__).with_name("recording.js")


def record_node(
    folder: Path, entry: str, *, env: Mapping[str, str] | None = None, replies: Sequence[Reply] = ()
) -> tuple[Recorded, ...]:
    """Returns the requests that a program makes, in order. Raises `ProgramError` when it does not end well."""
    assert NODE is not None
    answers = [
        {
            "path": one.path,
            "times": one.times,
            "status": one.status,
            "json": EMPTY_PAGE if one.json is None else one.json,
        }
        for one in replies
    ]
    with tempfile.TemporaryDirectory() as temporary:
        seen = Path(temporary, "sent")
        seen.write_text("")
        given = {**os.environ, **(env or {}), "RECORD": str(seen), "REPLIES": json.dumps(answers)}
        done = subprocess.run(
            [NODE, "-r", str(PRELOAD), entry],
            cwd=folder,
            env=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise ProgramError(f"{folder}: {entry} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return tuple(_recorded(json.loads(line)) for line in seen.read_text().splitlines())


def _recorded(line: Sequence[object]) -> Recorded:
    method, host, target, _, body, headers = line
    assert isinstance(headers, dict)
    return Recorded(
        method=str(method),
        scheme="https",
        host=str(host),
        target=str(target),
        headers=tuple(headers.items()),
        body=str(body).encode(),
    )
