"""Programs in which the key's way is entangled with what Python offers: what a safe change moves is sent as before."""

from __future__ import annotations

from compose import outcomes
from entangle import entangle

SEEDS = range(400, 416)


def test_entangled_programs_send_the_same_after_safe_changes() -> None:
    found = outcomes([entangle(seed) for seed in SEEDS])
    assert [(one.wrong, one.program) for one in found if one.wrong] == []
    assert len(found) > len(SEEDS) / 2
    assert sum(one.moved for one in found) >= 0.4 * sum(one.keyed for one in found) > 0
