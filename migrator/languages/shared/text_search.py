"""Where words stand in a text, and what its comments say to this tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrator.model.text import Source, Span, Suppression

_OPENED = r"#|//|/\*|\*"
_SAID = r"[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)"


def word_spans(source: Source, words: tuple[str, ...]) -> list[Span]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    if not words:
        return []
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return [Span(*match.span()) for match in pattern.finditer(source.text)]


def suppressions_in(source: Source, comments: Iterable[Span], opened: str = _OPENED) -> Iterator[Suppression]:
    """Yields which findings comments keep from being reported; *opened* is a pattern of what can stand before that."""
    for span in comments:
        for match in re.finditer(f"(?:{opened}){_SAID}", source.excerpt(span)):
            place = Span(span.start + match.start(), span.start + match.end())
            codes = tuple(filter(None, (code.strip() for code in match[1].split(","))))
            reason = match[2].strip().removesuffix("*/").removesuffix("-->").strip()
            yield Suppression(place, source.position(place.start).line, codes, reason)


def may_suppress(source: Source) -> bool:
    """Returns whether a text has what such a comment holds."""
    return re.search(_SAID, source.text) is not None
