"""Where words stand in a text."""

from __future__ import annotations

import re

from migrator.model.text import Source, Span


def word_spans(source: Source, words: tuple[str, ...]) -> list[Span]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    if not words:
        return []
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return [Span(*match.span()) for match in pattern.finditer(source.text)]
