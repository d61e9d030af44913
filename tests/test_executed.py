"""The programs of ``fixtures/cases``, executed: before and after send the same, but for the credential."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import pytest
from cases import CASES, Case, scan
from loopback import CLIENTS, Reply, equal_but_for_credential, record

from migrator.catalog.sdkrows import sdks


def reply(item: Mapping[str, Any]) -> Reply:
    """Returns a scripted answer: a JSON body for one request, or with a ``path`` all that a `Reply` has."""
    return Reply(**item) if "path" in item else Reply(json=item, times=1)


def keeping(case: Case) -> list[str]:
    """Returns patterns of the paths whose key is a developer key."""
    return [re.sub(r"\{[^}]*\}", "*", call["endpoint"]) for call in case.calls if call["auth"] == ["developer_key"]]


@pytest.mark.parametrize("case", [case for case in CASES if case.run], ids=lambda case: case.name)
def test_a_rewritten_program_sends_the_same(case: Case) -> None:
    assert case.run
    clients = {call["client"] for call in scan(case.before)["calls"]} - {"unknown"}
    for client in clients:
        if find_spec(sdks()[client].imports[0] if client in sdks() else client) is None:
            pytest.skip(f"{client} is not installed")
    options: dict[str, Any] = {
        "env": case.run.get("env"),
        "path": case.run.get("path", ()),
        "loaded": () if "grequests" in clients else CLIENTS,
        "replies": [reply(item) for item in case.run.get("responses", ())],
    }
    entry = case.run["entry"]
    with ThreadPoolExecutor(2) as pool:
        before, after = pool.map(lambda folder: record(folder, entry, **options), (case.before, case.expected))
    assert before, "the program sends nothing"
    if case.noop:
        assert before == after
        return
    assert before != after, "the program sends what it sent before"
    ordered = not case.run.get("unordered")
    assert equal_but_for_credential(before, after, keeps=keeping(case), ordered=ordered) == ()
