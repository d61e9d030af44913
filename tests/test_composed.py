"""Programs grown by a grammar: what a safe change moves is sent as before, and nothing breaks."""

from __future__ import annotations

from compose import compose, outcomes

SEEDS = range(24)


def test_a_seed_is_always_the_same_program() -> None:
    assert compose(3) == compose(3)
    assert len({str(compose(seed).files) for seed in SEEDS}) == len(SEEDS)


def test_composed_programs_send_the_same_after_safe_changes() -> None:
    found = outcomes([compose(seed) for seed in SEEDS])
    assert [(one.wrong, one.program) for one in found if one.wrong] == []
    assert sum(one.keyed for one in found) > len(SEEDS)
    assert sum(one.moved for one in found) >= 0.6 * sum(one.keyed for one in found)
