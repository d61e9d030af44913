"""Many words as one expression."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.discover.search import word_pattern


@given(st.lists(st.text("ab_é", min_size=1, max_size=5), min_size=1, max_size=12), st.text("ab_é .", max_size=20))
def test_it_finds_what_an_alternation_finds(words: list[str], text: str) -> None:
    plain = b"|".join(re.escape(word.encode()) for word in sorted(words, key=len, reverse=True))
    expected = re.search(rb"(?<![0-9A-Za-z_])(?:" + plain + rb")(?![0-9A-Za-z_])", text.encode())
    found = re.search(word_pattern(words), text.encode())
    assert (found and found.span()) == (expected and expected.span())


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        (["call"], rb"call"),
        (["get_a", "get_b", "put"], rb"(?:get_(?:a|b)|put)"),
        (["get", "get_all"], rb"get(?:_all)?"),
    ],
)
def test_what_words_begin_with_is_written_once(words: list[str], pattern: bytes) -> None:
    assert word_pattern(words) == rb"(?<![0-9A-Za-z_])(?:" + pattern + rb")(?![0-9A-Za-z_])"
