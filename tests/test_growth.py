"""Twice the calls take about twice the work: counted, because time is noise."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from migrator import pipeline
from migrator.settings import Settings

FEW, MANY = 100, 200
MOST = 2.2


def program(functions: int) -> str:
    """Returns a file of functions that each send one request with the key."""
    sends = 'requests.get("https://api.hubapi.com/crm/v3/objects/contacts/{}", params={{"hapikey": KEY}})'
    calls = (f"def f{n}():\n    return {sends.format(n)}\n" for n in range(functions))
    return "\n".join(['import os\nimport requests\nKEY = os.environ["HUBSPOT_API_KEY"]\n', *calls])


def wrapped(functions: int) -> str:
    """Returns a file of functions that each send one request through the same two functions."""
    head = """\
import os
import requests
KEY = os.environ["HUBSPOT_API_KEY"]

def send(method, path, params):
    return requests.request(method, "https://api.hubapi.com" + path, params={**params, "hapikey": KEY})

def get(path, **params):
    return send("GET", path, params)
"""
    return "\n".join(
        [head, *(f"def f{n}():\n    return get('/crm/v3/objects/contacts/{n}')\n" for n in range(functions))]
    )


def work(folder: Path, text: str, functions: int, *, planned: bool) -> int:
    """Returns how many calls of Python functions a scan takes."""
    folder.mkdir()
    (folder / "app.py").write_text(text, encoding="utf-8")
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        report = pipeline.scan(Settings(paths=(folder,)), planned=planned)
    finally:
        sys.setprofile(None)
    assert len(report.calls) == functions
    return counted


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize("made", [program, wrapped])
def test_work_grows_with_the_calls_of_a_file(
    tmp_path: Path, made: Callable[[int], str], planned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("migrator.pipeline", "migrator.project", "migrator.planning"):
        monkeypatch.setattr(f"{place}.on_deep_stack", lambda go: go(), raising=False)
    work(tmp_path / "first", made(2), 2, planned=planned)  # what is loaded once
    few, many = (work(tmp_path / str(size), made(size), size, planned=planned) for size in (FEW, MANY))
    assert many / few < MOST
