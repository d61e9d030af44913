"""The programs of ``fixtures/cases``, executed: before and after send the same, but for the credential."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from loopback import CLIENTS, Reply, equal_but_for_credential, record

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
OPTIONAL = ("grequests", "pycurl", "tornado", "treq")


def cases() -> Iterator[Any]:
    """Yields the cases that say how they are run."""
    for file in sorted(CASES.glob("*/expect.yaml")):
        expected = yaml.safe_load(file.read_text(encoding="utf-8"))
        if expected.get("run"):
            yield pytest.param(file.parent, expected, id=file.parent.name)


def reply(item: Mapping[str, Any]) -> Reply:
    """Returns a scripted answer: a JSON body for one request, or with a ``path`` all that a `Reply` has."""
    return Reply(**item) if "path" in item else Reply(json=item, times=1)


def keeping(expected: Mapping[str, Any]) -> list[str]:
    """Returns patterns of the paths whose key is a developer key."""
    calls = [call for call in expected.get("calls", ()) if call.get("auth") == ["developer_key"]]
    return [re.sub(r"\{[^}]*\}", "*", call["endpoint"]) for call in calls]


@pytest.mark.parametrize(("case", "expected"), [*cases()])
def test_a_rewritten_program_sends_the_same(case: Path, expected: Mapping[str, Any]) -> None:
    clients = {call.get("client") for call in expected.get("calls", ())}
    for client in clients.intersection(OPTIONAL):
        if find_spec(client) is None:
            pytest.skip(f"{client} is not installed")
    run = expected["run"]
    folders = [case / "before", case / ("before" if expected.get("noop") else "after")]
    options = {
        "env": run.get("env"),
        "path": run.get("path", ()),
        "loaded": () if "grequests" in clients else CLIENTS,
        "replies": [reply(item) for item in run.get("responses", ())],
    }
    with ThreadPoolExecutor(2) as pool:
        before, after = pool.map(lambda folder: record(folder, run["entry"], **options), folders)
    assert before, "the program sends nothing"
    if expected.get("noop"):
        assert before == after
        return
    keeps = keeping(expected)
    assert equal_but_for_credential(before, after, keeps=keeps, ordered=not run.get("unordered")) == ()
    assert before != after, "the program sends what it sent before"
