"""The verdict on generated trees: never green while a key or sender is planted, green where none is."""

from __future__ import annotations

from pathlib import Path

import pytest
import tree_pools
from trees import HARMLESS, PLANTED, tree, wrong


@pytest.mark.parametrize("first", [0, 100, 200])
def test_the_verdict_is_green_exactly_where_nothing_is_planted(tmp_path: Path, first: int) -> None:
    assert list(wrong(range(first, first + 100), tmp_path)) == []


def test_each_place_is_planted_and_each_harmless_file_stands_alone_in_some_tree() -> None:
    made = [tree(seed) for seed in range(2000)]
    planted = {one.planted for one in made}
    assert planted >= {"", *PLANTED}
    assert len({*tree_pools.LANGUAGES, *tree_pools.CARRIERS} - planted) < 5
    assert {name for one in made for name in one.files} >= set(HARMLESS)
    assert len(planted) > 500
