"""Programs grown by a grammar: what a safe change moves is sent as before, and nothing breaks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import compose_js
import pytest
from compose import compose, outcomes
from loopback.node import NODE, record_node

SEEDS = range(24)
CLIENTS = json.loads((Path(__file__).parent / "clients" / "package.json").read_text(encoding="utf-8"))["dependencies"]


def has_clients() -> bool:
    asked = "".join(f"require('{name}');" for name in CLIENTS)
    return NODE is not None and subprocess.run([NODE, "-e", asked], capture_output=True, check=False).returncode == 0


def test_a_seed_is_always_the_same_program() -> None:
    assert compose(3) == compose(3)
    assert len({str(compose(seed).files) for seed in SEEDS}) == len(SEEDS)


def test_composed_programs_send_the_same_after_safe_changes() -> None:
    found = outcomes([compose(seed) for seed in SEEDS])
    assert [(one.wrong, one.program) for one in found if one.wrong] == []
    assert sum(one.keyed for one in found) > len(SEEDS)
    assert sum(one.moved for one in found) >= 0.6 * sum(one.keyed for one in found)


@pytest.mark.skipif(
    not has_clients(), reason="run `npm ci --prefix tests/clients`, and set NODE_PATH to its node_modules"
)
def test_composed_javascript_sends_the_same_after_safe_changes() -> None:
    found = outcomes([compose_js.compose(seed) for seed in SEEDS], run=record_node)
    assert [(one.wrong, one.program) for one in found if one.wrong] == []
    assert sum(one.moved for one in found) >= 0.4 * sum(one.keyed for one in found)
