"""Where words stand in a text, and what its comments say to this tool."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrator.model.text import Source, Span, Suppression

_SUPPRESSION = re.compile(r"(?:#|//|/\*|\*)[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")


def word_spans(source: Source, words: tuple[str, ...]) -> list[Span]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    if not words:
        return []
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return [Span(*match.span()) for match in pattern.finditer(source.text)]


def suppressed(source: Source, comments: Iterable[Span]) -> tuple[Suppression, ...]:
    """Returns which findings comments, of any language, keep from being reported."""
    return tuple(
        Suppression(
            span,
            source.position(span.start).line,
            tuple(filter(None, (code.strip() for code in match[1].split(",")))),
            match[2].removesuffix("*/").strip(),
        )
        for span in comments
        for match in _SUPPRESSION.finditer(source.excerpt(span))
    )


def may_suppress(source: Source) -> bool:
    """Returns whether a text has what such a comment holds."""
    return _SUPPRESSION.search(source.text) is not None
